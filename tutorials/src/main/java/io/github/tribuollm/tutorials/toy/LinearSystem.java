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

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.math3.random.RandomGenerator;

/**
 * The linear system Z w = d (Equation 2).
 *
 * @param z [N, D]
 * @param d [N]
 */
record LinearSystem(double[][] z, double[] d) {
    int rows() {
        return d.length;
    }

    int parameters() {
        return z[0].length;
    }

    /** Rows of normal numbers of variance 1/D, so that a row has length 1 on average. */
    static double[][] normalRows(int rows, int parameters, RandomGenerator random) {
        double[][] z = new double[rows][parameters];
        for (double[] row : z) {
            for (int i = 0; i < parameters; i++) {
                row[i] = random.nextGaussian() / Math.sqrt(parameters);
            }
        }
        return z;
    }

    /** Random rows of length 1 at right angles, at most as many as parameters: Z Z^T = I. */
    static double[][] orthonormalRows(int rows, int parameters, RandomGenerator random) {
        RealMatrix columns = new Array2DRowRealMatrix(normalRows(rows, parameters, random)).transpose();
        return new QRDecomposition(columns)
                .getQ()
                .getSubMatrix(0, parameters - 1, 0, rows - 1)
                .transpose()
                .getData();
    }

    /** Powers 1, x, ..., x^degree: the system of a polynomial's coefficients. */
    static double[][] powers(double[] x, int degree) {
        double[][] z = new double[x.length][degree + 1];
        for (int row = 0; row < x.length; row++) {
            z[row][0] = 1;
            for (int power = 1; power <= degree; power++) {
                z[row][power] = z[row][power - 1] * x[row];
            }
        }
        return z;
    }

    /** What some parameters give at each row. */
    static double[] at(double[][] z, double[] w) {
        return new Array2DRowRealMatrix(z).operate(w);
    }

    /** The largest eigenvalue of Z^T Z: gradient descent converges below twice its inverse. */
    double curvature() {
        double norm = new SingularValueDecomposition(new Array2DRowRealMatrix(z)).getNorm();
        return norm * norm;
    }
}
