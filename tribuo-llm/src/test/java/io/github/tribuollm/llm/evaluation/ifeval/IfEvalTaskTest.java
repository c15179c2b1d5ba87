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
package io.github.tribuollm.llm.evaluation.ifeval;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskItem;
import io.github.tribuollm.llm.evaluation.TaskScores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.test.Helpers;

/** Checks agree with the official ones (make_ifeval.py), and say what they cannot use. */
final class IfEvalTaskTest {
    private static final Path FIXTURE =
            Path.of(System.getProperty("test.resources")).resolve("fixtures/evaluation/ifeval.json");

    @TempDir
    private Path directory;

    private static Stream<JsonObject> fixture(String part) throws IOException {
        JsonObject fixture = JsonParser.parseString(Files.readString(FIXTURE)).getAsJsonObject();
        return StreamSupport.stream(fixture.getAsJsonArray(part).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    private IfEvalTask task(String... rows) {
        try {
            return new IfEvalTask(new IfEvalSource(Files.write(directory.resolve("prompts.jsonl"), List.of(rows))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String row(String instruction, String kwargs) {
        return "{\"key\": 1, \"prompt\": \"Do it.\", \"instruction_id_list\": [\"" + instruction + "\"], \"kwargs\": ["
                + kwargs + "]}";
    }

    @Test
    void eachInstructionIsCheckedAsOfficially() throws IOException {
        Set<String> instructions = new TreeSet<>();
        List<JsonObject> cases = fixture("cases").toList();
        IfEvalTask task = task(cases.stream()
                .map(c ->
                        row(c.get("instruction").getAsString(), c.get("kwargs").toString()))
                .toArray(String[]::new));
        List<TaskItem> items = task.items();
        List<Executable> checks = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            JsonObject one = cases.get(i);
            instructions.add(one.get("instruction").getAsString());
            Judgement judged =
                    items.get(i).judge(one.get("response").getAsString()).get(0);
            for (String how : List.of("strict", "loose")) {
                List<Boolean> expected = List.of(one.get(how).getAsBoolean());
                checks.add(() ->
                        assertEquals(expected, judged.verdicts().get("inst_level_" + how + "_acc"), how + " " + one));
                checks.add(() ->
                        assertEquals(expected, judged.verdicts().get("prompt_level_" + how + "_acc"), how + " " + one));
            }
        }
        assertAll(checks);
        assertEquals(25, instructions.size());
    }

    @Test
    void sentencesWordsAndLanguagesAreThoseOfTheLibraries() throws IOException {
        PunktSentences sentences = new PunktSentences(PunktTables.ENGLISH);
        EnglishWords words = new EnglishWords(sentences);
        LanguageDetector languages = new LanguageDetector(0);
        assertAll(fixture("texts").map(text -> () -> {
            String read = text.get("text").getAsString();
            assertEquals(strings(text, "sentences"), sentences.of(read));
            assertEquals(strings(text, "words"), words.of(read));
            assertEquals(
                    text.get("language").getAsString(), languages.detect(read).orElse(""), read);
        }));
    }

    private static List<String> strings(JsonObject text, String field) {
        return StreamSupport.stream(text.getAsJsonArray(field).spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    @Test
    void promptsNeedAllTheirInstructionsAndErrorsAreOverPrompts() {
        String two = "{\"prompt\": \"Do it.\", \"instruction_id_list\": [\"en:punctuation:no_comma\","
                + " \"startend:quotation\"], \"kwargs\": [{}, {\"num_words\": null}]}";
        TaskScores scores = TaskScores.of(
                task(two, two, row("punctuation:no_comma", "{}")), List.of("\"a\"", "Sure:\n\"a, b\"", "a, b"));
        Score prompts = scores.score("prompt_level_strict_acc", Judgement.WHOLE);
        assertEquals(1 / 3.0, prompts.value(), 1e-15);
        assertEquals(1 / 3.0, prompts.standardError(), 1e-15);
        Score instructions = scores.score("inst_level_loose_acc", Judgement.WHOLE);
        assertEquals(4 / 5.0, instructions.value(), 1e-15);
        assertEquals(5, instructions.count());
        // Without its first line the second has quotes, without its last no comma; residuals 2 - 1.6, 2 - 1.6, 0 - 0.8.
        assertEquals(Math.sqrt((0.16 + 0.16 + 0.64) * 3 / 2) / 5, instructions.standardError(), 1e-15);
    }

    @Test
    void itIsAskedAsTextOrInAChat() {
        IfEvalTask task = task(row("punctuation:no_comma", "{}"));
        assertEquals(new ModelInput.Text("Do it."), task.items().get(0).query().input());
        assertTrue(task.withAsking(Asking.CHAT).items().get(0).query().input() instanceof ModelInput.Chat);
        assertEquals(1280, task.items().get(0).query().maxTokens());
        Helpers.testConfigurableRoundtrip(
                task.withAsking(Asking.CHAT).withMaxTokens(7).withSeed(3));
    }

    @Test
    void whatCannotBeUsedIsNamed() {
        assertRefused("prompts.jsonl:1", row("punctuation:no_colon", "{}"));
        assertRefused("kwargs[0].num_words", row("length_constraints:number_words", "{\"relation\": \"at least\"}"));
        assertRefused(
                "at most", row("length_constraints:number_words", "{\"relation\": \"at most\", \"num_words\": 3}"));
        assertRefused(
                "not a count",
                row("length_constraints:number_words", "{\"relation\": \"at least\", \"num_words\": -3}"));
        assertRefused("keywords", row("keywords:existence", "{\"keywords\": []}"));
        assertRefused("regular expression", row("keywords:existence", "{\"keywords\": [\"(\"]}"));
        assertRefused(
                "nth_paragraph",
                row(
                        "length_constraints:nth_paragraph_first_word",
                        "{\"num_paragraphs\": 2, \"nth_paragraph\": 3, \"first_word\": \"a\"}"));
        assertRefused("kwargs", row("punctuation:no_comma", "{}, {}"));
    }

    private void assertRefused(String named, String row) {
        DataException refused =
                assertThrows(DataException.class, () -> task(row).items());
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    @Test
    void missingDataSayWhereTheyComeFrom() {
        PropertyException missing =
                assertThrows(PropertyException.class, () -> new IfEvalSource(directory.resolve("none.jsonl")));
        assertTrue(missing.getMessage().contains("google/IFEval"), missing.getMessage());
    }

    @Test
    void anExpressionThatFindsNoEndIsRefusedWithItsPlace() {
        assertEndless("keywords:existence", "{\"keywords\": [\"((e|e)+)+zq\"]}", "e".repeat(60));
        assertEndless("keywords:existence", "{\"keywords\": [\"(a|b| )*z\"]}", "ab ".repeat(100_000));
        assertEndless(
                "detectable_content:postscript",
                "{\"postscript_marker\": \"" + "p*".repeat(10) + "x\"}",
                "p".repeat(200));
        assertTrue(PythonPattern.isFound(PythonPattern.compile("e+z"), "e".repeat(1000) + "z"));
    }

    private void assertEndless(String instruction, String kwargs, String answer) {
        TaskItem item = task(row(instruction, kwargs)).items().get(0);
        DataException refused = assertThrows(
                DataException.class, () -> assertTimeoutPreemptively(Duration.ofMinutes(1), () -> item.judge(answer)));
        assertTrue(refused.getMessage().contains("prompts.jsonl:1"), refused.getMessage());
        assertTrue(refused.getMessage().contains("\"kwargs\" of " + instruction), refused.getMessage());
        assertTrue(
                refused.getMessage().contains("finds no end on a response of " + answer.length()),
                refused.getMessage());
    }
}
