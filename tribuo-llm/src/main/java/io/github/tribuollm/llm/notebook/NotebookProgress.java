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
package io.github.tribuollm.llm.notebook;

import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.progress.Durations;
import io.github.tribuollm.llm.progress.Numbers;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.LossHistory;
import io.github.tribuollm.llm.training.report.ProgressLines;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.uncertainty.pages.Markup;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A training in a notebook: one display below the cell, replaced as the run goes on, with a bar, the curve of the loss,
 * tokens a second and the time that is left. Where no kernel with displays runs, such as IJava, it writes the lines of
 * {@link ProgressLines} instead. One listener may hear several trainings, one after another; it remembers the losses of
 * the last.
 */
public final class NotebookProgress implements TrainingListener {
    private static final Duration OFTEN_ENOUGH = Duration.ofMillis(500);
    private static final String NOTHING = "no training yet";

    private final LossHistory losses = new LossHistory();
    private final TrainingListener lines = new ProgressLines(System.out);
    private final Supplier<Optional<Display>> displays;
    private Optional<Display> display = Optional.empty();
    private Optional<RunReport> run = Optional.empty();
    private Duration told = Duration.ZERO;
    private Display.Content content = new Display.Content("<i>" + NOTHING + "</i>", NOTHING);

    /** Shows nothing until a training starts. */
    public NotebookProgress() {
        this(Display::below);
    }

    NotebookProgress(Supplier<Optional<Display>> displays) {
        this.displays = displays;
    }

    /** {@return the losses of the last training, with their chart} */
    public LossHistory losses() {
        return losses;
    }

    /** What is shown at the moment. */
    synchronized Display.Content content() {
        return content;
    }

    @Override
    public void planned(MemoryPlan memory) {
        noted(memory.total());
    }

    @Override
    public synchronized void started(RunReport started) {
        losses.started(started);
        run = Optional.of(started);
        told = Duration.ZERO;
        if (started.stage().number() == 1) {
            display = displays.get();
        }
        if (display.isEmpty()) {
            lines.started(started);
        }
    }

    @Override
    public synchronized void stepped(StepReport step) {
        losses.stepped(step);
        boolean due = step.elapsed().minus(told).compareTo(OFTEN_ENOUGH) >= 0 || step.step() >= step.steps();
        if (display.isEmpty()) {
            lines.stepped(step);
        }
        if (due) {
            told = step.elapsed();
            show(
                    step.stage() + ": step " + step.step() + " of " + step.steps(),
                    bar(step.step(), step.steps()),
                    line(step));
        }
    }

    @Override
    public synchronized void evaluated(EvaluationReport evaluation) {
        losses.evaluated(evaluation);
        if (display.isEmpty()) {
            lines.evaluated(evaluation);
        }
    }

    @Override
    public void noted(String note) {
        System.out.println(note);
    }

    @Override
    public synchronized void finished(RunReport finished, Duration elapsed) {
        if (display.isEmpty()) {
            lines.finished(finished, elapsed);
        }
        String trained = Numbers.counted(finished.steps(), "step") + ", "
                + Numbers.grouped(finished.trainableParameters()) + " of " + Numbers.grouped(finished.totalParameters())
                + " parameters on " + finished.device();
        show(finished.stage() + ": finished in " + Durations.text(elapsed), bar(1, 1), trained);
    }

    @Override
    public synchronized void stopped(RunReport unfinished, int step) {
        show(
                unfinished.stage() + ": stopped after step " + step + " of " + unfinished.steps(),
                bar(step, unfinished.steps()),
                losses.training(unfinished.name()).toString());
    }

    private void show(String title, String bar, String line) {
        String html = "<div style=\"max-width:40em\"><b>" + Markup.escape(title) + "</b><br>" + bar + "<br>"
                + Markup.escape(line) + "<br>"
                + run.map(r -> LossCurve.svg(losses.training(r.name()))).orElse("") + heldOut() + "</div>";
        content = new Display.Content(html, title + ", " + line);
        display.ifPresent(shown -> shown.show(content));
    }

    private String heldOut() {
        HtmlTable table = HtmlTable.of("", "held out (nats a token)", "first", "last");
        for (LossHistory.Curve curve : losses.heldOut()) {
            table.row(curve.name(), number(curve.first()), number(curve.last()));
        }
        return table.isEmpty() ? "" : table.html();
    }

    private static String bar(int done, int all) {
        return "<progress style=\"width:100%\" max=\"" + all + "\" value=\"" + done + "\"></progress>";
    }

    private static String line(StepReport step) {
        return String.format(
                Locale.ROOT,
                "loss %.3f, %.1f %% selected, %s tokens/s, ETA %s",
                step.loss(),
                100 * step.selectedFraction(),
                Numbers.grouped(Math.round(step.tokensPerSecond())),
                Durations.text(step.remaining()));
    }

    /** {@return the words that are shown at the moment} */
    @Override
    public String toString() {
        return content().text();
    }

    private static String number(double loss) {
        return String.format(Locale.ROOT, "%.4f", loss);
    }
}
