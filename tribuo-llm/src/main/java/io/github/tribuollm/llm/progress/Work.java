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
package io.github.tribuollm.llm.progress;

import java.time.Duration;
import java.util.OptionalLong;

/** Work that tells a listener how far it has come. May be used by several threads. */
public final class Work {
    private final String what;
    private final Unit unit;
    private final OptionalLong total;
    private final ProgressListener listener;
    private final long began = System.nanoTime();
    private final long before;
    private long done;

    private Work(String what, Unit unit, long before, OptionalLong total, ProgressListener listener) {
        this.what = what;
        this.unit = unit;
        this.before = before;
        this.done = before;
        this.total = total;
        this.listener = listener;
    }

    /**
     * Begins work of a known size.
     *
     * @param what what is done
     * @param unit what it is counted in
     * @param total how much there is to do
     * @param listener is told
     * @return the work
     */
    public static Work of(String what, Unit unit, long total, ProgressListener listener) {
        return new Work(what, unit, 0, OptionalLong.of(total), listener);
    }

    /**
     * Begins work of which nobody knows the size.
     *
     * @param what what is done
     * @param unit what it is counted in
     * @param listener is told
     * @return the work
     */
    public static Work ofUnknownSize(String what, Unit unit, ProgressListener listener) {
        return new Work(what, unit, 0, OptionalLong.empty(), listener);
    }

    /**
     * Some more is done.
     *
     * @param amount how much more
     */
    public synchronized void add(long amount) {
        done += amount;
        listener.progressed(new Progress(what, unit, before, done, total, Duration.ofNanos(System.nanoTime() - began)));
    }
}
