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

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A graph loaded into ONNX Runtime, ready to run. Thread-safe as long as runs do not share pinned outputs. */
public final class GraphSession implements AutoCloseable {
    /**
     * The system property that turns profiling on: each session then writes a file of the time of every operator, in
     * Chrome's trace format, whose path starts with the property's value.
     */
    public static final String PROFILE_PROPERTY = "tribuollm.profile";

    private static final String EXTERNAL_FOLDER = "session.model_external_initializers_file_folder_path";

    private final OrtSession session;
    private final Graph.Model model;
    private final Attached weights;
    private final Arena arena;
    private final Backend backend;
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;

    /** What becomes of the memory of activations between runs. */
    public enum Arena {
        /** It stays with the session: the fastest, for what runs all the time. */
        KEPT,
        /** It goes back to the system, for what runs now and then beside a larger session. */
        RELEASED
    }

    /** How the matrices of products are laid out. */
    public enum Packing {
        /** As they are attached, in memory that sessions share. */
        SHARED,
        /**
         * As the processor's kernels read them, in memory of the session that is as large again: products of bytes with
         * a single row then take a fifth of the time.
         */
        OWN
    }

    /** Weights that a session looks at: where they come from, and the tensors that must stay open with it. */
    private record Attached(WeightSource source, List<OnnxTensor> tensors) {}

    private GraphSession(Backend backend, OrtSession session, Graph.Model model, Attached weights, Arena arena) {
        this.backend = backend;
        this.session = session;
        this.model = model;
        this.weights = weights;
        this.arena = arena;
    }

    /**
     * Loads a graph without weights on the CPU.
     *
     * @param model the graph
     * @return the session
     * @throws RuntimeFailure if ONNX Runtime refuses the graph
     */
    public static GraphSession open(Graph.Model model) {
        return open(model, WeightSource.none());
    }

    /**
     * Loads a graph on the CPU and attaches its weights, of which only vectors are copied.
     *
     * @param model the graph
     * @param source where the weights are
     * @return the session, which keeps its arena
     * @throws RuntimeFailure if ONNX Runtime refuses the graph
     */
    public static GraphSession open(Graph.Model model, WeightSource source) {
        return open(Backend.cpu(), model, source, Arena.KEPT, Packing.SHARED);
    }

