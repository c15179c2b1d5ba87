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
package io.github.tribuollm.llm.notebook;

import io.github.tribuollm.llm.training.report.LossHistory;
import java.util.Locale;
import java.util.StringJoiner;

/** The loss so far, a line without axes. */
final class LossCurve {
    private static final int WIDTH = 600;
    private static final int HEIGHT = 80;

    private LossCurve() {}

    static String svg(LossHistory.Curve curve) {
        double span = Math.max(curve.highest() - curve.lowest(), 1e-9);
        StringJoiner points = new StringJoiner(" ");
        for (int i = 0; i < curve.x().length; i++) {
            double x = WIDTH * (i + 1.0) / curve.x().length;
            double y = HEIGHT - (HEIGHT - 4) * (curve.loss()[i] - curve.lowest()) / span - 2;
            points.add(String.format(Locale.ROOT, "%.1f,%.1f", x, y));
        }
        return "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" style=\"width:100%\" role=\"img\" aria-label=\"loss\">"
                + "<polyline fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2\" points=\"" + points + "\"/></svg>";
    }
}
