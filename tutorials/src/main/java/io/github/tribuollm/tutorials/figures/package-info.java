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
/**
 * The paper's figures of token-level uncertainty on a pretrained model: coloured tokens (2A, 7, 8), correlations (2B),
 * the spread of losses over tokens and documents (9), and epistemic uncertainty by the rate of dropout (10). {@link
 * io.github.tribuollm.tutorials.figures.RunFigures} draws them from a configuration, and goes on where it was
 * interrupted.
 */
package io.github.tribuollm.tutorials.figures;
