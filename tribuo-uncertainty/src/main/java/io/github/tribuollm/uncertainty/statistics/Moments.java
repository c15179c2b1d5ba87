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
package io.github.tribuollm.uncertainty.statistics;

/** Weighted sums of pairs (x, y): all that a product-moment correlation needs. */
final class Moments {
    private double weight;
    private double x;
    private double y;
    private double xx;
    private double xy;
    private double yy;

    /** Adds a pair. */
    void add(double weight, double x, double y) {
        this.weight += weight;
        this.x += weight * x;
        this.y += weight * y;
        xx += weight * x * x;
        xy += weight * x * y;
        yy += weight * y * y;
    }

    /** Adds so many copies of what others have summed up. */
    void add(int copies, Moments other) {
        weight += copies * other.weight;
        x += copies * other.x;
        y += copies * other.y;
        xx += copies * other.xx;
        xy += copies * other.xy;
        yy += copies * other.yy;
    }

    /** {@return cov(x, y) / sqrt(var(x) var(y)), NaN if either does not vary} */
    double correlation() {
        double r = (xy - x * y / weight) / Math.sqrt((xx - x * x / weight) * (yy - y * y / weight));
        return Double.isFinite(r) ? Math.max(-1, Math.min(1, r)) : Double.NaN;
    }
}
