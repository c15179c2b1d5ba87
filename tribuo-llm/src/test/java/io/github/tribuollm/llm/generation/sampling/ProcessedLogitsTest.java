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
package io.github.tribuollm.llm.generation.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processed logits are those of transformers, for each processor and for several together in its order. */
final class ProcessedLogitsTest {
    private static final Path FIXTURE = Path.of(System.getProperty("test.resources"), "fixtures", "sampling.json");

    @TempDir
    private Path directory;

    @Test
    void processedLogitsAreThoseOfTransformers() throws IOException {
        JsonObject fixture = JsonParser.parseString(Files.readString(FIXTURE)).getAsJsonObject();
        JsonArray cases = fixture.getAsJsonArray("cases");
        double largest = 0;
        try (Tokenizer tokenizer = Tokenizer.open(TinyModel.checkpoint(directory.resolve("base"), 1))) {
            for (JsonElement element : cases) {
                largest = Math.max(largest, difference(fixture, element.getAsJsonObject(), tokenizer));
            }
        }
        System.out.printf(Locale.ROOT, "processed logits: %d cases, at most %.1e off%n", cases.size(), largest);
    }

    private double difference(JsonObject fixture, JsonObject test, Tokenizer tokenizer) throws IOException {
        JsonObject settings = test.getAsJsonObject("settings").deepCopy();
        settings.addProperty("do_sample", true);
        if (!settings.has("top_k")) {
            settings.addProperty("top_k", 0);
        }
        settings.add("eos_token_id", fixture.get("eos"));
        settings.add("max_new_tokens", fixture.get("max_new_tokens"));
        Files.writeString(directory.resolve("generation_config.json"), settings.toString());
        GenerationDefaults defaults = GenerationDefaults.publishedBy(directory, tokenizer.vocabularySize());
        SamplingRules rules = SamplingRules.of(
                new Sampling(), new Stopping(), defaults, tokenizer, new ModelBounds(1000, tokenizer.vocabularySize()));

        Candidates candidates = new Candidates(floats(
                fixture.getAsJsonObject("rows").getAsJsonArray(test.get("row").getAsString())));
        rules.process(candidates, history(test));
        return compare(floats(test.getAsJsonArray("processed")), candidates.logits(), test);
    }

    private static TokenHistory history(JsonObject test) {
        JsonArray sequence = test.getAsJsonArray("sequence");
        int prompt = test.get("prompt").getAsInt();
        int[] tokens = new int[prompt];
        for (int i = 0; i < prompt; i++) {
            tokens[i] = sequence.get(i).getAsInt();
        }
        TokenHistory history = new TokenHistory(tokens);
        for (int i = prompt; i < sequence.size(); i++) {
            history.add(sequence.get(i).getAsInt());
        }
        return history;
    }

    private static double compare(float[] expected, float[] found, JsonObject test) {
        String name = test.get("settings") + " of " + test.get("row") + " after " + test.get("sequence");
        double largest = 0;
        for (int token = 0; token < expected.length; token++) {
            boolean banned = expected[token] == Float.NEGATIVE_INFINITY;
            assertEquals(banned, found[token] == Float.NEGATIVE_INFINITY, name + ", token " + token);
            if (!banned) {
                largest = Math.max(largest, Math.abs(expected[token] - found[token]));
            }
        }
        assertTrue(largest <= 1e-5, name + ": " + largest);
        return largest;
    }

    private static float[] floats(JsonArray array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).isJsonNull()
                    ? Float.NEGATIVE_INFINITY
                    : array.get(i).getAsFloat();
        }
        return values;
    }
}
