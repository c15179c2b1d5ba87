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
package io.github.tribuollm.llm.data.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.data.ChatGoldens;
import io.github.tribuollm.llm.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChatTemplatesTest {
    @TempDir
    private Path directory;

    static List<Path> families() {
        return ChatGoldens.families(ChatGoldens.FIXTURES);
    }

    @ParameterizedTest
    @MethodSource("families")
    void idsAndLearnedTokensAreThoseOfTransformers(Path family) {
        ChatGoldens goldens = ChatGoldens.compare(family);
        assertEquals("", String.join("\n", goldens.differences()));
        assertEquals(50, goldens.conversations());
        assertEquals(family.endsWith("gemma-2") ? 6 : 0, goldens.refused(), "only Gemma refuses system messages");
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3, Llama3Template(date=)",
        "llama-3.2, Llama3Template(date=26 Jul 2024)",
        "gemma-2, GemmaTemplate",
        "gemma-3, Gemma3Template",
        "phi-3.5, Phi3Template",
        "qwen2, Qwen2Template(system=You are a helpful assistant.)",
        "qwen2.5, 'Qwen2Template(system=You are Qwen, created by Alibaba Cloud. You are a helpful assistant.)'",
        "qwen3, Qwen3Template"
    })
    void theTemplateIsKnownByWhatTheCheckpointPublishes(String family, String template) {
        assertEquals(
                template,
                ChatTemplates.publishedBy(ChatGoldens.FIXTURES.resolve(family)).toString());
    }

    private Path checkpoint(String type, String tokenizerConfig) throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
        Files.writeString(directory.resolve("tokenizer_config.json"), tokenizerConfig);
        return directory;
    }

    private static String refusal(Path checkpoint) {
        return assertThrows(DataException.class, () -> ChatTemplates.publishedBy(checkpoint))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "llama, <|im_start|>system",
        "qwen2, <|im_start|>system You are a pirate.",
        "qwen3, <|im_start|>system",
        "phi3, <|im_start|><|im_sep|>",
        "mamba, <start_of_turn>"
    })
    void anUnknownTemplateIsRefused(String type, String published) throws IOException {
        String refused = refusal(checkpoint(type, "{\"chat_template\": \"" + published + "\"}"));
        assertTrue(refused.contains("not known for the model type " + type), refused);
        assertTrue(refused.endsWith("choose a template yourself (--template)"), refused);
    }

    @Test
    void aCheckpointWithoutTemplateIsRefused() throws IOException {
        String refused = refusal(checkpoint("llama", "{}"));
        assertTrue(refused.contains("publishes no chat template, neither in chat_template.jinja nor in"), refused);
    }

    @Test
    void severalNamedTemplatesAreRefused() throws IOException {
        Path checkpoint = checkpoint("llama", "{\"chat_template\": [{\"name\": \"default\", \"template\": \"\"}]}");
        String refused = assertThrows(CheckpointException.class, () -> ChatTemplates.publishedBy(checkpoint))
                .getMessage();
        assertTrue(refused.contains("the field 'chat_template' must be a string"), refused);
    }

    @Test
    void aHugeTemplateIsRefused() throws IOException {
        Path checkpoint = checkpoint("llama", "{}");
        Files.write(checkpoint.resolve("chat_template.jinja"), new byte[(1 << 20) + 1]);
        assertThrows(CheckpointException.class, () -> ChatTemplates.publishedBy(checkpoint));
    }
}
