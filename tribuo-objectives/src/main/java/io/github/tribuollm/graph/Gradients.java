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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reverse-mode differentiation: {@code d(sum_k <seed_k, output_k>) / d(parameter)} for each parameter, appended to
 * the graph as ordinary nodes.
 */
public final class Gradients {
    private final Graph graph;
    private final Set<Tensor> active = new HashSet<>();
    private final Map<Tensor, Tensor> adjoints = new HashMap<>();

    private Gradients(Graph graph) {
        this.graph = graph;
    }

    /**
     * The gradients of a scalar.
     *
     * @param scalar the scalar to differentiate
     * @param parameters what to differentiate by
     * @return one gradient for each parameter, of its shape
     * @throws GraphException if the tensor is no float scalar, or does not depend on a parameter
     */
    public static List<Tensor> of(Tensor scalar, List<Tensor> parameters) {
        if (!scalar.shape().equals(Shape.SCALAR)) {
            throw new GraphException("Only a scalar has a gradient; got " + scalar);
        }
        return backward(List.of(scalar), List.of(scalar.graph().constant(1f)), parameters);
    }

    /**
     * A vector-Jacobian product from given seeds.
     *
     * @param outputs where to start
     * @param seeds the gradient with respect to each output, of its shape
     * @param parameters what to differentiate by
     * @return one gradient for each parameter, of its shape
     * @throws GraphException if a seed has another shape than its output, or an output does not depend on a parameter
     */
    public static List<Tensor> backward(List<Tensor> outputs, List<Tensor> seeds, List<Tensor> parameters) {
        Gradients gradients = new Gradients(outputs.get(0).graph());
        for (int i = 0; i < outputs.size(); i++) {
            gradients.accumulate(outputs.get(i), seeds.get(i), false);
        }
        gradients.active.addAll(parameters);
        gradients.graph.untaped(() -> gradients.walk(gradients.graph.tape()));
        return parameters.stream().map(gradients::of).toList();
    }

    private Tensor of(Tensor parameter) {
        Tensor gradient = adjoints.get(parameter);
        if (gradient == null) {
            throw new GraphException("Nothing that was differentiated depends on " + parameter);
        }
        return gradient;
    }

    private void walk(List<Tape> tape) {
        for (Tape entry : tape) {
            if (entry.inputs().stream().anyMatch(active::contains)) {
                active.addAll(entry.outputs());
            }
        }
        for (int i = tape.size() - 1; i >= 0; i--) {
            Tape entry = tape.get(i);
            boolean reached = entry.outputs().stream().anyMatch(adjoints::containsKey);
            if (reached && active.contains(entry.outputs().get(0))) {
                propagate(entry);
            }
        }
    }

    private void propagate(Tape entry) {
        Tensor gradient = adjoints.get(entry.outputs().get(0));
        if (entry instanceof Tape.Split split) {
            List<Tensor> parts = split.outputs().stream().map(this::orZero).toList();
            Tensor[] others = parts.subList(1, parts.size()).toArray(new Tensor[0]);
            accumulate(split.whole(), parts.get(0).concat(split.axis(), others), false);
        } else if (entry instanceof Tape.Shared shared) {
            adjoints.remove(shared.y());
            accumulate(shared.x(), shared.vjp().apply(gradient), false);
        } else if (entry instanceof Tape.Step step) {
            int before = graph.size();
            List<Tensor> contributions = step.vjp().apply(gradient);
            for (int i = 0; i < contributions.size(); i++) {
                Tensor contribution = contributions.get(i);
                if (contribution != null && active.contains(step.inputs().get(i))) {
                    accumulate(step.inputs().get(i), contribution, contribution.index() >= before);
                }
            }
        } else if (entry instanceof Tape.Checkpoint checkpoint) {
            recompute(checkpoint, gradient);
        }
    }

    private Tensor orZero(Tensor tensor) {
        Tensor gradient = adjoints.get(tensor);
        return gradient == null ? tensor.zeros(tensor.shape()) : gradient;
    }

    private void recompute(Tape.Checkpoint checkpoint, Tensor gradient) {
        Tensor input = checkpoint.input().barrier(gradient);
        if (active.contains(checkpoint.input())) {
            active.add(input);
        }
        List<Tape> tape = new ArrayList<>();
        Tensor output = graph.taped(tape, () -> checkpoint.block().apply(input));
        accumulate(output, gradient, false);
        walk(tape);
        Tensor inputGradient = adjoints.get(input);
        if (inputGradient != null) {
            accumulate(checkpoint.input(), inputGradient, false);
        }
    }

    /** Adds a contribution; one that nothing else has seen yet may be fused with the sum so far. */
    private void accumulate(Tensor tensor, Tensor contribution, boolean fresh) {
        if (!contribution.type().equals(tensor.type())) {
            throw new GraphException("A gradient of type " + contribution.type() + " for " + tensor);
        }
        adjoints.merge(tensor, contribution, (sum, term) -> fresh ? term.fusedAdd(sum) : sum.add(term));
    }
}
