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

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.MergedCheckpoint;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Trains an adapter here, exports it and the merged checkpoint, and lets PEFT and transformers compute the logits.
 * Arguments: the Python interpreter, the directory of the reference scripts, the names of checkpoints if not all.
 */
public final class InteroperabilityEvidence {
    private InteroperabilityEvidence() {}

    /**
     * Checks fixture checkpoints.
     *
     * @param arguments interpreter, script directory, names
     * @throws IOException if a file cannot be written
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("interoperability");
        int checks = 0;
        List<String> chosen = List.of(arguments).subList(2, arguments.length);
        for (String name : chosen.isEmpty() ? Golden.names().toList() : chosen) {
            try (Golden golden = Golden.of(name)) {
                Path directory = golden.checkpoint.place();
                Path mine = work.resolve(name);
                export(golden, mine);
                String check = Path.of(arguments[1]).resolve("check_interop.py").toString();
                String python = arguments[0];
                String logits = mine.resolve("logits.safetensors").toString();
                String adapter = mine.resolve("adapter").toString();
                run(List.of(
                        python,
                        check,
                        "adapter",
                        "--base",
                        directory.toString(),
                        "--adapter",
                        adapter,
                        "--logits",
                        logits));
                run(List.of(
                        python,
                        check,
                        "merged",
                        "--checkpoint",
                        mine.resolve("merged").toString(),
                        "--logits",
                        logits));
                checks += 2;
            }
        }
        System.out.println("interoperability: PEFT loads our adapter and transformers our merged checkpoint with our"
                + " logits to 1e-4: " + checks + " of " + checks + " checks");
    }

    private static void export(Golden golden, Path directory) throws IOException {
        Files.createDirectories(directory);
        List<TokenSequence> data = golden.sequences();
        CausalLMTrainer trainer = new CausalLMTrainer(golden.checkpoint.place(), Objective.mle());
        TokenSequenceDataset dataset = new TokenSequenceDataset(
                data,
                Architectures.of(golden.checkpoint).vocabularySize(),
                new SimpleDataSourceProvenance("fixture", new io.github.tribuollm.llm.token.TokenFactory()));
        try (CausalLMModel model = trainer.train(dataset)) {
            Adapter adapter = withVisibleB(model.adapter().orElseThrow());
            try (Checkpoint base = Checkpoint.open(golden.checkpoint.place())) {
                PeftFiles.save(
                        adapter, directory.resolve("adapter"), base.place().toString(), base.identity());
                MergedCheckpoint.write(base, adapter, directory.resolve("merged"), DType.F32);
                writeLogits(base, adapter, data, directory.resolve("logits.safetensors"));
            }
        }
    }

    /** One step hardly moves B from zero; a scaled one makes a wrong factor or transposition visible. */
    private static Adapter withVisibleB(Adapter adapter) {
        adapter.modules().values().forEach(pair -> {
            for (int i = 0; i < pair.b().length; i++) {
                pair.b()[i] *= 100;
            }
        });
        return adapter;
    }

    private static void writeLogits(Checkpoint base, Adapter adapter, List<TokenSequence> data, Path file) {
        List<TokenSequence> everyToken = data.stream()
                .map(s -> {
                    BitSet all = new BitSet();
                    all.set(1, s.length());
                    return new TokenSequence(s.tokens(), all, 1, s.origin());
                })
                .toList();
        MicroBatch batch =
                MicroBatch.of(everyToken, IntStream.range(0, data.size()).toArray());
        ModelShape shape =
                ModelShape.of(Architectures.of(base), Optional.of(adapter), batch.length(), batch.sequences());
        int vocabulary = shape.architecture().vocabularySize();
        float[] padded = new float[batch.tokens().length * vocabulary];
        WeightSource weights = base.weights().source(Storage.FLOAT32);
        try (GraphSession session = GraphSession.open(
                        new LanguageModelGraph(shape, weights).measuringWithLogits(List.of(TokenMeasure.NLL)),
                        weights);
                ParameterSet parameters = ParameterSet.of(adapter);
                Feeds feeds = batch.feeds().tensors(parameters.tensors(n -> n));
                GraphSession.Outputs outputs = session.run(feeds)) {
            float[] logits = outputs.floats(Names.LOGITS);
            for (int n = 0; n < batch.completionTokens(); n++) {
                System.arraycopy(logits, n * vocabulary, padded, (int) batch.rows()[n] * vocabulary, vocabulary);
            }
        }
        float[] ids = new float[batch.tokens().length];
        IntStream.range(0, ids.length).forEach(i -> ids[i] = batch.tokens()[i]);
        float[] lengths = new float[data.size()];
        IntStream.range(0, lengths.length).forEach(i -> lengths[i] = data.get(i).length() - 1f);
        long b = batch.sequences();
        long t = batch.length();
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        SafetensorsWriter.Entry.of("input_ids", DType.F32, new long[] {b, t}, ids),
                        SafetensorsWriter.Entry.of("lengths", DType.F32, new long[] {b}, lengths),
                        SafetensorsWriter.Entry.of("logits", DType.F32, new long[] {b, t, vocabulary}, padded)));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            System.err.println("failed: " + String.join(" ", command));
            System.exit(1);
        }
    }
}
