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

/** The objectives that can be named on a command line; a configuration file can hold any other. */
enum ObjectiveName {
    MLE(false, false, true),
    MASKED_MLE(true, false, true),
    MASKED_MLE_DISTILL(true, true, true),
    DISTILL(false, true, false);

    private final boolean masked;
    private final boolean teacher;
    private final boolean label;

    ObjectiveName(boolean masked, boolean teacher, boolean label) {
        this.masked = masked;
        this.teacher = teacher;
        this.label = label;
    }

    /** Whether only some tokens are trained on their label. */
    boolean masked() {
        return masked;
    }

    /** Whether tokens are trained on the reference model's distribution. */
    boolean teacher() {
        return teacher;
    }

    /** Whether tokens are trained on their label. */
    boolean label() {
        return label;
    }
}
