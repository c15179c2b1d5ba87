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
package io.github.tribuollm.graph;

/** A graph that cannot be built: names the operator, the shapes and the line that asked for it. */
public final class GraphException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * An error found while building a graph; the first caller outside this package is appended.
     *
     * @param message what is wrong
     */
    GraphException(String message) {
        super(message + " (built at " + caller() + ")");
    }

    private static String caller() {
        String own = GraphException.class.getPackageName();
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !f.getClassName().startsWith(own + ".")
                                || f.getClassName().endsWith("Test"))
                        .filter(f -> !f.getClassName().startsWith("java."))
                        .findFirst()
                        .map(f -> f.toStackTraceElement().toString())
                        .orElse("unknown"));
    }
}
