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
package io.github.tribuollm.evidence;

import com.google.gson.Gson;
import io.github.tribuollm.fixtures.JsonProcess;
import io.github.tribuollm.llm.checkpoint.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Speed and memory of decoding, greedy, in float32. Not a test: the executables {@code decoding-speed},
 * {@code decoding-llama-cpp}, {@code decoding-dropout-speed} and {@code quantised-speed} in test-resources/evidence start it, on a quiet machine.
 *
 * <ul>
 *   <li>{@code compare CHECKPOINT ROWS PYTHON SCRIPT}: against transformers' {@code generate} with its dynamic and its
 *       static cache, of which the faster counts, each side in a process of its own, in turns;
 *   <li>{@code llama-cpp CHECKPOINT ROWS PYTHON SCRIPT}: against llama.cpp in float32, which counts, and in float16;
 *   <li>{@code storages CHECKPOINT ROWS}: on float32, on bytes and on four bits;
 *   <li>{@code bits CHECKPOINT PYTHON SCRIPT}: a single row on four bits against llama.cpp on as many (Q4_1, the output
 *       layer in Q8_0 as ours is in bytes);
 *   <li>{@code dropout CHECKPOINT}: one answer measured by 10 samples of dropout against 10 answers one by one.
 * </ul>
 *
 * The last line of the output is one JSON object. The exit status is 1 if a figure is not what is claimed.
 */
final class DecodingBenchmark {
    private static final int PROMPT = Integer.getInteger("prompt", 32);
    private static final int NEW_TOKENS = Integer.getInteger("new.tokens", 128);
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int SAMPLES = 10;

    private DecodingBenchmark() {}

    /** One side and its calls. */
    private record Series(String name, BenchmarkSide side, Timings timings, List<Double> first, List<Double> allFirst)
            implements AutoCloseable {
        static Series of(String name, List<String> command) throws IOException {
            return new Series(name, new BenchmarkSide(command), new Timings(), new ArrayList<>(), new ArrayList<>());
        }

        void ask(boolean counts) throws IOException {
            Timings.Answer answer = side.ask("generate", PROMPT, " " + NEW_TOKENS);
            if (counts) {
                timings.add(answer);
                first.add(side.lastIfKnown("first_ms"));
                allFirst.add(side.lastIfKnown("all_first_ms"));
            }
        }

        @Override
        public void close() throws IOException {
            side.close();
        }
    }

    private static List<String> ours(String checkpoint, int rows, int samples) {
        return ours(checkpoint, rows, samples, Storage.AUTO);
    }

    private static List<String> ours(String checkpoint, int rows, int samples, Storage storage) {
        return JsonProcess.java(
                DecodingWorker.class,
                List.of("-Xmx1g", "-XX:MaxDirectMemorySize=16g"),
                List.of(
                        checkpoint,
                        Integer.toString(rows),
                        Integer.toString(PROMPT + NEW_TOKENS),
                        Integer.toString(samples),
                        storage.name()));
    }

