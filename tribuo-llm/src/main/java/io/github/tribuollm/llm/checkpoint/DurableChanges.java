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

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the changes of files that survive the process, so that a check can end it between any two of them:
 * {@code -Dtribuollm.halt.after=N} halts the JVM after the N-th, as a kill at that place would.
 */
public final class DurableChanges {
    /** The system property that names the change after which the process ends; without it nothing is counted. */
    public static final String HALT_PROPERTY = "tribuollm.halt.after";

    /** The exit code of a process that was ended so, which is that of SIGKILL. */
    public static final int HALTED = 137;

    private static final int LAST = Integer.getInteger(HALT_PROPERTY, 0);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private DurableChanges() {}

    /** Says that a file has been written to the disk, renamed or deleted. */
    public static void made() {
        if (LAST > 0 && COUNT.incrementAndGet() == LAST) {
            Runtime.getRuntime().halt(HALTED);
        }
    }
}
