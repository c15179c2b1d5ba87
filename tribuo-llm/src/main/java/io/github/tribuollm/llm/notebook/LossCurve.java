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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The loss so far, a line without axes, with gaps where it is not finite. */
final class LossCurve {
    private static final int WIDTH = 600;
    private static final int HEIGHT = 80;
    private static final int EDGE = 4;
    private static final int POINTS = 300;

    private final StringBuilder lines = new StringBuilder();
    private final List<String> line = new ArrayList<>();

    private LossCurve() {}

    /** The picture of a curve; of a longer one, the means of neighbouring points. */
    static String svg(LossHistory.Curve curve) {
        return "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" style=\"width:100%\" role=\"img\" aria-label=\"loss\">"
                + new LossCurve().lines(curve.smoothed(POINTS)) + "</svg>";
    }

    private String lines(LossHistory.Curve curve) {
        double lowest = curve.lowest();
        double span = Math.max(curve.highest() - lowest, 1e-9);
        double[] loss = curve.loss();
        for (int i = 0; i < loss.length; i++) {
            if (Double.isFinite(loss[i])) {
                double x = WIDTH * (i + 1.0) / loss.length;
                double y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (loss[i] - lowest) / span;
                line.add(String.format(Locale.ROOT, "%.1f,%.1f", x, y));
            } else {
                end();
            }
        }
        end();
        return lines.toString();
    }

    /** Draws the points since the last gap: a line, or a single point as a dot. */
    private void end() {
        if (line.size() == 1) {
            String[] place = line.get(0).split(",");
            lines.append("<circle fill=\"#0072b2\" r=\"3\" cx=\"" + place[0] + "\" cy=\"" + place[1] + "\"/>");
        } else if (!line.isEmpty()) {
            lines.append("<polyline fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2\" points=\""
                    + String.join(" ", line) + "\"/>");
        }
        line.clear();
    }
}
