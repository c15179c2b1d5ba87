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
package io.github.tribuollm.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A changed file that a parser neither accepts nor refuses as it should.
 *
 * @param target the parser
 * @param seed the seed of the run
 * @param mutant which change; -1 for the unchanged files
 * @param problem what happened
 */
record Finding(String target, long seed, int mutant, String problem) {
    private static final int SHOWN = 2000;

    static Finding thrown(String target, long seed, int mutant, Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        String all = trace.toString();
        return new Finding(target, seed, mutant, all.length() > SHOWN ? all.substring(0, SHOWN) + " ..." : all);
    }

    @Override
    public String toString() {
        return target + ", seed " + seed + ", mutant " + mutant + ": " + problem;
    }
}
