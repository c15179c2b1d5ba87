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
package io.github.tribuollm.llm.uncertainty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on the tokens of highest epistemic uncertainty, measured again and again. */
final class RefreshedUncertaintyTest {
    private static final Objective OBJECTIVE = Objectives.bayesianActiveLearning(0.5);

    @TempDir
    private Path directory;

    private Path checkpoint;
    private TokenSequenceDataset data;

    @BeforeEach
    void make() {
        checkpoint = TinyModel.checkpoint(directory.resolve("base"), 3);
        data = TinyModel.data(checkpoint, directory.resolve("rows"), 5);
    }

    private CausalLMTrainer trainer(int interval) {
        UncertaintyEvaluator evaluator =
                new UncertaintyEvaluator(new MonteCarloDropout(4, 0.2, DropoutPlaces.ALL_LINEAR, 1));
        return TinyModel.trainer(checkpoint, OBJECTIVE, Map.of("saveInterval", "1"))
                .withUncertainty(new RefreshedUncertainty(evaluator, interval));
    }

    private static String adapter(CausalLMModel model) {
        return model.adapter().orElseThrow().sha256();
    }

    @Test
    void theScoreIsMeasuredAgain() {
        assertNotEquals(adapter(trainer(100).train(data)), adapter(trainer(1).train(data)));
    }

    @Test
    void anInterruptedRunEndsTheSame() {
        String whole = adapter(trainer(2).train(data));
        Path run = directory.resolve("run");
        int[] asked = {0};
        CausalLMTrainer stopped = trainer(2).withOutputDirectory(run).withStopSignal(() -> ++asked[0] == 1);
        assertThrows(InterruptedRun.class, () -> stopped.train(data));
        assertEquals(whole, adapter(trainer(2).withOutputDirectory(run).train(data)));
    }

    @Test
    void theModelIsMadeAgainFromItsProvenance() {
        CausalLMModel model = trainer(3).train(data);
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(ProvenanceUtil.extractConfiguration(model.getProvenance()));
        CausalLMTrainer again = manager.lookupAll(CausalLMTrainer.class).get(0);
        assertEquals(adapter(model), adapter(again.train(data)));
    }

    @Test
    void withoutTheColumnTheRunIsRefused() {
        CausalLMTrainer trainer = TinyModel.trainer(checkpoint, OBJECTIVE, Map.of());
        assertThrows(TrainingException.class, () -> trainer.train(data));
    }
}
