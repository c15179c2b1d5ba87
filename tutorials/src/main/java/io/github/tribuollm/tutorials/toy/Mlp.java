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
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.SparseDistribution;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;

/**
 * A multilayer perceptron with ReLU that learns to classify under an objective of this project, by gradient descent. To
 * the objective, a picture is a token: its classes are the vocabulary.
 */
final class Mlp implements AutoCloseable {
    private static final Dim ROWS = Dim.symbol("N");

    private final int[] widths;
    private final List<float[]> parameters = new ArrayList<>();
    private final GraphSession training;
    private final GraphSession predicting;

    /**
     * A perceptron whose weights and biases are uniform within one over the root of the number of inputs, as PyTorch's
     * linear layers are.
     *
     * @param objective what is minimised
     * @param random where the parameters come from
     * @param widths inputs, hidden units of each layer, classes
     */
    Mlp(Objective objective, RandomGenerator random, int... widths) {
        this.widths = widths.clone();
        for (int layer = 1; layer < widths.length; layer++) {
            double bound = 1 / Math.sqrt(widths[layer - 1]);
            parameters.add(uniform(widths[layer] * widths[layer - 1], bound, random));
            parameters.add(uniform(widths[layer], bound, random));
        }
        training = GraphSession.open(training(objective));
        predicting = GraphSession.open(predicting());
    }

    private static float[] uniform(int count, double bound, RandomGenerator random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return values;
    }

    private List<Tensor> inputs(Graph graph) {
        List<Tensor> inputs = new ArrayList<>();
        for (int layer = 1; layer < widths.length; layer++) {
            Dim out = Dim.of(widths[layer]);
            inputs.add(graph.input("weight." + layer, ElementType.FLOAT, out, Dim.of(widths[layer - 1])));
            inputs.add(graph.input("bias." + layer, ElementType.FLOAT, out));
        }
        return inputs;
    }

    private Tensor logits(Graph graph, List<Tensor> inputs) {
        Tensor x = graph.input("x", ElementType.FLOAT, ROWS, Dim.of(widths[0]));
        for (int i = 0; i < inputs.size(); i += 2) {
            Tensor y = x.linear(inputs.get(i)).add(inputs.get(i + 1));
            x = i + 2 < inputs.size() ? y.relu() : y;
        }
        return x;
    }

    private Graph.Model training(Objective objective) {
        Graph graph = new Graph();
        List<Tensor> inputs = inputs(graph);
        TokenDistribution prediction = TokenDistribution.ofLogits(logits(graph, inputs));
        Pictures pictures = new Pictures(prediction, graph.input("labels", ElementType.INT64, ROWS));
        List<Tensor> weights = objective.normalise(objective.weights(pictures), pictures);
        Tensor loss = objective.weightedLosses(prediction, pictures, weights).stream()
                .map(Tensor::sum)
                .reduce(Tensor::add)
                .orElseThrow();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        List<Tensor> gradients = Gradients.of(loss, inputs);
        for (int i = 0; i < gradients.size(); i++) {
            outputs.put("gradient." + i, gradients.get(i));
        }
        outputs.put("loss", loss);
        return graph.model(outputs);
    }

    private Graph.Model predicting() {
        Graph graph = new Graph();
        return graph.model(Map.of("best", logits(graph, inputs(graph)).argMax()));
    }

    /** One step of gradient descent: the loss before it. */
    float step(float[] x, long[] labels, double learningRate) {
        try (Feeds feeds = feeds(x, labels.length).integers("labels", labels, labels.length);
                GraphSession.Outputs outputs = training.run(feeds)) {
            for (int i = 0; i < parameters.size(); i++) {
                float[] values = parameters.get(i);
                float[] gradient = outputs.floats("gradient." + i);
                for (int k = 0; k < values.length; k++) {
                    values[k] -= (float) learningRate * gradient[k];
                }
            }
            return outputs.scalar("loss");
        }
    }

    /** The most probable class of each row. */
    long[] classes(float[] x, int rows) {
        try (Feeds feeds = feeds(x, rows);
                GraphSession.Outputs outputs = predicting.run(feeds)) {
            return outputs.integers("best");
        }
    }

    private Feeds feeds(float[] x, int rows) {
        Feeds feeds = new Feeds().floats("x", x, rows, widths[0]);
        for (int layer = 1; layer < widths.length; layer++) {
            feeds.floats("weight." + layer, parameters.get(2 * layer - 2), widths[layer], widths[layer - 1])
                    .floats("bias." + layer, parameters.get(2 * layer - 1), widths[layer]);
        }
        return feeds;
    }

    /** Weights and biases in turn, layer after layer; live. */
    List<float[]> parameters() {
        return parameters;
    }

    @Override
    public void close() {
        training.close();
        predicting.close();
    }

    /** The pictures of a step as an objective sees tokens: each is a document of its own. */
    private record Pictures(TokenDistribution prediction, Tensor labels) implements TokenStatistics, Target.Context {
        @Override
        public Tensor student(TokenMeasure measure) {
            return measure.of(prediction, labels).stopGradient();
        }

        @Override
        public Tensor documents() {
            return documentIds();
        }

        @Override
        public Tensor documentIds() {
            return labels.graph().range(ROWS);
        }

        @Override
        public Tensor allTokens() {
            return labels.graph().size(ROWS).toFloat().reshape(Shape.SCALAR);
        }

        @Override
        public TokenDistribution reference() {
            throw new UnsupportedOperationException("pictures have no reference model");
        }

        @Override
        public Tensor reference(TokenMeasure measure) {
            throw new UnsupportedOperationException("pictures have no reference model");
        }

        @Override
        public Tensor column(String name) {
            throw new UnsupportedOperationException("pictures have no column " + name);
        }

        @Override
        public Tensor external(ExternalScore score) {
            throw new UnsupportedOperationException("pictures have no score from elsewhere");
        }

        @Override
        public SparseDistribution sparse(SparseTeacher teacher) {
            throw new UnsupportedOperationException("pictures have no teacher");
        }
    }
}
