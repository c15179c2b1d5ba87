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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLogTest {
    private final List<String> lines = new ArrayList<>();
    private final ProgressLog log = new ProgressLog(lines::add);

    private static Progress tokens(long done, long total, double seconds) {
        return new Progress(
                "scoring", Unit.TOKENS, 0, done, OptionalLong.of(total), Duration.ofMillis((long) (1000 * seconds)));
    }

    private void work(long total, double perSecond, double everySeconds) {
        for (double t = everySeconds; t * perSecond <= total; t += everySeconds) {
            log.progressed(tokens((long) (t * perSecond), total, t));
        }
    }

    @Test
    void shortWorkIsSilent() {
        work(100, 50, 0.1);
        assertEquals(List.of(), lines);
    }

    @Test
    void longerWorkIsToldAfterThreeSecondsThenEveryTenAndAtItsEnd() {
        work(6_000, 200, 1);
        assertEquals(
                List.of(
                        "scoring  600 of 6 000 tokens  200 tokens/s  ETA 27s",
                        "scoring  2 600 of 6 000 tokens  200 tokens/s  ETA 17s",
                        "scoring  4 600 of 6 000 tokens  200 tokens/s  ETA 7s",
                        "scoring  6 000 of 6 000 tokens  200 tokens/s  in 30s"),
                lines);
    }

    @Test
    void hoursAreToldOnceAMinute() {
        work(7_200, 1, 1);
        assertTrue(Math.abs(lines.size() - 121) <= 2, lines.size() + " lines");
    }

    @Test
    void workOfTheSameNameBeginsAnew() {
        log.progressed(tokens(5, 100, 5));
        log.progressed(tokens(1, 100, 1));
        log.progressed(tokens(4, 100, 4));
        assertEquals(2, lines.size());
        assertTrue(lines.get(1).startsWith("scoring  4 of 100"), lines.get(1));
    }

    @Test
    void bytesAreMegabytesInEveryLocaleAndAResumedDownloadHasTheRateOfItsOwnBytes() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            Progress half = new Progress(
                    "w",
                    Unit.BYTES,
                    500_000_000,
                    1_000_000_000,
                    OptionalLong.of(2_000_000_000),
                    Duration.ofSeconds(50));
            assertEquals("w  1000.0 of 2000.0 MB  10.0 MB/s  ETA 1m 40s", half.toString());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void fewThingsInASecondHaveTwoDigits() {
        Progress slow = new Progress("generating", Unit.PROMPTS, 0, 2, OptionalLong.of(10), Duration.ofMillis(15_400));
        assertEquals("generating  2 of 10 prompts  0.13 prompts/s  ETA 1m 02s", slow.toString());
        Progress none = new Progress("generating", Unit.PROMPTS, 0, 0, OptionalLong.of(10), Duration.ofSeconds(9));
        assertEquals("generating  0 of 10 prompts  0 prompts/s", none.toString());
    }

    @Test
    void workOfUnknownSizeHasNoEta() {
        Progress rows = new Progress("encoding", Unit.ROWS, 0, 4096, OptionalLong.empty(), Duration.ofSeconds(4));
        assertEquals("encoding  4 096 rows  1 024 rows/s  in 4s", rows.toString());
        assertFalse(rows.isComplete());
        assertEquals(Duration.ZERO, rows.remaining());
    }

    @Test
    void workCountsWhatIsDone() {
        List<Progress> told = new ArrayList<>();
        Work work = Work.of("scoring", Unit.TOKENS, 10, new ProgressListener() {
            @Override
            public void progressed(Progress progress) {
                told.add(progress);
            }
        });
        work.add(4);
        work.add(6);
        assertEquals(List.of(4L, 10L), told.stream().map(Progress::done).toList());
        assertTrue(told.get(1).isComplete());
    }
}
