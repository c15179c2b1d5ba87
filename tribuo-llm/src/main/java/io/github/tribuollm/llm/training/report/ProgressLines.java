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

import io.github.tribuollm.llm.progress.Durations;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Plain lines for people, alike in a terminal, a notebook and a file:
 *
 * <pre>
 * step 12/234  loss 3.214  selected 25.0 %  1 234 tok/s  lr 9.8e-05  ETA 1m 12s  peak 812 MB
 * </pre>
 *
 * Steps are throttled by their own elapsed time; the first, the last and every skipped step and everything else are
 * always printed. In float16 the loss scale is told too: {@code scale 65536}, {@code scale 65536 skipped}.
 */
public final class ProgressLines implements TrainingListener {

    private static final Duration OFTEN_ENOUGH = Duration.ofSeconds(5);

    private final PrintStream out;
    private final Duration interval;
    private Duration printed;

    /**
     * Prints a step every five seconds.
     *
     * @param out where the lines go; it is flushed, never closed
     */
    public ProgressLines(PrintStream out) {
        this(out, OFTEN_ENOUGH);
    }

    /**
     * Prints a step now and then.
     *
     * @param out where the lines go; it is flushed, never closed
     * @param interval the least time between two printed steps; zero prints every step
     */
    public ProgressLines(PrintStream out, Duration interval) {
        this.out = out;
        this.interval = interval;
    }

    @Override
    public void started(RunReport run) {
        printed = null;
        print(run.name() + ": " + grouped(run.steps()) + " steps, " + grouped(run.sequences()) + " sequences, "
                + grouped(run.tokens()) + " tokens, training " + grouped(run.trainableParameters()) + " of "
                + grouped(run.totalParameters()) + " parameters on " + run.device());
    }

    @Override
    public void stepped(StepReport step) {
        boolean due = printed == null || step.elapsed().minus(printed).compareTo(interval) >= 0;
        boolean skipped = step.lossScaling().filter(LossScaling::skipped).isPresent();
        if (due || skipped || step.step() >= step.steps()) {
            printed = step.elapsed();
            print(line(step));
        }
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        print(format(
                "step %d  %s  nll %.4f  perplexity %.4g  %s tokens in %s",
                evaluation.step(),
                evaluation.dataset(),
                evaluation.nll(),
                evaluation.perplexity(),
                grouped(evaluation.tokens()),
                Durations.text(evaluation.elapsed())));
    }

    @Override
    public void noted(String note) {
        print(note);
    }

    @Override
    public void finished(RunReport run, Duration elapsed) {
        print(run.name() + ": finished in " + Durations.text(elapsed));
    }

    @Override
    public void close() {
        out.flush();
    }

    static String line(StepReport step) {
        StringJoiner line = new StringJoiner("  ");
        line.add("step " + step.step() + "/" + step.steps());
        line.add(format("loss %.3f", step.loss()) + terms(step.termLosses()));
        line.add(format("selected %.1f %%", 100 * step.selectedFraction()));
        line.add(grouped(Math.round(step.tokensPerSecond())) + " tok/s");
        line.add(format("lr %.1e", step.learningRate()));
        step.lossScaling().ifPresent(s -> line.add(format("scale %.0f", s.scale()) + (s.skipped() ? " skipped" : "")));
        line.add("ETA " + Durations.text(step.remaining()));
        line.add("peak " + grouped(Math.round(step.peakMemoryBytes() / 1e6)) + " MB");
        return line.toString();
    }

    private static String terms(Map<String, Double> losses) {
        if (losses.size() < 2) {
            return "";
        }
        StringJoiner terms = new StringJoiner(" + ", " (", ")");
        losses.forEach((name, loss) -> terms.add(format("%s %.3f", name, loss)));
        return terms.toString();
    }

    private static String grouped(long number) {
        return format("%,d", number).replace(',', ' ');
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }
}
