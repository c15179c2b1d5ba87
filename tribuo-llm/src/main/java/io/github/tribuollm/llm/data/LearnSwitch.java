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

import java.util.List;

/**
 * The fields by which a turn says whether it is learned: {@code weight} (OpenAI), {@code train} and {@code training}
 * (Axolotl), {@code loss} (ms-swift). 0 and false switch a turn of the assistant off; 1, true and null are as if the
 * field were missing.
 */
final class LearnSwitch {
    /** The fields that are honoured. */
    static final List<String> FIELDS = List.of("weight", "train", "training", "loss");

    private static final List<String> FINER = List.of("train_detail", "training_detail", "loss_scale", "loss_mask");

    private LearnSwitch() {}

    /**
     * Tells whether a turn is learned.
     *
     * @param turn the turn
     * @param role who speaks
     * @return whether the assistant speaks, and no field switches it off
     * @throws DataException if a field has another value, or asks to learn what somebody else says
     */
    static boolean learned(JsonRow turn, String role) {
        for (String field : FINER) {
            if (turn.has(field)) {
                throw turn.wrong(
                        field,
                        "weighs parts of a turn, which is not supported; use weight 0 or 1 for the"
                                + " whole turn, or a file of numbers for each token");
            }
        }
        boolean assistant = role.equals(Message.ASSISTANT);
        boolean learned = assistant;
        for (String field : FIELDS) {
            if (turn.has(field)) {
                boolean on = turn.isOn(field);
                if (on && !assistant) {
                    throw turn.wrong(
                            field,
                            "asks to learn what the role \"" + role
                                    + "\" says; only what the assistant says is learned, remove the field");
                }
                learned &= on;
            }
        }
        return learned;
    }
}
