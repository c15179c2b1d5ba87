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
package io.github.tribuollm.llm.hub;

import io.github.tribuollm.llm.progress.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Plain lines for people:
 *
 * <pre>
 * model.safetensors  512.0 of 2471.6 MB  48.3 MB/s  ETA 41s
 * </pre>
 *
 * A file's lines are throttled by its own elapsed time; the last is always printed.
 */
public final class DownloadLines implements DownloadListener {
    private static final Duration OFTEN_ENOUGH = Duration.ofSeconds(5);

    private final Consumer<String> out;
    private final Duration interval;
    private String file = "";
    private Duration printed = Duration.ZERO;

    /**
     * Prints the state of a file every five seconds.
     *
     * @param out takes a line
     */
    public DownloadLines(Consumer<String> out) {
        this(out, OFTEN_ENOUGH);
    }

    /**
     * Prints the state of a file now and then.
     *
     * @param out takes a line
     * @param interval the least time between two lines of a file
     */
    public DownloadLines(Consumer<String> out, Duration interval) {
        this.out = out;
        this.interval = interval;
    }

    @Override
    public synchronized void progressed(Progress progress) {
        if (!progress.file().equals(file)) {
            file = progress.file();
            printed = Duration.ZERO;
        }
        if (progress.isComplete() || progress.elapsed().minus(printed).compareTo(interval) >= 0) {
            printed = progress.elapsed();
            out.accept(line(progress));
        }
    }

    @Override
    public synchronized void noted(String note) {
        out.accept(note);
    }

    static String line(Progress progress) {
        String rest = progress.isComplete()
                ? "in " + Durations.text(progress.elapsed())
                : "ETA " + Durations.text(progress.remaining());
        return String.format(
                Locale.ROOT,
                "%s  %.1f of %.1f MB  %.1f MB/s  %s",
                progress.file(),
                progress.bytes() / 1e6,
                progress.total() / 1e6,
                progress.bytesPerSecond() / 1e6,
                rest);
    }
}
