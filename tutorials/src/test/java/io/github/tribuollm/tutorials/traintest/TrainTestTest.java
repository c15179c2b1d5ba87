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
package io.github.tribuollm.tutorials.traintest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.token.TokenEvaluation;
import io.github.tribuollm.llm.token.TokenEvaluator;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.tutorials.OpenFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Prediction;
import org.tribuo.ensemble.EnsembleCombiner;
import org.tribuo.provenance.EnsembleModelProvenance;

/** The program from its command line, and the laws of the ensemble. */
class TrainTestTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path CHECKPOINT = RESOURCES.resolve("tiny-llama");
    private static final Path PROBLEMS = RESOURCES.resolve("data/word-problems-heldout.jsonl");

    @TempDir
    Path temp;

    private String printed(String... arguments) throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertEquals(0, TrainTest.run(arguments));
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static double loss(String line) {
        return Double.parseDouble(line.strip().split("  +")[1]);
    }

    @Test
    void membersLearnAndTheirMixtureIsNoWorseThanTheyAre() throws IOException {
        List<String> lines = printed(
                        "--checkpoint", CHECKPOINT.toString(),
                        "--training-file",
                                RESOURCES
                                        .resolve("data/word-problems-train.jsonl")
                                        .toString(),
                        "--testing-file", PROBLEMS.toString(),
                        "--rows", "16",
                        "--epochs", "1",
                        "--members", "2",
                        "--output", temp.toString())
                .lines()
                .filter(line -> line.matches(".*\\d\\.\\d{4}.*"))
                .toList();
        double mean = (loss(lines.get(1)) + loss(lines.get(2))) / 2;
        assertTrue(mean < loss(lines.get(0)), lines.toString());
        assertTrue(loss(lines.get(3)) <= mean, "Jensen's inequality: " + lines);
        assertTrue(lines.get(3).startsWith("TokenEnsemble of 2 adapters"));
        try (CausalLMModel saved = CausalLMModel.read(temp.resolve("seed-2.tribuo"))) {
            assertTrue(saved.adapter().isPresent());
        }
        assertTrue(Files.exists(temp.resolve("seed-1.tribuo")));
    }

    @Test
    void membersAreClosedWhereALaterOneFails() throws IOException {
        Files.createDirectories(temp.resolve("seed-2.tribuo/taken"));
        long open = OpenFiles.of(CHECKPOINT);
        int code = TrainTest.run(
                "--checkpoint", CHECKPOINT.toString(),
                "--training-file",
                        RESOURCES.resolve("data/word-problems-train.jsonl").toString(),
                "--testing-file", PROBLEMS.toString(),
                "--rows", "4",
                "--epochs", "1",
                "--members", "2",
                "--output", temp.toString());
        assertEquals(2, code);
        assertTrue(Files.exists(temp.resolve("seed-1.tribuo")));
        assertTrue(OpenFiles.of(CHECKPOINT) <= open, "a model is still open");
    }

    @Test
    void anEnsembleOfOneIsTheModel() {
        var data = new TokenSequenceDataset(new TokenSequenceSource(
                CHECKPOINT,
                new Gsm8kSource(PROBLEMS, 0, 3),
                new QuestionAnswerTemplate(),
                256,
                TruncationPolicy.TRUNCATE_END));
        try (TokenEnsemble ensemble = new TokenEnsemble(List.of(CausalLMModel.of(CHECKPOINT)), new TokenVote());
                CausalLMModel alone = CausalLMModel.of(CHECKPOINT)) {
            TokenEvaluation together = new TokenEvaluator().evaluate(ensemble, data);
            TokenEvaluation single = new TokenEvaluator().evaluate(alone, data);
            assertEquals(single.nll(), together.nll(), 1e-12);
            assertEquals(single.accuracy(), together.accuracy());
            assertEquals(
                    1,
                    ((EnsembleModelProvenance) ensemble.getProvenance())
                            .getMemberProvenance()
                            .getList()
                            .size());
            assertEquals(
                    ensemble.getProvenance(),
                    ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(ensemble.getProvenance())));
            Prediction<TokenOutput> one = ensemble.predict(data.getExample(0)).get(0);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new TokenVote().combine(ensemble.getOutputIDInfo(), List.of(one), new float[2]));
        }
    }

    @Test
    void aVoteOutlivesItsFile() {
        assertTrue(EnsembleCombiner.deserialize(new TokenVote().serialize()) instanceof TokenVote);
    }
}
