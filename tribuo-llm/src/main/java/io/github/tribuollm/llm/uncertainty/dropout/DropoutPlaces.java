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
package io.github.tribuollm.llm.uncertainty.dropout;

/** Where Monte Carlo dropout drops. */
public enum DropoutPlaces {
    // No constant has a body: OLCUT cannot read such a constant's provenance.
    /**
     * Where transformers has dropout for the architecture: the attention weights, and for Phi-3 also what attention and
     * the feed-forward network add to the hidden states.
     */
    ARCHITECTURE,
    /** The inputs of an adapter's A matrices, as in training with LoRA dropout; needs an adapter. */
    LORA,
    /** The input of every linear layer but the output layer. */
    ALL_LINEAR
}
