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
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Plain lines for people, alike in a terminal, a notebook and a file: none for work of less than three seconds, then
 * one every ten seconds, and in work of hours one a minute.
 */
final class ProgressLog implements ProgressListener {
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration OFTEN = Duration.ofSeconds(10);
    private static final Duration SELDOM = Duration.ofMinutes(1);
    private static final int LINES = 20;

    private final Consumer<String> out;
    private final Map<String, Duration> told = new HashMap<>();

    /**
     * Makes lines.
     *
     * @param out takes a line
     */
    ProgressLog(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public synchronized void progressed(Progress progress) {
        Duration before = told.getOrDefault(progress.what(), Duration.ZERO);
        if (before.compareTo(progress.elapsed()) > 0) { // another piece of work of the same name has begun
            before = Duration.ZERO;
            told.remove(progress.what());
        }
        boolean first = before.isZero();
        Duration next = first ? SHORT : before.plus(interval(progress));
        boolean due = progress.elapsed().compareTo(next) >= 0;
        if (due || progress.isComplete() && !first) {
            out.accept(progress.toString());
            told.put(progress.what(), progress.elapsed());
        }
        if (progress.isComplete()) {
            told.remove(progress.what());
        }
    }

    /** A twentieth of the work, but no less than ten seconds and no more than a minute. */
    private static Duration interval(Progress progress) {
        Duration share = progress.elapsed().plus(progress.remaining()).dividedBy(LINES);
        return share.compareTo(OFTEN) < 0 ? OFTEN : share.compareTo(SELDOM) > 0 ? SELDOM : share;
    }

    @Override
    public synchronized void noted(String note) {
        out.accept(note);
    }
}
