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

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.uncertainty.Measure;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What transformers says under dropout with known masks: 20 sequences, 10 samples, seed 1. */
record DropoutGolden(
        String name, Checkpoint checkpoint, ScoredModel model, MonteCarloDropout dropout, SafetensorsFile numbers)
        implements AutoCloseable {
    static final int SAMPLES = 10;

    private static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));

    /** How reference/make_mc_dropout.py made a case. */
    private record Case(String checkpoint, DropoutPlaces places, double rate) {}

    private static final Map<String, Case> CASES = Map.of(
            "llama", new Case("llama-untied-gqa", DropoutPlaces.ARCHITECTURE, 0.1),
            "phi3", new Case("phi3-4k", DropoutPlaces.ARCHITECTURE, 0.1),
            "gemma2", new Case("gemma2-tied", DropoutPlaces.ARCHITECTURE, 0.2),
            "llama-lora", new Case("llama-untied-gqa", DropoutPlaces.LORA, 0.3),
            "llama-all-linear", new Case("llama-untied-gqa", DropoutPlaces.ALL_LINEAR, 0.1),
            "smollm2", new Case("SmolLM2", DropoutPlaces.ALL_LINEAR, 0.1));

    static List<String> names() {
        return CASES.keySet().stream()
                .filter(name -> Files.exists(file(name)))
                .sorted()
                .toList();
    }

    static DropoutGolden of(String name) {
        Case made = CASES.get(name);
        Path fixtures = RESOURCES.resolve("fixtures");
        Checkpoint checkpoint = Checkpoint.open(fixtures.resolve("checkpoints").resolve(made.checkpoint));
        Path adapter = fixtures.resolve("golden").resolve(made.checkpoint).resolve("adapter");
        ScoredModel model = ScoredModel.of(
                checkpoint,
                made.places == DropoutPlaces.LORA ? Optional.of(PeftFiles.load(adapter)) : Optional.empty(),
                24);
        return new DropoutGolden(
                name,
                checkpoint,
                model,
                new MonteCarloDropout(SAMPLES, made.rate, made.places, 1),
                SafetensorsFile.open(file(name)));
    }

    private static Path file(String name) {
        return RESOURCES.resolve("fixtures/mc-dropout").resolve(name + ".safetensors");
    }

    private int width() {
        return (int) numbers.shape("input_ids")[1];
    }

    List<TokenSequence> sequences() {
        ByteBuffer ids = numbers.stored("input_ids").data();
        ByteBuffer lengths = numbers.stored("lengths").data();
        ByteBuffer completion = numbers.stored("completion").data();
        List<TokenSequence> sequences = new ArrayList<>();
        for (int i = 0; i < numbers.shape("lengths")[0]; i++) {
            int[] tokens = new int[(int) lengths.getLong(Long.BYTES * i)];
            BitSet marks = new BitSet();
            for (int t = 0; t < tokens.length; t++) {
                int place = i * width() + t;
                tokens[t] = (int) ids.getLong(Long.BYTES * place);
                marks.set(t, completion.get(place) != 0);
            }
            sequences.add(new TokenSequence(tokens, marks, 1, name + ":" + i));
        }
        return sequences;
    }

    /** The same case with the model elsewhere. */
    DropoutGolden on(Backend backend) {
        return new DropoutGolden(name, checkpoint, model.on(backend), dropout, numbers);
    }

    double rate() {
        return CASES.get(name).rate;
    }

    /** What transformers measured of the tokens of all sequences, and 0 where there is no completion. */
    double[][] measured(Measure measure) {
        float[] all = numbers.stored(measure.label()).floats();
        List<TokenSequence> sequences = sequences();
        double[][] rows = new double[sequences.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[sequences.get(i).length()];
            for (int t = 0; t < rows[i].length; t++) {
                rows[i][t] = all[i * width() + t];
            }
        }
        return rows;
    }

    /** What an estimator measures of the same sequences. */
    List<Map<Measure, double[]>> measured(UncertaintyEstimator estimator) {
        List<Map<Measure, double[]>> rows = new ArrayList<>();
        new UncertaintyEvaluator(estimator).measure(model, sequences(), (document, found) -> rows.add(found));
        return rows;
    }

    @Override
    public void close() {
        numbers.close();
        checkpoint.close();
    }
}
