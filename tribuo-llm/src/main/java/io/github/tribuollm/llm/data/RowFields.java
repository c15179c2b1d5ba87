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
package io.github.tribuollm.llm.data;

import java.util.Map;

/** The fields of a row that say the same in every format: how much it counts, and what is not honoured. */
final class RowFields {
    /** How much a row counts beside others. */
    static final String WEIGHT = "weight";

    private static final String TRAIN = "train";
    private static final String PREFERENCE = "belongs to training on preferences, which learns from answers to avoid;"
            + " remove it, and leave out the rows whose answer is not to be learned";
    private static final String MEDIA = "is not text, and only text is learned; leave out the rows that need it";
    private static final String FINER = "says how much parts of a row count, which is not read here; give the whole row"
            + " a \"weight\", or the tokens a file of numbers with a column token_weight";
    private static final String IDS = "is of a row that is tokens already; give the text that they were made of";
    private static final String ROLLOUT =
            "belongs to a sampled answer; read the file as rollouts, with a RolloutSource";

    private static final Map<String, String> NOT_HONOURED = Map.ofEntries(
            Map.entry("rejected", PREFERENCE),
            Map.entry("chosen", PREFERENCE),
            Map.entry("rejected_response", PREFERENCE),
            Map.entry("kto_tag", PREFERENCE),
            Map.entry("image", MEDIA),
            Map.entry("images", MEDIA),
            Map.entry("video", MEDIA),
            Map.entry("videos", MEDIA),
            Map.entry("audio", MEDIA),
            Map.entry("audios", MEDIA),
            Map.entry("loss_scale", FINER),
            Map.entry("loss_mask", FINER),
            Map.entry("loss_weight", FINER),
            Map.entry("sample_weight", FINER),
            Map.entry("completion_mask", FINER),
            Map.entry("assistant_masks", FINER),
            Map.entry("train_detail", FINER),
            Map.entry("training_detail", FINER),
            Map.entry("labels", IDS),
            Map.entry("input_ids", IDS),
            Map.entry("advantage", ROLLOUT),
            Map.entry("old_log_probabilities", ROLLOUT));

    private RowFields() {}

    /**
     * Checks that no field says something that is not honoured.
     *
     * @throws DataException naming the field, why it is not honoured, and what to do
     */
    static void requireHonoured(JsonRow row) {
        row.names()
                .filter(NOT_HONOURED::containsKey)
                .filter(field -> Message.says(row.value(field)))
                .findFirst()
                .ifPresent(field -> {
                    throw row.wrong(field, NOT_HONOURED.get(field));
                });
    }

    /**
     * How much a row counts, by its {@code weight}, and by {@code train}, which false or 0 switch off.
     *
     * @return a finite number of at least 0, 1 where the row does not say
     * @throws DataException if a field is something else
     */
    static float weight(JsonRow row) {
        float weight = row.has(WEIGHT) ? row.number(WEIGHT) : 1;
        if (weight < 0) {
            throw row.wrong(WEIGHT, "is " + weight + "; a weight is at least 0");
        }
        return row.has(TRAIN) && !row.isOn(TRAIN) ? 0 : weight;
    }
}
