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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.fixtures.MaskedMleTerms;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.teacher.BaseReference;
import io.github.tribuollm.llm.teacher.GivenReference;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.teacher.TrainedReference;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.FullTuning;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.LearningRateSchedule;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.uncertainty.RefreshedUncertainty;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.test.Helpers;

/** A component of a trainer is the same in XML, in Java and in provenance. */
final class TrainerComponentsTest {
    @TempDir
    private Path directory;

    private Path base;
    private Path rows;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        rows = TinyModel.rows(directory.resolve("heldout.jsonl"), 2);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                CausalLMTrainer.class,
                Lora.class,
                FullTuning.class,
                Optimisation.class,
                Batches.class,
                MemoryUse.class,
                HeldOut.class,
                TrainedReference.class,
                BaseReference.class,
                GivenReference.class,
                RefreshedUncertainty.class,
                Execution.class
            })
    void everyFieldCanBeSetFromJava(Class<? extends Configurable> type) {
        assertTrue(Modifier.isFinal(type.getModifiers()), type + " can be subclassed");
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(Config.class)) {
                String name = field.getName();
                String with = "with" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                assertTrue(Arrays.stream(type.getMethods()).anyMatch(m -> copies(m, with, type)), type + "." + with);
            }
        }
    }

    @Test
    void dropoutIsSetFieldByField() {
        MonteCarloDropout whole = new MonteCarloDropout(4, 0.2, DropoutPlaces.LORA, 7);
        MonteCarloDropout byField = new MonteCarloDropout()
                .withSamples(4)
                .withRate(0.2)
                .withPlaces(DropoutPlaces.LORA)
                .withSeed(7);
        assertEquals(whole.getProvenance(), byField.getProvenance());
        assertThrows(PropertyException.class, () -> new UncertaintyEvaluator(whole).withBatchTokens(0));
    }

    private static boolean copies(Method method, String name, Class<?> type) {
        return method.getName().equals(name) && method.getParameterCount() == 1 && method.getReturnType() == type;
    }

    private CausalLMTrainer trainer() {
        return new CausalLMTrainer(base, Objective.maskedMle(0.75));
    }

    @Test
    void xmlAndJavaHaveTheSameProvenance() throws IOException {
        TokenSequenceSource source = TinyModel.source(base, rows);
        CausalLMTrainer java = trainer()
                .withTuning(
                        new Lora().withRank(8).withAlpha(16).withDropout(0.1).withTargetModules("q_proj", "v_proj"))
                .withOptimisation(new Optimisation()
                        .withEpochs(2)
                        .withLearningRate(1e-3)
                        .withSchedule(LearningRateSchedule.LINEAR)
                        .withWarmupRatio(0.1)
                        .withWeightDecay(0.01)
                        .withBeta1(0.8)
                        .withBeta2(0.99)
                        .withClipNorm(0.5))
                .withBatches(new Batches()
                        .withBatchSize(8)
                        .withMicroBatchSize(2)
                        .withBatching(Batching.PACKED)
                        .withBucketByLength(false))
                .withReference(Reference.adapter(Path.of("adapters/reference")))
                .withMemory(new MemoryUse().withStorage(Storage.STORED).withRecompute(true))
                .withExecution(new Execution().withComputeType(ComputeType.BFLOAT16))
                .withHeldOut(new HeldOut().with("sums", source).withInterval(5))
                .withUncertainty(new RefreshedUncertainty(new UncertaintyEvaluator(), 10))
                .withSaveInterval(7)
                .withSeed(3);
        assertEquals(provenance(java), provenance(inXml()));
        assertEquals(java.toString(), inXml().toString());
    }

    private CausalLMTrainer inXml() throws IOException {
        Path xml = Files.writeString(
                directory.resolve("trainer.xml"), """
                <config>
                  <component name="trainer" type="io.github.tribuollm.llm.CausalLMTrainer">
                    <property name="checkpoint" value="BASE"/>
                    <property name="objective" value="objective"/>
                    <property name="tuning" value="lora"/>
                    <property name="optimisation" value="optimisation"/>
                    <property name="batches" value="batches"/>
                    <property name="reference" value="reference"/>
                    <property name="memory" value="memory"/>
                    <property name="execution" value="execution"/>
                    <property name="heldOut" value="heldOut"/>
                    <property name="uncertainty" value="uncertainty"/>
                    <property name="saveInterval" value="7"/>
                    <property name="seed" value="3"/>
                  </component>
                  <component name="lora" type="io.github.tribuollm.llm.training.Lora">
                    <property name="rank" value="8"/>
                    <property name="alpha" value="16"/>
                    <property name="dropout" value="0.1"/>
                    <propertylist name="targetModules">
                      <item>q_proj</item>
                      <item>v_proj</item>
                    </propertylist>
                  </component>
                  <component name="optimisation" type="io.github.tribuollm.llm.training.Optimisation">
                    <property name="epochs" value="2"/>
                    <property name="learningRate" value="1e-3"/>
                    <property name="schedule" value="LINEAR"/>
                    <property name="warmupRatio" value="0.1"/>
                    <property name="weightDecay" value="0.01"/>
                    <property name="beta1" value="0.8"/>
                    <property name="beta2" value="0.99"/>
                    <property name="clipNorm" value="0.5"/>
                  </component>
                  <component name="batches" type="io.github.tribuollm.llm.training.Batches">
                    <property name="batchSize" value="8"/>
                    <property name="microBatchSize" value="2"/>
                    <property name="batching" value="PACKED"/>
                    <property name="bucketByLength" value="false"/>
                  </component>
                  <component name="reference" type="io.github.tribuollm.llm.teacher.GivenReference">
                    <property name="adapter" value="adapters/reference"/>
                  </component>
                  <component name="memory" type="io.github.tribuollm.llm.memory.MemoryUse">
                    <property name="storage" value="STORED"/>
                    <property name="recompute" value="true"/>
                  </component>
                  <component name="execution" type="io.github.tribuollm.runtime.Execution">
                    <property name="computeType" value="BFLOAT16"/>
                  </component>
                  <component name="heldOut" type="io.github.tribuollm.llm.training.HeldOut">
                    <propertymap name="data">
                      <entry key="sums" value="sums"/>
                    </propertymap>
                    <property name="interval" value="5"/>
                  </component>
                  <component name="uncertainty" type="io.github.tribuollm.llm.uncertainty.RefreshedUncertainty">
                    <property name="interval" value="10"/>
                  </component>
                  <component name="sums" type="io.github.tribuollm.llm.token.TokenSequenceSource">
                    <property name="checkpoint" value="BASE"/>
                    <property name="conversations" value="rows"/>
                    <property name="template" value="template"/>
                    <property name="maxLength" value="64"/>
                    <property name="truncation" value="TRUNCATE_END"/>
                  </component>
                  <component name="rows" type="io.github.tribuollm.llm.data.Gsm8kSource">
                    <property name="path" value="ROWS"/>
                  </component>
                  <component name="template" type="io.github.tribuollm.llm.data.template.QuestionAnswerTemplate"/>
                  OBJECTIVE
                </config>
                """.replace("OBJECTIVE", MaskedMleTerms.named("objective"))
                        .replace("BASE", base.toString())
                        .replace("ROWS", rows.toString()));
        return (CausalLMTrainer) new ConfigurationManager(xml.toString()).lookup("trainer");
    }

    private static String provenance(CausalLMTrainer trainer) {
        return trainer.getProvenance().toString().replaceAll("datasource-creation-time=[^,)]*", "");
    }

    @Test
    void everyComponentGoesThroughAConfigurationAndPrintsItselfInOneLine() {
        assertPlain(new Lora().withRank(8).withInitialAdapter(directory.resolve("adapter")));
        assertPlain(new Lora()
                .withTargetModules("q_proj", "v_proj")
                .withExcludedModules("/.*layers\\.0\\..*/")
                .withLayersToTransform(0, 2)
                .withLayersPattern("layers")
                .withRankStabilised(true)
                .withRankPattern("q_proj=8", "layers.1.*=4")
                .withAlphaPattern("v_proj=2.5"));
        assertPlain(FullTuning.fromScratch());
        assertPlain(new Optimisation().withEpochs(3));
        assertPlain(new Batches().withBatchSize(4));
        assertPlain(new MemoryUse().withRecompute(true));
        assertPlain(new HeldOut().withInterval(3));
        assertPlain(new TrainedReference());
        assertPlain(new BaseReference());
        assertPlain((GivenReference) Reference.checkpoint(base.toString(), directory.resolve("adapter")));
        assertTrue(
                trainer().toString().contains("LoRA of rank 32, alpha 64.0"),
                trainer().toString());
    }

    private static <C extends Configurable & Provenancable<ConfiguredObjectProvenance>> void assertPlain(C component) {
        Helpers.testConfigurableRoundtrip(component);
        assertEquals(1, component.toString().lines().count());
        assertFalse(component.toString().contains("@"), component.toString());
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                refused("rank", () -> new Lora().withRank(0)),
                refused("alpha", () -> new Lora().withAlpha(0)),
                refused("dropout", () -> new Lora().withDropout(1)),
                refused("targetModules", () -> new Lora().withTargetModules()),
                refused("targetModules", () -> new Lora().withTargetModules("all-linear", "q_proj")),
                refused("targetModules", () -> new Lora().withTargetModules("/(q_proj/")),
                refused("targetModules", () -> new Lora().withTargetModules("/(?P<a>q)(?P=a)/")),
                refused("excludedModules", () -> new Lora().withExcludedModules("")),
                refused("layersToTransform", () -> new Lora().withLayersToTransform(-1)),
                refused(
                        "layersToTransform",
                        () -> new Lora().withTargetModules("/.*_proj/").withLayersToTransform(1)),
                refused("layersPattern", () -> new Lora().withLayersPattern("layers")),
                refused("rankPattern", () -> new Lora().withRankPattern("q_proj")),
                refused("rankPattern", () -> new Lora().withRankPattern("q_proj=0")),
                refused("rankPattern", () -> new Lora().withRankPattern("q_proj=1.5")),
                refused("rankPattern", () -> new Lora().withRankPattern("q_proj=1", "q_proj=2")),
                refused("alphaPattern", () -> new Lora().withAlphaPattern("[=1")),
                refused("start", () -> new FullTuning().withStart(null)),
                refused("epochs", () -> new Optimisation().withEpochs(0)),
                refused("learningRate", () -> new Optimisation().withLearningRate(Double.NaN)),
                refused("schedule", () -> new Optimisation().withSchedule(null)),
                refused("clipNorm", () -> new Optimisation().withClipNorm(0)),
                refused("batchSize", () -> new Batches().withBatchSize(0)),
                refused("microBatchSize", () -> new Batches().withMicroBatchSize(33)),
                refused("storage", () -> new MemoryUse().withStorage(null)),
                refused("interval", () -> new HeldOut().withInterval(-1)),
                refused("checkpoint", () -> Reference.checkpoint("no/checkpoint/here")));
    }

    private static Arguments refused(String field, Executable made) {
        return Arguments.of(field, made);
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void valuesOutOfRangeAreNamed(String field, Executable made) {
        assertNamed(field, made);
    }

    private static void assertNamed(String field, Executable made) {
        PropertyException refused = assertThrows(PropertyException.class, made);
        assertEquals(field, refused.getProperty(), refused.getMessage());
    }

    @Test
    void aCopyLeavesItsOriginalAndHasNotBeenInvoked() {
        CausalLMTrainer trainer = trainer();
        trainer.setInvocationCount(2);
        CausalLMTrainer copy = trainer.withSeed(9).withOutputDirectory(directory.resolve("out"));
        assertNotSame(trainer, copy);
        assertEquals(0, copy.getInvocationCount());
        assertEquals(2, trainer.getInvocationCount());
        assertTrue(trainer.toString().contains("seed 1"), trainer.toString());
        assertTrue(copy.toString().contains("seed 9"), copy.toString());
    }

    @Test
    void componentsThatDoNotFitTogetherAreRefused() {
        CausalLMTrainer distilling = new CausalLMTrainer(base, Objective.distill());
        PropertyException trained =
                assertThrows(PropertyException.class, () -> distilling.withTuning(FullTuning.fromCheckpoint()));
        assertEquals("reference", trained.getProperty());
        distilling.withReference(Reference.base()).withTuning(FullTuning.fromCheckpoint());
        CausalLMTrainer measuring = trainer().withUncertainty(new RefreshedUncertainty(new UncertaintyEvaluator(), 10));
        PropertyException measured =
                assertThrows(PropertyException.class, () -> measuring.withTuning(FullTuning.fromCheckpoint()));
        assertEquals("uncertainty", measured.getProperty());
    }

    @Test
    void aMissingPartIsNamed() {
        CausalLMTrainer trainer = trainer();
        assertNamed("checkpoint", () -> new CausalLMTrainer((String) null, Objective.mle()));
        assertNamed("checkpoint", () -> new CausalLMTrainer((Path) null, Objective.mle()));
        assertNamed("objective", () -> new CausalLMTrainer(base, null));
        assertNamed("checkpoint", () -> trainer.withCheckpoint(null));
        assertNamed("objective", () -> trainer.withObjective(null));
        assertNamed("tuning", () -> trainer.withTuning(null));
        assertNamed("optimisation", () -> trainer.withOptimisation(null));
        assertNamed("batches", () -> trainer.withBatches(null));
        assertNamed("reference", () -> trainer.withReference(null));
        assertNamed("execution", () -> trainer.withExecution(null));
        assertNamed("memory", () -> trainer.withMemory(null));
        assertNamed("heldOut", () -> trainer.withHeldOut(null));
        assertNamed("outputDirectory", () -> trainer.withOutputDirectory(null));
        assertNamed("listener", () -> trainer.withListener(null));
        assertNamed("stopSignal", () -> trainer.withStopSignal(null));
        assertNamed("targetModules", () -> new Lora().withTargetModules((String[]) null));
        assertNamed("targetModules", () -> new Lora().withTargetModules("q_proj", null));
        assertNamed("data", () -> new HeldOut().withData(null));
        assertNamed("data", () -> new HeldOut().with(null, TinyModel.source(base, rows)));
    }

    @Test
    void anInfiniteWeightDecayIsRefused() {
        assertNamed("weightDecay", () -> new Optimisation().withWeightDecay(Double.POSITIVE_INFINITY));
    }
}
