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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.Cadence;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.llm.training.LossScale;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.RunDirectory;
import io.github.tribuollm.llm.training.RunIdentity;
import io.github.tribuollm.llm.training.TrainingRun;
import io.github.tribuollm.llm.training.TrainingSettings;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.LossScaling;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** A run of maximum likelihood from some loss scale, and what it reports. */
final class ScaledRun implements TrainingListener {
    /** 1.1e12: far above what gradients in float16 bear. */
    static final LossScale TOO_LARGE = new LossScale(0x1p40f, 0, 0);

    final List<StepReport> steps = new ArrayList<>();
    final List<EvaluationReport> evaluations = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    static TrainingSettings settings(int epochs, int batchSize) {
        return new TrainingSettings(
                new Optimisation().withEpochs(epochs).withLearningRate(1e-3).withWeightDecay(0.01),
                new Batches().withBatchSize(batchSize),
                new HeldOut(),
                new Cadence(0, 0),
                1);
    }

    static TrainingRun.Task task(
            TrainingSettings settings,
            ModelShape shape,
            WeightSource weights,
            ParameterSet parameters,
            List<TokenSequence> data,
            Map<String, List<TokenSequence>> heldOut) {
        return new TrainingRun.Task(
                Stage.only("train"),
                Objective.mle(),
                settings,
                shape,
                parameters,
                Optional.empty(),
                weights,
                data,
                Optional.empty(),
                heldOut,
                parameters.size());
    }

    /** Trains from a scale; the run ends early after a step that is asked for. */
    static ScaledRun of(
            TrainingRun.Task task, Optional<LossScale> start, Optional<Path> directory, IntPredicate stopAfter) {
        ScaledRun found = new ScaledRun();
        try (RunDirectory open = directory.map(RunDirectory::open).orElse(null)) {
            new TrainingRun(
                            task,
                            found,
                            Optional.ofNullable(open),
                            () -> task.identity(RunIdentity.none()),
                            () -> stopAfter.test(
                                    found.steps.get(found.steps.size() - 1).step()),
                            start)
                    .run();
        } catch (InterruptedRun e) {
            found.notes.add("interrupted");
        }
        return found;
    }

    @Override
    public void stepped(StepReport step) {
        steps.add(step);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        evaluations.add(evaluation);
    }

    @Override
    public void noted(String note) {
        notes.add(note);
    }

    static boolean skipped(StepReport step) {
        return step.lossScaling().filter(LossScaling::skipped).isPresent();
    }

    /** The numbers of the skipped steps, from 1. */
    List<Integer> skippedSteps() {
        return steps.stream().filter(ScaledRun::skipped).map(StepReport::step).toList();
    }

    /** The loss of the last evaluation. */
    double heldOutLoss() {
        return evaluations.get(evaluations.size() - 1).nll();
    }

    /** The scale of the last step. */
    double lastScale() {
        return steps.get(steps.size() - 1).lossScaling().orElseThrow().scale();
    }
}
