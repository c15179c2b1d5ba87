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

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.BlockProducts;
import io.github.tribuollm.runtime.ByteProducts;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.logging.Logger;

/**
 * The tensors of a checkpoint, in one {@code model.safetensors}, in the shards that
 * {@code model.safetensors.index.json} lists, or in a GGUF file, whose packed numbers count as F32.
 *
 * <p>Tensors are memory-mapped. {@link #float32} is the one copy that all sessions share: the mapped region itself for
 * F32, otherwise a region widened once; {@link #source} can also hold matrices in 16 bits. Safe for use by several
 * threads; buffers stay valid after {@link #close()}.
 */
public final class Weights implements AutoCloseable {
    /** The file that holds all weights. */
    public static final String SINGLE = "model.safetensors";

    /** The file that says which shard holds which tensor. */
    public static final String INDEX = "model.safetensors.index.json";

    /** The tensor that embeds tokens, [V, D]. */
    public static final String EMBEDDING = "model.embed_tokens.weight";

    /** The tensor of the output layer, [V, D]; left out where it is the embedding. */
    public static final String HEAD = "lm_head.weight";

    private static final Logger LOGGER = Logger.getLogger(Weights.class.getName());
    private static final long LARGEST_INDEX = 64L << 20;

    private final Path directory;
    private final List<Path> files;
    private final Map<String, TensorFile> shards;
    private final Map<String, TensorFile> places;
    private final Optional<Quantisation> quantisation;
    private final Map<String, ByteBuffer> copies = new TreeMap<>();
    private final Map<String, WeakReference<ByteBuffer>> rounded = new TreeMap<>();
    private final Set<String> converted = new TreeSet<>();
    private Optional<ColumnImportance> importance = Optional.empty();
    private Work conversion;
    private Optional<Boolean> anotherHead = Optional.empty();

    private Weights(
            Path directory,
            List<Path> files,
            Map<String, TensorFile> shards,
            Map<String, String> map,
            Optional<Quantisation> quantisation) {
        this.directory = directory;
        this.files = files;
        this.shards = shards;
        this.quantisation = quantisation;
        Map<String, TensorFile> found = new LinkedHashMap<>();
        map.forEach((name, shard) -> found.put(name, shards.get(shard)));
        this.places = Collections.unmodifiableMap(found);
    }

    /**
     * Opens the weights of a checkpoint and checks the headers of all files.
     *
     * @param checkpoint a directory or GGUF file, as {@link CheckpointFiles#of} finds it
     * @return its weights
     * @throws CheckpointException when files are missing, broken or contradict each other
     */
    public static Weights open(Path checkpoint) {
        return CheckpointFiles.of(checkpoint).weights();
    }

    /** The tensors in one file. */
    static Weights of(TensorFile file) {
        return of(file, Optional.empty());
    }

    /** Matrices that were rounded before they were written, and the other tensors beside them. */
    static Weights of(QuantisedFile file, Quantisation quantisation) {
        return of(file, Optional.of(quantisation));
    }

    private static Weights of(TensorFile file, Optional<Quantisation> quantisation) {
        String name = file.file().getFileName().toString();
        Map<String, String> map = new LinkedHashMap<>();
        file.names().forEach(tensor -> map.put(tensor, name));
        return new Weights(file.file(), List.of(file.file()), Map.of(name, file), map, quantisation);
    }

    /** The tensors in the files of a directory. */
    static Weights inDirectory(Path directory) {
        Path single = directory.resolve(SINGLE);
        Path index = directory.resolve(INDEX);
        if (MissingFile.isNamed(single)) {
            return of(SafetensorsFile.open(single, MissingFile.WEIGHTS));
        }
        if (MissingFile.isNamed(index)) {
            requireThere(index);
            return sharded(directory, index);
        }
        throw MissingFile.WEIGHTS.at(single);
    }

