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
package io.github.tribuollm.llm.checkpoint;

import java.util.Arrays;

/**
 * How much the columns of the matrices of linear layers count when they are rounded: a column by which large
 * inputs are multiplied counts more. llama.cpp calls it an importance matrix.
 */
@FunctionalInterface
public interface ColumnImportance {
    /** All columns count alike. */
    ColumnImportance ALIKE = (matrix, in) -> {
        float[] alike = new float[in];
        Arrays.fill(alike, 1);
        return alike;
    };

    /**
     * The weights of squared errors of the columns of a matrix.
     *
     * @param matrix its name
     * @param in the number of its columns
     * @return positive and finite, [in]
     */
    float[] of(String matrix, int in);
}
