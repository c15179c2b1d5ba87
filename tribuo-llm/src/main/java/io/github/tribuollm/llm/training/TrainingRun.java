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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.DocumentLengths;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.scoring.FiniteMeasures;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.LossScaling;
import io.github.tribuollm.llm.training.report.PeakMemory;
import io.github.tribuollm.llm.training.report.ResumeReport;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TokenLosses;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The training loop (Figure 1 of the paper): for each step, score, select, weigh, descend.
 *
 * <p>The result is a function of the settings, the data, the initial parameters and the base: interrupting and
 * resuming does not change a bit of it.
 *
 * <p>In float16 the loss is scaled for the backward pass; a step whose gradient overflows changes neither parameters
 * nor moments, while the data and the learning rate go on with the next step.
 */
public final class TrainingRun {
    /**
     * What a run works on.
     *
     * @param stage which run this is, for the reports
     * @param objective what is minimised
     * @param settings the hyperparameters
     * @param shape the model's form
     * @param parameters what is trained, changed in place
     * @param reference the model that the objective compares with; empty if it needs none
     * @param weights the base's weights
     * @param data the training data
     * @param refreshed columns of the training data that come from the model in training; empty for none
     * @param heldOut data to evaluate on, by name
     * @param totalParameters the number of scalars of the whole model, for the report
     */
    public record Task(
            Stage stage,
            Objective objective,
            TrainingSettings settings,
            ModelShape shape,
            ParameterSet parameters,
            Optional<ReferenceModel> reference,
            WeightSource weights,
            List<TokenSequence> data,
            Optional<RefreshedColumns> refreshed,
            Map<String, List<TokenSequence>> heldOut,
            long totalParameters) {
        /**
         * What tells this task from another: objective, settings, form, precision and data. A run may go on with
         * another execution provider, which changes rounding only.
         *
         * @param more what identifies the base and the reference
         */
        public RunIdentity identity(RunIdentity more) {
            Backend backend = shape.backend();
            RunIdentity own = RunIdentity.none()
                    .with("objective", objective.getProvenance())
                    .with(settings.identity())
                    .with("what is trained (SHA-256)", hash(shape.adapter().toString()))
                    .with("memory.recompute", Boolean.toString(shape.recompute()))
                    .with("precision", backend.exact() ? "float32" : backend.precision())
                    .with("data (SHA-256)", digest(data))
                    .with(more);
            return settings.heldOut().decides()
                    ? own.with(
                            "held-out data (SHA-256)",
                            digest(heldOut.get(settings.heldOut().decisive())))
                    : own;
        }

        private static String hash(String text) {
            Sha256 digest = new Sha256();
            digest.add(text);
            return digest.hex();
        }

        private static String digest(List<TokenSequence> sequences) {
            Sha256 digest = new Sha256();
            for (TokenSequence sequence : sequences) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * sequence.length() + 4);
                bytes.asIntBuffer().put(sequence.tokens()).put(Float.floatToIntBits(sequence.weight()));
                digest.add(bytes.array());
                digest.add(sequence.completion().toByteArray());
                sequence.columns().forEach((name, values) -> {
                    ByteBuffer column = ByteBuffer.allocate(4 * values.length);
                    column.asFloatBuffer().put(values);
                    digest.add(name);
                    digest.add(column);
                });
            }
            return digest.hex();
        }
    }

    private final Task task;
    private final TrainingSettings settings;
    private final TrainingListener listener;
    private final Optional<RunDirectory> directory;
    private final Supplier<RunIdentity> identity;
    private final BooleanSupplier stopRequested;
    private final DataOrder order;
    private final int longest;
    private final int steps;
    private List<TokenSequence> data;
    private RunState state;
    private long tokensSinceStart;
    private long started;
    private int firstStep;

    /**
     * Prepares a run.
     *
     * @param task what the run works on
     * @param listener who is told of its progress
     * @param directory where its state is saved; empty to keep everything in memory
     * @param identity tells this run's saved state from another's; asked only when a state is saved or restored
     * @param stopRequested asked after each step; true saves the state and ends the run
     * @throws TrainingException if there is no data, or it lacks what the objective looks at
     */
    public TrainingRun(
            Task task,
            TrainingListener listener,
            Optional<RunDirectory> directory,
            Supplier<RunIdentity> identity,
            BooleanSupplier stopRequested) {
        this(
                task,
                listener,
                directory,
                identity,
                stopRequested,
                LossScale.initial(task.shape().backend().computeType()));
    }

    public TrainingRun(
            Task task,
            TrainingListener listener,
            Optional<RunDirectory> directory,
            Supplier<RunIdentity> identity,
            BooleanSupplier stopRequested,
            Optional<LossScale> lossScale) {
        if (task.data().isEmpty()) {
            throw new TrainingException("There is no sequence to train on");
        }
        this.task = task;
        this.data = task.data();
        if (task.refreshed().isEmpty()) {
            TaskCheck.require(task, data);
        }
        this.settings = task.settings();
        this.listener = listener;
        this.directory = directory;
        this.identity = identity;
        this.stopRequested = stopRequested;
        this.longest = new DocumentLengths(task.data()).longest();
        Batches batches = settings.batches();
        this.order = new DataOrder(task.data(), batches.batchSize(), batches.bucketByLength(), settings.seed());
        Optimisation optimisation = settings.optimisation();
        this.steps = optimisation.maxSteps() > 0
                ? optimisation.maxSteps()
                : steps(optimisation.epochs(), order.stepsInEpoch());
        AdamW adam = new AdamW(
                task.parameters().values(), optimisation.beta1(), optimisation.beta2(), optimisation.weightDecay());
        this.state = new RunState(task.parameters(), adam, lossScale, BestSoFar.NONE, StepsTaken.NONE);
    }

    /**
     * Trains, from the saved state if there is one.
     *
     * @throws TrainingException if a loss or gradient is not finite, or the state cannot be saved
     * @throws InterruptedRun if the run was asked to stop; its state is then saved
     */
    public void run() {
        RunReport report = report();
        listener.started(report);
        try {
            train();
        } catch (RuntimeException | Error e) {
            listener.stopped(report, state.steps());
            throw e;
        }
        listener.finished(report, elapsed());
    }

    private void train() {
        try (OptimiserStep step = new OptimiserStep(
                        StepTask.of(task.objective(), task.shape(), task.reference()),
                        task.parameters(),
                        task.weights(),
                        settings.seed());
                TokenScorer scorer =
                        new TokenScorer(task.shape(), task.parameters(), task.weights(), TokenScorer.EVALUATION)) {
            refresh();
            step.weigh(data);
            state = directory
                    .map(d -> d.restore(identity, state, steps, settings.heldOut()))
                    .orElse(state);
            firstStep = state.steps();
            if (firstStep > 0) {
                listener.noted("resumed after step " + firstStep);
                StepsTaken taken = state.taken();
                listener.resumed(new ResumeReport(task.stage(), firstStep, taken.loss(), taken.selected()));
            } else {
                evaluate(scorer, 0);
            }
            started = System.nanoTime();
            for (int s = firstStep; s < steps && !stopsEarly(); s++) {
                if (s > 0 && refreshesAt(s)) {
                    refresh();
                }
                train(step, s);
                boolean last = s + 1 == steps;
                if (last || settings.heldOut().cadence().due(s + 1, order.stepsInEpoch())) {
                    decide(evaluate(scorer, s + 1), s + 1);
                }
                if (!last && !stopsEarly()) {
                    saveIfDue(s);
                }
            }
            requireFiniteState();
            if (firstStep < state.steps()) {
                directory.ifPresent(d -> d.save(identity.get(), state));
            }
            takeBest(scorer);
        }
        state.lossScale()
                .ifPresent(scale -> listener.noted("skipped " + scale.skippedSteps() + " of " + state.steps()
                        + " steps, whose float16 gradients overflowed; the loss scale is " + scale.value()));
    }

    /** Whether the loss that decides has not improved for as long as one is patient. */
    private boolean stopsEarly() {
        int patience = settings.heldOut().patience();
        return patience > 0 && state.best().stale() >= patience;
    }

    private void decide(Map<String, Double> losses, int done) {
        HeldOut heldOut = settings.heldOut();
        if (heldOut.decides()) {
            double loss = losses.get(heldOut.decisive());
            boolean kept = heldOut.keepsBest() && loss < state.best().loss();
            state = state.with(state.best()
                    .after(
                            loss,
                            done,
                            heldOut.minDelta(),
                            kept ? task.parameters().copies() : Map.of()));
            if (stopsEarly() && done < steps) {
                listener.noted("stopped early after step " + done + ": the loss on " + heldOut.decisive()
                        + " has not improved in " + heldOut.patience() + " evaluations in turn");
            }
        }
    }

    /**
     * Ends with the parameters of the least loss, where those are kept, and evaluates what then is the result; also
     * where an earlier process took the last step.
     */
    private void takeBest(TokenScorer scorer) {
        BestSoFar best = state.best();
        if (settings.heldOut().keepsBest() && best.step() < state.steps()) {
            task.parameters().set(best.parameters());
            listener.noted("the result is that of step " + best.step() + ", whose loss on "
                    + settings.heldOut().decisive() + " is the least");
            evaluate(scorer, best.step());
        } else if (firstStep > 0 && firstStep == state.steps()) {
            evaluate(scorer, firstStep);
        }
    }

    /** {@return what the run found out about itself} */
    RunFacts facts() {
        String run = task.stage().run();
        RunFacts facts = RunFacts.none();
        if (state.lossScale().isPresent()) {
            facts = facts.with(
                    run + "-skipped-steps",
                    Integer.toString(state.lossScale().get().skippedSteps()));
        }
        if (settings.heldOut().decides()) {
            facts = facts.with(run + "-steps", Integer.toString(state.steps()))
                    .with(run + "-best-step", Integer.toString(state.best().step()))
                    .with(run + "-best-loss", Double.toString(state.best().loss()));
        }
        return facts;
    }

    private boolean refreshesAt(int s) {
        return task.refreshed().map(columns -> s % columns.interval() == 0).orElse(false);
    }

    private void refresh() {
        task.refreshed().ifPresent(columns -> {
            data = columns.refresh(task.data());
            TaskCheck.require(task, data);
        });
    }

    private RunReport report() {
        long tokens = task.data().stream().mapToLong(TokenSequence::length).sum();
        return new RunReport(
                task.stage(),
                steps,
                task.data().size(),
                tokens,
                task.parameters().size(),
                task.totalParameters(),
                task.shape().backend().description());
    }

    private void train(OptimiserStep step, int s) {
        int[] indices = order.step(s);
        float scale = state.scale();
        step.scaleLoss(scale);
        OptimiserStep.Result result = step.compute(microBatches(indices), s);
        double norm = GradientNorm.of(step.gradients()) / scale;
        double rate = settings.optimisation().learningRate(s, steps);
        boolean skipped = !Double.isFinite(norm) && state.skipsOverflows();
        if (!skipped) {
            requireFinite(result.loss(), norm, step.gradients(), s, indices);
            double factor = GradientNorm.clip(norm, settings.optimisation().clipNorm()) / scale;
            state.adam().step(task.parameters().values(), step.gradients(), factor, rate);
        }
        tokensSinceStart += result.tokens();
        Optional<LossScaling> scaling = state.lossScale().map(unused -> new LossScaling(scale, skipped));
        StepReport report = stepReport(s + 1, result, norm, rate, scaling);
        listener.stepped(report);
        state = state.after(skipped, report.loss(), report.selectedFraction());
    }

    private List<MicroBatch> microBatches(int[] indices) {
        Batches batches = settings.batches();
        return batches.batching()
                .cut(data, indices, batches.microBatch(), longest)
                .toList();
    }

    private void requireFinite(double loss, double norm, Map<String, FloatBuffer> gradients, int s, int[] indices) {
        if (Double.isFinite(loss) && Double.isFinite(norm)) {
            return;
        }
        String numbers = "loss " + loss + ", gradient norm " + norm;
        damage(s).ifPresent(cause -> {
            throw new TrainingException("Step " + (s + 1) + " is not finite: " + numbers + "; " + cause);
        });
        String problem = numbers
                + GradientNorm.firstNotFinite(gradients)
                        .map(name -> ", first in " + name)
                        .orElse("")
                + state.lossScale()
                        .map(scale -> ", though the loss scale is down to " + scale.value())
                        .orElse("");
        String saved = directory
                .map(d -> "; the batch and, beside it, the state before the step are in "
                        + d.saveFailedStep(s + 1, problem, indices, task.data(), identity.get(), state))
                .orElse("; the batch holds the sequences " + Arrays.toString(indices));
        throw new TrainingException("Step " + (s + 1) + " is not finite: " + problem + saved
                + (state.lossScale().isPresent() ? ". Compute in bfloat16, lower" : ". Lower")
                + " the learning rate or look at the rows of the batch");
    }

    /** What was not finite before the first step: a weight of the base or the reference, or a parameter. */
    private Optional<String> damage(int s) {
        FiniteMeasures own = FiniteMeasures.of(task.shape(), task.parameters(), task.weights());
        return (s == 0 ? own.damage() : own.damagedWeight())
                .or(() -> task.reference()
                        .flatMap(model -> FiniteMeasures.of(
                                        model.shape(),
                                        model.adapter(),
                                        model.weights().orElse(task.weights()))
                                .damage())
                        .map("the reference model's "::concat));
    }

    /**
     * Requires what can be gone on from. A step that ruins the parameters shows in the loss of the next one, but they
     * may be the result before that; moments that overflow show in no loss, for nothing is learned any more.
     */
    private void requireFiniteState() {
        GradientNorm.firstNotFinite(task.parameters().values())
                .or(() -> state.adam().overflowed().map("the optimiser's moments of "::concat))
                .ifPresent(name -> {
                    throw new TrainingException("Step " + state.steps() + " made " + name
                            + " not finite, so that the result is of no use. Lower the learning rate or the weight"
                            + " decay, or clip the gradients");
                });
    }

    private static int steps(int epochs, int stepsInEpoch) {
        try {
            return Math.multiplyExact(epochs, stepsInEpoch);
        } catch (ArithmeticException e) {
            throw new TrainingException(
                    epochs + " epochs of " + stepsInEpoch
                            + " steps are more steps than can be counted; take fewer epochs",
                    e);
        }
    }

    private StepReport stepReport(
            int done, OptimiserStep.Result result, double norm, double rate, Optional<LossScaling> scaling) {
        Duration elapsed = elapsed();
        double seconds = Math.max(1e-9, elapsed.toNanos() * 1e-9);
        double secondsPerStep = seconds / (done - firstStep);
        Map<String, Double> terms = new LinkedHashMap<>();
        List<Term> all = task.objective().terms();
        IntStream.range(0, all.size())
                .forEach(k -> terms.merge(all.get(k).target().toString(), result.termLosses()[k], Double::sum));
        return new StepReport(
                task.stage(),
                done,
                steps,
                (double) done / order.stepsInEpoch(),
                result.loss(),
                terms,
                result.accuracy(),
                result.entropy(),
                result.tokens(),
                (double) result.selected() / result.completionTokens(),
                rate,
                norm,
                scaling,
                tokensSinceStart / seconds,
                elapsed,
                Duration.ofMillis((long) (1000 * secondsPerStep * stepsLeft(done))),
                PeakMemory.bytes());
    }

    /** Those of the runs that follow included, which train on the same data. */
    private long stepsLeft(int done) {
        return steps - done + (long) task.stage().left() * steps;
    }

    /** The losses on the held-out data, by name. */
    private Map<String, Double> evaluate(TokenScorer scorer, int done) {
        Map<String, Double> found = new HashMap<>();
        task.heldOut().forEach((name, data) -> {
            long start = System.nanoTime();
            List<double[]> losses = TokenLosses.unmeasured(data);
            TokenScorer.Means means =
                    scorer.means(data, (batch, scores) -> batch.scatter(scores.of(TokenMeasure.NLL), losses::get));
            EvaluationReport report = new EvaluationReport(
                    task.stage(),
                    done,
                    name,
                    means.of(TokenMeasure.NLL),
                    means.of(TokenMeasure.HIT),
                    means.of(TokenMeasure.ENTROPY),
                    means.tokens(),
                    Duration.ofNanos(System.nanoTime() - start));
            listener.evaluated(report);
            listener.scored(new TokenLosses(done, name, data, losses));
            found.put(name, report.nll());
        });
        return found;
    }

    private void saveIfDue(int s) {
        if (task.refreshed().isPresent() && !refreshesAt(s + 1)) {
            return;
        }
        boolean stop = stopRequested.getAsBoolean();
        if (directory.isPresent() && (stop || settings.saving().due(s + 1, order.stepsInEpoch()))) {
            requireFiniteState();
            directory.get().save(identity.get(), state);
        }
        if (stop) {
            String how = directory
                    .map(d -> "start the same command again to resume from " + d.path())
                    .orElse("nothing is saved, because the run has no output directory");
            listener.noted("stopped after step " + (s + 1) + "; " + how);
            throw new InterruptedRun("The run stopped after step " + (s + 1) + " of " + steps + "; " + how);
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
