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
package io.github.tribuollm.tutorials.grid;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * One training run.
 *
 * @param model the checkpoint's name
 * @param data what it is trained on
 * @param method how
 * @param seed the seed, from 0
 */
record GridCell(String model, GridData data, GridMethod method, int seed) {
    /**
     * What a run has come to.
     *
     * @param setting the size of the run
     * @param inDistribution the mean held-out loss on the data set it was trained on, nats a completion token
     * @param outOfDistribution the mean held-out loss on the other data set, nats a completion token
     * @param seconds how long training took
     */
    record Result(GridSetting setting, double inDistribution, double outOfDistribution, double seconds) {}

    private static final Gson GSON = new Gson();

    @Override
    public String toString() {
        return model + ", " + data + ", " + method.label() + ", seed " + seed;
    }

    private String stem() {
        return String.join("-", model, data.name(), method.name(), Integer.toString(seed))
                .toLowerCase(Locale.ROOT);
    }

    /** Where the trained adapter of this cell is kept if another cell needs it. */
    Path adapter(Path output) {
        return output.resolve("adapters").resolve(stem());
    }

    private Path file(Path output) {
        return output.resolve("cells").resolve(stem() + ".json");
    }

    /**
     * The result of an earlier run of the same size.
     *
     * @throws IllegalStateException if the file is of another size or cannot be read
     */
    Optional<Result> finished(Path output, GridSetting setting) {
        Path file = file(output);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Result result = GSON.fromJson(Files.readString(file), Result.class);
            if (!setting.equals(result.setting())) {
                throw new IllegalStateException(file + " was made with " + result.setting() + ", not " + setting
                        + "; choose another directory");
            }
            return Optional.of(result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException(file + " is no result of this grid; delete it", e);
        }
    }

    void save(Path output, Result result) {
        AtomicFile.write(file(output), GSON.toJson(result) + "\n");
    }
}
