/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.llm.checkpoint;

import com.google.gson.JsonObject;
import io.github.tribuollm.graph.Hadamard;
import io.github.tribuollm.graph.Int4Matrix;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a checkpoint says whose linear layers were rounded when it was written: the same fields in config.json, in {@value
 * #FIELD}, and in the metadata of {@value #FILE}.
 *
 * @param storage how they were rounded: {@link Storage#INT8} or {@link Storage#INT4}
 * @param base the SHA-256 that identifies the checkpoint of floats, which the files claim and nobody can check without it
 * @param config the SHA-256 of the other fields of config.json, so that an edit is noticed
 */
public record Quantisation(Storage storage, String base, String config) {
    /** The field of config.json. */
    public static final String FIELD = "quantization_config";

    /** The file of the weights; programs that look for {@value Weights#SINGLE} find nothing that they would misread. */
    public static final String FILE = "quantised.safetensors";

    private static final String METHOD = "quant_method";
    private static final String OURS = "tribuo-llm";
    private static final String STORAGE = "storage";
    private static final String BASE = "base_sha256";
    private static final String CONFIG = "config_sha256";

    /**
     * What a checkpoint will say.
     *
     * @param storage how its layers are rounded
     * @param base the SHA-256 that identifies the checkpoint of floats
     * @param config config.json, without {@value #FIELD} or with another one
     */
    static Quantisation of(Storage storage, String base, CheckpointConfig config) {
        JsonObject others = config.copy();
        others.remove(FIELD);
        return new Quantisation(storage, base, Sha256.of(others.toString()));
    }

    /**
     * What a configuration says.
     *
     * @param config a checkpoint's config.json
     * @return empty if its weights are floats
     * @throws CheckpointException if they were quantised by another program, or by another version of this one, or if
     *     config.json was edited since
     */
    public static Optional<Quantisation> of(CheckpointConfig config) {
        if (config.isVoid(FIELD)) {
            return Optional.empty();
        }
        CheckpointConfig section = config.section(FIELD).orElseThrow();
        if (!section.isText(METHOD) || !section.text(METHOD).equals(OURS)) {
            throw new CheckpointException(
                    config.file() + ": field " + FIELD + ": weights that were quantised elsewhere ("
                            + (section.contains(METHOD) ? section.excerpt(METHOD) : config.excerpt(FIELD))
                            + ") are not read; take the checkpoint that they were made of, with --storage int8 or int4, or"
                            + " write floats in Python: model.dequantize().save_pretrained(d)");
        }
        SortedMap<String, String> found = new TreeMap<>();
        section.keys().forEach(key -> found.put(key, section.text(key)));
        return Optional.of(parse(config, found));
    }

    private static Quantisation parse(CheckpointConfig config, Map<String, String> found) {
        Path file = config.file();
        Quantisation said = of(storage(file, found), found.getOrDefault(BASE, ""), config);
        if (!said.base.matches("[0-9a-f]{64}")) {
            throw wrong(file, BASE, found.get(BASE), "the 64 digits of a SHA-256");
        }
        SortedMap<String, String> expected = said.fields();
        TreeSet<String> keys = new TreeSet<>(found.keySet());
        keys.addAll(expected.keySet());
        keys.remove(CONFIG);
        for (String key : keys) {
            if (!found.getOrDefault(key, "").equals(expected.getOrDefault(key, ""))) {
                throw wrong(file, key, found.get(key), expected.getOrDefault(key, "nothing"));
            }
        }
        said.requireUnchanged(file, found.get(CONFIG));
        return said;
    }

    private void requireUnchanged(Path file, String found) {
        if (found == null) {
            throw wrong(file, CONFIG, found, config);
        }
        if (!config.equals(found)) {
            throw new CheckpointException(file + ": was edited since the weights were quantised (field " + FIELD + "."
                    + CONFIG + "); put the former file back, or edit the original checkpoint's and quantise that");
        }
    }

    private static Storage storage(Path file, Map<String, String> found) {
        return Arrays.stream(Storage.values())
                .filter(Storage::rounds)
                .filter(storage -> name(storage).equals(found.get(STORAGE)))
                .findFirst()
                .orElseThrow(() -> wrong(file, STORAGE, found.get(STORAGE), "int8 or int4"));
    }

    private static CheckpointException wrong(Path file, String key, String found, String expected) {
        return new CheckpointException(file + ": field " + FIELD + "." + key + ": found "
                + Objects.requireNonNullElse(found, "nothing") + ", expected "
                + expected + "; another version has written this, so quantise the original checkpoint again");
    }

    private static String name(Storage storage) {
        return storage.name().toLowerCase(Locale.ROOT);
    }

    /** {@return the fields, by their names; one that changes makes the files of before unreadable, and says so} */
    SortedMap<String, String> fields() {
        SortedMap<String, String> fields = new TreeMap<>(Map.of(
                METHOD,
                OURS,
                STORAGE,
                name(storage),
                "version",
                "2",
                "rotation",
                String.valueOf(Hadamard.LARGEST),
                "columns",
                "by the power of their inputs",
                BASE,
                base,
                CONFIG,
                config));
        if (storage == Storage.INT4) {
            fields.put("block", String.valueOf(Int4Matrix.BLOCK));
            fields.put("offsets", "2 x 4 bits");
        }
        return Collections.unmodifiableSortedMap(fields);
    }

    /**
     * How the weights can be held.
     *
     * @param asked how they should be; {@link Storage#AUTO} and {@link Storage#STORED} for what the files have
     * @param place the checkpoint, for the error
     * @return as the files have them
     * @throws CheckpointException if another storage is asked for
     */
    Storage held(Storage asked, Path place) {
        if (asked != Storage.AUTO && asked != Storage.STORED && asked != storage) {
            throw new CheckpointException(place + ": its weights were rounded to " + storage + " and cannot be held as "
                    + asked + "; set storage to AUTO, or name the checkpoint that they were made of");
        }
        return storage;
    }
}
