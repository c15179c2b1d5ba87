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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.uncertainty.Measure;
import java.util.List;
import java.util.Map;

/**
 * The uncertainties of a fixture's documents under its dropout masks.
 *
 * @param documents for each a number for each token, by measure; NaN for tokens that are not completion
 */
public record FixtureUncertainties(List<Map<Measure, double[]>> documents) {
    /** {@return the names of the fixtures} */
    public static List<String> names() {
        return DropoutGolden.names();
    }

    /**
     * Measures.
     *
     * @param name the fixture
     * @param backend where
     * @param rate what the fixture's rate of dropout is multiplied by
     * @return what is measured
     */
    public static FixtureUncertainties of(String name, Backend backend, double rate) {
        try (DropoutGolden golden = DropoutGolden.of(name)) {
            MonteCarloDropout dropout = golden.dropout();
            return new FixtureUncertainties(
                    golden.on(backend).measured(rate == 1 ? dropout : dropout.withRate(rate * golden.rate())));
        }
    }

    /**
     * How far a measure is from another's.
     *
     * @param other measured of the same documents
     * @param measure which
     * @return the largest difference of a token, in nats
     */
    public double differenceFrom(FixtureUncertainties other, Measure measure) {
        double worst = 0;
        for (int d = 0; d < documents.size(); d++) {
            double[] ours = documents.get(d).get(measure);
            double[] theirs = other.documents.get(d).get(measure);
            for (int t = 0; t < theirs.length; t++) {
                worst = Double.isNaN(theirs[t]) ? worst : Math.max(worst, Math.abs(ours[t] - theirs[t]));
            }
        }
        return worst;
    }
}
