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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.Segment;
import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SyntheticCorpusTest {
    private static SyntheticCorpus corpus(CorpusKind kind, CorpusSplit split, int rows, long seed) {
        return new SyntheticCorpus(kind, CorpusStyle.STANDARD, split, rows, seed);
    }

    private static List<Conversation> all(ConversationSource source) {
        List<Conversation> conversations = new ArrayList<>();
        source.forEach(conversations::add);
        return conversations;
    }

    private static Set<String> prompts(SyntheticCorpus corpus) {
        Set<String> prompts = new HashSet<>();
        corpus.forEach(c -> prompts.add(c.messages().get(0).content()));
        return prompts;
    }

    private static String hash(SyntheticCorpus corpus) {
        return ((SyntheticCorpusProvenance) corpus.getProvenance()).sha256();
    }

    @ParameterizedTest
    @CsvSource({
        "WORD_PROBLEMS, STANDARD, 75785de3b7928404faa409b9c8810b85a754f4976e6942f5107ee6a79a3a6699",
        "WORD_PROBLEMS, SHIFTED, 771cccb24ccbfa22bed5004e163ad4c3652678eef818f257b0bb3896cbcb966d",
        "INSTRUCTIONS, STANDARD, 006becd35eb606e65acfe975b496feac5ef5aedc74b405f1d6a82b69e09f05ad",
        "MIXED, STANDARD, 8cac423f2c3af39717a233065323c6ad0b81f8839ed97fcac4a3eea5859740e5"
    })
    void theFirstRowsAreTheSameOnEveryMachine(CorpusKind kind, CorpusStyle style, String hash) {
        assertEquals(hash, hash(new SyntheticCorpus(kind, style, CorpusSplit.TRAIN, 100, 1)));
    }

    @Test
    void moreRowsBeginWithTheSameOnesAndAnotherSeedGivesOthers() {
        List<List<Message>> few = all(corpus(CorpusKind.MIXED, CorpusSplit.TRAIN, 50, 7)).stream()
                .map(Conversation::messages)
                .toList();
        List<List<Message>> many = all(corpus(CorpusKind.MIXED, CorpusSplit.TRAIN, 200, 7)).stream()
                .map(Conversation::messages)
                .toList();
        assertEquals(few, many.subList(0, 50));
        assertNotEquals(
                hash(corpus(CorpusKind.MIXED, CorpusSplit.TRAIN, 50, 7)),
                hash(corpus(CorpusKind.MIXED, CorpusSplit.TRAIN, 50, 8)));
    }

    @ParameterizedTest
    @EnumSource(CorpusKind.class)
    void trainAndHeldOutAreDisjointForAllSeedsAndNoPromptComesTwice(CorpusKind kind) {
        Set<String> train = prompts(corpus(kind, CorpusSplit.TRAIN, 3000, 1));
        Set<String> heldOut = prompts(corpus(kind, CorpusSplit.HELD_OUT, 500, 2));
        assertEquals(3000, train.size());
        assertEquals(500, heldOut.size());
        assertTrue(heldOut.stream().noneMatch(train::contains));
    }

    @Test
    void aboutATenthIsHeldOut() {
        Draw draw = new Draw(3);
        Grammar grammar = CorpusStyle.STANDARD.grammar();
        long heldOut = IntStream.range(0, 5000)
                .filter(i -> CorpusSplit.HELD_OUT.contains(grammar.next(draw).prompt()))
                .count();
        assertEquals(500, heldOut, 75);
    }

    @ParameterizedTest
    @EnumSource(CorpusStyle.class)
    void everyTemplateMakesCleanRows(CorpusStyle style) {
        clean(style.grammar(), style == CorpusStyle.STANDARD ? 25 : 12);
        clean(Grammar.load("instructions.txt"), 25);
    }

    private static void clean(Grammar grammar, int kinds) {
        Draw draw = new Draw(5);
        assertTrue(grammar.templates().size() >= kinds);
        for (Template template : grammar.templates()) {
            for (int i = 0; i < 60; i++) {
                Row row = template.row(draw, grammar);
                String text = row.prompt() + "\n" + row.output();
                assertTrue(text.matches("[\\x20-\\x7e\\n]+"), () -> template + ": " + text);
                assertFalse(text.matches("(?s).*([\\[\\]{}|]|  | \\.|\\.\\.).*"), () -> template + ": " + text);
                assertFalse(text.matches("(?s).*\\b[Aa] [aeio].*"), () -> template + ": " + text);
                assertFalse(row.instruction().isBlank() || row.output().isBlank(), () -> template + ": " + text);
            }
        }
    }

    @Test
    void theConfigurationComesBackFromProvenanceAndGivesTheSameRows() throws Exception {
        SyntheticCorpus corpus =
                new SyntheticCorpus(CorpusKind.WORD_PROBLEMS, CorpusStyle.SHIFTED, CorpusSplit.HELD_OUT, 20, 9);
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(ProvenanceUtil.extractConfiguration(corpus.getProvenance()));
            SyntheticCorpus again = manager.lookupAll(SyntheticCorpus.class).get(0);
            assertEquals(all(corpus), all(again));
            assertEquals(hash(corpus), hash(again));
        }
        assertEquals(
                corpus.getProvenance(),
                ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(corpus.getProvenance())));
    }

    @Test
    void pretrainingUsesTheLayoutOfTheRowAndLearnsAllText() {
        PretrainingTemplate template = new PretrainingTemplate();
        Set<String> beginnings = new HashSet<>();
        for (Conversation conversation : corpus(CorpusKind.MIXED, CorpusSplit.TRAIN, 40, 1)) {
            List<Segment> segments = template.render(conversation, "<|eos|>");
            assertTrue(segments.stream().allMatch(Segment::trained));
            assertTrue(segments.get(segments.size() - 1).text().endsWith("<|eos|>"));
            beginnings.add(segments.get(0).text().substring(0, 9));
            assertFalse(new PretrainingTemplate(false)
                    .render(conversation, "")
                    .get(0)
                    .trained());
        }
        assertEquals(Set.of("Question:", "Below is "), beginnings);
        Conversation foreign = Conversation.of("a", "b", "file.json:1");
        assertThrows(DataException.class, () -> template.render(foreign, ""));
    }

    @Test
    void refusesWhatItCannotGenerate() {
        assertThrows(PropertyException.class, () -> corpus(CorpusKind.MIXED, CorpusSplit.TRAIN, 0, 1));
        assertThrows(
                PropertyException.class,
                () -> new SyntheticCorpus(CorpusKind.INSTRUCTIONS, CorpusStyle.SHIFTED, CorpusSplit.TRAIN, 1, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "'template t\nlet n = 2..3 by', grammar:2:",
        "'nonsense here', grammar:1:",
        "'template t\nstep x = a+b*c | text', grammar:2:",
        "'template t\nverse x', grammar:2:"
    })
    void aBrokenGrammarIsNamedByItsLine(String text, String place) {
        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> Grammar.parse("grammar", new BufferedReader(new StringReader(text))));
        assertTrue(e.getMessage().startsWith(place), e.getMessage());
    }

    @Test
    void aTemplateThatCannotBeFilledIsNamed() throws Exception {
        Grammar grammar = Grammar.parse(
                "grammar",
                new BufferedReader(new StringReader("template t\nlet n = 2..3\nstep x = n-5 | {#}\nask {n}")));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> grammar.next(new Draw(1)));
        assertTrue(e.getMessage().contains("template t"), e.getMessage());
    }
}
