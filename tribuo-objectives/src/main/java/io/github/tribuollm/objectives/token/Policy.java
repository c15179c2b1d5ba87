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
package io.github.tribuollm.objectives.token;

/** Whose probability of a token the model's own is compared with. */
public enum Policy {
    // No constant has a body: OLCUT cannot read such a constant's provenance.
    /** The model that sampled the data; the data gives its log-probability of each token. */
    OLD,
    /** The reference model. */
    REFERENCE,
    /** The reference model, whose loss of each token the data gives; no model is needed. */
    RECORDED_REFERENCE;

    /** As sentences call it; OLCUT writes toString() into configurations, so that must stay the constant's name. */
    public String words() {
        return switch (this) {
            case OLD -> "old policy";
            case REFERENCE -> "reference";
            case RECORDED_REFERENCE -> "recorded reference";
        };
    }
}
