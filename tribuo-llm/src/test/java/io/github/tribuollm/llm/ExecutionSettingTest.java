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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.CudaUnavailable;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.Onnx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;
import org.tribuo.sequence.SequenceModel;
import org.tribuo.test.Helpers;

final class ExecutionSettingTest {
    private static final Execution AUTO = new Execution(ExecutionProvider.AUTO, ComputeType.FLOAT32);
    private static final Execution CUDA = new Execution(ExecutionProvider.CUDA, ComputeType.FLOAT32);
    private static final Execution NARROW = new Execution(ExecutionProvider.CPU, ComputeType.BFLOAT16);

    @TempDir
    private Path directory;

    private Path base;
    private TokenSequenceDataset data;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        data = TinyModel.data(base, directory.resolve("train.jsonl"), 1);
    }

    private CausalLMTrainer trainer() {
        return TinyModel.trainer(base, Objective.mle(), Map.of());
    }

    private static void assumeNoCudaInThisBuild() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "this build has CUDA");
    }

    private static Map<String, String> recorded(CausalLMModel model) {
        Map<String, String> values = new HashMap<>();
        model.getProvenance()
                .getInstanceProvenance()
                .getMap()
                .forEach((name, value) -> values.put(name, value.toString()));
        return values;
    }

    @Test
    void theSettingIsConfigurationAndProvenance() {
        for (Execution execution : List.of(
                new Execution(),
                NARROW,
                new Execution(ExecutionProvider.AUTO, 2, 20_000_000_000L, true, ComputeType.FLOAT32))) {
            Helpers.testConfigurableRoundtrip(execution);
            Helpers.testProvenanceMarshalling(execution.getProvenance());
            Helpers.testConfigurableRoundtrip(trainer().withExecution(execution));
        }
    }

    @Test
    void whatWasTakenIsRecorded() {
        Map<String, String> usual = recorded(trainer().train(data));
        assertEquals("CPU", usual.get("execution-provider"));
        assertEquals("FLOAT32", usual.get("compute-type"));
        assertEquals(Onnx.version(), usual.get("onnxruntime-version"));
        assertFalse(usual.containsKey("execution-device"));
        assertEquals(
                "BFLOAT16",
                recorded(trainer().withExecution(NARROW).train(data)).get("compute-type"));
    }

    @Test
    void autoWithoutAGpuChangesNoBitAndIsExplainedInTheFirstLine() {
        assumeNoCudaInThisBuild();
        List<String> devices = new ArrayList<>();
        CausalLMModel model = trainer()
                .withExecution(AUTO)
                .withListener(new TrainingListener() {
                    @Override
                    public void started(RunReport run) {
                        devices.add(run.device());
                    }
                })
                .train(data);
        assertEquals(
                trainer().train(data).adapter().orElseThrow().sha256(),
                model.adapter().orElseThrow().sha256());
        assertEquals("CPU", recorded(model).get("execution-provider"));
        assertTrue(devices.get(0).contains("(AUTO: CUDA device 0 cannot be used: "), devices.get(0));
    }

    @Test
    void cudaWithoutAGpuEndsTheRunAndIsNoInvocation() {
        assumeNoCudaInThisBuild();
        CausalLMTrainer trainer = trainer().withExecution(CUDA);
        assertThrows(CudaUnavailable.class, () -> trainer.train(data));
        assertEquals(0, trainer.getInvocationCount());
    }

    @Test
    void theTrainedModelRunsWhereItWasTrainedAndALoadedOneWhereItIsTold() throws IOException {
        CausalLMModel model = trainer().withExecution(NARROW).train(data);
        double trained = model.meanLoss(data.sequences(), 4).nll();
        Path file = directory.resolve("model.tribuo");
        model.serializeToFile(file);
        CausalLMModel loaded = (CausalLMModel) SequenceModel.deserializeFromFile(file);
        double exact = loaded.meanLoss(data.sequences(), 4).nll();
        double narrow =
                loaded.setExecution(NARROW).meanLoss(data.sequences(), 4).nll();
        assertEquals(trained, narrow);
        assertNotEquals(exact, narrow);
        assertEquals(exact, narrow, 0.02);
        assumeNoCudaInThisBuild();
        loaded.setExecution(CUDA);
        assertThrows(CudaUnavailable.class, () -> loaded.predict(data.getExample(0)));
    }

    @Test
    void aRunGoesOnInItsOwnPrecisionOnly() {
        Path run = directory.resolve("run");
        CausalLMTrainer stopped = trainer().withOutputDirectory(run).withStopSignal(() -> true);
        assertThrows(InterruptedRun.class, () -> stopped.train(data));
        CausalLMTrainer narrow = trainer().withExecution(NARROW).withOutputDirectory(run);
        TrainingException refused = assertThrows(TrainingException.class, () -> narrow.train(data));
        assertTrue(refused.getMessage().contains("precision"), refused.getMessage());
        assumeNoCudaInThisBuild();
        CausalLMModel resumed =
                trainer().withExecution(AUTO).withOutputDirectory(run).train(data);
        assertEquals(
                trainer().train(data).adapter().orElseThrow().sha256(),
                resumed.adapter().orElseThrow().sha256());
    }

    /** Models of versions before there was the setting. */
    @Test
    void aModelWithoutTheSettingLoadsAndReproduces() throws IOException {
        CausalLMModel model = trainer().train(data);
        ModelProvenance now = model.getProvenance();
        Map<String, Provenance> results =
                new HashMap<>(now.getInstanceProvenance().getMap());
        results.remove("compute-type");
        ModelProvenance before = new ModelProvenance(
                now.getClassName(),
                now.getTrainingTime(),
                now.getDatasetProvenance(),
                withoutExecution(now.getTrainerProvenance()),
                results);
        CausalLMModel old = new CausalLMModel(
                before, data.vocabularySize(), model.checkpointLocation(), model.baseSha256(), model.adapter());
        Path file = directory.resolve("old.tribuo");
        old.serializeToFile(file);
        ModelReproduction.Reproduction<?> again =
                ModelReproduction.ofModel(file).reproduce();
        assertTrue(again.identical(), () -> again.results().toString());
    }

    private static TrainerProvenance withoutExecution(TrainerProvenance trainer) {
        Map<String, Provenance> parts = new HashMap<>();
        for (Pair<String, Provenance> part : trainer) {
            if (!part.getA().equals("execution")) {
                parts.put(part.getA(), part.getB());
            }
        }
        assertFalse(new TrainerProvenanceImpl(parts).toString().contains("computeType"));
        return new TrainerProvenanceImpl(parts);
    }

    /** A model trained on a GPU, as another machine gets it. */
    @Test
    void aModelOfAGpuIsReproducedElsewhereIfToldSo() {
        assumeNoCudaInThisBuild();
        CausalLMModel model = trainer().train(data);
        ModelProvenance here = model.getProvenance();
        ModelProvenance there = new ModelProvenance(
                here.getClassName(),
                here.getTrainingTime(),
                here.getDatasetProvenance(),
                trainer().withExecution(CUDA).getProvenance(),
                new HashMap<>(here.getInstanceProvenance().getMap()));
        ModelReproduction<TokenOutput> refused = ModelReproduction.of(there);
        assertThrows(CudaUnavailable.class, refused::reproduce);
        ModelReproduction<TokenOutput> told = ModelReproduction.of(there);
        told.with(CausalLMTrainer.class, trainer -> trainer.withExecution(new Execution()));
        assertTrue(told.reproduce().identical());
    }
}
