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
package io.github.tribuollm.llm.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a checkpoint publishes about chats: its chat templates, as texts, and the special tokens that they speak of.
 *
 * <p>Templates come from {@code chat_template.jinja}, which is the one named {@link #DEFAULT}, and the folder {@code
 * additional_chat_templates}; only where there is neither, from {@code chat_template} in tokenizer_config.json, which is
 * one text or a list of names and texts.
 *
 * @param directory the checkpoint directory, or GGUF file
 * @param templates the templates by name; one that has none is named {@link #DEFAULT}
 * @param specialTokens texts of special tokens by the names that templates call them, such as {@code bos_token}
 */
public record ChatFiles(Path directory, Map<String, String> templates, Map<String, String> specialTokens) {
    /** The name of the template that is taken unless another is asked for. */
    public static final String DEFAULT = "default";

    private static final long LARGEST_TEMPLATE = 1L << 20;
    private static final int MOST_TEMPLATES = 100;
    private static final String FIELD = "chat_template";
    private static final String ENDING = ".jinja";
    private static final List<String> TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /** Creates the description from copies. */
    public ChatFiles {
        templates = Map.copyOf(templates);
        specialTokens = Map.copyOf(specialTokens);
    }

    /**
     * Reads a checkpoint.
     *
     * @param directory the directory with tokenizer_config.json and, where the checkpoint has them,
     *     special_tokens_map.json and the templates' files; or a GGUF file
     * @return what it publishes; without templates where it has none
     * @throws CheckpointException when a file cannot be read, or a template has more than 1 MiB
     */
    public static ChatFiles read(Path directory) {
        CheckpointFiles checkpoint = CheckpointFiles.of(directory);
        Map<String, String> files = ofFiles(checkpoint.place());
        CheckpointConfig tokenizer = checkpoint.configIfPresent(Tokenizer.CONFIG);
        CheckpointConfig map = checkpoint.configIfPresent("special_tokens_map.json");
        return new ChatFiles(directory, files.isEmpty() ? ofConfig(tokenizer) : files, tokens(tokenizer, map));
    }

    private static Map<String, String> ofFiles(Path directory) {
        Map<String, String> templates = new LinkedHashMap<>();
        Path file = directory.resolve(FIELD + ENDING);
        if (MissingFile.isNamed(file)) {
            templates.put(DEFAULT, text(file));
        }
        for (Path more : additional(directory.resolve("additional_chat_templates"))) {
            String name = more.getFileName().toString();
            templates.put(name.substring(0, name.length() - ENDING.length()), text(more));
        }
        return templates;
    }

    private static List<Path> additional(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ENDING))
                    .limit(MOST_TEMPLATES)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a template.
     *
     * @param file the file
     * @return its text, of at most 1 MiB
     * @throws CheckpointException when it cannot be read, or has more
     */
    public static String text(Path file) {
        return new String(StrictJson.bytes(file, LARGEST_TEMPLATE), StandardCharsets.UTF_8);
    }

    private static Map<String, String> ofConfig(CheckpointConfig tokenizer) {
        if (!tokenizer.contains(FIELD)) {
            return Map.of();
        }
        if (tokenizer.isText(FIELD)) {
            return Map.of(DEFAULT, tokenizer.text(FIELD));
        }
        Map<String, String> templates = new LinkedHashMap<>();
        tokenizer.sections(FIELD).forEach(named -> templates.put(named.text("name"), named.text("template")));
        return templates;
    }

    private static Map<String, String> tokens(CheckpointConfig tokenizer, CheckpointConfig map) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : TOKENS) {
            CheckpointConfig source = tokenizer.keys().contains(name) ? tokenizer : map;
            if (source.contains(name)) {
                tokens.put(
                        name,
                        source.isText(name)
                                ? source.text(name)
                                : source.section(name).orElseThrow().text("content"));
            }
        }
        return tokens;
    }

    /**
     * Reads which tokens the tokenizer finds whole wherever a text spells them.
     *
     * @return their texts, empty where there is no tokenizer.json
     * @throws CheckpointException when tokenizer.json cannot be read
     */
    public List<String> addedTokens() {
        CheckpointFiles files = CheckpointFiles.of(directory);
        return files.has(Tokenizer.FILE)
                ? Vocabulary.read(files.path(Tokenizer.FILE), files.bytes(Tokenizer.FILE, Tokenizer.LARGEST_FILE))
                        .added()
                : List.of();
    }
}
