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
package io.github.tribuollm.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.runtime.cuda.CudaPlacement;
import io.github.tribuollm.runtime.cuda.DeviceForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Logger;

/**
 * Where and in which precision graphs run.
 *
 * @param provider {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}
 * @param device which GPU, from 0; 0 on the CPU
 * @param memoryLimit the most memory that a session may take on the GPU, in bytes; 0 for all there is
 * @param tf32 whether the GPU may multiply float32 matrices with 11 significant bits
 * @param computeType the type of matrix products and of the activations between them
 * @param reason why {@link ExecutionProvider#AUTO} decided so; empty where the provider was asked for
 */
public record Backend(
        ExecutionProvider provider,
        int device,
        long memoryLimit,
        boolean tf32,
        ComputeType computeType,
        Optional<String> reason) {
    /**
     * The system property that names a folder in which each graph that a backend opens is kept as an ONNX file, in the
     * form for a device and with the types of all its tensors.
     */
    public static final String GRAPHS_PROPERTY = "tribuollm.graphs";

    private static final Logger LOGGER = Logger.getLogger(Backend.class.getName());
    private static final Backend CPU = cpu(ComputeType.FLOAT32);

    /**
     * Checks the parts.
     *
     * @param provider {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}
     * @param device which GPU, from 0
     * @param memoryLimit in bytes; 0 for all there is
     * @param tf32 whether the GPU may multiply float32 matrices with 11 significant bits
     * @param computeType the precision
     * @param reason why the provider was decided so; empty where it was asked for
     * @throws IllegalArgumentException if the provider is not decided, or a number is negative
     */
    public Backend {
        if (provider == ExecutionProvider.AUTO) {
            throw new IllegalArgumentException("The provider must be decided: CPU or CUDA");
        }
        if (device < 0 || memoryLimit < 0) {
            throw new IllegalArgumentException(
                    "device and memory limit must not be negative: " + device + ", " + memoryLimit);
        }
    }

    /**
     * A provider that was asked for. Whether it works is not tried, see {@link Execution#backend()}.
     *
     * @param provider {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}
     * @param device which GPU, from 0
     * @param memoryLimit in bytes; 0 for all there is
     * @param tf32 whether the GPU may multiply float32 matrices with 11 significant bits
     * @param computeType the precision
     * @throws IllegalArgumentException if the provider is not decided, or a number is negative
     */
    public Backend(ExecutionProvider provider, int device, long memoryLimit, boolean tf32, ComputeType computeType) {
        this(provider, device, memoryLimit, tf32, computeType, Optional.empty());
    }

    /** {@return the processor in float32} */
    public static Backend cpu() {
        return CPU;
    }

    /**
     * The processor. It has no 16-bit arithmetic: each result is computed in float32 and then rounded, which is exact
     * to what a GPU rounds, and slow.
     *
     * @param computeType the precision
     * @return the backend
     */
    public static Backend cpu(ComputeType computeType) {
        return new Backend(ExecutionProvider.CPU, 0, 0, false, computeType);
    }

    /** {@return whether graphs run beside the processor, in memory of their own} */
    public boolean onDevice() {
        return provider == ExecutionProvider.CUDA;
    }

    /** The same backend, decided by {@link ExecutionProvider#AUTO}. */
    Backend because(String why) {
        return new Backend(provider, device, memoryLimit, tf32, computeType, Optional.of(why));
    }

    /**
     * What decides the bits of a number beside the provider.
     *
     * @return {@code float32}, {@code tf32}, {@code float16} or {@code bfloat16}
     */
    public String precision() {
        return tf32 ? "tf32" : computeType.toString().toLowerCase(Locale.ROOT);
    }

    /** {@return whether the precision is float32} */
    public boolean exact() {
        return !tf32 && computeType == ComputeType.FLOAT32;
    }

    /**
     * Where and in which precision graphs run, for logs.
     *
     * @return such as {@code CUDA device 0, bfloat16, ONNX Runtime 1.28.0}, and why where it was not asked for
     */
    public String description() {
        String place = onDevice()
                ? "CUDA device " + device + ", " + precision()
                : "CPU, " + Onnx.threads() + " threads" + (exact() ? "" : ", emulated " + precision());
        return place + ", ONNX Runtime " + Onnx.version()
                + reason.map(why -> " (AUTO: " + why + ")").orElse("");
    }

    /**
     * A model as it runs here.
     *
     * @param model a model of one of this backend's graphs
     * @return on the CPU the model itself, or what emulates it; on a device, the form that copies no sizes there
     */
    public Graph.Model runnable(Graph.Model model) {
        return onDevice() ? model.as(DeviceForm.of(model.typed())) : model.emulated();
    }

    /** {@return an empty graph that computes in this backend's precision} */
    public Graph graph() {
        return new Graph(computeType.element());
    }

    /**
     * Loads a graph and attaches its weights, keeping the arena.
     *
     * @param model the graph
     * @param source where the weights are
     * @return the session
     * @throws RuntimeFailure if ONNX Runtime refuses the graph
     */
    public GraphSession open(Graph.Model model, WeightSource source) {
        return open(model, source, GraphSession.Arena.KEPT);
    }

    /**
     * Loads a graph and attaches its weights: in memory that sessions share on the CPU, as copies on a device. On the
     * CPU a graph of 16 bits is emulated. On a device, what falls back to the processor or is copied inside the graph
     * is logged.
     *
     * @param model the graph
     * @param source where the weights are
     * @param arena what becomes of the memory of activations between runs
     * @return the session
     * @throws RuntimeFailure if ONNX Runtime refuses the graph
     */
    public GraphSession open(Graph.Model model, WeightSource source, GraphSession.Arena arena) {
        return open(model, source, arena, GraphSession.Packing.SHARED);
    }

    /**
     * Loads a graph as {@link #open(Graph.Model, WeightSource, GraphSession.Arena)} does.
     *
     * @param model the graph
     * @param source where the weights are
     * @param arena what becomes of the memory of activations between runs
     * @param packing how the matrices of products are laid out
     * @return the session
     * @throws RuntimeFailure if ONNX Runtime refuses the graph
     */
    public GraphSession open(
            Graph.Model model, WeightSource source, GraphSession.Arena arena, GraphSession.Packing packing) {
        if (System.getProperty(GRAPHS_PROPERTY) != null) {
            keep(DeviceForm.of(model.typed()).toByteArray(), Path.of(System.getProperty(GRAPHS_PROPERTY)));
        }
        Graph.Model runnable = runnable(model);
        if (onDevice()) {
            CudaPlacement.of(runnable).problems().forEach(problem -> LOGGER.warning(() -> "Slow on a GPU: " + problem));
        }
        return GraphSession.open(this, runnable, source, arena, packing);
    }

    private static void keep(byte[] model, Path folder) {
        String name = UUID.nameUUIDFromBytes(model) + ".onnx";
        try {
            Files.write(Files.createDirectories(folder).resolve(name), model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Registers the provider, whose own memory grows by no more than what is asked for. */
    void register(OrtSession.SessionOptions options) throws OrtException {
        if (!onDevice()) {
            return;
        }
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device)) {
            cuda.add("use_tf32", tf32 ? "1" : "0");
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            if (memoryLimit > 0) {
                cuda.add("gpu_mem_limit", Long.toString(memoryLimit));
            }
            options.addCUDA(cuda);
        }
    }

    /**
     * What becomes of the memory of a session that runs all the time. On the CPU, matrices in 16 bits are for bases that
     * are large beside the memory: then an arena that holes of the last run have made too small for a widened output
     * layer must not grow by another one.
     *
     * @param model its graph
     * @return what {@link #open(Graph.Model, WeightSource, GraphSession.Arena)} takes
     */
    public GraphSession.Arena arena(Graph.Model model) {
        return model.widensMatrices() && !onDevice() ? GraphSession.Arena.RELEASED : GraphSession.Arena.KEPT;
    }

    /** The arenas that give back what a run does not need any more. */
    String shrinkage() {
        return onDevice() ? "cpu:0;gpu:" + device : "cpu:0";
    }
}
