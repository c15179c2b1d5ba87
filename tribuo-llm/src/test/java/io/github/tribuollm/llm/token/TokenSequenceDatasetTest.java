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
package io.github.tribuollm.llm.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TinyTokenizer;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.Llama3Template;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.protos.core.SequenceExampleProto;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.test.Helpers;

class TokenSequenceDatasetTest {
    private static final int VOCABULARY = 300;

    @TempDir
    private Path directory;

    private static TokenSequence random(SplittableRandom random, int length, String origin) {
        int[] tokens = random.ints(length, 0, VOCABULARY).toArray();
        int from = 1 + random.nextInt(length - 1);
        BitSet completion = new BitSet(length);
        completion.set(from, length);
        completion.clear(from + (length - from) / 2);
        return new TokenSequence(tokens, BitSet.valueOf(completion.toLongArray()), 0.5f + random.nextInt(3), origin);
    }

    private static TokenSequenceDataset random(int documents, int length) {
        SplittableRandom random = new SplittableRandom(42);
        List<TokenSequence> sequences = new ArrayList<>(documents);
        for (int i = 0; i < documents; i++) {
            sequences.add(random(random, length, "generated.jsonl:" + i));
        }
        return new TokenSequenceDataset(
                sequences, VOCABULARY, new SimpleDataSourceProvenance("generated", new TokenFactory()));
    }

    @Test
    void theExamplesAndTheArraysAgree() {
        TokenSequenceDataset dataset = random(200, 37);
        int document = 0;
        for (SequenceExample<TokenOutput> example : dataset) {
            TokenSequence sequence = dataset.sequences().get(document++);
            assertEquals(sequence.weight(), example.getWeight());
            assertEquals(sequence.length() - 1, example.size());
            int i = 0;
            for (Example<TokenOutput> position : example) {
                List<Feature> features = new ArrayList<>();
                position.forEach(features::add);
                assertEquals(1, features.size());
                assertEquals(1.0, features.get(0).getValue());
                assertEquals(
                        sequence.tokens()[i],
                        dataset.getFeatureIDMap().getID(features.get(0).getName()));
                assertEquals(sequence.tokens()[i + 1], dataset.getOutputIDInfo().getID(position.getOutput()));
                assertEquals(sequence.completion().get(i + 1) ? 1f : 0f, position.getWeight());
                i++;
            }
        }
        assertEquals(200, document);
        assertEquals(200L * 37, dataset.tokens());
        assertEquals(
                dataset.getData().stream()
                        .flatMap(e -> {
                            List<Example<TokenOutput>> all = new ArrayList<>();
                            e.forEach(all::add);
                            return all.stream();
                        })
                        .filter(e -> e.getWeight() > 0)
                        .count(),
                dataset.completionTokens());
    }

    @Test
    void tribuosOwnDatasetReadsTheViews() {
        TokenSequenceDataset dataset = random(20, 15);
        MutableSequenceDataset<TokenOutput> copy =
                new MutableSequenceDataset<>(dataset.getSourceProvenance(), dataset.getOutputFactory());
        dataset.forEach(copy::add);
        assertEquals(20, copy.size());
        assertEquals(20 * 14, dataset.getFlatDataset().size());
    }

    @Test
    void viewsCannotBeChangedUnnoticed() {
        TokenSequenceExample example = (TokenSequenceExample) random(1, 8).getExample(0);
        assertThrows(UnsupportedOperationException.class, () -> example.setWeight(2));
        assertThrows(UnsupportedOperationException.class, () -> example.get(0).setWeight(2));
        assertThrows(UnsupportedOperationException.class, () -> example.get(0).add(new Feature("x", 1)));
        assertThrows(UnsupportedOperationException.class, () -> example.addExample(example.get(0)));
        assertThrows(IndexOutOfBoundsException.class, () -> example.get(7));
        assertEquals(example, example.copy());
    }

    @Test
    void datasetsRoundTripAsProtobuf() {
        TokenSequenceDataset dataset = random(50, 40);
        TokenSequenceDataset read =
                assertInstanceOf(TokenSequenceDataset.class, Helpers.testSequenceDatasetSerialization(dataset));
        assertEquals(dataset.sequences(), read.sequences());
        assertEquals(dataset.vocabularySize(), read.vocabularySize());
        int bytes = dataset.serialize().getSerializedSize();
        assertTrue(bytes < 50 * 300, "a sequence of 40 tokens takes " + bytes / 50 + " bytes");
        Helpers.testProvenanceMarshalling(dataset.getProvenance());
    }

    @Test
    void columnsRoundTripAsProtobuf() {
        BitSet completion = new BitSet();
        completion.set(1, 3);
        TokenSequence sequence = new TokenSequence(
                new int[] {4, 5, 6},
                completion,
                0.5f,
                "rollouts.jsonl:1",
                Map.of("advantage", new float[] {Float.NaN, -1, 2}, "old", new float[] {Float.NaN, -0.25f, -3}));
        TokenSequenceExample read =
                (TokenSequenceExample) SequenceExample.deserialize(new TokenSequenceExample(sequence).serialize());
        assertEquals(sequence, read.sequence());
        assertThrows(IllegalArgumentException.class, () -> sequence.with("short", new float[2]));
    }

