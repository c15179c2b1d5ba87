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
package io.github.tribuollm.tutorials;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class BundledFilesTest {
    private static final Logger logger = Logger.getLogger(BundledFilesTest.class.getName());
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path DATA = RESOURCES.resolve("data");
    private static final Path CHECKPOINT = RESOURCES.resolve("tiny-llama");
    private static final int MOST_TOKENS = 300;

    @TempDir
    Path directory;

    private static List<List<Message>> messages(ConversationSource source) {
        List<List<Message>> all = new ArrayList<>();
        source.forEach(c -> all.add(c.messages()));
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "WORD_PROBLEMS, SHIFTED, TRAIN, 400, GSM8K, word-problems-train.jsonl",
        "WORD_PROBLEMS, SHIFTED, HELD_OUT, 100, GSM8K, word-problems-heldout.jsonl",
        "INSTRUCTIONS, STANDARD, HELD_OUT, 100, ALPACA, instructions-heldout.json"
    })
    void theGeneratorWritesTheBundledFiles(
            CorpusKind kind, CorpusStyle style, CorpusSplit split, int rows, CorpusFormat format, String name)
            throws IOException {
        SyntheticCorpus corpus = new SyntheticCorpus(kind, style, split, rows, 1);
        Path file = directory.resolve(name);
        WriteCorpus.write(corpus, format, file);
        assertArrayEquals(Files.readAllBytes(DATA.resolve(name)), Files.readAllBytes(file));
        ConversationSource read = format == CorpusFormat.GSM8K ? new Gsm8kSource(file) : new AlpacaSource(file);
        assertEquals(messages(corpus), messages(read));
    }

    @Test
    void aFormatRefusesRowsThatItCannotHoldAndWritesNothing() {
        SyntheticCorpus mixed = new SyntheticCorpus(CorpusKind.MIXED, CorpusStyle.STANDARD, CorpusSplit.TRAIN, 10, 1);
        for (CorpusFormat format : List.of(CorpusFormat.GSM8K, CorpusFormat.ALPACA)) {
            Path file = directory.resolve("refused");
            assertThrows(DataException.class, () -> WriteCorpus.write(mixed, format, file));
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void mainWritesTextInThePretrainingLayout() throws IOException {
        Path file = directory.resolve("text.jsonl");
        WriteCorpus.main(new String[] {"--kind", "MIXED", "--rows", "30", "--output", file.toString()});
        List<String> lines = Files.readAllLines(file);
        assertEquals(30, lines.size());
        assertTrue(lines.stream()
                .allMatch(l -> l.startsWith("{\"text\":\"Question: ") || l.startsWith("{\"text\":\"Below is an ")));
    }

    @Test
    void theCheckpointFitsItsBudget() {
        CheckpointConfig config = CheckpointConfig.read(CHECKPOINT.resolve("config.json"));
        int hidden = config.integer("hidden_size");
        int keyValue = config.integer("num_key_value_heads") * config.integer("head_dim");
        int layer = 2 * hidden * hidden
                + 2 * hidden * keyValue
                + 3 * hidden * config.integer("intermediate_size")
                + 2 * hidden;
        long parameters = (long) config.integer("vocab_size") * hidden
                + (long) config.integer("num_hidden_layers") * layer
                + hidden;
        assertEquals(492_384, parameters);
        assertEquals(hidden, config.integer("num_attention_heads") * config.integer("head_dim"));
    }

    @Test
    void theTokenizerIsThatOfTheConfiguration() {
        try (Tokenizer tokenizer = Tokenizer.open(CHECKPOINT)) {
            assertEquals(1024, tokenizer.vocabularySize());
            assertEquals(0, tokenizer.pad().orElseThrow());
            assertEquals(1, tokenizer.bos().orElseThrow());
            assertEquals(2, tokenizer.eos().orElseThrow());
            assertTrue(tokenizer.addsBos());
            assertEquals(4, tokenizer.encode("2026").length);
            String text = "Question: J\u00fcrgen buys 12 \u65e5\u672c \ud83d\ude00 cards.\n#### 12<|eos|>";
            assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
        }
    }

    @ParameterizedTest
    @EnumSource(CorpusKind.class)
    void noGeneratedRowIsLong(CorpusKind kind) {
        measure(
                kind + " for pre-training",
                new PretrainingTemplate(),
                new SyntheticCorpus(kind, CorpusStyle.STANDARD, CorpusSplit.TRAIN, 3000, 1));
    }

    @Test
    void noBundledRowIsLong() {
        PromptTemplate problems = new QuestionAnswerTemplate();
        measure("train", problems, new Gsm8kSource(DATA.resolve("word-problems-train.jsonl")));
        measure("held-out", problems, new Gsm8kSource(DATA.resolve("word-problems-heldout.jsonl")));
        measure(
                "out of distribution",
                new AlpacaTemplate(),
                new AlpacaSource(DATA.resolve("instructions-heldout.json")));
    }

    private static void measure(String name, PromptTemplate template, Iterable<Conversation> conversations) {
        try (Tokenizer tokenizer = Tokenizer.open(CHECKPOINT)) {
            EncodedConversations encoded =
                    new SequenceEncoder(tokenizer, template, MOST_TOKENS, TruncationPolicy.FAIL).encode(conversations);
            IntSummaryStatistics lengths =
                    encoded.sequences().stream().collect(Collectors.summarizingInt(TokenSequence::length));
            IntSummaryStatistics learned =
                    encoded.sequences().stream().collect(Collectors.summarizingInt(TokenSequence::completionTokens));
            logger.info(() -> name + ": tokens " + lengths + ", learned " + learned);
            assertTrue(learned.getMin() > 0 && lengths.getMax() <= MOST_TOKENS);
        }
    }
}
