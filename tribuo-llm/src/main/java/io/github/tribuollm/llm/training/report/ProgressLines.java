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
import io.github.tribuollm.llm.progress.Numbers;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * Plain lines for people, alike in a terminal, a notebook and a log:
 *
 * <pre>
 * step 12/234  loss 3.214  selected 25.0 %  1 234 tok/s  lr 9.8e-05  ETA 1m 12s  peak 812 MB
 * </pre>
 *
 * Steps are throttled by their own elapsed time; the first, the last and every skipped step and everything else are
 * always told. In float16 the loss scale is told too: {@code scale 65536}, {@code scale 65536 skipped}. Where a
 * training has several runs, a step names its run, and the ETA is that of all of them. A run ends with what it changed
 * on each held-out set:
 *
 * <pre>
 * gsm8k test: nll 5.9312 -> 4.3201, perplexity 376.6 -> 75.20
 * </pre>
 */
public final class ProgressLines implements TrainingListener {

    private static final Duration OFTEN_ENOUGH = Duration.ofSeconds(5);

    private final Consumer<String> out;
    private final Duration interval;
    private final Map<String, Change> changes = new LinkedHashMap<>();
    private Duration told;

    /** The first and the last evaluation on a held-out set. */
    private record Change(EvaluationReport before, EvaluationReport after) {
        Change then(EvaluationReport later) {
            return new Change(before, later);
        }

        @Override
        public String toString() {
            return format(
                    "%s: nll %.4f -> %.4f, perplexity %.4g -> %.4g",
                    before.dataset(), before.nll(), after.nll(), before.perplexity(), after.perplexity());
        }
    }

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
        this(
                line -> {
                    out.println(line);
                    out.flush();
                },
                interval);
    }

    /**
     * Tells a step now and then.
     *
     * @param out takes a line
     * @param interval the least time between two steps that are told; zero tells every step
     */
    public ProgressLines(Consumer<String> out, Duration interval) {
        this.out = out;
        this.interval = interval;
    }

    @Override
    public void started(RunReport run) {
        told = null;
        changes.clear();
        out.accept(run.stage() + ": " + Numbers.counted(run.steps(), "step") + ", "
                + Numbers.counted(run.sequences(), "sequence") + ", " + Numbers.counted(run.tokens(), "token")
                + ", training " + Numbers.grouped(run.trainableParameters()) + " of "
                + Numbers.grouped(run.totalParameters())
                + " parameters on " + run.device());
    }

    @Override
    public void stepped(StepReport step) {
        boolean due = told == null || step.elapsed().minus(told).compareTo(interval) >= 0;
        boolean skipped = step.lossScaling().filter(LossScaling::skipped).isPresent();
        if (due || skipped || step.step() >= step.steps()) {
            told = step.elapsed();
            out.accept(line(step));
        }
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        changes.merge(
                evaluation.dataset(), new Change(evaluation, evaluation), (first, later) -> first.then(evaluation));
        out.accept(format(
                "step %d  %s  nll %.4f  perplexity %.4g  accuracy %.1f %%  entropy %.3f  %s tokens in %s",
                evaluation.step(),
                evaluation.dataset(),
                evaluation.nll(),
                evaluation.perplexity(),
                100 * evaluation.accuracy(),
                evaluation.entropy(),
                Numbers.grouped(evaluation.tokens()),
                Durations.text(evaluation.elapsed())));
    }

    @Override
    public void noted(String note) {
        out.accept(note);
    }

    @Override
    public void finished(RunReport run, Duration elapsed) {
        out.accept(run.stage() + ": finished in " + Durations.text(elapsed));
        changes.values().stream()
                .filter(change -> change.before().step() == 0 && change.after().step() > 0)
                .map(Change::toString)
                .forEach(out);
    }

    static String line(StepReport step) {
        StringJoiner line = new StringJoiner("  ");
        if (step.stage().of() > 1) {
            line.add(step.stage().toString());
        }
        line.add("step " + step.step() + "/" + step.steps());
        line.add(format("loss %.3f", step.loss()) + terms(step.termLosses()));
        line.add(format("accuracy %.1f %%", 100 * step.accuracy()));
        line.add(format("entropy %.3f", step.entropy()));
        line.add(format("selected %.1f %%", 100 * step.selectedFraction()));
        line.add(Numbers.grouped(Math.round(step.tokensPerSecond())) + " tok/s");
        line.add(format("lr %.1e", step.learningRate()));
        step.lossScaling().ifPresent(s -> line.add(format("scale %.0f", s.scale()) + (s.skipped() ? " skipped" : "")));
        line.add("ETA " + Durations.text(step.remaining()));
        line.add("peak " + Numbers.grouped(Math.round(step.peakMemoryBytes() / 1e6)) + " MB");
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

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
