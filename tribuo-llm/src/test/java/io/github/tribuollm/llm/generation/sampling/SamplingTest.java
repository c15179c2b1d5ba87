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
package io.github.tribuollm.llm.generation.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.test.Helpers;

/** Settings of sampling: from Java, from configurations, from checkpoints. */
final class SamplingTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(classes = {Sampling.class, Stopping.class})
    void everyFieldCanBeSetFromJava(Class<? extends Configurable> type) {
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(Config.class)) {
                String name = field.getName();
                String with = "with" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                assertTrue(
                        Arrays.stream(type.getMethods())
                                .anyMatch(m -> m.getName().equals(with) && m.getParameterCount() == 1),
                        type + "." + with);
            }
        }
    }

    @Test
    void settingsGoThroughAConfigurationAndPrintThemselvesInALine() {
        Sampling sampling = new Sampling()
                .withDoSample(true)
                .withTemperature(0.7)
                .withTopK(3)
                .withBadWordsIds(new int[] {4}, new int[] {5, 6})
                .withSuppressTokens(1, 2)
                .withSeed(9);
        Stopping stopping = new Stopping()
                .withStopStrings("\n\n", "User:")
                .withMaxNewTokens(7)
                .withEosTokenId(3, 4);
        Helpers.testConfigurableRoundtrip(new Sampling());
        Helpers.testConfigurableRoundtrip(new Stopping());
        Helpers.testConfigurableRoundtrip(sampling);
        Helpers.testConfigurableRoundtrip(stopping);
        assertEquals(
                "sampling of doSample true, temperature 0.7, topK 3, badWordsIds [4, 5 6], suppressTokens [1, 2],"
                        + " seed 9",
                sampling.toString());
        assertNotEquals(new Sampling().getProvenance(), sampling.getProvenance());
    }

    @Test
    void aCopyLeavesItsOriginal() {
        Sampling warm = new Sampling().withTemperature(2);
        Sampling cold = warm.withTemperature(0.5).withSeed(4);
        assertTrue(warm.toString().contains("temperature 2.0"), warm.toString());
        assertTrue(cold.toString().contains("temperature 0.5"), cold.toString());
        assertTrue(cold.withTopK(1).toString().contains("seed 4"), cold.toString());
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                refused("temperature", () -> new Sampling().withTemperature(0)),
                refused("temperature", () -> new Sampling().withTemperature(Double.NaN)),
                refused("topK", () -> new Sampling().withTopK(-1)),
                refused("topP", () -> new Sampling().withTopP(1.1)),
                refused("minP", () -> new Sampling().withMinP(-0.1)),
                refused("typicalP", () -> new Sampling().withTypicalP(0)),
                refused("epsilonCutoff", () -> new Sampling().withEpsilonCutoff(1)),
                refused("etaCutoff", () -> new Sampling().withEtaCutoff(-1)),
                refused("repetitionPenalty", () -> new Sampling().withRepetitionPenalty(0)),
                refused("presencePenalty", () -> new Sampling().withPresencePenalty(2.5)),
                refused("frequencyPenalty", () -> new Sampling().withFrequencyPenalty(Double.NaN)),
                refused("noRepeatNgramSize", () -> new Sampling().withNoRepeatNgramSize(-1)),
                refused("badWordsIds", () -> new Sampling().withBadWordsIds(new int[0])),
                refused("badWordsIds", () -> new Sampling().withBadWordsIds(new int[] {-1})),
                refused("suppressTokens", () -> new Sampling().withSuppressTokens(-1)),
                refused("beginSuppressTokens", () -> new Sampling().withBeginSuppressTokens(-1)),
                refused("forcedBosTokenId", () -> new Sampling().withForcedBosTokenId(-1)),
                refused("numReturnSequences", () -> new Sampling().withNumReturnSequences(0)),
                refused("stopStrings", () -> new Stopping().withStopStrings("a", "")),
                refused("eosTokenId", () -> new Stopping().withEosTokenId(-1)),
                refused("forcedEosTokenId", () -> new Stopping().withForcedEosTokenId(-1)),
                refused("minLength", () -> new Stopping().withMinLength(-1)),
                refused("minNewTokens", () -> new Stopping().withMaxNewTokens(4).withMinNewTokens(5)),
                refused("maxLength", () -> new Stopping().withMaxLength(0)),
                refused("maxNewTokens", () -> new Stopping().withMaxNewTokens(0)));
    }

    private static Arguments refused(String field, Executable made) {
        return Arguments.of(field, made);
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void valuesOutOfRangeAreNamed(String field, Executable made) {
        PropertyException refused = assertThrows(PropertyException.class, made);
        assertEquals(field, refused.getProperty(), refused.getMessage());
    }

    private GenerationDefaults published(String json) throws IOException {
        Files.writeString(directory.resolve("generation_config.json"), json);
        return GenerationDefaults.publishedBy(directory, 1000);
    }

    @Test
    void aCheckpointsDefaultsAreItsOwnAndWhatIsSetWins() throws IOException {
        GenerationDefaults defaults = published("""
                {"do_sample": true, "temperature": 0.6, "top_p": 0.9, "top_k": null, "eos_token_id": [3, 4],
                 "max_length": 4096, "bad_words_ids": [[5], [6, 7]], "transformers_version": "4.40.0", "num_beams": 1,
                 "pad_token_id": 0, "bos_token_id": 1, "suppress_tokens": []}""");
        assertEquals(
                "sampling of doSample true, temperature 0.6, topP 0.9, badWordsIds [5, 6 7], suppressTokens [], seed 1",
                defaults.sampling().toString());
        assertEquals(
                "stopping of eosTokenId [3, 4], maxLength 4096",
                defaults.stopping().toString());
        assertEquals(
                "sampling of doSample true, temperature 2.0, topP 0.9, badWordsIds [5, 6 7], suppressTokens [], seed 8",
                new Sampling()
                        .withTemperature(2)
                        .withSeed(8)
                        .over(defaults.sampling())
                        .toString());
        assertEquals(
                "stopping of eosTokenId [3, 4], maxNewTokens 5",
                new Stopping().withMaxNewTokens(5).over(defaults.stopping()).toString());
        assertEquals(4096, new Stopping().over(defaults.stopping()).longest(10));
        assertEquals(266, new Stopping().longest(10));
    }

    @Test
    void aCheckpointWithoutTheFileSaysNothing() {
        assertEquals(
                "stopping of ",
                GenerationDefaults.publishedBy(directory, 1000).stopping().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"num_beams\": 4}|num_beams",
                "{\"guidance_scale\": 1.5}|guidance_scale",
                "{\"penalty_alpha\": 0.6}|penalty_alpha",
                "{\"top_h\": 0.5}|top_h",
                "{\"sequence_bias\": [[[1], 2.0]]}|sequence_bias",
                "{\"exponential_decay_length_penalty\": [3, 1.1]}|exponential_decay_length_penalty",
                "{\"watermarking_config\": {\"bias\": 2.0}}|watermarking_config",
                "{\"remove_invalid_values\": true}|remove_invalid_values",
                "{\"chat_format\": \"chatml\"}|chat_format",
                "{\"temperature\": \"hot\"}|temperature",
                "{\"temperature\": 0.0}|temperature",
                "{\"top_p\": 1.5}|top_p",
                "{\"do_sample\": 1}|do_sample",
                "{\"bad_words_ids\": [3]}|bad_words_ids",
                "{\"eos_token_id\": [-1]}|eos_token_id",
                "{\"stop_strings\": [\"\"]}|stop_strings",
                "{\"eos_token_id\": [3, 1000]}|eos_token_id",
                "{\"forced_eos_token_id\": 1000}|forced_eos_token_id",
                "{\"forced_bos_token_id\": 1000}|forced_bos_token_id",
                "{\"suppress_tokens\": [1000]}|suppress_tokens",
                "{\"begin_suppress_tokens\": [1000]}|begin_suppress_tokens",
                "{\"bad_words_ids\": [[3, 1000]]}|bad_words_ids",
            })
    void whatCannotBeHonouredIsRefusedByName(String json, String field) {
        CheckpointException refused = assertThrows(CheckpointException.class, () -> published(json));
        assertTrue(refused.getMessage().contains("'" + field + "'"), refused.getMessage());
        assertTrue(refused.getMessage().contains("generation_config.json"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"num_beams\": null, \"guidance_scale\": 1.0}",
                "{\"remove_invalid_values\": false, \"exponential_decay_length_penalty\": null}",
                "{\"sequence_bias\": [], \"penalty_alpha\": 0, \"encoder_repetition_penalty\": 1}"
            })
    void whatIsSwitchedOffIsNotRefused(String json) throws IOException {
        assertEquals("stopping of ", published(json).stopping().toString());
    }
}