    private static void requireThere(Path file) {
        if (!Files.isRegularFile(file)) {
            throw MissingFile.WEIGHTS.at(file);
        }
    }

    private static Weights sharded(Path directory, Path index) {
        Map<String, String> map = weightMap(index);
        SortedMap<String, TensorFile> shards = new TreeMap<>();
        boolean complete = false;
        try {
            for (String shard : new TreeSet<>(map.values())) {
                Path file = directory.resolve(shard);
                if (!MissingFile.isNamed(file)) {
                    throw new CheckpointException(
                            index + ": names the shard '" + shard + "', which is missing; download it");
                }
                shards.put(shard, SafetensorsFile.open(file, MissingFile.WEIGHTS));
            }
            map.forEach((name, shard) -> {
                if (!shards.get(shard).names().contains(name)) {
                    throw new CheckpointException(
                            index + ": places tensor '" + name + "' in '" + shard + "', which does not hold it");
                }
            });
            List<Path> files = new ArrayList<>(List.of(index));
            shards.values().forEach(s -> files.add(s.file()));
            Weights weights = new Weights(directory, List.copyOf(files), shards, map, Optional.empty());
            complete = true;
            return weights;
        } finally {
            if (!complete) {
                shards.values().forEach(TensorFile::close);
            }
        }
    }

    /**
     * The shards that an index lists.
     *
     * @param index a {@value #INDEX}
     * @return plain names of safetensors files, in their order
     * @throws CheckpointException when the index is broken or names other files
     */
    public static List<String> shards(Path index) {
        return List.copyOf(new TreeSet<>(weightMap(index).values()));
    }

    private static Map<String, String> weightMap(Path index) {
        Map<String, String> map = new LinkedHashMap<>();
        StrictJson.parse(index, StrictJson.bytes(index, LARGEST_INDEX), reader -> {
            StrictJson.forEachName(reader, name -> {
                if (name.equals("weight_map")) {
                    StrictJson.forEachName(reader, tensor -> map.put(tensor, shardName(index, tensor, reader)));
                } else {
                    reader.skipValue();
                }
            });
            return null;
        });
        if (map.isEmpty()) {
            throw new CheckpointException(index + ": the field 'weight_map' is missing or empty");
        }
        return map;
    }

