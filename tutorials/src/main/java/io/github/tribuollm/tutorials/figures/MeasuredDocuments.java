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
package io.github.tribuollm.tutorials.figures;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.uncertainty.JsonLinesWriter;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Measures of documents that are kept in a directory, one file of JSON lines a piece of work, so that what was measured
 * before an interruption is not measured again.
 */
final class MeasuredDocuments {
    private static final String SETTING = "setting.txt";
    private static final Gson GSON = new Gson();

    private final Path directory;

    private MeasuredDocuments(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens a directory, or makes it.
     *
     * @param directory where the measures are kept
     * @param setting what decides them, in words
     * @return what was measured there so far
     * @throws IllegalArgumentException if the directory holds measures of another setting
     * @throws IOException if it cannot be made or read
     */
    static MeasuredDocuments in(Path directory, String setting) throws IOException {
        Path file = directory.resolve(SETTING);
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            AtomicFile.write(file, setting);
        } else if (!Files.readString(file).equals(setting)) {
            throw new IllegalArgumentException(directory + " holds measures of another configuration, which " + file
                    + " tells; give another --output, or delete the directory");
        }
        return new MeasuredDocuments(directory);
    }

    /**
     * A piece of work: read where it is done, else done and kept.
     *
     * @param name the file's name, without ending
     * @param documents what is measured
     * @param measuring does the work
     * @return the documents with their measures, rounded as {@link JsonLinesWriter} does
     * @throws IllegalArgumentException if the file does not hold these documents
     */
    List<TokenMeasures> of(String name, List<TokenSequence> documents, Supplier<List<TokenMeasures>> measuring) {
        Path file = directory.resolve(name + ".jsonl");
        try {
            if (!Files.exists(file)) {
                AtomicFile.write(file, lines(measuring.get()));
            }
            List<TokenMeasures> kept = Files.readAllLines(file).stream()
                    .map(line -> document(file, line))
                    .toList();
            if (!outline(kept, TokenMeasures::title, TokenMeasures::length)
                    .equals(outline(documents, TokenSequence::origin, TokenSequence::length))) {
                throw damaged(file, null);
            }
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lines(List<TokenMeasures> documents) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonLinesWriter writer = new JsonLinesWriter(text)) {
            for (TokenMeasures document : documents) {
                writer.write(document);
            }
        }
        return text.toString();
    }

    private record Line(
            String title, List<String> tokens, List<Boolean> completion, Map<String, List<Double>> measures) {
        TokenMeasures document() {
            BitSet completed = new BitSet();
            for (int token = 0; token < completion.size(); token++) {
                completed.set(token, completion.get(token));
            }
            Map<String, double[]> values = new LinkedHashMap<>();
            measures.forEach((measure, numbers) -> values.put(
                    measure,
                    numbers.stream()
                            .mapToDouble(number -> number == null ? Double.NaN : number)
                            .toArray()));
            return new TokenMeasures(title, tokens, completed, values, new BitSet());
        }
    }

    private static TokenMeasures document(Path file, String line) {
        try {
            return GSON.fromJson(line, Line.class).document();
        } catch (JsonParseException | NullPointerException | IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private static IllegalArgumentException damaged(Path file, Exception cause) {
        return new IllegalArgumentException(
                file + " is not what was written there; delete it, and it is measured again", cause);
    }

    /** Which documents these are: the origin and the number of tokens of each. */
    private static <D> List<String> outline(List<D> documents, Function<D, String> origin, ToIntFunction<D> length) {
        return documents.stream()
                .map(document -> length.applyAsInt(document) + " tokens of " + origin.apply(document))
                .toList();
    }
}
