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
package io.github.tribuollm.fuzz;

import static io.github.tribuollm.fuzz.Checks.finite;
import static io.github.tribuollm.fuzz.Checks.require;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.cli.SavedResults;
import io.github.tribuollm.llm.configuration.ConfigurationFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.generation.SavedGenerations;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.teacher.CachedTeacher;
import io.github.tribuollm.llm.teacher.TeacherWriter;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.SavedStates;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tribuo.sequence.SequenceDataset;

/** What runs leave behind, and what describes them. */
final class RunTargets {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));

    private RunTargets() {}

    static List<Target> all(Path scratch) {
        return List.of(
                model(scratch),
                dataSet(),
                configuration(),
                experiment(),
                states(scratch),
                results(scratch),
                generations(scratch),
                teacher(scratch));
    }

    private static byte[] golden(String name) {
        try {
            return Files.readAllBytes(RESOURCES.resolve("golden/0.1.0").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Written anew: what this version writes is checked by its hash, so that no mutant has other numbers. */
    private static Target model(Path scratch) {
        Path file = scratch.resolve("model.tribuo");
        String adapter;
        try (CausalLMModel model = CausalLMModel.read(RESOURCES.resolve("golden/0.1.0/model.tribuo"))) {
            model.serializeToFile(file);
            adapter = model.adapter().orElseThrow().sha256();
        }
        byte[] bytes = CheckpointTargets.files(scratch).get("model.tribuo");
        return Target.of("model.tribuo", "model.tribuo", bytes, directory -> {
            try (CausalLMModel model = CausalLMModel.read(directory.resolve("model.tribuo"))) {
                require(model.getOutputIDInfo().size() > 0, "no vocabulary");
                require(adapter.equals(model.adapter().orElseThrow().sha256()), "another adapter");
            }
        });
    }

    /** Tribuo reads the file, and throws what it says that it throws. */
    private static Target dataSet() {
        return Target.of("data.tribuo", "data.tribuo", golden("data.tribuo"), directory -> {
                    SequenceDataset<?> data = SequenceDataset.deserializeFromFile(directory.resolve("data.tribuo"));
                    if (data instanceof TokenSequenceDataset tokens) {
                        for (TokenSequence sequence : tokens.sequences()) {
                            finite("weight", sequence.weight());
                        }
                    }
                })
                .alsoThrowing(Set.of(IOException.class, IllegalStateException.class, IllegalArgumentException.class));
    }

    private static Target configuration() {
        String xml = """
                <?xml version="1.0" encoding="UTF-8"?>
                <config>
                  <property name="rate" value="1e-3"/>
                  <component name="objective" type="io.github.tribuollm.objectives.PaperObjective">
                    <property name="method" value="MASKED_MLE"/>
                    <property name="quantile" value="0.75"/>
                  </component>
                  <component name="optimisation" type="io.github.tribuollm.llm.training.Optimisation">
                    <property name="learningRate" value="${rate}"/>
                    <property name="epochs" value="2"/>
                  </component>
                  <component name="lora" type="io.github.tribuollm.llm.training.Lora">
                    <property name="rank" value="4"/>
                    <propertylist name="targetModules"><item>q_proj</item></propertylist>
                  </component>
                  <component name="trainer" type="io.github.tribuollm.llm.CausalLMTrainer">
                    <property name="checkpoint" value="TINY"/>
                    <property name="objective" value="objective"/>
                    <property name="optimisation" value="optimisation"/>
                    <property name="tuning" value="lora"/>
                    <property name="seed" value="7"/>
                  </component>
                </config>
                """.replace(
                        "TINY", RESOURCES.resolve("tiny-llama").toAbsolutePath().toString());
        return Target.of("configurations", "c.xml", xml.getBytes(StandardCharsets.UTF_8), directory -> {
            ConfigurationManager manager =
                    ConfigurationFile.read(directory.resolve("c.xml")).manager();
            for (Objective objective : manager.lookupAll(Objective.class)) {
                objective.terms().forEach(term -> finite("coefficient", term.coefficient()));
            }
            manager.lookupAll(CausalLMTrainer.class).forEach(CausalLMTrainer::toString);
        });
    }

    /** What a run writes to be made again; its inputs are not here, so that nothing is looked up. */
    private static Target experiment() {
        return Target.of(
                "experiment.xml",
                "e.xml",
                golden("experiment.xml"),
                directory -> ConfigurationFile.read(directory.resolve("e.xml")).manager());
    }

    private static Target states(Path scratch) {
        Path directory = scratch.resolve("state");
        SavedStates.write(directory);
        return Target.of(
                "saved states",
                "state.safetensors",
                CheckpointTargets.files(directory).get("state.safetensors"),
                SavedStates::read);
    }

    private static Target results(Path scratch) {
        Path directory = scratch.resolve("result");
        SavedResults.write(directory);
        return Target.of(
                "result.json",
                "result.json",
                CheckpointTargets.files(directory).get("result.json"),
                SavedResults::read);
    }

    private static Target generations(Path scratch) {
        Path directory = scratch.resolve("generations");
        try (Tokenizer tokenizer = Tokenizer.open(RESOURCES.resolve("tiny-llama"))) {
            SavedGenerations.write(directory, tokenizer);
        }
        byte[] bytes = CheckpointTargets.files(directory).get(SavedGenerations.FILE);
        return Target.of("unfinished answers", SavedGenerations.FILE, bytes, SavedGenerations::read);
    }

    private static Target teacher(Path scratch) {
        Golden golden = Golden.of("llama-tied");
        List<TokenSequence> data = golden.sequences();
        int vocabulary = Architectures.of(golden.checkpoint).vocabularySize();
        Path file = scratch.resolve("teacher");
        Adapter own = golden.adapter("adapter");
        ModelShape shape = new ModelShape(
                Architectures.of(golden.checkpoint),
                Optional.of(own.form()),
                23,
                2,
                false,
                false,
                16L * vocabulary,
                Backend.cpu());
        try (golden;
                ParameterSet adapter = ParameterSet.of(own)) {
            new TeacherWriter(shape, adapter, golden.checkpoint.weights().source(Storage.FLOAT32), "tokenizer", "base")
                    .write(file, data, SparseMethod.TOP, 4, 1);
        }
        MicroBatch batch = MicroBatch.of(data, IntStream.range(0, data.size()).toArray());
        Map<String, byte[]> files = CheckpointTargets.files(scratch);
        return Target.of("cached teachers", "teacher", files.get("teacher"), directory -> {
            CachedTeacher teacher = new CachedTeacher(directory.resolve("teacher"));
            teacher.requireMadeFor(data, vocabulary);
            Checks.rows(teacher.rows(batch.completionSequences(), batch.completionPositions()), vocabulary);
        });
    }
}
