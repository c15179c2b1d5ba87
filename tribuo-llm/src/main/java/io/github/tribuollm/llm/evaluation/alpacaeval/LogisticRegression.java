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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Logistic regression without intercept on few features, whose outcomes are shares in [0, 1] and whose rows are
 * weighted. It minimises sum of w (-p log s - (1 - p) log (1 - s)) + l1 |b|, s = sigmoid(x b), by Newton's method; each
 * quadratic model is minimised under the penalty by coordinate descent.
 *
 * @param features shape [rows, features]
 * @param outcomes shape [rows]
 * @param weights shape [rows], at least 0
 */
record LogisticRegression(double[][] features, double[] outcomes, double[] weights) {
    private static final int MOST_STEPS = 200;
    private static final int SWEEPS = 1000;
    private static final double ENOUGH = 1e-12;
    private static final double RIDGE = 1e-12;

    /** {@return the coefficients, shape [features]} */
    double[] fit(double l1) {
        double[] b = new double[features[0].length];
        double objective = objective(b, l1);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(b, l1);
            double scale = 1;
            double[] next = moved(b, direction, scale);
            double reached = objective(next, l1);
            while (!(reached <= objective) && scale > ENOUGH) {
                scale /= 2;
                next = moved(b, direction, scale);
                reached = objective(next, l1);
            }
            double change =
                    scale * Arrays.stream(direction).map(Math::abs).max().orElse(0);
            if (reached <= objective) {
                b = next;
                objective = reached;
            }
            if (change < ENOUGH) {
                break;
            }
        }
        return b;
    }

    private static double[] moved(double[] b, double[] direction, double scale) {
        double[] moved = new double[b.length];
        Arrays.setAll(moved, j -> b[j] + scale * direction[j]);
        return moved;
    }

    private double objective(double[] b, double l1) {
        double sum = l1 * Arrays.stream(b).map(Math::abs).sum();
        for (int row = 0; row < features.length; row++) {
            double z = dot(features[row], b);
            sum += weights[row] * (softplus(z) - outcomes[row] * z);
        }
        return sum;
    }

    /** The minimum of the quadratic model at b with the penalty, minus b. */
    private double[] direction(double[] b, double l1) {
        double[] gradient = gradient(b);
        double[][] hessian = information(b).getData();
        double[] d = new double[b.length];
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            double largest = 0;
            for (int j = 0; j < d.length; j++) {
                double curvature = hessian[j][j] + RIDGE;
                double slope = gradient[j] + dot(hessian[j], d) - hessian[j][j] * d[j];
                double target = curvature * b[j] - slope;
                double updated = Math.signum(target) * Math.max(0, Math.abs(target) - l1) / curvature - b[j];
                largest = Math.max(largest, Math.abs(updated - d[j]));
                d[j] = updated;
            }
            if (largest < ENOUGH) {
                break;
            }
        }
        return d;
    }

    private double[] gradient(double[] b) {
        double[] gradient = new double[b.length];
        for (int row = 0; row < features.length; row++) {
            double error = weights[row] * (sigmoid(dot(features[row], b)) - outcomes[row]);
            for (int j = 0; j < b.length; j++) {
                gradient[j] += error * features[row][j];
            }
        }
        return gradient;
    }

    /** {@return the second derivatives of the loss, shape [features, features]} */
    RealMatrix information(double[] b) {
        double[][] hessian = new double[b.length][b.length];
        for (int row = 0; row < features.length; row++) {
            double s = sigmoid(dot(features[row], b));
            for (int j = 0; j < b.length; j++) {
                for (int k = 0; k < b.length; k++) {
                    hessian[j][k] += weights[row] * s * (1 - s) * features[row][j] * features[row][k];
                }
            }
        }
        return new Array2DRowRealMatrix(hessian, false);
    }

    static double dot(double[] x, double[] b) {
        double sum = 0;
        for (int j = 0; j < b.length; j++) {
            sum += x[j] * b[j];
        }
        return sum;
    }

    static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    private static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }
}
