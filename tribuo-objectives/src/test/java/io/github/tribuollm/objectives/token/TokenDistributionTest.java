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

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenDistributionTest {
    private static final float[] HEAD = {3, -1, 0.5f, -2, 2, 1, 0.25f, 0.75f, -1.5f};

    /** p = 0.9994: a gradient that is left of p - 1 after p was rounded would be wrong by more than half. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void sixteenBitsKeepTheGradientOfConfidentPredictions(ElementType type) {
        float[] exact = gradient(ElementType.FLOAT);
        float[] rounded = gradient(type);
        double roundoff = type == ElementType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], rounded[i], 4 * roundoff * Math.abs(exact[i]), "component " + i);
        }
    }

    /** Of the label's loss with respect to the hidden state. */
    private static float[] gradient(ElementType type) {
        Graph graph = new Graph(type);
        Tensor hidden = graph.input("hidden", ElementType.FLOAT, Dim.symbol("N"), Dim.of(3));
        Tensor labels = graph.input("labels", ElementType.INT64, Dim.symbol("N"));
        Tensor loss = TokenDistribution.ofHead(hidden.toCompute(), graph.constant(HEAD, 3, 3))
                .nll(labels)
                .sum();
        Tensor gradient = Gradients.of(loss, List.of(hidden)).get(0);
        try (GraphSession session = GraphSession.open(
                        graph.model(Map.of("gradient", gradient)).emulated());
                Feeds feeds = new Feeds()
                        .floats("hidden", new float[] {1.5f, -1, 1}, 1, 3)
                        .integers("labels", new long[] {0}, 1);
                GraphSession.Outputs outputs = session.run(feeds)) {
            return outputs.floats("gradient");
        }
    }
}
