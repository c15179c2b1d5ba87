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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.runtime.Settings;

/**
 * How often something happens in a run: every so many steps, or every so many passes over the data, which may be a
 * fraction of one.
 *
 * @param steps steps in between; 0 where passes decide, or for never
 * @param epochs passes in between; 0 where steps decide, or for never
 */
public record Cadence(int steps, double epochs) {
    /**
     * Checks the settings.
     *
     * @param ofSteps the name of the setting in steps
     * @param ofEpochs the name of the setting in passes
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException naming the setting that is out of range, or both
     */
    public void require(String ofSteps, String ofEpochs) {
        Settings.require(ofSteps, steps >= 0, "must not be negative: " + steps);
        Settings.require(
                ofEpochs, epochs >= 0 && Double.isFinite(epochs), "must be finite and not negative: " + epochs);
        Settings.require(
                ofEpochs,
                steps == 0 || epochs == 0,
                "is " + epochs + ", but " + ofSteps + " is " + steps + " already; set one of them to 0");
    }

    boolean never() {
        return steps == 0 && epochs == 0;
    }

    /**
     * Whether it happens after a step: the first one that ends a multiple of the interval.
     *
     * @param done the steps done, that one included
     * @param stepsInEpoch the steps of a pass over the data
     */
    boolean due(int done, int stepsInEpoch) {
        return steps > 0
                ? done % steps == 0
                : epochs > 0 && passed(done, stepsInEpoch) > passed(done - 1, stepsInEpoch);
    }

    /** How many intervals are over; a step that rounding puts an instant too early ends its interval all the same. */
    private long passed(int done, int stepsInEpoch) {
        return (long) Math.floor(done / (epochs * stepsInEpoch) + 1e-9);
    }

    /** {@return such as {@code every 0.5 epochs}} */
    @Override
    public String toString() {
        return never() ? "never" : steps > 0 ? "every " + steps + " steps" : "every " + epochs + " epochs";
    }
}
