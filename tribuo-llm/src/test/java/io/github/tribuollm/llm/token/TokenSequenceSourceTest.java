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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.MessagesSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.test.Helpers;

/** What becomes of rows on their way to tokens. */
class TokenSequenceSourceTest {
    private static final String GOOD = """
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "abc"}]}
            """;
    private static final String WITH_SYSTEM = """
            {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"},\
             {"role": "assistant", "content": "abc"}]}
            """;

    @TempDir
    private Path directory;

    private TokenSequenceSource source(String rows, TruncationPolicy truncation, int maxLength) throws IOException {
        return new TokenSequenceSource(
                TinyModel.template(directory, 300),
                new MessagesSource(Files.writeString(directory.resolve("m.jsonl"), rows)),
                new QuestionAnswerTemplate(),
                maxLength,
                truncation);
    }

    private static List<String> origins(TokenSequenceSource source) {
        return source.sequences().stream().map(TokenSequence::origin).toList();
    }

    /** A row that is no JSON, one without a field, and one that the layout has no place for. */
    @Test
    void badRowsStopOrAreLeftOutAndCounted() throws IOException {
        TokenSequenceSource strict = source(
                GOOD + "{'messages': []}\n" + GOOD + "{\"text\": \"\"}\n" + WITH_SYSTEM + GOOD,
                TruncationPolicy.FAIL,
                64);
        String first = assertThrows(DataException.class, strict::sequences).getMessage();
        assertTrue(first.startsWith("m.jsonl:2: "), first);
        TokenSequenceSource lenient = strict.withSkipBadRows(true);
        assertEquals(List.of("m.jsonl:1", "m.jsonl:3", "m.jsonl:6"), origins(lenient));
        assertEquals(6, lenient.report().rows());
        assertEquals(3, lenient.report().refused());
        assertTrue(lenient.report().toString().endsWith("0 without an answer, 3 that cannot be used"));
    }

    @Test
    void provenanceCountsTheRowsThatWereLeftOut() throws IOException {
        TokenSequenceSource lenient =
                source(GOOD + "{}\n", TruncationPolicy.FAIL, 64).withSkipBadRows(true);
        assertEquals(
                "1",
                lenient.getProvenance()
                        .getInstanceValues()
                        .get(TokenSequenceSourceProvenance.REFUSED_ROWS)
                        .toString());
        Helpers.testProvenanceMarshalling(lenient.getProvenance());
        ConfigurationManager reader = new ConfigurationManager();
        reader.addConfiguration(ProvenanceUtil.extractConfiguration(lenient.getProvenance()));
        assertEquals(
                lenient.sequences(),
                reader.lookupAll(TokenSequenceSource.class).get(0).sequences());
        TokenSequenceSource strict = lenient.withSkipBadRows(false);
        assertFalse(strict.getProvenance().getInstanceValues().containsKey(TokenSequenceSourceProvenance.REFUSED_ROWS));
    }

    @Test
    void longRowsAreSplitSoThatEachTokenIsPredictedOnce() throws IOException {
        String row = GOOD.replace("abc", "abcdefghijklmnopqrstuvwxyz".repeat(3));
        TokenSequence whole =
                source(row, TruncationPolicy.FAIL, 512).sequences().get(0);
        List<TokenSequence> parts = source(row, TruncationPolicy.SPLIT, 20).sequences();
        assertEquals(
                whole.completionTokens(),
                parts.stream().mapToInt(TokenSequence::completionTokens).sum());
        int at = 0;
        for (TokenSequence part : parts) {
            assertTrue(part.length() <= 20);
            int start = at;
            part.completion().stream()
                    .forEach(t -> assertTrue(whole.completion().get(start + t), "token " + (start + t)));
            for (int t = 0; t < part.length(); t++) {
                assertEquals(whole.tokens()[at + t], part.tokens()[t]);
            }
            at += 19;
        }
        assertEquals("m.jsonl:1 part 1", parts.get(0).origin());
    }
}
