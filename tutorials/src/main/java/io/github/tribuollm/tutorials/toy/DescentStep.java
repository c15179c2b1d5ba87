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
package io.github.tribuollm.tutorials.toy;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of gradient descent on a linear system from the same parameters, for many choices of data and of parameters at
 * a time (Equations 3 and 4): w' = w - rate * parameters * Z^T (data * (Z w - d)).
 */
final class DescentStep implements AutoCloseable {
    private static final Dim CHOICES = Dim.symbol("M");

    private final int rows;
    private final int parameters;
    private final GraphSession session;

    /**
     * Builds the graph.
     *
     * @param train the system to descend on
     * @param heldOut the system to measure on, of as many parameters
     * @param rate the learning rate
     */
    DescentStep(LinearSystem train, LinearSystem heldOut, double rate) {
        rows = train.rows();
        parameters = train.parameters();
        Graph graph = new Graph();
        Tensor data = graph.input("data", ElementType.FLOAT, CHOICES, Dim.of(rows));
        Tensor chosen = graph.input("parameters", ElementType.FLOAT, CHOICES, Dim.of(parameters));
        Tensor w = graph.input("w", ElementType.FLOAT, Dim.ONE, Dim.of(parameters))
                .expand(Shape.of(CHOICES, Dim.of(parameters)));
        Tensor residuals = residuals(w, train);
        Tensor loss = residuals.mul(residuals).mul(data).sum().mul(0.5f);
        Tensor gradient = Gradients.of(loss, List.of(w)).get(0);
        Tensor next = w.sub(gradient.mul(chosen).mul((float) rate));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("residuals", residuals);
        outputs.put("gradient", gradient);
        outputs.put("next", next);
        outputs.put("training", loss(next, train));
        outputs.put("heldOut", loss(next, heldOut));
        session = GraphSession.open(graph.model(outputs));
    }

    private static Tensor residuals(Tensor w, LinearSystem system) {
        Graph graph = w.graph();
        Tensor z = graph.constant(
                floats(Arrays.stream(system.z()).flatMapToDouble(Arrays::stream).toArray()),
                system.rows(),
                system.parameters());
        return w.linear(z).sub(graph.constant(floats(system.d()), system.rows()));
    }

    /** Half the sum of squares (Equation 2). */
    private static Tensor loss(Tensor w, LinearSystem system) {
        Tensor residuals = residuals(w, system);
        return residuals.mul(residuals).sum(-1).mul(0.5f).reshape(CHOICES);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /**
     * What the choices lead to.
     *
     * @param next the parameters after the step, M of [D]
     * @param training half the sum of squares of the training data after the step, [M]
     * @param heldOut the same of the held-out data, [M]
     * @param residuals Z w - d before the step, [N]
     * @param gradients the gradient before the step by the data of the first choice, [D]
     */
    record Outcome(float[][] next, float[] training, float[] heldOut, float[] residuals, float[] gradients) {
        /** The choice whose training loss is least. */
        int best() {
            int best = 0;
            for (int i = 1; i < training.length; i++) {
                best = training[i] < training[best] ? i : best;
            }
            return best;
        }
    }

    /**
     * Takes the step.
     *
     * @param w the parameters, [D]
     * @param choices what each choice takes
     */
    Outcome from(float[] w, List<Choice> choices) {
        int count = choices.size();
        try (Feeds feeds = new Feeds()
                        .floats("w", w, 1, parameters)
                        .floats(
                                "data",
                                joined(choices.stream().map(Choice::data).toList()),
                                count,
                                rows)
                        .floats(
                                "parameters",
                                joined(choices.stream().map(Choice::parameters).toList()),
                                count,
                                parameters);
                GraphSession.Outputs outputs = session.run(feeds)) {
            return new Outcome(
                    split(outputs.floats("next"), count),
                    outputs.floats("training"),
                    outputs.floats("heldOut"),
                    Arrays.copyOf(outputs.floats("residuals"), rows),
                    Arrays.copyOf(outputs.floats("gradient"), parameters));
        }
    }

    private static float[] joined(List<float[]> parts) {
        int length = parts.get(0).length;
        float[] all = new float[parts.size() * length];
        for (int i = 0; i < parts.size(); i++) {
            System.arraycopy(parts.get(i), 0, all, i * length, length);
        }
        return all;
    }

    private static float[][] split(float[] all, int count) {
        int length = all.length / count;
        float[][] parts = new float[count][];
        for (int i = 0; i < count; i++) {
            parts[i] = Arrays.copyOfRange(all, i * length, (i + 1) * length);
        }
        return parts;
    }

    /**
     * Which data and which parameters a step uses.
     *
     * @param data 1 where a datum is used, else 0, [N]
     * @param parameters 1 where a parameter moves, else 0, [D]
     */
    record Choice(float[] data, float[] parameters) {}

    @Override
    public void close() {
        session.close();
    }
}
