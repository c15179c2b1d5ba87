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
package io.github.tribuollm.fuzz;

import static io.github.tribuollm.fuzz.Checks.finite;
import static io.github.tribuollm.fuzz.Checks.require;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.EncodingRules;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.LabelDistributionFile;
import io.github.tribuollm.llm.data.MessagesSource;
import io.github.tribuollm.llm.data.PromptCompletionSource;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.ShareGptSource;
import io.github.tribuollm.llm.data.TextSource;
import io.github.tribuollm.llm.data.TokenColumnFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.rollout.AdvantageRule;
import io.github.tribuollm.llm.data.rollout.RolloutEncoder;
import io.github.tribuollm.llm.data.rollout.RolloutFile;
import io.github.tribuollm.llm.data.template.PlainTemplate;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/** Rows of every format, and what stands beside them. */
final class RowTargets {
    private static final int LONGEST = 128;

    /** Kept open: mutants change data, never the tokenizer. */
    private static final Tokenizer TOKENIZER =
            Tokenizer.open(Path.of(System.getProperty("test.resources"), "tiny-llama"));

    private RowTargets() {}

    static List<Target> all() {
        String messages = """
                {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text",\
                 "text": "Name a fruit."}]}, {"role": "assistant", "content": "Äpple 🍏", "weight": 0}, {"role": "user",\
                 "content": "\\u00e9"}, {"role": "assistant", "content": "e", "train": true}], "weight": 0.5}
                {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "train": 1}
                """;
        return List.of(
                rows("alpaca", "d.json", """
                        [{"instruction": "And a tool?", "input": "i", "output": "Hammer.", "system": "Be brief.",
                          "history": [["Name a fruit.", "Apple."]], "weight": 1.5},
                         {"instruction": "a", "output": "b", "images": []}]""", AlpacaSource::new),
                rows(
                        "gsm8k",
                        "d.jsonl",
                        "\uFEFF\n{\"question\": \"2+2?\", \"answer\": \"#### 4\", \"id\": 7}\n"
                                .repeat(3)
                                .replace("\n\uFEFF", "\n"),
                        Gsm8kSource::new),
                rows("sharegpt", "d.json", """
                        [{"id": "x", "system": "s", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt",
                         "value": "a", "weight": 1}]}, {"conversations": [{"from": "user", "value": "q"},
                         {"from": "assistant", "value": "a"}], "weight": 2}]""", ShareGptSource::new),
                rows("messages", "d.jsonl", messages, MessagesSource::new),
                rows("prompt-completion", "d.jsonl", """
                        {"prompt": "a", "completion": "b"}
                        {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant",\
                         "content": "Hello"}]}
                        """, PromptCompletionSource::new),
                rows("text", "d.jsonl", "{\"text\": \"Once upon a time\"}\n{\"text\": \"two\"}\n", TextSource::new),
                rows("plain text", "d.txt", "Once upon\n a t\u00efme \ud83d\ude00\n", TextSource::new),
                Target.of(
                        "rows in gzip",
                        "d.jsonl.gz",
                        gzip(messages),
                        directory -> encode(new MessagesSource(directory.resolve("d.jsonl.gz")), new Qwen2Template())),
                rollouts(),
                columns(),
                distributions(),
                TemplateTarget.templates());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static Target rows(String name, String file, String content, Function<Path, ConversationSource> source) {
        PromptTemplate template = name.contains("text") ? new PlainTemplate() : new Qwen2Template();
        return Target.of(
                name + " rows",
                file,
                bytes(content),
                directory -> encode(source.apply(directory.resolve(file)), template));
    }

    /** With bad rows, and then without: a parser must not only stop well, but also go on well. */
    private static void encode(ConversationSource source, PromptTemplate template) {
        encode(source, template, true);
        encode(source, template, false);
    }

    private static void encode(ConversationSource source, PromptTemplate template, boolean skipBadRows) {
        source.rows().forEachRemaining(row -> {
            try {
                Checks.conversation(row.get());
            } catch (io.github.tribuollm.llm.data.DataException e) {
                require(!e.getMessage().isBlank(), "a refusal without words");
            }
        });
        EncodingRules rules = new EncodingRules(LONGEST, TruncationPolicy.SPLIT, 0, skipBadRows);
        check(new SequenceEncoder(TOKENIZER, template, rules).encode(source));
    }

    private static void check(EncodedConversations encoded) {
        for (TokenSequence sequence : encoded.sequences()) {
            finite("weight", sequence.weight());
            require(sequence.length() <= LONGEST, "a sequence of " + sequence.length() + " tokens");
            sequence.completion().stream()
                    .forEach(t -> sequence.columns().forEach((name, values) -> finite(name, values[t])));
        }
    }

    private static Target rollouts() {
        String rows = """
                {"prompt": [5, 6, 7], "completion": [8, 9], "old_log_probabilities": [-0.5, -1.25],\
                 "reference_log_probabilities": [-0.1, -0.2], "advantage": 0.5, "reward": 1, "group": "g"}
                {"prompt": "Hello", "completion": [9, 1], "old_log_probabilities": [-0.5, -2e-3],\
                 "reference_log_probabilities": [-0.1, -0.2], "advantage": [1, -1], "reward": 0.5, "group": "g"}
                """;
        return Target.of("rollouts", "r.jsonl", bytes(rows), directory -> {
            RolloutFile file = new RolloutFile(directory.resolve("r.jsonl"));
            for (AdvantageRule rule : List.of(AdvantageRule.GIVEN, AdvantageRule.GROUP_STANDARD)) {
                check(new RolloutEncoder(TOKENIZER, 1024, rule, LONGEST, TruncationPolicy.TRUNCATE_END).encode(file));
            }
        });
    }

    private static TokenSequence sequence(int completion) {
        int[] tokens = new int[2 + completion];
        java.util.BitSet learned = new java.util.BitSet();
        learned.set(2, tokens.length);
        return new TokenSequence(tokens, learned, 1, "d:" + completion);
    }

    private static Target columns() {
        String rows = """
                {"origin": "d:2", "u": [0.5, 1.5], "v": [null, null, 1, 2e-3]}
                {"u": [0.25, 0.5, 0.75], "v": [1, 2, 3]}
                """;
        return Target.of("token columns", "c.jsonl", bytes(rows), directory -> {
            TokenColumnFile file =
                    new TokenColumnFile(directory.resolve("c.jsonl"), Map.of("first", "u", "second", "v"));
            for (TokenSequence longer : file.addTo(List.of(sequence(2), sequence(3)))) {
                longer.completion().stream()
                        .forEach(t -> longer.columns().forEach((name, values) -> finite(name, values[t])));
            }
        });
    }

    private static Target distributions() {
        String rows = """
                {"origin": "d:2", "counts": [2, 1], "ids": [7, 8, 9], "probabilities": [0.25, 0.75, 1.0]}
                {"counts": [1, 1, 1], "ids": [1, 2, 3], "probabilities": [1, 1, 1]}
                """;
        return Target.of("label distributions", "l.jsonl", bytes(rows), directory -> {
            LabelDistributionFile file = new LabelDistributionFile(directory.resolve("l.jsonl"));
            io.github.tribuollm.llm.teacher.OracleDistributions oracle =
                    new io.github.tribuollm.llm.teacher.OracleDistributions(file);
            oracle.requireMadeFor(List.of(sequence(2), sequence(3)), 1024);
            Checks.rows(oracle.rows(new long[] {0, 0, 1, 1, 1}, new int[] {2, 3, 2, 3, 4}), 1024);
        });
    }
}
