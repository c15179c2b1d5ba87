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
import java.util.Locale;

/** Times as people write them. */
public final class Durations {
    private Durations() {}

    /**
     * A time as people write it: {@code 45s}, {@code 1m 12s}, {@code 2h 05m}, {@code 3d 04h}, the two largest units.
     *
     * @param time a time; one below zero counts as zero
     * @return its text
     */
    public static String text(Duration time) {
        long seconds = Math.max(0, time.plusMillis(500).toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60);
        }
        if (seconds < 86400) {
            return String.format(Locale.ROOT, "%dh %02dm", seconds / 3600, seconds / 60 % 60);
        }
        return String.format(Locale.ROOT, "%dd %02dh", seconds / 86400, seconds / 3600 % 24);
    }
}
