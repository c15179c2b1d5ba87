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
package io.github.tribuollm.llm.evaluation.judge;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.training.InterruptedRun;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a judge answered, in a file of JSON lines: {@code key} (of judge and question), {@code text} and {@code
 * log_probabilities}. A line that was cut off by a crash is forgotten.
 */
final class KeptAnswers {
    private static final Gson JSON = new GsonBuilder()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();

    private final String judge;
    private final Path file;
    private final Map<String, JudgeAnswer> answers = new HashMap<>();

    private KeptAnswers(String judge, Path file) {
        this.judge = judge;
        this.file = file;
    }

    /**
     * Opens the file, or makes it.
     *
     * @param judge identifies the judge: its answers are told apart from those of others in the same file
     * @param file the file
     * @throws EvaluationException if it cannot be read
     */
    static KeptAnswers open(String judge, Path file) {
        KeptAnswers kept = new KeptAnswers(judge, file);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.exists(file)) {
                kept.read(Files.readAllBytes(file));
            }
            return kept;
        } catch (IOException e) {
            throw kept.cannot("read", e);
        }
    }

    private void read(byte[] bytes) throws IOException {
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--;
        }
        int number = 0;
        for (String line : new String(bytes, 0, whole, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (!line.isEmpty()) {
                take(line, number);
            }
        }
        if (whole < bytes.length) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
            }
        }
    }

    private void take(String line, int number) {
        try {
            JsonObject json = JsonParser.parseString(line).getAsJsonObject();
            Map<String, Double> logProbabilities = new HashMap<>();
            json.getAsJsonObject("log_probabilities")
                    .entrySet()
                    .forEach(entry -> logProbabilities.put(
                            entry.getKey(), entry.getValue().getAsDouble()));
            answers.put(
                    json.get("key").getAsString(),
                    new JudgeAnswer(json.get("text").getAsString(), logProbabilities));
        } catch (RuntimeException e) {
            throw new EvaluationException(
                    file + ":" + number + " is no answer of a judge (" + e.getMessage() + "); delete the line", e);
        }
    }

    private String key(Conversation question) {
        StringBuilder all = new StringBuilder(judge);
        for (Message message : question.messages()) {
            all.append('\n').append(message.role()).append('\n').append(message.content());
        }
        return Sha256.of(all.toString());
    }

    /** The answer to a question; empty if it was not asked. */
    Optional<JudgeAnswer> of(Conversation question) {
        return Optional.ofNullable(answers.get(key(question)));
    }

    /** Stops where that is asked for. */
    void goOnUnless(BooleanSupplier stop) {
        if (stop.getAsBoolean()) {
            throw new InterruptedRun("Stopped after " + answers.size() + " answers of the judge, which are kept in "
                    + file + "; the same evaluation goes on from there");
        }
    }

    /** Keeps an answer. */
    void add(Conversation question, JudgeAnswer answer) {
        JsonObject json = new JsonObject();
        json.addProperty("key", key(question));
        json.addProperty("text", answer.text());
        json.add("log_probabilities", JSON.toJsonTree(answer.logProbabilities()));
        try {
            Files.writeString(file, JSON.toJson(json) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw cannot("write", e);
        }
        answers.put(key(question), answer);
    }

    private EvaluationException cannot(String act, IOException e) {
        return new EvaluationException("Cannot " + act + " " + file + ", which keeps answers of a judge: " + e, e);
    }
}
