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
package io.github.tribuollm.llm.data.rollout;

import io.github.tribuollm.llm.data.JsonRow;
import io.github.tribuollm.llm.data.RowSource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Rollouts from a JSON-lines file. Fields of a row:
 *
 * <ul>
 *   <li>{@code prompt} and {@code completion}: a string each, or an array of token ids;
 *   <li>{@code old_log_probabilities}, {@code reference_log_probabilities}: one number for each completion token;
 *   <li>{@code advantage}, {@code reward}: a number, or one for each completion token;
 *   <li>{@code group}: a string that the rows of one prompt share.
 * </ul>
 *
 * <p>All but the first two may be missing; an objective that needs one that is missing is refused before its first
 * step.
 */
public final class RolloutFile extends RowSource<Rollout> {
    private RolloutFile() {}

    /**
     * All rows of a file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public RolloutFile(Path path) {
        super(path, 0, ALL);
        postConfig();
    }

    @Override
    protected Rollout item(JsonRow row) {
        return new Rollout(
                span(row, "prompt"),
                span(row, "completion"),
                row.has("old_log_probabilities") ? Optional.of(logs(row, "old_log_probabilities")) : Optional.empty(),
                row.has("reference_log_probabilities")
                        ? Optional.of(logs(row, "reference_log_probabilities"))
                        : Optional.empty(),
                credit(row, "advantage"),
                credit(row, "reward"),
                row.has("group") ? Optional.of(row.text("group")) : Optional.empty(),
                row.origin());
    }

    private static Rollout.Span span(JsonRow row, String field) {
        return row.isArray(field) ? new Rollout.Ids(row.ids(field)) : new Rollout.Text(row.text(field));
    }

    private static float[] logs(JsonRow row, String field) {
        float[] values = complete(row, field);
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                throw row.wrong(field + "[" + i + "]", "is above 0, which no log-probability is: " + values[i]);
            }
        }
        return values;
    }

    private static Optional<Rollout.Credit> credit(JsonRow row, String field) {
        if (!row.has(field)) {
            return Optional.empty();
        }
        return Optional.of(
                row.isArray(field)
                        ? new Rollout.Credit(complete(row, field), true)
                        : Rollout.Credit.ofCompletion(row.number(field)));
    }

    private static float[] complete(JsonRow row, String field) {
        float[] values = row.numbers(field);
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i])) {
                throw row.wrong(field + "[" + i + "]", "is null; every completion token needs a number");
            }
        }
        return values;
    }
}
