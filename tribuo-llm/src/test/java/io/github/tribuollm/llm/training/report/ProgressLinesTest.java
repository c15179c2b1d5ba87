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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.progress.Durations;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressLinesTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aStepIsOneLineInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals(
                    "step 12/234  loss 3.214  accuracy 50.0 %  entropy 1.500  selected 25.0 %  1 234 tok/s  lr 9.8e-05  ETA 1m 12s  peak 812 MB",
                    ProgressLines.line(Reports.step(12, 3.2141, 60)));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void severalTermsAreNamed() {
        assertTrue(
                ProgressLines.line(Reports.twoTerms(1)).contains("loss 3.250 (mle 2.000 + distill 1.250)  accuracy"));
    }

    @Test
    void float16TellsItsScaleAndEverySkippedStep() {
        assertTrue(ProgressLines.line(Reports.float16(1, false)).contains("lr 9.8e-05  scale 65536  ETA"));
        try (ProgressLines progress = new ProgressLines(out, Duration.ofSeconds(10))) {
            for (int step = 1; step <= 5; step++) {
                progress.stepped(Reports.float16(step, step == 3));
            }
        }
        assertEquals(2, lines().size());
        assertTrue(lines().get(1).startsWith("step 3/"), lines().get(1));
        assertTrue(lines().get(1).contains("scale 65536 skipped  ETA"), lines().get(1));
    }

    @Test
    void aRunReadsTopToBottom() {
        try (ProgressLines progress = new ProgressLines(out, Duration.ofSeconds(10))) {
            progress.started(Reports.RUN);
            progress.noted("resumed from step 0");
            progress.evaluated(Reports.evaluation(0, 3.2144));
            for (int step = 1; step <= 234; step++) {
                progress.stepped(Reports.step(step, 3, step));
            }
            progress.finished(Reports.RUN, Duration.ofSeconds(3720));
        }
        assertEquals(
                "tiny: 234 steps, 7 473 sequences, 1 234 567 tokens, training 24 576 of 656 000 parameters on cpu",
                lines().get(0));
        assertEquals("resumed from step 0", lines().get(1));
        assertEquals(
                "step 0  gsm8k test  nll 3.2144  perplexity 24.89  accuracy 25.0 %  entropy 2.000  12 345 tokens in 3s",
                lines().get(2));
        assertEquals("tiny: finished in 1h 02m", lines().get(lines().size() - 1));
        List<String> printed = lines().stream()
                .filter(line -> line.contains("tok/s"))
                .map(line -> line.substring(5, line.indexOf('/')))
                .toList();
        assertEquals(25, printed.size());
        assertEquals(List.of("1", "11", "21"), printed.subList(0, 3));
        assertEquals("234", printed.get(24));
    }

    @Test
    void aRunOfSeveralNamesItselfInEachStep() {
        String line = ProgressLines.line(Reports.step(new Stage("reference", 1, 2), 12));
        assertTrue(line.startsWith("1 of 2, reference  step 12/234  loss"), line);
        assertThrows(IllegalArgumentException.class, () -> new Stage("third", 3, 2));
    }

    @Test
    void aRunEndsWithWhatItChanged() {
        try (ProgressLines progress = new ProgressLines(out)) {
            progress.started(Reports.RUN);
            progress.evaluated(Reports.evaluation(0, 5.9312));
            progress.evaluated(Reports.evaluation(100, 5));
            progress.evaluated(Reports.evaluation(234, 4.3201));
            progress.finished(Reports.RUN, Duration.ofSeconds(3));
            progress.started(Reports.RUN);
            progress.evaluated(Reports.evaluation(234, 4));
            progress.finished(Reports.RUN, Duration.ofSeconds(3));
        }
        List<String> changes =
                lines().stream().filter(line -> line.contains("->")).toList();
        assertEquals(List.of("gsm8k test: nll 5.9312 -> 4.3201, perplexity 376.6 -> 75.20"), changes);
    }

    @Test
    void timesKeepTwoUnits() {
        assertEquals("0s", Durations.text(Duration.ofMillis(-5)));
        assertEquals("59s", Durations.text(Duration.ofMillis(59_400)));
        assertEquals("1m 00s", Durations.text(Duration.ofMillis(59_600)));
        assertEquals("2h 05m", Durations.text(Duration.ofSeconds(7500)));
        assertEquals("3d 04h", Durations.text(Duration.ofHours(76)));
    }

    @Test
    void everyListenerIsClosedEvenIfOneFails() {
        List<String> closed = new ArrayList<>();
        TrainingListener failing = new TrainingListener() {
            @Override
            public void close() {
                closed.add("failing");
                throw new IllegalStateException("full");
            }
        };
        TrainingListener last = new TrainingListener() {
            @Override
            public void close() {
                closed.add("last");
            }
        };
        TrainingListener all = TrainingListener.together(new ProgressLines(out, Duration.ZERO), failing, last);
        all.started(Reports.RUN);
        all.stepped(Reports.step(1, 2, 1));
        assertThrows(IllegalStateException.class, all::close);
        assertEquals(List.of("failing", "last"), closed);
        assertEquals(2, lines().size());
    }

    @Test
    void peakMemoryIsTheHighWaterMark(@TempDir Path directory) throws Exception {
        Path status =
                Files.writeString(directory.resolve("status"), "Name:\tjava\nVmHWM:\t   1024 kB\nVmRSS:\t 9 kB\n");
        assertEquals(OptionalLong.of(1_048_576), PeakMemory.resident(status));
        assertEquals(OptionalLong.empty(), PeakMemory.resident(directory.resolve("missing")));
        assertEquals(
                OptionalLong.empty(),
                PeakMemory.resident(Files.writeString(directory.resolve("odd"), "VmHWM:\t99999999999999999999 kB\n")));
        long before = PeakMemory.bytes();
        assertTrue(before > 10_000_000, "peak " + before);
        assertTrue(PeakMemory.bytes() >= before);
        assertTrue(PeakMemory.pools() > 1_000_000);
    }
}
