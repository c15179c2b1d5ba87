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
package io.github.tribuollm.llm.evaluation.gsm8k;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.TaskScores;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.test.Helpers;

/** The tasks ask, read and score as lm-evaluation-harness does, and say what they cannot use. */
final class Gsm8kTaskTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path TRAIN = RESOURCES.resolve("data/word-problems-train.jsonl");
    private static final Path TEST = RESOURCES.resolve("data/word-problems-heldout.jsonl");

    @TempDir
    private Path directory;

    private final Gsm8kSource train = new Gsm8kSource(TRAIN);
    private final Gsm8kSource test = new Gsm8kSource(TEST, 0, 3);

    @Test
    void asksReadsAndScoresAsTheHarness() {
        Gsm8kGolden golden = Gsm8kGolden.compare(RESOURCES.resolve("fixtures/evaluation/gsm8k.json"), TRAIN, TEST);
        assertEquals(List.of(), golden.differences());
        assertEquals(3 * 3 * 34, golden.prompts());
    }

    @Test
    void chosenShotsGoBeforeEveryQuestion() {
        Gsm8kTask task = Gsm8kTask.gsm8k(test, train).withShots(new ChosenShots(train, 2, 0));
        String first = ((ModelInput.Text) task.items().get(0).query().input()).text();
        String second = ((ModelInput.Text) task.items().get(1).query().input()).text();
        assertTrue(first.startsWith("Question: A town collects money"), first);
        assertEquals(first.substring(0, 600), second.substring(0, 600));
    }

    @Test
    void noShotsAreAllowed() {
        Gsm8kTask task = Gsm8kTask.gsm8k(test, train).withShots(new DrawnShots(train).withCount(0));
        String prompt = ((ModelInput.Text) task.items().get(0).query().input()).text();
        assertEquals(1, prompt.split("Question:", -1).length - 1);
    }

    @Test
    void eachComponentIsTheSameInConfigurationAndProvenance() {
        Gsm8kTask task = Gsm8kTask.gsm8k(test, train)
                .withShots(new DrawnShots(train).withCount(3).withSeed(7))
                .withAsking(Asking.CHAT_TURNS)
                .withMaxTokens(99);
        Helpers.testConfigurableRoundtrip(task);
        Helpers.testConfigurableRoundtrip(new ChosenShots(train, 4, 1));
        Helpers.testConfigurableRoundtrip(new ExemplarShots().withCount(2));
        assertTrue(task.getProvenance().toString().contains("resource-hash"), "data without a hash");
        assertEquals(1, task.toString().lines().count());
    }

    @ParameterizedTest
    @ValueSource(classes = {Gsm8kTask.class, DrawnShots.class, ChosenShots.class, ExemplarShots.class})
    void everyFieldCanBeSetFromJava(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            String with = "with" + field.getName().substring(0, 1).toUpperCase()
                    + field.getName().substring(1);
            assertTrue(
                    !field.isAnnotationPresent(Config.class)
                            || Arrays.stream(type.getMethods())
                                    .anyMatch(m -> m.getName().equals(with)),
                    with);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertNamed("shots", () -> Gsm8kTask.cot(test).withShots(new DrawnShots(train)));
        assertNamed("questions", () -> Gsm8kTask.cot(null));
        assertNamed("rows", () -> Gsm8kTask.gsm8k(test, null));
        assertNamed("maxTokens", () -> Gsm8kTask.cot(test).withMaxTokens(0));
        assertNamed("count", () -> new ExemplarShots().withCount(9));
        assertNamed("count", () -> new DrawnShots(train).withCount(-1));
        assertNamed("numbers", () -> new ChosenShots(train));
        assertNamed("numbers", () -> new ChosenShots(train, -1));
    }

    private static void assertNamed(String field, org.junit.jupiter.api.function.Executable made) {
        assertEquals(field, assertThrows(PropertyException.class, made).getProperty());
    }

    @Test
    void missingDataSayWhereTheyComeFrom() {
        PropertyException missing =
                assertThrows(PropertyException.class, () -> new Gsm8kSource(directory.resolve("test.jsonl")));
        assertTrue(missing.getMessage().contains("openai/gsm8k"), missing.getMessage());
        assertTrue(missing.getMessage().contains("#### "), missing.getMessage());
    }

    @Test
    void aRowWithoutAnAnswerIsNamed() throws IOException {
        Path rows = Files.writeString(
                directory.resolve("rows.jsonl"),
                "{\"question\":\"1 + 1?\",\"answer\":\"#### 2\"}\n{\"question\":\"2 + 2?\",\"answer\":\"four\"}\n");
        DataException refused = assertThrows(
                DataException.class, () -> Gsm8kTask.cot(new Gsm8kSource(rows)).items());
        assertTrue(refused.getMessage().startsWith("rows.jsonl:2"), refused.getMessage());
        DataException far = assertThrows(
                DataException.class,
                () -> Gsm8kTask.gsm8k(test, train)
                        .withShots(new ChosenShots(train, 400))
                        .items());
        assertTrue(far.getMessage().contains("no row 400"), far.getMessage());
        DataException few = assertThrows(
                DataException.class,
                () -> Gsm8kTask.gsm8k(test, new Gsm8kSource(TRAIN, 0, 4)).items());
        assertTrue(few.getMessage().contains("4 rows"), few.getMessage());
    }

    @Test
    void missingAnswersAreNamed() {
        Gsm8kTask task = Gsm8kTask.cot(test);
        assertThrows(EvaluationException.class, () -> TaskScores.of(task, List.of("1")));
        EvaluationException missing =
                assertThrows(EvaluationException.class, () -> TaskScores.of(task, Arrays.asList("1", null, "2")));
        assertTrue(missing.getMessage().contains("jsonl:2"), missing.getMessage());
    }
}