    /**
     * Runs a benchmark.
     *
     * @param arguments see the class
     * @throws IOException if a side fails
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, Object> result = switch (arguments[0]) {
            case "compare" -> compare(arguments[1], Integer.parseInt(arguments[2]), arguments[3], arguments[4]);
            case "llama-cpp" -> llamaCpp(arguments[1], Integer.parseInt(arguments[2]), arguments[3], arguments[4]);
            case "storages" -> storages(arguments[1], Integer.parseInt(arguments[2]));
            case "bits" -> bits(arguments[1], arguments[2], arguments[3]);
            case "dropout" -> dropout(arguments[1]);
            default -> throw new IllegalArgumentException("There is no benchmark " + arguments[0]);
        };
        System.out.println(new Gson().toJson(result));
        System.exit((boolean) result.get("holds") ? 0 : 1);
    }

    private static void inTurns(List<Series> all) throws IOException {
        for (int round = -1; round < ROUNDS; round++) {
            for (Series series : all) {
                series.ask(round >= 0);
            }
        }
    }

    private static Map<String, Object> compare(String checkpoint, int rows, String python, String script)
            throws IOException {
        List<String> peer = List.of(python, script, checkpoint, Integer.toString(rows));
        try (Series own = Series.of("ours", ours(checkpoint, rows, 0));
                Series dynamic = Series.of("dynamic", with(peer, "--cache", "dynamic"));
                Series fixed = Series.of("static", with(peer, "--cache", "static"))) {
            inTurns(List.of(dynamic, own, fixed));
            Series faster = dynamic.timings.median() <= fixed.timings.median() ? dynamic : fixed;
            Map<String, Object> result = of(checkpoint, rows);
            result.put("faster_cache", faster.name);
            result.putAll(beside(faster, own));
            result.put(
                    "holds",
                    (double) result.get("ratio") >= (rows == 1 ? 1.5 : 2)
                            && (double) result.get("peak_rss_ratio") <= 0.7);
            return result;
        }
    }

    private static Map<String, Object> llamaCpp(String checkpoint, int rows, String python, String script)
            throws IOException {
        List<String> peer = List.of(python, script, checkpoint, Integer.toString(rows));
        try (Series own = Series.of("ours", ours(checkpoint, rows, 0));
                Series wide = Series.of("f32", with(peer, "--type", "f32"));
                Series narrow = Series.of("f16", with(peer, "--type", "f16"))) {
            inTurns(List.of(wide, own, narrow));
            Map<String, Object> result = of(checkpoint, rows);
            Map<String, Object> besideWide = beside(wide, own);
            result.put(wide.name, besideWide);
            result.put(narrow.name, beside(narrow, own));
            result.put("holds", (double) besideWide.get("ratio") >= 0.8);
            return result;
        }
    }

    private static Map<String, Object> storages(String checkpoint, int rows) throws IOException {
        try (Series wide = Series.of("float32", ours(checkpoint, rows, 0, Storage.FLOAT32));
                Series bytes = Series.of("int8", ours(checkpoint, rows, 0, Storage.INT8));
                Series bits = Series.of("int4", ours(checkpoint, rows, 0, Storage.INT4))) {
            List<Series> all = List.of(wide, bytes, bits);
            inTurns(all);
            Map<String, Object> result = of(checkpoint, rows);
            result.put("sides", all.stream().map(Series::name).toList());
            result.put(
                    "tokens_per_second",
                    all.stream().map(side -> side.timings.tokensPerSecond()).toList());
            result.put(
                    "peak_rss",
                    all.stream().map(side -> side.side.last("peak_rss")).toList());
            result.put("int4_ratio_to_int8", bytes.timings.medianRatioTo(bits.timings));
            result.put("int8_ratio_to_float32", wide.timings.medianRatioTo(bytes.timings));
            result.put(
                    "holds",
                    rows > 1
                            || (double) result.get("int8_ratio_to_float32") >= 2
                                    && (double) result.get("int4_ratio_to_int8") >= 1.2);
            return result;
        }
    }

    private static Map<String, Object> bits(String checkpoint, String python, String script) throws IOException {
        List<String> peer = List.of(python, script, checkpoint, "1", "--type", "q4_1");
        try (Series own = Series.of("int4", ours(checkpoint, 1, 0, Storage.INT4));
                Series theirs = Series.of("q4_1", peer)) {
            inTurns(List.of(theirs, own));
            Map<String, Object> result = of(checkpoint, 1);
            result.putAll(beside(theirs, own));
            result.put("holds", (double) result.get("ratio") >= 0.7);
            return result;
        }
    }

    private static List<String> with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    private static Map<String, Object> of(String checkpoint, int rows) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("checkpoint", Path.of(checkpoint).getFileName().toString());
        result.put("rows", rows);
        return result;
    }

    /** The figures of a peer and ours. */
    private static Map<String, Object> beside(Series peer, Series own) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tokens_per_second", List.of(peer.timings.tokensPerSecond(), own.timings.tokensPerSecond()));
        figures.put("ratio", peer.timings.medianRatioTo(own.timings));
        figures.put("first_ms", List.of(Timings.median(peer.first), Timings.median(own.first)));
        figures.put("all_first_ms", List.of(Timings.median(peer.allFirst), Timings.median(own.allFirst)));
        figures.put("peak_rss", List.of(peer.side.last("peak_rss"), own.side.last("peak_rss")));
        figures.put("peak_rss_ratio", (double) own.side.last("peak_rss") / peer.side.last("peak_rss"));
        return figures;
    }

    private static Map<String, Object> dropout(String checkpoint) throws IOException {
        try (Series plain = Series.of("plain", ours(checkpoint, 1, 0));
                Series measured = Series.of("measured", ours(checkpoint, 1, SAMPLES))) {
            inTurns(List.of(plain, measured));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("checkpoint", Path.of(checkpoint).getFileName().toString());
            result.put("ms", List.of(plain.timings.median(), measured.timings.median()));
            result.put("ratio_to_ten_answers", measured.timings.medianRatioTo(plain.timings) / SAMPLES);
            result.put("holds", (double) result.get("ratio_to_ten_answers") <= 0.7);
            return result;
        }
    }
}
