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
package io.github.tribuollm.scratch;

import io.github.tribuollm.graph.*;
import io.github.tribuollm.objectives.token.*;
import io.github.tribuollm.runtime.*;
import java.util.*;

public class Nan {
    public static void main(String[] a) throws Exception {
        int v = 1024;
        float[] z = new float[2 * v];
        Random r = new Random(1);
        for (int i = 0; i < z.length; i++) z[i] = (float) r.nextGaussian();
        z[17] = Float.NaN;
        z[v + 3] = Float.NEGATIVE_INFINITY;
        Graph g = new Graph();
        Tensor x = g.input("z", ElementType.FLOAT, Dim.symbol("N"), Dim.of(v));
        TokenDistribution d = TokenDistribution.ofLogits(x);
        Tensor l = g.input("l", ElementType.INT64, Dim.symbol("N"));
        try (GraphSession s = GraphSession.open(g.model(Map.of(
                        "nll",
                        d.nll(l),
                        "e",
                        d.entropy(),
                        "max",
                        x.max(-1),
                        "p",
                        x.softmax(),
                        "b",
                        d.best().toFloat(),
                        "m",
                        d.margin())));
                Feeds f = new Feeds().floats("z", z, 2, v).integers("l", new long[] {5, 5}, 2);
                GraphSession.Outputs o = s.run(f)) {
            for (String n : List.of("nll", "e", "max", "b", "m"))
                System.out.println(n + " " + Arrays.toString(o.floats(n)));
            float[] p = o.floats("p");
            System.out.println(p[17] + " " + p[16] + " " + p[v + 3]);
        }
    }
}
