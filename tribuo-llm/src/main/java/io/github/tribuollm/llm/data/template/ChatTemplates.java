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

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Recognises the chat layout that a checkpoint publishes.
 *
 * <p>A published chat template is a program. It is never run: its text and the model's type tell which of the templates
 * here lays conversations out in the same way.
 */
public final class ChatTemplates {
    private static final Logger logger = Logger.getLogger(ChatTemplates.class.getName());

    /** The first that fits is taken. */
    private static final List<Known> KNOWN = List.of(
            new Known(Set.of("llama"), Set.of("<|start_header_id|>", "Cutting Knowledge Date"), new Llama3Template()),
            new Known(Set.of("llama"), Set.of("<|start_header_id|>"), new Llama3Template("")),
            new Known(Set.of("gemma", "gemma2"), Set.of("<start_of_turn>"), new GemmaTemplate()),
            new Known(Set.of("gemma3", "gemma3_text"), Set.of("<start_of_turn>"), new Gemma3Template()),
            new Known(Set.of("phi3"), Set.of("<|user|>\\n", "<|end|>"), new Phi3Template()),
            new Known(Set.of("qwen2"), Set.of("<|im_start|>", Qwen2Template.QWEN25), new Qwen2Template()),
            new Known(
                    Set.of("qwen2"),
                    Set.of("<|im_start|>", Qwen2Template.QWEN2),
                    new Qwen2Template(Qwen2Template.QWEN2)),
            new Known(Set.of("qwen3"), Set.of("<|im_start|>", "enable_thinking"), new Qwen3Template()));

    private ChatTemplates() {}

    /**
     * The layout of a checkpoint's published chat template; which one it is, is logged.
     *
     * @param checkpoint the checkpoint directory, with config.json, tokenizer_config.json and, where the checkpoint has
     *     it, chat_template.jinja
     * @return the template that lays conversations out in the same way
     * @throws DataException if the checkpoint publishes no chat template, or none that is known
     * @throws CheckpointException if one of the files cannot be read
     */
    public static PromptTemplate publishedBy(Path checkpoint) {
        String type = CheckpointConfig.read(checkpoint.resolve("config.json")).modelType();
        String published = Tokenizer.chatTemplate(checkpoint)
                .orElseThrow(() -> new DataException(checkpoint + " publishes no chat template, neither in"
                        + " chat_template.jinja nor in tokenizer_config.json, as is usual for a model that was not"
                        + " trained to chat; choose a template yourself (--template)"));
        PromptTemplate template = KNOWN.stream()
                .filter(known -> known.fits(type, published))
                .map(Known::template)
                .findFirst()
                .orElseThrow(() -> new DataException(checkpoint + " publishes a chat template that is not known for the"
                        + " model type " + type + "; known are those of " + knownTypes()
                        + " as they were first published; choose a template yourself (--template)"));
        logger.info(() -> checkpoint + " publishes the chat layout of " + template);
        return template;
    }

    private static String knownTypes() {
        return KNOWN.stream()
                .flatMap(known -> known.modelTypes().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** A layout, the types of the models that have it, and what the text of their chat template contains. */
    private record Known(Set<String> modelTypes, Set<String> marks, PromptTemplate template) {
        boolean fits(String modelType, String published) {
            return modelTypes.contains(modelType) && marks.stream().allMatch(published::contains);
        }
    }
}