    private static String shardName(Path index, String tensor, JsonReader reader) throws IOException {
        if (reader.peek() != JsonToken.STRING) {
            throw new MalformedJsonException("expected a file name at " + reader.getPath());
        }
        String shard = reader.nextString();
        if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors") || shard.contains("..")) {
            throw new CheckpointException(index + ": places tensor '" + tensor + "' in '" + shard
                    + "', which is not a plain .safetensors file name in the same directory");
        }
        return shard;
    }

    /** {@return the files that hold the weights, the index first where there is one} */
    List<Path> files() {
        return files;
    }

    /**
     * Requires that no file has been written to since it was opened, as far as sizes and times tell.
     *
     * @throws CheckpointException naming the first that has
     */
    public void requireUnchanged() {
        shards.values().forEach(TensorFile::requireUnchanged);
    }

    /** {@return the names of all tensors} */
    public Set<String> names() {
        return places.keySet();
    }

    /**
     * Whether there is a tensor of a name.
     *
     * @param name the tensor
     * @return true when it is there
     */
    public boolean contains(String name) {
        return places.containsKey(name);
    }

    /**
     * Whether there is an output layer whose elements are not those of the embedding, which then cannot be tied to it.
     * Both are compared on the first call.
     *
     * @return false too if one of them is missing
     */
    public synchronized boolean holdAnotherHead() {
        if (anotherHead.isEmpty()) {
            anotherHead = Optional.of(contains(HEAD) && contains(EMBEDDING) && differ(HEAD, EMBEDDING));
        }
        return anotherHead.get();
    }

    private boolean differ(String a, String b) {
        return !Arrays.equals(shape(a), shape(b)) || !Widening.sameFloats(place(a), a, place(b), b);
    }

    /**
     * A tensor as it is stored.
     *
     * @param name the tensor
     * @return the mapped tensor
     * @throws CheckpointException when there is no such tensor or it has 2 GiB or more
     */
    public StoredTensor stored(String name) {
        return place(name).stored(name);
    }

    /**
     * Whether a tensor is mapped as it lies in its file, and not unpacked each time that it is asked for.
     *
     * @param name the tensor
     * @return false for packed numbers and for another order of rows, which GGUF files have
     * @throws CheckpointException when there is no such tensor
     */
    public boolean isMapped(String name) {
        return place(name).offset(name).isPresent();
    }

    /**
     * A tensor's shape.
     *
     * @param name the tensor
     * @return its dimensions
     * @throws CheckpointException when there is no such tensor
     */
    public long[] shape(String name) {
        return place(name).shape(name);
    }

    /**
     * A tensor's stored element type.
     *
     * @param name the tensor
     * @return its element type
     * @throws CheckpointException when there is no such tensor
     */
    public DType dtype(String name) {
        return place(name).dtype(name);
    }

    private TensorFile place(String name) {
        TensorFile file = places.get(name);
        if (file == null) {
            throw new CheckpointException(
                    directory + ": the weights have no tensor '" + name + "'; is config.json of another model?");
        }
        return file;
    }

    /**
     * A tensor as 32-bit floats: one region, shared by every caller.
     *
     * @param name the tensor
     * @return a direct, read-only, little-endian buffer of exactly 4 bytes an element, at position 0
     * @throws CheckpointException when there is no such tensor, its type is not F32, F16 or BF16, its floats would have
     *     2 GiB or more, or memory is short
     */
    public ByteBuffer float32(String name) {
        return dtype(name) == DType.F32 && isAligned(name) ? stored(name).data() : copy(name);
    }

    /** A private copy, shared by every caller, because the tensor needs widening or another alignment. */
    private synchronized ByteBuffer copy(String name) {
        return view(copies.computeIfAbsent(name, n -> {
            requireWidening(n);
            ByteBuffer floats = allocate(n, ElementType.FLOAT);
            read(n, floats);
            converted(n);
            return floats;
        }));
    }

    /** A copy in a 16-bit type, shared by every session that uses it, and gone with the last. */
    private ByteBuffer rounded(String name, ElementType type) {
        return shared(name + " " + type, () -> {
            ByteBuffer narrow = allocate(name, type);
            Rounding.read(place(name), name, type, narrow);
            converted(name);
            return narrow;
        });
    }

    /** A part of a rounded matrix: mapped where the file holds it, else shared in the same way. */
    ByteBuffer part(Scheme.Part part) {
        return place(part.matrix()).written(part).map(this::attachable).orElseGet(() -> rounded(part));
    }

    private ByteBuffer attachable(WrittenPart written) {
        if (written.isInPlace()) {
            return view(written.stored());
        }
        Scheme.Part part = written.part();
        return shared(part.name() + " " + part.type(), () -> {
            ByteBuffer copy = allocate(
                    part.matrix(),
                    part.type().toString(),
                    part.bytes(shape(part.matrix())),
                    quantisation.filter(said -> said.storage() != Storage.INT4).map(said -> "quantise to INT4"));
            written.copy(copy);
            return copy;
        });
    }

    private ByteBuffer rounded(Scheme.Part part) {
        String name = part.matrix();
        long[] shape = shape(name);
        ByteBuffer together = shared(name + " " + part.key(), () -> {
            ByteBuffer read = allocate(
                    name, part.key(), Scheme.bytes(part.together(), shape), Optional.of("set storage to STORED"));
            read(part, Scheme.slices(part.together(), shape, read));
            if (part.isFirst()) {
                converted(name);
            }
            return read;
        });
        return view(Scheme.slices(part.together(), shape, together).get(part.name()));
    }

    /** Rounds parts of the matrix of one of them. */
    void read(Scheme.Part part, Map<String, ByteBuffer> targets) {
        requireWidening(part.matrix());
        part.read(place(part.matrix()), targets);
    }

    private synchronized ByteBuffer shared(String key, Supplier<ByteBuffer> making) {
        ByteBuffer known = rounded.getOrDefault(key, new WeakReference<>(null)).get();
        if (known == null) {
            known = making.get();
            rounded.put(key, new WeakReference<>(known));
        }
        return view(known);
    }

    /**
     * Tells of the tensors that are not taken as they lie in the file, of vectors with the first matrix, before which its
     * columns may be measured; graphs that leave some out end before the total.
     */
    private void converted(String name) {
        boolean isNew = converted.add(name);
        if (conversion != null && isNew) {
            conversion.add(place(name).bytes(name));
        } else if (conversion == null && shape(name).length > 1) {
            conversion = Work.of("converting weights", Unit.BYTES, bytes(names()), ProgressListener.logging(LOGGER));
            conversion.add(bytes(converted));
        }
    }

    private long bytes(Collection<String> tensors) {
        return tensors.stream().mapToLong(tensor -> place(tensor).bytes(tensor)).sum();
    }

    private boolean isAligned(String name) {
        OptionalLong offset = place(name).offset(name);
        return offset.isPresent() && offset.getAsLong() % dtype(name).bytes() == 0;
    }

    private void requireWidening(String name) {
        if (!dtype(name).widensToFloat32()) {
            throw new CheckpointException(place(name).file() + ": tensor '" + name + "' has type " + dtype(name)
                    + "; only F32, F16 and BF16 weights are supported, so convert the checkpoint to one of them");
        }
    }

    /** The number of a tensor's elements. */
    long elements(String name) {
        return place(name).elements(name);
    }

    private ByteBuffer allocate(String name, ElementType type) {
        return allocate(
                name,
                type.toString(),
                type.bytes() * elements(name),
                Optional.of(type.isNarrow() ? "compute in the type that the file has" : "set storage to STORED"));
    }

    /**
     * Memory for a tensor in another form.
     *
     * @param name the tensor
     * @param form the form, for messages
     * @param bytes how much
     * @param remedy what else to do where there is not as much
     * @return a direct buffer
     * @throws CheckpointException if there is none
     */
    ByteBuffer allocate(String name, String form, long bytes, Optional<String> remedy) {
        if (bytes > Integer.MAX_VALUE) {
            throw new CheckpointException(place(name).file() + ": tensor '" + name + "' would have " + bytes
                    + " bytes as " + form + "; 2 GiB or more are only supported in the type that the file has"
                    + remedy.map("; "::concat).orElse(""));
        }
        try {
            return ByteBuffer.allocateDirect((int) bytes);
        } catch (OutOfMemoryError e) {
            throw new CheckpointException(
                    place(name).file() + ": no memory to convert tensor '" + name + "' (" + bytes
                            + " bytes); raise -XX:MaxDirectMemorySize"
                            + remedy.map(", or "::concat).orElse(""),
                    e);
        }
    }

    /**
     * How the weights can be held, see {@link CheckpointFiles#held}.
     *
     * @param asked how they should be
     * @return the same; if they were rounded when they were written, as they were then
     * @throws CheckpointException if they were, and another storage is asked for
     */
    public Storage held(Storage asked) {
        return quantisation.map(said -> said.held(asked, directory)).orElse(asked);
    }

    /**
     * The weights where the memory is not asked, see {@link Storage#decided}.
     *
     * @param asked how they should be held
     * @param backend where graphs run
     * @return the source
     * @throws CheckpointException if they cannot be held so, or not there
     */
    public WeightSource source(Storage asked, Backend backend) {
        return source(held(asked).decided(backend), backend.computeType());
    }

    /** {@return how linear layers were rounded when the weights were written; empty if they are floats} */
    public Optional<Quantisation> quantisation() {
        return quantisation;
    }

    /**
     * The weights as sessions attach them. Every session shares the same memory, except that each maps a tensor of
     * 2 GiB or more by itself, from the same file.
     *
     * @param storage how matrices are held, any but {@link Storage#AUTO}; vectors are always widened
     * @return the source, for graphs that compute in float32
     * @throws CheckpointException if the files hold matrices that were rounded in another way, see {@link #held}
     */
    public WeightSource source(Storage storage) {
        return source(storage, ComputeType.FLOAT32);
    }

    /**
     * The weights as sessions of a compute type attach them. For 16 bits, matrices that the file has in that type are
     * taken as they lie there, others are converted when a session first asks for them; vectors are float32.
     *
     * @param storage how matrices are held for graphs that compute in float32
     * @param compute the type in which graphs compute
     * @return the source; it throws a {@link CheckpointException} for a matrix with a number that is too large for the
     *     type
     */
    public WeightSource source(Storage storage, ComputeType compute) {
        if (storage == Storage.AUTO) {
            throw new IllegalArgumentException("The storage must be decided before weights are attached");
        }
        Storage held = held(storage);
        return held.rounds()
                ? new RoundedSource(this, floats(Storage.STORED, compute), scheme(held))
                : floats(held, compute);
    }

    private WeightSource floats(Storage storage, ComputeType compute) {
        return new WeightSource() {
            @Override
            public ElementType type(String name) {
                return attached(name, storage, compute);
            }

            @Override
            public Place place(String name) {
                ElementType type = type(name);
                if (isInPlace(name, type)) {
                    return inFile(name);
                }
                return new Memory(type.isNarrow() ? rounded(name, type) : float32(name));
            }

            @Override
            public void requireUnchanged() {
                Weights.this.requireUnchanged();
            }
        };
    }

    private Scheme scheme(Storage storage) {
        if (storage == Storage.INT4) {
            BlockProducts.require();
        }
        return scheme(storage, ByteProducts.weights());
    }

    /** How matrices are rounded; columns count as is said when a matrix is. */
    Scheme scheme(Storage storage, ElementType bytes) {
        return Scheme.of(storage, name -> shape(name)[1], this::importance, bytes);
    }

    /**
     * Requires that tensors are finite.
     *
     * @param tensors their names
     * @throws CheckpointException naming the first that has an element that is NaN or infinite, and where
     */
    public void requireFinite(Collection<String> tensors) {
        tensors.forEach(name -> FloatRows.forEach(place(name), name, rows -> {}));
    }

    /** {@return the directory, or the file} */
    public Path place() {
        return directory;
    }

    /** Others wait while columns are measured, since they would need the same. */
    private synchronized float[] importance(String matrix, int in) {
        countColumns(ColumnImportance.ALIKE);
        return importance.orElseThrow().of(matrix, in);
    }

    /**
     * Says how much columns count when matrices of floats are rounded. The first who says it is believed; if nobody has by
     * the time that a matrix is rounded, all count alike.
     *
     * @param said is asked when a matrix is rounded
     */
    public synchronized void countColumns(ColumnImportance said) {
        importance = importance.or(() -> Optional.of(said));
    }

    /** {@return the weights as the files have them, for sessions that are opened one after the other} */
    public SuccessiveWeights successive() {
        return new SuccessiveWeights(this, floats(Storage.STORED, ComputeType.FLOAT32));
    }

    /** Reads a tensor that widens as floats into memory of the caller. */
    void read(String name, ByteBuffer target) {
        Widening.read(List.of(new Widening.Task(place(name), name, target)));
    }

    private ElementType attached(String name, Storage storage, ComputeType compute) {
        requireWidening(name);
        if (compute.element().isNarrow()) {
            return shape(name).length > 1 ? compute.element() : ElementType.FLOAT;
        }
        return staysNarrow(name, storage) ? elementType(name) : ElementType.FLOAT;
    }

    /**
     * The memory of the weights that sessions attach.
     *
     * @param mapped bytes that are taken as files have them; where the files are mapped, which small ones are not, the
     *     system can read them again when memory is short
     * @param copied bytes of copies
     */
    public record Footprint(long mapped, long copied) {}

    /**
     * The memory that {@link #source} takes, without attaching anything.
     *
     * @param storage how matrices are held for graphs that compute in float32
     * @param compute the type in which graphs compute
     * @param tensors the tensors that are attached
     * @return the bytes, if every element of the tensors is read
     */
    public Footprint footprint(Storage storage, ComputeType compute, Collection<String> tensors) {
        long mapped = 0;
        long copied = 0;
        for (String name : tensors) {
            Optional<Scheme.Part> part = part(storage, name);
            if (part.isPresent()) {
                long bytes = part.get().bytes(shape(part.get().matrix()));
                mapped += isInPlace(part.get()) ? bytes : 0;
                copied += isInPlace(part.get()) ? 0 : bytes;
                continue;
            }
            ElementType type = attached(name, storage, compute);
            if (isInPlace(name, type)) {
                mapped += place(name).bytes(name);
            } else {
                copied += type.bytes() * elements(name);
            }
        }
        return new Footprint(mapped, copied);
    }

    /**
     * The memory that a session adds which lays out rounded matrices for itself.
     *
     * @param storage how matrices are held
     * @param tensors the tensors that it attaches
     * @return the bytes of the layouts of its own
     */
    public long packed(Storage storage, Collection<String> tensors) {
        return tensors.stream()
                .flatMap(name -> part(storage, name).stream())
                .mapToLong(part -> part.packed(shape(part.matrix())))
                .sum();
    }

    private Optional<Scheme.Part> part(Storage storage, String name) {
        Storage held = held(storage);
        return held.rounds() ? scheme(held).part(name) : Optional.empty();
    }

    private boolean isInPlace(Scheme.Part part) {
        return place(part.matrix()).written(part).filter(WrittenPart::isInPlace).isPresent();
    }

    private boolean isInPlace(String name, ElementType type) {
        return type == elementType(name) && isAligned(name);
    }

    private boolean staysNarrow(String name, Storage storage) {
        boolean matrix = shape(name).length > 1;
        boolean tooLarge = 4 * elements(name) > Integer.MAX_VALUE;
        return elementType(name).isNarrow() && isAligned(name) && matrix && (storage != Storage.FLOAT32 || tooLarge);
    }

    private ElementType elementType(String name) {
        requireWidening(name);
        return switch (dtype(name)) {
            case F16 -> ElementType.FLOAT16;
            case BF16 -> ElementType.BFLOAT16;
            default -> ElementType.FLOAT;
        };
    }

    private WeightSource.Place inFile(String name) {
        TensorFile file = place(name);
        return file.bytes(name) <= Integer.MAX_VALUE
                ? new WeightSource.Memory(file.stored(name).data())
                : region(name);
    }

    private WeightSource.FileRegion region(String name) {
        TensorFile file = place(name);
        try {
            return new WeightSource.FileRegion(
                    file.file().toRealPath(), file.offset(name).orElseThrow(), file.bytes(name));
        } catch (IOException e) {
            throw new CheckpointException(file.file() + ": cannot be found any more: " + e, e);
        }
    }

    /** Where a session finds a tensor that it maps for itself; empty if the file has no such elements in one piece. */
    Optional<WeightSource.FileRegion> region(String name, ElementType type) {
        return isInPlace(name, type) ? Optional.of(region(name)) : Optional.empty();
    }

    private static ByteBuffer view(ByteBuffer shared) {
        return shared.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Closes the files; buffers already handed out stay valid. */
    @Override
    public void close() {
        shards.values().forEach(TensorFile::close);
    }
}
