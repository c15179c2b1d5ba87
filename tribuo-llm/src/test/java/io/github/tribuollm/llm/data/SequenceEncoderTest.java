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
package io.github.tribuollm.llm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.template.GemmaTemplate;
import io.github.tribuollm.llm.data.template.Llama3Template;
import io.github.tribuollm.llm.data.template.Phi3Template;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import io.github.tribuollm.llm.data.template.VicunaTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceEncoderTest {
    @TempDir
    private Path directory;

    private static final Conversation TWO_TURNS = new Conversation(
            List.of(
                    new Message("user", "Hi \ud83d\ude00?"),
                    new Message("assistant", "An\u00e9 \ud83d\ude00sw"),
                    new Message("user", "More"),
                    new Message("assistant", "An end")),
            "f:1");

    private Tokenizer tokenizer(boolean addsBos, boolean trimOffsets) {
        return Tokenizer.open(TinyTokenizer.write(directory, addsBos, trimOffsets));
    }

    private static TokenSequence only(Tokenizer tokenizer, PromptTemplate template, Conversation conversation) {
        return only(tokenizer, template, conversation, 4096, TruncationPolicy.FAIL);
    }

    private static TokenSequence only(
            Tokenizer tokenizer, PromptTemplate template, Conversation row, int longest, TruncationPolicy policy) {
        return new SequenceEncoder(tokenizer, template, longest, policy)
                .encode(List.of(row))
                .sequences()
                .get(0);
    }

    private static int[] marked(TokenSequence sequence) {
        return sequence.completion().stream().map(i -> sequence.tokens()[i]).toArray();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void theAnswerAndItsEndAreLearnedAndNothingElse(boolean addsBos, boolean trimOffsets) {
        try (Tokenizer tokenizer = tokenizer(addsBos, trimOffsets)) {
            for (PromptTemplate template : List.of(
                    new GemmaTemplate(),
                    new Llama3Template(),
                    new Phi3Template(),
                    new Qwen2Template(),
                    new VicunaTemplate())) {
                TokenSequence sequence = only(tokenizer, template, TWO_TURNS);
                String learned = template.render(TWO_TURNS, "</s>").stream()
                        .filter(Segment::trained)
                        .map(Segment::text)
                        .collect(Collectors.joining());
                assertEquals(learned, tokenizer.decode(marked(sequence)), template.toString());
                String text = template.render(TWO_TURNS, "</s>").stream()
                        .map(Segment::text)
                        .collect(Collectors.joining());
                assertEquals((addsBos ? "<s>" : "") + text, tokenizer.decode(sequence.tokens()));
                assertFalse(sequence.completion().get(0));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void ofALongRowTheTokensAreThoseOfTheWholeText(boolean tiny) {
        Path resources = Path.of(System.getProperty("test.resources"));
        try (Tokenizer tokenizer = tiny ? Tokenizer.open(resources.resolve("tiny-llama")) : tokenizer(true, true)) {
            Random random = new Random(1);
            for (String unit : List.of("An apple a day. ", "\u00e9t\u00e9\ud83d\ude00", "x", "  \n1 + 2 = 3;")) {
                StringBuilder text = new StringBuilder();
                while (text.length() < 40_000) {
                    text.append(unit.repeat(1 + random.nextInt(3))).append((char) ('a' + random.nextInt(26)));
                }
                Conversation row = Conversation.of("Q", text.toString(), "f:1");
                TokenSequence whole =
                        only(tokenizer, new QuestionAnswerTemplate(), row, 1 << 20, TruncationPolicy.FAIL);
                TokenSequence cut =
                        only(tokenizer, new QuestionAnswerTemplate(), row, 64, TruncationPolicy.TRUNCATE_END);
                assertArrayEquals(Arrays.copyOf(whole.tokens(), 64), cut.tokens());
                assertEquals(whole.completion().get(0, 64), cut.completion());
            }
        }
    }

    @Test
    void anAnswerBehindAPromptOfMegabytesIsLostQuickly() {
        try (Tokenizer tokenizer = tokenizer(true, true)) {
            Conversation row = Conversation.of("An apple a day. ".repeat(1_000_000), "An", "f:1");
            SequenceEncoder encoder =
                    new SequenceEncoder(tokenizer, new QuestionAnswerTemplate(), 128, TruncationPolicy.TRUNCATE_END);
            long start = System.nanoTime();
            DataException none = assertThrows(DataException.class, () -> encoder.encode(List.of(row)));
            assertTrue(none.getMessage().contains("whose answer was truncated away"), none.getMessage());
            assertTrue(System.nanoTime() - start < 20e9, "16 MB take seconds");
        }
    }

    @Test
    void endOfSequenceIsLearnedThoughItIsAlsoThePadding() {
        try (Tokenizer tokenizer = tokenizer(true, true)) {
            TokenSequence sequence = only(tokenizer, new QuestionAnswerTemplate(), Conversation.of("Q", "An", "f:1"));
            assertEquals(TinyTokenizer.BOS, sequence.tokens()[0]);
            int last = sequence.length() - 1;
            assertEquals(TinyTokenizer.EOS, sequence.tokens()[last]);
            assertArrayEquals(
                    new int[] {last - 1, last}, sequence.completion().stream().toArray(), "' An' and </s>");
        }
    }

    @Test
    void beginOfSequenceIsNeverDouble() {
        try (Tokenizer tokenizer = tokenizer(true, true)) {
            Conversation spelled = new Conversation(
                    List.of(new Message("system", "<s>S"), new Message("user", "Q"), new Message("assistant", "A")),
                    "f:1");
            int[] tokens = only(tokenizer, new VicunaTemplate(), spelled).tokens();
            assertEquals(TinyTokenizer.BOS, tokens[0]);
            assertTrue(tokens[1] != TinyTokenizer.BOS);
        }
    }

    @Test
    void endOfSequenceIsPutInWhereTheTokenizerWouldSpellIt() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizer.writeSpelling(directory))) {
            assertTrue(tokenizer.encode("a</s>").length > 2, "this tokenizer spells </s>");
            TokenSequence sequence = only(tokenizer, new VicunaTemplate(), TWO_TURNS);
            int[] ends = sequence.completion().stream()
                    .filter(i -> sequence.tokens()[i] == TinyTokenizer.EOS)
                    .toArray();
            assertEquals(2, ends.length);
            assertEquals(sequence.length() - 1, ends[1]);
            assertFalse(sequence.completion().get(ends[0] + 1), "USER: is not learned");
        }
    }

    @Test
    void thePromptIsThePrefixOfTheTrainedSequence() {
        try (Tokenizer tokenizer = tokenizer(true, true)) {
            SequenceEncoder encoder = new SequenceEncoder(tokenizer, new Llama3Template(), 512, TruncationPolicy.FAIL);
            Conversation row = Conversation.of("Q", "A", "f:1");
            TokenSequence whole = encoder.encode(List.of(row)).sequences().get(0);
            int[] prompt = encoder.encodePrompt(new Conversation(row.messages().subList(0, 1), "f:1"));
            int first = whole.completion().nextSetBit(0);
            assertArrayEquals(java.util.Arrays.copyOf(whole.tokens(), first), prompt);
        }
    }

    /** Rows of 24, 29, more and no learned tokens. */
    private static List<Conversation> rows() {
        return List.of(
                Conversation.of("Q", "abc", "f:1"),
                Conversation.of("Q", "abcdefgh", "f:2"),
                Conversation.of("Q".repeat(40), "a", "f:3"),
                new Conversation(List.of(new Message("user", "Q")), "f:4"));
    }

    private static EncodedConversations encode(Tokenizer tokenizer, int maxLength, TruncationPolicy policy) {
        return new SequenceEncoder(tokenizer, new QuestionAnswerTemplate(), maxLength, policy).encode(rows());
    }

    @Test
    void truncationIsCounted() {
        try (Tokenizer tokenizer = tokenizer(true, true)) {
            EncodedConversations kept = encode(tokenizer, 26, TruncationPolicy.TRUNCATE_END);
            assertEquals(
                    List.of("f:1", "f:2"),
                    kept.sequences().stream().map(TokenSequence::origin).toList());
            assertEquals(26, kept.sequences().get(1).length());
            EncodingReport report = kept.report();
            assertEquals(new EncodingReport(4, 2, 1, 0, 1, 1, 0, report.tokens(), report.completionTokens()), report);
            assertEquals(
                    kept.sequences().stream().mapToLong(TokenSequence::length).sum(), report.tokens());
            assertEquals(
                    kept.sequences().stream()
                            .mapToLong(s -> s.completion().cardinality())
                            .sum(),
                    report.completionTokens());

            EncodedConversations dropped = encode(tokenizer, 26, TruncationPolicy.DROP);
            assertEquals(
                    List.of("f:1"),
                    dropped.sequences().stream().map(TokenSequence::origin).toList());
            assertEquals(2, dropped.report().tooLong());
            assertEquals(3, dropped.report().dropped());

            String refused = assertThrows(DataException.class, () -> encode(tokenizer, 26, TruncationPolicy.FAIL))
                    .getMessage();
            assertTrue(refused.startsWith("f:2: the row has 29 tokens, more than maxLength 26"), refused);
        }
    }

    @Test
    void nothingLeftIsRefused() {
        try (Tokenizer tokenizer = tokenizer(true, true)) {
            String refused = assertThrows(
                            DataException.class, () -> encode(tokenizer, 10, TruncationPolicy.TRUNCATE_END))
                    .getMessage();
            assertTrue(refused.contains("raise maxLength"), refused);
            assertTrue(refused.contains("3 whose answer was truncated away"), refused);
        }
    }

    @Test
    void manyRowsKeepTheirOrder() {
        try (Tokenizer tokenizer = tokenizer(false, true)) {
            List<Conversation> rows = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                rows.add(Conversation.of("q" + i, "a" + i, "f:" + i));
            }
            List<TokenSequence> sequences = new SequenceEncoder(
                            tokenizer, new GemmaTemplate(), 512, TruncationPolicy.FAIL)
                    .encode(rows)
                    .sequences();
            for (int i = 0; i < rows.size(); i++) {
                assertEquals("f:" + i, sequences.get(i).origin());
                assertTrue(tokenizer.decode(sequences.get(i).tokens()).contains("a" + i + "<end_of_turn>"));
            }
        }
    }

    @Test
    void sequencesRefuseMarksOutsideTheirTokens() {
        int[] tokens = {1, 2, 3};
        BitSet first = BitSet.valueOf(new long[] {1});
        BitSet outside = BitSet.valueOf(new long[] {8});
        BitSet good = BitSet.valueOf(new long[] {6});
        assertThrows(IllegalArgumentException.class, () -> new TokenSequence(tokens, first, 1, "f:1"));
        assertThrows(IllegalArgumentException.class, () -> new TokenSequence(tokens, outside, 1, "f:1"));
        assertThrows(IllegalArgumentException.class, () -> new TokenSequence(new int[1], new BitSet(), 1, "f:1"));
        assertThrows(IllegalArgumentException.class, () -> new TokenSequence(tokens, good, Float.NaN, "f:1"));
        assertEquals(new TokenSequence(tokens, good, 1, "f:1"), new TokenSequence(tokens.clone(), good, 1, "f:1"));
    }

    static List<PromptTemplate> plainTemplates() {
        return List.of(new QuestionAnswerTemplate(), new VicunaTemplate());
    }

    @ParameterizedTest
    @MethodSource("plainTemplates")
    void realRowsWithARealTokenizer(PromptTemplate template) {
        Path data = Path.of(System.getProperty("test.resources"))
                .resolve("../../shared/data")
                .normalize();
        Path checkpoint = data.resolve("lm/TinyStories-656K");
        assumeTrue(Files.isDirectory(checkpoint), "the real checkpoint is not here");
        try (Tokenizer tokenizer = Tokenizer.open(checkpoint)) {
            EncodedConversations encoded = new SequenceEncoder(tokenizer, template, 4096, TruncationPolicy.FAIL)
                    .encode(new Gsm8kSource(data.resolve("gsm8k/test.jsonl")));
            assertEquals(1319, encoded.sequences().size());
            int eos = tokenizer.eos().getAsInt();
            for (TokenSequence sequence : encoded.sequences()) {
                int last = sequence.length() - 1;
                assertEquals(eos, sequence.tokens()[last], sequence.origin());
                assertTrue(sequence.completion().get(last));
                int first = sequence.completion().nextSetBit(0);
                assertEquals(sequence.length(), sequence.completion().nextClearBit(first), "one run to the end");
                String learned = tokenizer.decode(marked(sequence));
                assertTrue(learned.matches("(?s).*\\d<\\|end_story\\|>"), learned);
                assertFalse(learned.contains("Answer:") || learned.contains("ASSISTANT:"), learned);
            }
        }
    }

    @Test
    void aReportGroupsItsDigits() {
        assertEquals(
                "1 sequence from 1 200 rows, 87 628 tokens, 54 978 learned; 0 truncated; dropped 1 199 too long, 0 whose"
                        + " answer was truncated away, 0 without an answer",
                new EncodingReport(1200, 1, 0, 1199, 0, 0, 0, 87_628, 54_978).toString());
    }
}
