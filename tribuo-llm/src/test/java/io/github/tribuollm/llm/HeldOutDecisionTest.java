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
package io.github.tribuollm.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.llm.training.LearningRateSchedule;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Output;

/** A limit of steps, early stopping, and the best model as the result. */
class HeldOutDecisionTest {
    /** Learns the 24 rows by heart, so that the loss on others falls first and rises then. */
    private static final Optimisation BY_HEART = new Optimisation()
            .withLearningRate(0.1)
            .withSchedule(LearningRateSchedule.CONSTANT)
            .withEpochs(4);

    @TempDir
    private Path directory;

    private Path base;
    private TokenSequenceDataset data;
    private HeldOut heldOut;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        data = TinyModel.data(base, directory.resolve("train.jsonl"), 1);
        heldOut = new HeldOut().with("kept", source()).withInterval(2);
    }

    private TokenSequenceSource source() {
        return TinyModel.source(base, TinyModel.rows(directory.resolve("heldout.jsonl"), 2));
    }

    private CausalLMTrainer trainer(HeldOut decision) {
        return TinyModel.trainer(base, Objective.mle(), Map.of())
                .withOptimisation(BY_HEART)
                .withHeldOut(decision);
    }

    private static String sha256(CausalLMModel model) {
        return model.adapter().orElseThrow().sha256();
    }

    private static String fact(CausalLMModel model, String name) {
        return model.getProvenance().getInstanceProvenance().getMap().get(name).toString();
    }

    /** What a run tells. */
    private static final class Told implements TrainingListener {
        private final List<Integer> steps = new ArrayList<>();
        private final List<EvaluationReport> evaluations = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        @Override
        public void stepped(StepReport step) {
            steps.add(step.step());
        }

        @Override
        public void evaluated(EvaluationReport evaluation) {
            evaluations.add(evaluation);
        }

        @Override
        public void noted(String note) {
            notes.add(note);
        }

        private List<Integer> evaluatedAfter() {
            return evaluations.stream().map(EvaluationReport::step).toList();
        }
    }

    @Test
    void stepsAreTakenInPlaceOfEpochs() {
        CausalLMTrainer whole = TinyModel.trainer(base, Objective.mle(), Map.of("epochs", "2"));
        CausalLMTrainer counted =
                TinyModel.trainer(base, Objective.mle(), Map.of("maxSteps", Integer.toString(2 * TinyModel.STEPS)));
        assertEquals(sha256(whole.train(data)), sha256(counted.train(data)));
        Told told = new Told();
        TinyModel.trainer(base, Objective.mle(), Map.of("maxSteps", "4", "epochs", "9"))
                .withListener(told)
                .train(data);
        assertEquals(List.of(1, 2, 3, 4), told.steps);
    }

    @Test
    void evaluationsFollowPartsOfAnEpoch() {
        Told told = new Told();
        trainer(heldOut.withInterval(0).withEpochInterval(0.5))
                .withOptimisation(BY_HEART.withEpochs(2))
                .withListener(told)
                .train(data);
        assertEquals(List.of(0, 3, 6, 9, 12), told.evaluatedAfter());
    }

    /** The learning rate is constant, so that a run of as many steps as the best one took ends where that one was. */
    @Test
    void theBestModelIsTheOneOfTheLeastLoss() {
        Told told = new Told();
        CausalLMModel best =
                trainer(heldOut.withKeepBest(true)).withListener(told).train(data);
        List<EvaluationReport> after = told.evaluations.subList(1, told.evaluations.size() - 1);
        EvaluationReport least =
                after.stream().min((a, b) -> Double.compare(a.nll(), b.nll())).orElseThrow();
        int step = least.step();
        assertTrue(step > 2 && step < 4 * TinyModel.STEPS, "the data do not tell: " + after);
        assertEquals(Integer.toString(step), fact(best, "train-best-step"));
        CausalLMModel shorter = trainer(new HeldOut())
                .withOptimisation(BY_HEART.withMaxSteps(step))
                .train(data);
        assertEquals(sha256(shorter), sha256(best));
        EvaluationReport last = told.evaluations.get(told.evaluations.size() - 1);
        assertEquals(step, last.step());
        assertEquals(least.nll(), last.nll());
        assertTrue(
                told.notes.stream().anyMatch(n -> n.contains("the result is that of step " + step)),
                told.notes::toString);
        CausalLMModel unkept = trainer(heldOut).train(data);
        assertFalse(sha256(unkept).equals(sha256(best)));
        assertEquals(sha256(trainer(new HeldOut()).train(data)), sha256(unkept));
    }

    @Test
    void aRunStopsWhenTheLossNoLongerFalls() {
        Told all = new Told();
        trainer(heldOut).withListener(all).train(data);
        Told told = new Told();
        CausalLMModel model =
                trainer(heldOut.withPatience(2)).withListener(told).train(data);
        int last = told.steps.get(told.steps.size() - 1);
        assertTrue(last < 4 * TinyModel.STEPS, "the data do not tell: " + all.evaluations);
        List<EvaluationReport> found = told.evaluations;
        double least =
                found.stream().skip(1).mapToDouble(EvaluationReport::nll).min().orElseThrow();
        assertEquals(least, found.get(found.size() - 3).nll(), "the least loss is two evaluations before the end");
        assertEquals(Integer.toString(last), fact(model, "train-steps"));
        assertEquals(all.evaluatedAfter().subList(0, found.size()), told.evaluatedAfter());
        assertTrue(told.notes.stream().anyMatch(note -> note.startsWith("stopped early after step " + last)));
        Told impatient = new Told();
        trainer(heldOut.withPatience(1).withMinDelta(100))
                .withListener(impatient)
                .train(data);
        assertEquals(List.of(0, 2, 4), impatient.evaluatedAfter());
    }

    static Stream<Arguments> decisions() {
        return Stream.of(
                Arguments.of((UnaryOperator<CausalLMTrainer>)
                        t -> t.withOptimisation(BY_HEART.withMaxSteps(9)).withHeldOut(new HeldOut())),
                Arguments.of((UnaryOperator<CausalLMTrainer>)
                        t -> t.withHeldOut(t.heldOut().withPatience(2))),
                Arguments.of((UnaryOperator<CausalLMTrainer>)
                        t -> t.withHeldOut(t.heldOut().withPatience(2).withKeepBest(true))),
                Arguments.of((UnaryOperator<CausalLMTrainer>) t -> t.withSaveEpochInterval(0.5)
                        .withHeldOut(t.heldOut()
                                .withInterval(0)
                                .withEpochInterval(0.25)
                                .withPatience(3)
                                .withMinDelta(0.01)
                                .withKeepBest(true))),
                Arguments.of((UnaryOperator<CausalLMTrainer>) t -> t.withObjective(Objective.maskedMleDistill(0.75))
                        .withHeldOut(t.heldOut().withPatience(1).withKeepBest(true))));
    }

    /** Stopped after every step in turn, each time in a new trainer. */
    @ParameterizedTest
    @MethodSource("decisions")
    void aRunThatIsInterruptedEndsInTheSameBytes(UnaryOperator<CausalLMTrainer> choice) throws IOException {
        CausalLMTrainer whole = choice.apply(trainer(heldOut)).withOutputDirectory(directory.resolve("whole"));
        whole.train(data);
        Path cut = directory.resolve("cut");
        int interruptions = 0;
        for (boolean done = false; !done; ) {
            try {
                choice.apply(trainer(heldOut))
                        .withOutputDirectory(cut)
                        .withStopSignal(() -> true)
                        .train(data);
                done = true;
            } catch (InterruptedRun e) {
                interruptions++;
            }
        }
        assertTrue(interruptions > 4, interruptions + " interruptions");
        assertArrayEquals(
                Files.readAllBytes(directory.resolve("whole/adapter/adapter_model.safetensors")),
                Files.readAllBytes(cut.resolve("adapter/adapter_model.safetensors")));
        assertFalse(Files.exists(cut.resolve("state.safetensors")));
    }

    /** Killed without notice: only what was saved by the way is there. */
    @ParameterizedTest
    @MethodSource("decisions")
    void aRunThatIsKilledEndsInTheSameBytes(UnaryOperator<CausalLMTrainer> choice) throws IOException {
        choice.apply(trainer(heldOut))
                .withOutputDirectory(directory.resolve("whole"))
                .train(data);
        for (int kill : new int[] {3, 7, 8}) {
            Path cut = directory.resolve("cut" + kill);
            AtomicInteger steps = new AtomicInteger();
            CausalLMTrainer killed = choice.apply(trainer(heldOut).withSaveInterval(2))
                    .withOutputDirectory(cut)
                    .withListener(new TrainingListener() {
                        @Override
                        public void stepped(StepReport step) {
                            if (steps.incrementAndGet() == kill) {
                                throw new IllegalStateException("killed");
                            }
                        }
                    });
            assertThrows(IllegalStateException.class, () -> killed.train(data));
            choice.apply(trainer(heldOut).withSaveInterval(2))
                    .withOutputDirectory(cut)
                    .train(data);
            assertArrayEquals(
                    Files.readAllBytes(directory.resolve("whole/adapter/adapter_model.safetensors")),
                    Files.readAllBytes(cut.resolve("adapter/adapter_model.safetensors")),
                    "killed after " + kill + " steps");
        }
    }

    /** Killed after the last step, before the adapter is written: there is nothing to train, and still a result. */
    @ParameterizedTest
    @MethodSource("decisions")
    void aRunThatIsKilledAtItsEndIsEvaluated(UnaryOperator<CausalLMTrainer> choice) {
        Path out = directory.resolve("out");
        Told first = new Told();
        CausalLMTrainer killed = choice.apply(trainer(heldOut)
                        .withListener(TrainingListener.together(first, new TrainingListener() {
                            @Override
                            public void finished(RunReport run, Duration elapsed) {
                                if (run.name().equals("train")) {
                                    throw new IllegalStateException("killed");
                                }
                            }
                        })))
                .withOutputDirectory(out);
        assertThrows(IllegalStateException.class, () -> killed.train(data));
        Told again = new Told();
        CausalLMModel resumed = choice.apply(trainer(heldOut).withListener(again))
                .withOutputDirectory(out)
                .train(data);
        assertEquals(sha256(choice.apply(trainer(heldOut)).train(data)), sha256(resumed));
        assertEquals(List.of(), again.steps);
        if (!first.evaluations.isEmpty()) {
            EvaluationReport last = again.evaluations.get(again.evaluations.size() - 1);
            EvaluationReport expected = first.evaluations.get(first.evaluations.size() - 1);
            assertEquals(expected.step(), last.step());
            assertEquals(expected.nll(), last.nll());
        }
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void aProvenanceMakesTheSameModelAgain(UnaryOperator<CausalLMTrainer> choice) throws IOException {
        CausalLMModel model = choice.apply(trainer(heldOut)).train(data);
        ModelReproduction.Reproduction<? extends Output<?>> again =
                ModelReproduction.of(model.getProvenance()).reproduce();
        assertTrue(again.identical());
        Path file = directory.resolve("config.xml");
        ModelReproduction.of(model.getProvenance()).save(file);
        assertTrue(ModelReproduction.load(file).reproduce().identical());
    }

    @Test
    void aChangedDecisionIsNamedOnResuming() {
        Path out = directory.resolve("out");
        CausalLMTrainer first =
                trainer(heldOut.withPatience(2)).withOutputDirectory(out).withStopSignal(() -> true);
        assertThrows(InterruptedRun.class, () -> first.train(data));
        refused(trainer(heldOut.withPatience(3)).withOutputDirectory(out), "heldOut.patience was 2, is now 3");
        refused(
                trainer(heldOut.withPatience(2).withInterval(3)).withOutputDirectory(out),
                "heldOut.interval was 2, is now 3");
        refused(
                trainer(heldOut.withPatience(2))
                        .withOptimisation(BY_HEART.withMaxSteps(5).withLearningRate(0.2))
                        .withOutputDirectory(out),
                "optimisation.learningRate was 0.1, is now 0.2; optimisation.maxSteps was 0, is now 5");
        refused(trainer(heldOut).withOutputDirectory(out), "heldOut.interval was 2, is now absent");
        TokenSequenceSource others = TinyModel.source(base, TinyModel.rows(directory.resolve("others.jsonl"), 3));
        refused(
                trainer(heldOut.with("kept", others).withPatience(2)).withOutputDirectory(out),
                "held-out data (SHA-256) was ");
    }

    private void refused(CausalLMTrainer trainer, String change) {
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains(change), refused.getMessage());
    }

    @Test
    void whatCannotDecideIsNamed() {
        HeldOut two = heldOut.with("other", source());
        Map<String, HeldOut> wrong = Map.of(
                "patience", new HeldOut().withInterval(1).withPatience(1),
                "keepBest", heldOut.withInterval(0).withKeepBest(true),
                "minDelta", heldOut.withMinDelta(0.1),
                "criterion", two.withPatience(1));
        wrong.forEach((field, decision) -> {
            PropertyException refused = assertThrows(PropertyException.class, () -> trainer(decision));
            assertEquals(field, refused.getProperty(), refused.getMessage());
        });
        PropertyException unknown = assertThrows(
                PropertyException.class, () -> trainer(two.withPatience(1).withCriterion("third")));
        assertTrue(unknown.getMessage().contains("choose one of kept, other"), unknown.getMessage());
        assertEquals(
                "criterion",
                assertThrows(PropertyException.class, () -> trainer(heldOut.withCriterion("kept")))
                        .getProperty());
        assertEquals(
                "epochInterval",
                assertThrows(PropertyException.class, () -> heldOut.withEpochInterval(0.5))
                        .getProperty());
        trainer(two.withPatience(1).withCriterion("other"));
        assertThrows(PropertyException.class, () -> heldOut.withPatience(-1));
    }
}