    @Test
    void brokenSequencesAreRefused() {
        SequenceExampleProto good = random(1, 8).getExample(0).serialize();
        for (byte[] bytes : new byte[][] {{}, {1}, {1, 'x', 0, 0, 0, 0, 120}, {1, 'x', 0, 0, 0, 0, 2, 5, 6, 9}}) {
            SequenceExampleProto broken = good.toBuilder()
                    .setSerializedData(Any.pack(BytesValue.of(ByteString.copyFrom(bytes))))
                    .build();
            assertThrows(IllegalStateException.class, () -> SequenceExample.deserialize(broken));
        }
    }

    @Test
    void tokensOutsideTheVocabularyAreNamed() {
        TokenSequence sequence = new TokenSequence(new int[] {1, 300}, BitSet.valueOf(new long[] {2}), 1, "f:7");
        DataException refused = assertThrows(
                DataException.class,
                () -> new TokenSequenceDataset(
                        List.of(sequence), 300, new SimpleDataSourceProvenance("x", new TokenFactory())));
        assertTrue(refused.getMessage().startsWith("f:7: token 300 is not in the vocabulary of 300"));
    }

    @Test
    void fifteenMillionTokensTakeFourToFiveBytesEach() {
        int documents = 50_000;
        int length = 300;
        long before = used();
        TokenSequenceDataset dataset = random(documents, length);
        double bytes = (used() - before) / (double) dataset.tokens();
        assertEquals(15_000_000, dataset.tokens());
        assertTrue(bytes > 4 && bytes < 5, "bytes a token: " + bytes);
        System.out.println("bytes a token: " + bytes);
        long sum = 0;
        long start = System.nanoTime();
        for (TokenSequence sequence : dataset.sequences()) {
            for (int token : sequence.tokens()) {
                sum += token;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println("seconds a pass over the arrays: " + seconds);
        assertTrue(seconds < 2, "a pass over the arrays took " + seconds + " s");
        assertTrue(sum > 0);
        Reference.reachabilityFence(dataset);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private TokenSequenceSource source() throws IOException {
        Path checkpoint = TinyTokenizer.write(directory.resolve("checkpoint"), true, true);
        Path data = Files.writeString(directory.resolve("g.jsonl"), """
                {"question": "1+1?", "answer": "An 2"}
                {"question": "2+2?", "answer": "4"}
                {"question": "What is a very long question, with more words than fit?", "answer": "An answer that is cut"}
                {"question": "left out", "answer": "x"}
                """);
        return new TokenSequenceSource(
                checkpoint,
                new Gsm8kSource(data, 0, 3),
                new QuestionAnswerTemplate(),
                80,
                TruncationPolicy.TRUNCATE_END);
    }

    @Test
    void aDatasetIsRebuiltFromItsProvenance() throws IOException {
        TokenSequenceDataset first = new TokenSequenceDataset(source());
        assertEquals(3, first.size());
        assertEquals(TinyTokenizer.SIZE, first.vocabularySize());

        ConfigurationManager writer = new ConfigurationManager();
        writer.addConfiguration(ProvenanceUtil.extractConfiguration(first.getProvenance()));
        Path xml = directory.resolve("config.xml");
        writer.save(xml.toFile(), true);

        ConfigurationManager reader = new ConfigurationManager(xml.toString());
        TokenSequenceSource again = reader.lookupAll(TokenSequenceSource.class).get(0);
        TokenSequenceDataset second = new TokenSequenceDataset(again);
        assertEquals(first.sequences(), second.sequences());
        assertEquals(1, again.report().truncated());
        assertEquals(
                withoutTimes(first.getSourceProvenance().toString()),
                withoutTimes(second.getSourceProvenance().toString()));
        for (int i = 0; i < first.size(); i++) {
            assertArrayEquals(
                    first.sequences().get(i).tokens(), second.sequences().get(i).tokens());
        }
    }

    private static String withoutTimes(String provenance) {
        return provenance.replaceAll("datasource-creation-time=[^,)]*", "");
    }

    @Test
    void theSourcesProvenanceHoldsAllThatMadeTheSequences() throws IOException {
        TokenSequenceSource source = source();
        TokenSequenceSourceProvenance provenance = source.getProvenance();
        Helpers.testProvenanceMarshalling(provenance);
        Helpers.testProvenanceMarshalling(new TokenSequenceDataset(source).getProvenance());
        assertEquals(
                java.util.Set.of(
                        "checkpoint",
                        "conversations",
                        "template",
                        "maxLength",
                        "truncation",
                        "columns",
                        "promptWeight",
                        "skipBadRows"),
                provenance.getConfiguredParameters().keySet());
        assertEquals(64, provenance.tokenizerSha256().length());
        TokenSequenceSource other = new TokenSequenceSource(
                source.checkpoint(),
                new Gsm8kSource(directory.resolve("g.jsonl")),
                new Llama3Template(),
                80,
                TruncationPolicy.DROP);
        assertNotEquals(
                provenance.getConfiguredParameters(), other.getProvenance().getConfiguredParameters());
    }

    @Test
    void theSourceGivesTribuosExamples() throws IOException {
        TokenSequenceSource source = source();
        int count = 0;
        for (SequenceExample<TokenOutput> example : source) {
            assertEquals(source.sequences().get(count++), ((TokenSequenceExample) example).sequence());
        }
        assertEquals(3, count);
        assertEquals(new TokenFactory(), source.getOutputFactory());
    }

    @Test
    void wrongConfigurationsNameTheirField() throws IOException {
        TokenSequenceSource source = source();
        Gsm8kSource rows = new Gsm8kSource(directory.resolve("g.jsonl"));
        PropertyException refused = assertThrows(
                PropertyException.class,
                () -> new TokenSequenceSource(
                        directory, rows, new QuestionAnswerTemplate(), 80, TruncationPolicy.FAIL));
        assertTrue(refused.getMessage().contains("tokenizer.json"), refused.getMessage());
        assertThrows(
                PropertyException.class,
                () -> new TokenSequenceSource(
                        source.checkpoint(), rows, new QuestionAnswerTemplate(), 1, TruncationPolicy.FAIL));
    }

    @Test
    void examplesShowTheirTextWithTheLearnedPartMarked() throws IOException {
        TokenSequenceDataset dataset = new TokenSequenceDataset(source());
        TokenSequenceExample first = (TokenSequenceExample) dataset.getExample(0);
        assertEquals("<s>Question: 1+1?\nAnswer:\u27e6 An 2</s>\u27e7", first.text());
        assertEquals(
                "g.jsonl:1 (" + first.sequence().length() + " tokens, "
                        + first.sequence().completionTokens()
                        + " learned): <s>Question: 1+1?\u21b5Answer:\u27e6 An 2</s>\u27e7",
                first.toString());
        assertEquals(first.text(), ((TokenSequenceExample) first.copy()).text());
        assertEquals(first.text(), ((TokenSequenceExample) source().iterator().next()).text());
        TokenSequenceDataset read = (TokenSequenceDataset) SequenceDataset.deserialize(dataset.serialize());
        assertEquals(first.text(), ((TokenSequenceExample) read.getExample(0)).text(), "after serialisation");
    }

    @Test
    void withoutATokenizerIdsAreShown() throws IOException {
        TokenSequenceDataset dataset = random(1, 400);
        TokenSequenceExample example = (TokenSequenceExample) dataset.getExample(0);
        assertTrue(example.text().startsWith(example.sequence().tokens()[0] + " "), example.text());
        assertTrue(example.toString().length() < 1000, example.toString());
        TokenSequenceDataset read = new TokenSequenceDataset(source());
        Files.delete(directory.resolve("checkpoint/tokenizer.json"));
        assertTrue(
                read.getExample(0).toString().contains("): 0 "),
                read.getExample(0).toString());
        assertThrows(CheckpointException.class, () -> ((TokenSequenceExample) read.getExample(0)).text());
    }

    @Test
    void datasetsShowTheirCounts() throws IOException {
        TokenSequenceDataset dataset = new TokenSequenceDataset(source());
        assertEquals(
                "TokenSequenceDataset: 3 sequences, " + dataset.tokens() + " tokens, " + dataset.completionTokens()
                        + " of them learned, the longest sequence has 80, vocabulary of " + TinyTokenizer.SIZE
                        + "\nof 3 rows 1 truncated, 0 dropped",
                dataset.toString());
        assertTrue(random(2, 8).toString().startsWith("TokenSequenceDataset: 2 sequences, 16 tokens, "));
        TokenSequenceSource source = source();
        assertEquals(
                "TokenSequenceSource(Gsm8kSource(" + directory.resolve("g.jsonl") + ", rows 1 to 3) as"
                        + " QuestionAnswerTemplate, tokenizer of "
                        + source.checkpoint().toAbsolutePath()
                        + ", at most 80 tokens, TRUNCATE_END)",
                source.toString());
    }

    @Test
    void aSourceIsSplitIntoPartsThatAreMadeAgainEachByItself() throws IOException {
        TokenSequenceSource.Split split = source().split(0.34, 3);
        assertEquals(1, split.heldOut().sequences().size());
        List<TokenSequence> all = new ArrayList<>(split.train().sequences());
        all.addAll(split.heldOut().sequences());
        assertEquals(new HashSet<>(source().sequences()), new HashSet<>(all));
        for (TokenSequenceSource part : List.of(split.train(), split.heldOut())) {
            ConfigurationManager reader = new ConfigurationManager();
            reader.addConfiguration(ProvenanceUtil.extractConfiguration(part.getProvenance()));
            TokenSequenceSource again =
                    reader.lookupAll(TokenSequenceSource.class).get(0);
            assertEquals(part.sequences(), again.sequences());
        }
    }
}
