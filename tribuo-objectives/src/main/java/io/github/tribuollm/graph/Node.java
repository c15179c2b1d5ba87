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

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** One ONNX node: an operator applied to inputs. An absent optional input is null. */
record Node(String name, Operator operator, List<Tensor> inputs, List<Tensor> outputs) {
    /** The {@link Tensor#index()} of what it computes. */
    int index() {
        return outputs.get(0).index();
    }

    /** What it repeats, if it is a loop. */
    Optional<Subgraph> body() {
        return operator instanceof Loop.Repetition loop ? Optional.of(loop.body()) : Optional.empty();
    }

    /** All that must be known before it runs: its inputs, and what its body takes from outside. */
    List<Tensor> operands() {
        Stream<Tensor> present = inputs.stream().filter(Objects::nonNull);
        return Stream.concat(present, body().stream().flatMap(body -> body.captured().stream()))
                .toList();
    }
}
