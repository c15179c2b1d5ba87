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
package io.github.tribuollm.graph;

/**
 * What is known of a tensor when the graph is built.
 *
 * @param element the element type
 * @param shape the symbolic shape
 */
public record TensorType(ElementType element, Shape shape) {
    @Override
    public String toString() {
        return element.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }
}
