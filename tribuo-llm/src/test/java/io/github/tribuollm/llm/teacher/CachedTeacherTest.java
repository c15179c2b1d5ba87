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
package io.github.tribuollm.llm.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.ObjectiveExplainer;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachedTeacherTest {
    private static final int VOCABULARY = 97;

    @TempDir
    Path directory;

    private Golden golden;
    private List<TokenSequence> data;
    private ModelShape shape;
    private ParameterSet adapter;
    private WeightSource weights;

    @BeforeEach
    void open() {
        golden = Golden.of("llama-tied");
        data = golden.sequences();
        Adapter own = golden.adapter("adapter");
        shape = new ModelShape(
                Architectures.of(golden.checkpoint),
                Optional.of(own.form()),
                23,
                2,
                false,
                false,
                16L * VOCABULARY,
                Backend.cpu());
        adapter = ParameterSet.of(own);
        weights = golden.checkpoint.weights().source(Storage.FLOAT32);
    }

    @AfterEach
    void close() {
        adapter.close();
        golden.close();
    }

    private CachedTeacher teacher(SparseMethod method, int entries, long seed) {
        Path file = directory.resolve(method + "-" + entries + "-" + seed);
        new TeacherWriter(shape, adapter, weights, "tokenizer", "teacher").write(file, data, method, entries, seed);
        CachedTeacher teacher = new CachedTeacher(file);
        teacher.requireMadeFor(data, VOCABULARY);
        return teacher;
    }

    private MicroBatch batch() {
        return MicroBatch.of(data, IntStream.range(0, data.size()).toArray());
    }

    /** The teacher's full distributions, [N, V]. */
    private float[] probabilities() {
        MicroBatch batch = batch();
        ModelShape whole = new ModelShape(shape.architecture(), shape.adapter(), 23, data.size(), false);
        try (GraphSession session = GraphSession.open(
                        new LanguageModelGraph(whole, weights).measuringWithLogits(List.of()), weights);
                Feeds feeds = batch.feeds().tensors(adapter.tensors(n -> n));
                GraphSession.Outputs outputs = session.run(feeds)) {
            float[] p = outputs.floats(Names.LOGITS);
            for (int row = 0; row < p.length; row += VOCABULARY) {
                double sum = 0;
                for (int v = row; v < row + VOCABULARY; v++) {
                    sum += Math.exp(p[v]);
                }
                for (int v = row; v < row + VOCABULARY; v++) {
                    p[v] = (float) (Math.exp(p[v]) / sum);
                }
            }
            return p;
        }
    }

    private float[] dense(SparseTeacher teacher) {
        MicroBatch batch = batch();
        SparseTeacher.Rows rows = teacher.rows(batch.completionSequences(), batch.completionPositions());
        float[] dense = new float[batch.completionTokens() * VOCABULARY];
        for (int i = 0; i < rows.ids().length; i++) {
            dense[i / teacher.width() * VOCABULARY + (int) rows.ids()[i]] += rows.probabilities()[i];
        }
        return dense;
    }

    @Test
    void everyEntryIsTheTeachersToTheResolutionOfTheFile() {
        assertArrayEquals(probabilities(), dense(teacher(SparseMethod.TOP, VOCABULARY, 0)), 0.5f / 65535 + 1e-6f);
    }

    @Test
    void theTopHoldsTheLargestEntries() {
        float[] full = probabilities();
        float[] top = dense(teacher(SparseMethod.TOP, 5, 0));
        for (int row = 0; row < full.length; row += VOCABULARY) {
            float least = 1;
            float mostLeftOut = 0;
            for (int v = row; v < row + VOCABULARY; v++) {
                least = top[v] > 0 ? Math.min(least, full[v]) : least;
                mostLeftOut = top[v] > 0 ? mostLeftOut : Math.max(mostLeftOut, full[v]);
            }
            assertTrue(least >= mostLeftOut, "row " + row / VOCABULARY);
        }
    }

    /** Each draw has exactly k samples, no token more than one off its expectation; their mean is the teacher. */
    @Test
    void samplesAverageToTheTeacher() {
        int k = 16;
        int draws = 50;
        float[] full = probabilities();
        double[] mean = new double[full.length];
        for (int seed = 0; seed < draws; seed++) {
            float[] drawn = dense(teacher(SparseMethod.SAMPLED, k, seed));
            for (int row = 0; row < full.length; row += VOCABULARY) {
                double sum = 0;
                for (int v = row; v < row + VOCABULARY; v++) {
                    sum += drawn[v];
                    mean[v] += drawn[v] / draws;
                    assertEquals(full[v], drawn[v], 1.001 / k);
                }
                assertEquals(1, sum, 1e-5);
            }
        }
        for (int i = 0; i < full.length; i++) {
            assertEquals(full[i], mean[i], 5 * 0.5 / k / Math.sqrt(draws), "entry " + i);
        }
    }

    @Test
    void someTokensOfASequenceCanBeRead() {
        CachedTeacher teacher = teacher(SparseMethod.TOP, 5, 0);
        MicroBatch whole = batch();
        MicroBatch some = whole.keeping(i -> i % 3 == 1);
        SparseTeacher.Rows all = teacher.rows(whole.completionSequences(), whole.completionPositions());
        SparseTeacher.Rows read = teacher.rows(some.completionSequences(), some.completionPositions());
        for (int i = 0; i < some.completionTokens(); i++) {
            for (int j = 0; j < 5; j++) {
                assertEquals(all.ids()[(3 * i + 1) * 5 + j], read.ids()[5 * i + j]);
                assertEquals(all.probabilities()[(3 * i + 1) * 5 + j], read.probabilities()[5 * i + j]);
            }
        }
    }

    @Test
    void otherDataVocabulariesAndTokenizersAreRefused() {
        CachedTeacher teacher = teacher(SparseMethod.TOP, 5, 0);
        refused("other data", () -> teacher.requireMadeFor(data.subList(0, 3), VOCABULARY));
        refused("a vocabulary of 97", () -> teacher.requireMadeFor(data, 96));
        refused("another tokenizer.json", () -> teacher.requireTokenizer("other"));
    }

    private static void refused(String message, Runnable action) {
        TrainingException refused = assertThrows(TrainingException.class, action::run);
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @Test
    void aSmallFileMayBeCutOffWhileItIsUsed() throws IOException {
        CachedTeacher teacher = teacher(SparseMethod.TOP, 5, 0);
        float[] whole = dense(teacher);
        try (FileChannel channel = FileChannel.open(teacher.path(), StandardOpenOption.WRITE)) {
            channel.truncate(20);
        }
        assertArrayEquals(whole, dense(teacher));
    }

    /** The last two bytes are the last entry's probability. */
    @Test
    void probabilitiesOfMoreThanOneAreRefused() throws IOException {
        Path file = teacher(SparseMethod.TOP, 5, 0).path();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = (byte) 0xff;
        bytes[bytes.length - 2] = (byte) 0xff;
        Files.write(file, bytes);
        CachedTeacher teacher = new CachedTeacher(file);
        teacher.requireMadeFor(data, VOCABULARY);
        refused("have the sum 1.", () -> teacher.rows(batch().completionSequences(), batch().completionPositions()));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"tokenizer\"', '\"tokeniser\"', no 'tokenizer'",
        "'\"data\"', '\"date\"', no 'data'",
        "'\"TOP\"', '\"TIP\"', no 'method' that is known",
        "'\"sequences\":', '\"sequences\":-', claims -",
        "'\"entries\":5', '\"entries\":0', claims 0 entries",
        "'\"vocabulary\":97', '\"vocabulary\":-1', vocabulary is -1"
    })
    void aHeaderThatLacksAFieldIsRefusedByName(String piece, String other, String problem) throws IOException {
        Path file = teacher(SparseMethod.TOP, 5, 0).path();
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int length = Byte.toUnsignedInt((byte) text.charAt(8)) + 256 * text.charAt(9);
        String header = text.substring(12, 12 + length);
        assertTrue(header.contains(piece), header);
        String changed = header.replace(piece, other);
        String start = "TRBTEACH" + (char) (changed.length() % 256) + (char) (changed.length() / 256) + "\0\0";
        Files.writeString(file, start + changed + text.substring(12 + length), StandardCharsets.ISO_8859_1);
        String message = assertThrows(PropertyException.class, () -> new CachedTeacher(file))
                .getMessage();
        assertTrue(message.contains(problem) && message.contains("write it again"), message);
    }

    @Test
    void tokensThatTheTeacherLacksAreRefused() {
        BitSet last = new BitSet();
        last.set(1);
        List<TokenSequence> foreign = List.of(new TokenSequence(new int[] {1, VOCABULARY}, last, 1, "rows.jsonl:3"));
        TeacherWriter writer = new TeacherWriter(shape, adapter, weights, "tokenizer", "teacher");
        Path file = directory.resolve("foreign");
        String message = assertThrows(DataException.class, () -> writer.write(file, foreign, SparseMethod.TOP, 5, 0))
                .getMessage();
        assertTrue(message.startsWith("rows.jsonl:3: token 97 is not in the vocabulary of 97"), message);
        assertFalse(Files.exists(file));
        assertThrows(
                DataException.class,
                () -> new TokenScorer(shape, adapter, weights, List.of(TokenMeasure.NLL)).meanLoss(foreign));
        try (ObjectiveExplainer explainer =
                new ObjectiveExplainer(Objective.mle(), shape, adapter, Optional.empty(), weights)) {
            assertThrows(DataException.class, () -> explainer.explain(foreign));
        }
    }

    /** Every prefix of a file, and every file with some bytes changed, is read or refused, and nothing else. */
    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] good = Files.readAllBytes(teacher(SparseMethod.SAMPLED, 8, 1).path());
        Path file = directory.resolve("damaged");
        SplittableRandom random = new SplittableRandom(1);
        int accepted = 0;
        for (int i = 0; i < 400; i++) {
            byte[] damaged = i % 2 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int j = 0; i % 2 == 1 && j < 3; j++) {
                damaged[random.nextInt(good.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try {
                CachedTeacher teacher = new CachedTeacher(file);
                teacher.requireMadeFor(data, VOCABULARY);
                SparseTeacher.Rows rows = teacher.rows(batch().completionSequences(), batch().completionPositions());
                for (long id : rows.ids()) {
                    assertTrue(id >= 0 && id < VOCABULARY);
                }
                accepted++;
            } catch (PropertyException | TrainingException e) {
                assertTrue(e.getMessage().contains("write it"), e.getMessage());
            }
        }
        assertTrue(accepted < 200, accepted + " of 400 damaged files were read");
    }
}
