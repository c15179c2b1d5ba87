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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.graph.Tensor;
import java.util.OptionalInt;

/**
 * What the layers of one kind share in a forward pass.
 *
 * @param grid the tokens
 * @param mask which keys a query sees, [T, T] or [B, 1, T, T]: 0 or a large negative number
 * @param window how many tokens a query sees, itself included; empty for all
 * @param rotary the rotations of the tokens' positions
 */
public record AttentionContext(TokenGrid grid, Tensor mask, OptionalInt window, RotaryPositions rotary) {}
