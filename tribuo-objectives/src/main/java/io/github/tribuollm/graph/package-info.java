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
 * A differentiable graph written in ONNX operators.
 *
 * <p>{@link io.github.tribuollm.graph.Tensor}s are symbolic values; their methods append ONNX nodes to a
 * {@link io.github.tribuollm.graph.Graph}, which checks element types and symbolic shapes at once.
 * {@link io.github.tribuollm.graph.Gradients} walks the recorded tape backwards; every
 * {@link io.github.tribuollm.graph.Operator} declares its vector-Jacobian product beside its shape rule.
 */
package io.github.tribuollm.graph;
