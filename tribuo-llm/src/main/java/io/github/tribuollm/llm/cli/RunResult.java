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
package io.github.tribuollm.llm.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a finished run found, kept as {@code result.json} in its directory.
 *
 * @param settings tells its settings, data and base from others
 * @param steps the number of optimiser steps
 * @param loss the loss of the last step
 * @param selectedFraction the mean fraction of the completion tokens that carried a weight
 * @param tokensPerSecond tokens, prompts included, a second
 * @param seconds the time of training; of its last part if it was resumed
 * @param heldOut the losses on held-out data after training, by name
 */
record RunResult(
        String settings,
        int steps,
        double loss,
        double selectedFraction,
        double tokensPerSecond,
        double seconds,
        SortedMap<String, HeldOut> heldOut) {
    private static final String FILE = "result.json";
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();

    /**
     * A loss on held-out data.
     *
     * @param nll nats a completion token
     * @param tokens the number of completion tokens
     */
    record HeldOut(double nll, long tokens) {
        private boolean isPossible() {
            return Double.isFinite(nll) && tokens >= 0;
        }
    }

    void save(Path directory) {
        AtomicFile.write(directory.resolve(FILE), GSON.toJson(this) + "\n");
    }

    /** The result that a run left in its directory; empty if none has finished there. */
    static Optional<RunResult> in(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            RunResult result = GSON.fromJson(Files.readString(file), RunResult.class);
            Optional<String> problem = result == null ? Optional.of("it is empty") : result.problem();
            problem.ifPresent(what -> {
                throw damaged(file, what, null);
            });
            return Optional.of(result);
        } catch (IOException | JsonParseException | NumberFormatException e) {
            throw damaged(file, e.getMessage(), e);
        }
    }

    private static UsageError damaged(Path file, String problem, Exception cause) {
        return new UsageError(
                file + " is damaged or incomplete: " + problem + "; choose another --output, or delete "
                        + file.getParent(),
                cause);
    }

    /** What no run has, beginning with the field's name. */
    private Optional<String> problem() {
        Map<String, Boolean> fields = new LinkedHashMap<>();
        fields.put("settings", settings != null);
        fields.put("steps", steps >= 0);
        fields.put("loss", Double.isFinite(loss));
        fields.put("selectedFraction", selectedFraction >= 0 && selectedFraction <= 1);
        fields.put("tokensPerSecond", tokensPerSecond >= 0 && Double.isFinite(tokensPerSecond));
        fields.put("seconds", seconds >= 0 && Double.isFinite(seconds));
        fields.put(
                "heldOut",
                heldOut != null && heldOut.values().stream().allMatch(data -> data != null && data.isPossible()));
        return fields.entrySet().stream()
                .filter(field -> !field.getValue())
                .findFirst()
                .map(field -> field.getKey() + " is missing, or is what no run has");
    }
}
