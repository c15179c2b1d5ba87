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
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.DocumentLengths;
import io.github.tribuollm.llm.graphs.MicroBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The batches of a benchmark: Alpaca's rows as a tokenizer cuts them, in the file's order, with the ids drawn at
 * random, because a checkpoint with random weights has no tokenizer. In a file, one batch a line.
 */
public final class BenchmarkBatches {
    private static final int FIRST_WORD = 3;

    private BenchmarkBatches() {}

    /** Rows that lose their whole answer to the truncation are left out. */
    public static List<List<TokenSequence>> of(
            Path alpaca, Path tokenizer, int count, int batchSize, int maxLength, int vocabulary) {
        int spare = batchSize + count * batchSize / 4;
        SequenceEncoder encoder = new SequenceEncoder(
                Tokenizer.open(tokenizer), new AlpacaTemplate(), maxLength, TruncationPolicy.TRUNCATE_END);
        List<TokenSequence> rows = encoder.encode(new AlpacaSource(alpaca, 0, count * batchSize + spare))
                .sequences();
        SplittableRandom random = new SplittableRandom(0);
        List<TokenSequence> drawn = rows.stream()
                .map(row -> new TokenSequence(
                        random.ints(row.length(), FIRST_WORD, vocabulary).toArray(), row.completion(), 1, row.origin()))
                .toList();
        return IntStream.range(0, count)
                .mapToObj(i -> drawn.subList(i * batchSize, (i + 1) * batchSize))
                .toList();
    }

    /**
     * Batches of rows of given lengths.
     *
     * @param lengths of the prompt and of the whole row, as {@link #lengths} gives them
     */
    static List<List<TokenSequence>> of(List<int[]> lengths, int count, int batchSize, int vocabulary) {
        SplittableRandom random = new SplittableRandom(0);
        List<TokenSequence> drawn = lengths.stream()
                .limit((long) count * batchSize)
                .map(row -> {
                    BitSet completion = new BitSet();
                    completion.set(row[0], row[1]);
                    int[] ids = random.ints(row[1], FIRST_WORD, vocabulary).toArray();
                    return new TokenSequence(ids, completion, 1, row[0] + " of " + row[1]);
                })
                .toList();
        return IntStream.range(0, count)
                .mapToObj(i -> drawn.subList(i * batchSize, (i + 1) * batchSize))
                .toList();
    }

    /** The rows of a table of lengths, prompt and whole row, below its heading. */
    static List<int[]> lengths(Path table) throws IOException {
        return Files.readAllLines(table).stream()
                .skip(1)
                .map(line -> Arrays.stream(line.split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .toList();
    }

    /**
     * Writes a table of the lengths of Alpaca's first rows.
     *
     * @param arguments alpaca_data.json, a directory with tokenizer.json, how many rows, the greatest length, the table
     * @throws IOException if the table cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        List<TokenSequence> rows = of(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        1,
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        1000)
                .get(0);
        List<String> lines = new ArrayList<>(List.of("prompt,row"));
        rows.forEach(row -> lines.add(row.completion().nextSetBit(0) + "," + row.length()));
        Files.write(Path.of(arguments[4]), lines);
    }

    /** Rows of one length, the second half of each to be learned. */
    static List<TokenSequence> uniform(int rows, int length, int vocabulary) {
        SplittableRandom random = new SplittableRandom(0);
        BitSet completion = new BitSet();
        completion.set(length / 2, length);
        return IntStream.range(0, rows)
                .mapToObj(i -> new TokenSequence(
                        random.ints(length, FIRST_WORD, vocabulary).toArray(), completion, 1, "row " + i))
                .toList();
    }

    public static void write(Path file, List<List<TokenSequence>> batches) throws IOException {
        write(file, batches, batch -> Map.of());
    }

    /** Writes batches with the micro-batches into which {@link Batching#cut} lays them out. */
    static void write(Path file, List<List<TokenSequence>> batches, Batching batching, int size) throws IOException {
        write(file, batches, batch -> {
            int[] all = IntStream.range(0, batch.size()).toArray();
            int longest = new DocumentLengths(batch).longest();
            return Map.of(
                    "micro_batches",
                    batching.cut(batch, all, size, longest)
                            .map(MicroBatch::indices)
                            .toList());
        });
    }

    private static void write(
            Path file, List<List<TokenSequence>> batches, Function<List<TokenSequence>, Map<String, Object>> more)
            throws IOException {
        Gson gson = new Gson();
        List<String> lines = new ArrayList<>();
        for (List<TokenSequence> batch : batches) {
            Map<String, Object> columns = columns(batch);
            columns.putAll(more.apply(batch));
            lines.add(gson.toJson(columns));
        }
        Files.write(file, lines);
    }

    private static Map<String, Object> columns(List<TokenSequence> batch) {
        int width = batch.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        int[][] ids = new int[batch.size()][width];
        int[][] completion = new int[batch.size()][width];
        for (int b = 0; b < batch.size(); b++) {
            TokenSequence row = batch.get(b);
            System.arraycopy(row.tokens(), 0, ids[b], 0, row.length());
            int[] marks = completion[b];
            row.completion().stream().forEach(t -> marks[t] = 1);
        }
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("input_ids", ids);
        columns.put("completion", completion);
        columns.put("lengths", batch.stream().map(TokenSequence::length).toList());
        return columns;
    }

    static List<List<TokenSequence>> read(Path file) throws IOException {
        Gson gson = new Gson();
        List<List<TokenSequence>> batches = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonObject columns = JsonParser.parseString(line).getAsJsonObject();
            int[][] ids = gson.fromJson(columns.get("input_ids"), int[][].class);
            int[][] completion = gson.fromJson(columns.get("completion"), int[][].class);
            int[] lengths = gson.fromJson(columns.get("lengths"), int[].class);
            List<TokenSequence> batch = new ArrayList<>();
            for (int b = 0; b < lengths.length; b++) {
                BitSet trained = new BitSet();
                for (int t = 0; t < lengths[b]; t++) {
                    trained.set(t, completion[b][t] != 0);
                }
                int[] tokens = Arrays.copyOf(ids[b], lengths[b]);
                batch.add(new TokenSequence(tokens, trained, 1, file + ":" + (batches.size() + 1)));
            }
            batches.add(batch);
        }
        return batches;
    }
}
