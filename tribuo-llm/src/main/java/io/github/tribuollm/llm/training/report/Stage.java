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
package io.github.tribuollm.llm.training.report;

import java.util.Objects;

/**
 * Which of the runs that make up a training this one is.
 *
 * @param run the name of the run, such as {@code train} or {@code reference}
 * @param number its place among the runs, from 1
 * @param of how many runs there are
 */
public record Stage(String run, int number, int of) {
    public Stage {
        Objects.requireNonNull(run, "run");
        if (number < 1 || number > of) {
            throw new IllegalArgumentException("There is no run " + number + " of " + of);
        }
    }

    /**
     * The one run of a training that has no other.
     *
     * @param run its name
     * @return the stage
     */
    public static Stage only(String run) {
        return new Stage(run, 1, 1);
    }

    /** {@return how many runs follow} */
    public int left() {
        return of - number;
    }

    /** {@return the name, with its place where there are several: {@code 1 of 2, the reference}} */
    @Override
    public String toString() {
        return of == 1 ? run : number + " of " + of + ", " + run;
    }
}
