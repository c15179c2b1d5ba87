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

import io.github.tribuollm.fixtures.JsonProcess;
import io.github.tribuollm.fixtures.RandomCheckpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.memory.AvailableMemory;
import io.github.tribuollm.runtime.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A LoRA step of Llama-3.2-1B's shape, or a pass over its data, on real Alpaca lengths beside PyTorch and PEFT: the
 * same weights, tokens and micro-batches, each side in a process of its own, in turns.
 *
 * @param work the directory of the checkpoint and the batches
 * @param lengths a table of {@link BenchmarkBatches#lengths}
 * @param backend where ours runs
 * @param small whether the model is a tiny one, and the batches are few
 * @param torch the command of the other side up to its options; empty to measure ours alone
 */
public record DeviceBenchmark(Path work, Path lengths, Backend backend, boolean small, Optional<List<String>> torch) {
    private static final int SAMPLES = 100;

    /**
     * What one side does.
     *
     * @param command of the protocol: train, score or dropout
     * @param objective as {@link BenchmarkWorker#objective} names it
     */
    public record Task(String command, String objective) {
        private boolean samples() {
            return command.equals("dropout");
        }
    }

    /**
     * One side's figures.
     *
     * @param milliseconds the median of a step, a pass, or all samples
     * @param tokensPerSecond without padding
     * @param bytes the peak memory on the device, on the CPU that of the process
     * @param allocated what PyTorch's allocator gave out at most; NaN for ours and on the CPU
     * @param secondsToFirst from launch to the end of the first step
     * @param loss of the first step; mean uncertainty of the samples
     */
    public record Side(
            double milliseconds,
            double tokensPerSecond,
            double bytes,
            double allocated,
            double secondsToFirst,
            double loss) {}

    /**
     * Both sides.
     *
     * @param ours this library
     * @param torch PyTorch; empty if it was not asked for
     * @param guess the loss of a model that knows nothing, as one with random weights, but for a nat or two
     */
    public record Outcome(Side ours, Optional<Side> torch, double guess) {}

    /**
     * Measures a task.
     *
     * @param task the task
     * @param precision of the other side, as it names them
     * @return what was measured
     * @throws IOException if a side fails
     */
    public Outcome of(Task task, String precision) throws IOException {
        RandomCheckpoint.Model model = small ? RandomCheckpoint.Model.SMALL_LLAMA : RandomCheckpoint.Model.LLAMA;
        Path checkpoint = RandomCheckpoint.in(Files.createDirectories(work), model, model.layers());
        int vocabulary = model.config(model.layers()).get("vocab_size").getAsInt();
        Path batches = batches(model, vocabulary);
        try (Memory memory = backend.onDevice() ? new OnDevice(new GpuMemory(backend.device())) : new OfProcess();
                Contender ours = new Contender(ours(checkpoint, batches, task), task, memory)) {
            if (torch.isEmpty()) {
                measure(task, List.of(ours));
                return new Outcome(ours.figures(), Optional.empty(), Math.log(vocabulary));
            }
            try (Contender theirs = new Contender(theirs(checkpoint, batches, task, precision), task, memory)) {
                measure(task, List.of(ours, theirs));
                return new Outcome(ours.figures(), Optional.of(theirs.figures()), Math.log(vocabulary));
            }
        }
    }

    private int batchSize() {
        return small ? 4 : 32;
    }

    private int batchCount(Task task) {
        return task.samples() ? 1 : small ? 2 : 4;
    }

    private Path batches(RandomCheckpoint.Model model, int vocabulary) throws IOException {
        List<List<TokenSequence>> rows =
                BenchmarkBatches.of(BenchmarkBatches.lengths(lengths), small ? 2 : 4, batchSize(), vocabulary);
        Path file = work.resolve(model.published + "-batches.jsonl");
        BenchmarkBatches.write(file, rows, Batching.PADDED, batchSize());
        return file;
    }

    private List<String> ours(Path checkpoint, Path batches, Task task) {
        BenchmarkWorker.Setting setting = new BenchmarkWorker.Setting(
                checkpoint, batches, task.objective(), Batching.PADDED, batchSize(), 0, backend, Storage.FLOAT32);
        List<String> jvm = List.of("-Xmx2g", "-XX:MaxDirectMemorySize=" + (AvailableMemory.bytes() >> 20) + "m");
        return JsonProcess.java(BenchmarkWorker.class, jvm, setting.arguments());
    }

    private List<String> theirs(Path checkpoint, Path batches, Task task, String precision) {
        List<String> command = new ArrayList<>(torch.orElseThrow());
        command.addAll(List.of("work", "--checkpoint", checkpoint.toString(), "--batches", batches.toString()));
        command.addAll(List.of("--objective", task.objective(), "--precision", precision));
        command.addAll(List.of("--device", backend.onDevice() ? "cuda:" + backend.device() : "cpu"));
        command.addAll(
                List.of("--threads", Integer.toString(Runtime.getRuntime().availableProcessors())));
        command.addAll(List.of("--dropout", task.samples() ? "0.1" : "0"));
        return command;
    }

    private void measure(Task task, List<Contender> contenders) throws IOException {
        for (int round = 0; round < (small || task.samples() ? 1 : 3); round++) {
            for (int n = 0; n < batchCount(task); n++) {
                for (Contender contender : contenders) {
                    contender.measure(n);
                }
            }
        }
    }

    /** Tells the peak memory of a side. */
    private sealed interface Memory extends AutoCloseable {
        void begin();

        long peak(BenchmarkSide side);

        @Override
        void close();
    }

    /** What is added on the GPU while a side alone is working. */
    private static final class OnDevice implements Memory {
        private final GpuMemory memory;
        private long before;

        OnDevice(GpuMemory memory) {
            this.memory = memory;
        }

        @Override
        public void begin() {
            before = memory.begin();
        }

        @Override
        public long peak(BenchmarkSide side) {
            return memory.peak() - before;
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /** The resident memory of a side's process. */
    private static final class OfProcess implements Memory {
        @Override
        public void begin() {}

        @Override
        public long peak(BenchmarkSide side) {
            return side.last("peak_rss");
        }

        @Override
        public void close() {}
    }

    /** A side: started and warmed up while no other works, by which its memory is known. */
    private final class Contender implements AutoCloseable {
        private final BenchmarkSide side;
        private final Task task;
        private final Timings timings = new Timings();
        private final double secondsToFirst;
        private final double loss;
        private final long bytes;

        Contender(List<String> command, Task task, Memory memory) throws IOException {
            this.task = task;
            memory.begin();
            long launch = System.nanoTime();
            side = new BenchmarkSide(command);
            loss = ask(0).loss();
            secondsToFirst = (System.nanoTime() - launch) / 1e9;
            for (int n = 1; n < batchCount(task); n++) {
                ask(n);
            }
            bytes = memory.peak(side);
        }

        private Timings.Answer ask(int batch) throws IOException {
            return side.ask(task.command(), batch, task.samples() ? " " + SAMPLES : "");
        }

        void measure(int batch) throws IOException {
            timings.add(ask(batch));
        }

        Side figures() {
            return new Side(
                    timings.median(),
                    timings.tokensPerSecond(),
                    bytes,
                    side.lastIfKnown("peak_cuda"),
                    secondsToFirst,
                    loss);
        }

        @Override
        public void close() throws IOException {
            side.close();
        }
    }
}