    /**
     * Loads a graph and attaches its weights. On the CPU, vectors are copied, so that what is computed from them alone
     * is computed once, here; larger weights are neither copied nor read. On a device all are copied.
     */
    static GraphSession open(Backend backend, Graph.Model given, WeightSource source, Arena arena, Packing packing) {
        Graph.Model model = packing == Packing.SHARED ? given.unpacked() : given;
        List<OnnxTensor> weights = new ArrayList<>();
        OrtEnvironment environment = Onnx.environment();
        try {
            return Onnx.call("Loading a graph", () -> {
                try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                    configure(options, backend, packing);
                    byte[] located = attach(backend, model, source, options, weights);
                    OrtSession session = environment.createSession(located, options);
                    return new GraphSession(backend, session, model, new Attached(source, List.copyOf(weights)), arena);
                }
            });
        } catch (RuntimeException | Error e) {
            weights.forEach(OnnxTensor::close);
            throw e;
        }
    }

    private static void configure(OrtSession.SessionOptions options, Backend backend, Packing packing)
            throws OrtException {
        options.disablePerSessionThreads();
        options.setMemoryPatternOptimization(false);
        options.addConfigEntry("session.disable_prepacking", packing == Packing.SHARED ? "1" : "0");
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        backend.register(options);
        if (System.getProperty(PROFILE_PROPERTY) != null) {
            options.enableProfiling(System.getProperty(PROFILE_PROPERTY));
        }
    }

    /** The model as it is loaded; fills the tensors that must stay open with the session. */
    private static byte[] attach(
            Backend backend,
            Graph.Model model,
            WeightSource source,
            OrtSession.SessionOptions options,
            List<OnnxTensor> weights)
            throws OrtException {
        Map<String, WeightSource.FileRegion> regions = new HashMap<>();
        Map<String, OnnxTensorLike> copied = new HashMap<>();
        for (Map.Entry<String, TensorType> weight : model.weights().entrySet()) {
            String name = weight.getKey();
            WeightSource.Place place = source.place(name);
            if (place instanceof WeightSource.Memory memory) {
                OnnxTensor tensor = tensor(weight.getValue(), memory.bytes());
                weights.add(tensor);
                if (backend.onDevice() || weight.getValue().shape().rank() == 1) {
                    copied.put(name, tensor);
                } else {
                    options.addInitializer(name, tensor);
                }
            } else if (place instanceof WeightSource.FileRegion region) {
                regions.put(name, region);
            }
        }
        options.addExternalInitializers(copied);
        if (!regions.isEmpty()) {
            options.addConfigEntry(EXTERNAL_FOLDER, root(regions).toString());
        }
        return located(model, regions);
    }

    private static OnnxTensor tensor(TensorType type, ByteBuffer memory) throws OrtException {
        long[] sizes = type.shape().dims().stream().mapToLong(Dim::factor).toArray();
        return switch (type.element()) {
            case FLOAT -> OnnxTensor.createTensor(Onnx.environment(), memory.asFloatBuffer(), sizes);
            case FLOAT16 -> OnnxTensor.createTensor(Onnx.environment(), memory, sizes, OnnxJavaType.FLOAT16);
            case BFLOAT16 -> OnnxTensor.createTensor(Onnx.environment(), memory, sizes, OnnxJavaType.BFLOAT16);
            case INT8 -> OnnxTensor.createTensor(Onnx.environment(), memory, sizes, OnnxJavaType.INT8);
            case UINT8 -> OnnxTensor.createTensor(Onnx.environment(), memory, sizes, OnnxJavaType.UINT8);
            case INT64, INT32, BOOL -> throw new IllegalArgumentException("A weight cannot have the type " + type);
        };
    }

    private static Path root(Map<String, WeightSource.FileRegion> regions) {
        return regions.values().iterator().next().file().getRoot();
    }

    /**
     * The model with the places of the weights that lie in files, relative to the root of the file system. It says the
     * types of all results: where ONNX Runtime does not know sizes, it finds no memory to use again, and looks for it
     * among all that has become free, at each node anew, so that a graph of 12,000 nodes takes 20 seconds to open.
     */
    private static byte[] located(Graph.Model model, Map<String, WeightSource.FileRegion> regions) {
        OnnxMl.ModelProto.Builder proto = model.typed().toBuilder();
        for (OnnxMl.TensorProto.Builder initializer : proto.getGraphBuilder().getInitializerBuilderList()) {
            WeightSource.FileRegion region = regions.get(initializer.getName());
            if (region != null) {
                Path file = region.file();
                initializer
                        .clearExternalData()
                        .addExternalData(entry(
                                "location", file.getRoot().relativize(file).toString()))
                        .addExternalData(entry("offset", Long.toString(region.offset())))
                        .addExternalData(entry("length", Long.toString(region.length())));
            }
        }
        return proto.build().toByteArray();
    }

    private static OnnxMl.StringStringEntryProto entry(String key, String value) {
        return OnnxMl.StringStringEntryProto.newBuilder()
                .setKey(key)
                .setValue(value)
                .build();
    }

    /** {@return the loaded graph} */
    public Graph.Model model() {
        return model;
    }

    /**
     * Computes all outputs.
     *
     * @param feeds every input of the graph; more are ignored
     * @return the outputs
     * @throws IllegalArgumentException if an input is missing
     * @throws IllegalStateException if the session is closed, or the JVM is shutting down
     * @throws RuntimeFailure if ONNX Runtime fails
     */
    public Outputs run(Feeds feeds) {
        return run(feeds, Map.of());
    }

    /**
     * Computes all outputs and gives the memory of activations back, whatever the session was opened with.
     *
     * @param feeds every input of the graph; more are ignored
     * @return the outputs
     * @throws UserException if somebody has written to the weights
     * @throws IllegalArgumentException if an input is missing
     * @throws RuntimeFailure if ONNX Runtime fails
     */
    public Outputs runAndRelease(Feeds feeds) {
        return run(feeds, Map.of(), Arena.RELEASED);
    }

    /**
     * Computes all outputs, some into memory of the caller.
     *
     * @param feeds every input of the graph; more are ignored
     * @param pinned where to write an output, by name; the tensor's shape must be the output's
     * @return the outputs
     * @throws UserException if somebody has written to the weights
     * @throws IllegalArgumentException if an input is missing
     * @throws RuntimeFailure if ONNX Runtime fails
     */
    public Outputs run(Feeds feeds, Map<String, OnnxTensor> pinned) {
        return run(feeds, pinned, arena);
    }

    private Outputs run(Feeds feeds, Map<String, OnnxTensor> pinned, Arena then) {
        weights.source().requireUnchanged();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (String name : model.inputs().keySet()) {
            OnnxTensor tensor = feeds.byName().get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("The input " + name + " is not fed; fed are "
                        + new TreeSet<>(feeds.byName().keySet()));
            }
            inputs.put(name, tensor);
        }
        Map<String, OnnxValue> destinations = new HashMap<>();
        Set<String> others = new TreeSet<>();
        model.outputs().forEach((name, tensor) -> {
            OnnxTensor destination = pinned.get(name);
            if (destination == null) {
                others.add(tensor.name());
            } else {
                destinations.put(tensor.name(), destination);
            }
        });
        return new Outputs(
                Onnx.call("Running a graph", () -> {
                    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
                        if (then == Arena.RELEASED) {
                            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", backend.shrinkage());
                        }
                        return run(inputs, others, destinations, options);
                    }
                }),
                model.outputs());
    }

    private OrtSession.Result run(
            Map<String, OnnxTensor> inputs,
            Set<String> others,
            Map<String, OnnxValue> destinations,
            OrtSession.RunOptions options)
            throws OrtException {
        open.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The session is closed; open another");
            }
            return ShutdownGuard.run(() -> session.run(inputs, others, destinations, options));
        } finally {
            open.readLock().unlock();
        }
    }

    /** Waits for the runs of other threads, and lets none begin after; closing twice does nothing. */
    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                Onnx.call("Closing a session", () -> {
                    session.close();
                    return null;
                });
                weights.tensors().forEach(OnnxTensor::close);
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    /** The results of one run. */
    public static final class Outputs implements AutoCloseable {
        private final OrtSession.Result result;
        private final Map<String, Tensor> names;

        private Outputs(OrtSession.Result result, Map<String, Tensor> names) {
            this.result = result;
            this.names = names;
        }

        /** {@return the names of the outputs} */
        public Set<String> names() {
            return names.keySet();
        }

        /**
         * An output where the runtime has put it, for example to feed another graph.
         *
         * @param name the output
         * @return the tensor, open until this is closed
         */
        public OnnxTensor tensor(String name) {
            Tensor tensor = names.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("No output " + name + "; there are " + names.keySet());
            }
            return (OnnxTensor) result.get(tensor.name()).orElseThrow();
        }

        /**
         * A copy of a float output.
         *
         * @param name the output
         * @return its elements, row-major
         */
        public float[] floats(String name) {
            FloatBuffer buffer = tensor(name).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }

        /**
         * A copy of an integer output.
         *
         * @param name the output
         * @return its elements, row-major
         */
        public long[] integers(String name) {
            var buffer = tensor(name).getLongBuffer();
            long[] values = new long[buffer.remaining()];
            buffer.get(values);
            return values;
        }

        /**
         * A float output of one element.
         *
         * @param name the output
         * @return the element
         */
        public float scalar(String name) {
            return floats(name)[0];
        }

        @Override
        public void close() {
            result.close();
        }
    }
}
