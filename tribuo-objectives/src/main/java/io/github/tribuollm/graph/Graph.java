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
package io.github.tribuollm.graph;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A graph under construction: inputs, weights, constants and the nodes that {@link Tensor} methods append.
 *
 * <p>Not thread-safe.
 */
public final class Graph {
    private final ElementType compute;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final Map<String, OnnxMl.TensorProto> constants = new LinkedHashMap<>();
    private final Map<Object, Tensor> constantCache = new HashMap<>();
    private final Map<String, ToLongFunction<ToLongFunction<Dim>>> derivedSizes = new HashMap<>();
    private final Map<String, Integer> nameCounts = new HashMap<>();
    private final Set<Tensor> closed = new HashSet<>();
    private Block block = new Block(null);
    private List<Tape> tape = block.tape();
    private String scope = "";
    private int symbolCount;

    /** An empty graph that computes in float32. */
    public Graph() {
        this(ElementType.FLOAT);
    }

    /**
     * An empty graph.
     *
     * @param compute the type of what {@link Tensor#toCompute} is applied to: that of large matrix products and of the
     *     activations between them
     * @throws GraphException if it is no float type
     */
    public Graph(ElementType compute) {
        if (!compute.isFloat()) {
            throw new GraphException("A graph cannot compute in " + compute);
        }
        this.compute = compute;
    }

    /** {@return the float type in which the graph computes whatever need not be float32} */
    ElementType compute() {
        return compute;
    }

    /**
     * A tensor fed on every run.
     *
     * @param name its name, unique in the graph
     * @param type its element type
     * @param dims its dimensions; a new symbol is bound to this input's size
     * @return the input
     * @throws GraphException if the name is taken
     */
    public Tensor input(String name, ElementType type, Dim... dims) {
        Tensor input = declare(inputs, name, type, Shape.of(dims));
        bindSymbols(input);
        return input;
    }

    /**
     * A tensor fed on every run that several parts of the graph ask for.
     *
     * @param name its name
     * @param type its element type
     * @param dims its dimensions
     * @return the input, declared when it is first asked for
     * @throws GraphException if the name is taken by a tensor of another type
     */
    public Tensor sharedInput(String name, ElementType type, Dim... dims) {
        Tensor known = inputs.get(name);
        return known != null && known.type().equals(new TensorType(type, Shape.of(dims)))
                ? known
                : input(name, type, dims);
    }

    /**
     * A float tensor whose value is attached to the session once, outside the graph, and shared between sessions.
     *
     * @param name its name, unique in the graph
     * @param sizes its shape
     * @return the weight, of type float
     * @throws GraphException if the name is taken
     */
    public Tensor weight(String name, long... sizes) {
        return weight(name, ElementType.FLOAT, sizes);
    }

    /**
     * A tensor whose value is attached to the session once, outside the graph, and shared between sessions.
     *
     * @param name its name, unique in the graph
     * @param type its element type; 16-bit floats are widened where they meet float32
     * @param sizes its shape
     * @return the weight
     * @throws GraphException if the name is taken
     */
    public Tensor weight(String name, ElementType type, long... sizes) {
        TensorType wanted = new TensorType(type, Shape.of(sizes));
        Tensor known = weights.get(name);
        return known != null && known.type().equals(wanted) ? known : declare(weights, name, type, wanted.shape());
    }

    private Tensor declare(Map<String, Tensor> kind, String name, ElementType type, Shape shape) {
        if (inputs.containsKey(name) || weights.containsKey(name)) {
            throw new GraphException("The name " + name + " is taken");
        }
        Tensor tensor = new Tensor(this, name, new TensorType(type, shape), null, -1);
        kind.put(name, tensor);
        return tensor;
    }

    /**
     * A float scalar.
     *
     * @param value its value
     * @return the constant
     */
    public Tensor constant(float value) {
        return constantCache.computeIfAbsent(
                value,
                k -> constant(
                        OnnxMl.TensorProto.newBuilder().addFloatData(value),
                        new TensorType(ElementType.FLOAT, Shape.SCALAR)));
    }

    /** A scalar of a float type, rounded to it; float32 for what meets integers. */
    Tensor constant(float value, ElementType type) {
        if (!type.isNarrow()) {
            return constant(value);
        }
        short bits = type.bits(value);
        return constantCache.computeIfAbsent(
                List.of(type, bits),
                k -> constant(
                        OnnxMl.TensorProto.newBuilder().addInt32Data(Short.toUnsignedInt(bits)),
                        new TensorType(type, Shape.SCALAR)));
    }

    /** A scalar of unsigned bytes, from 0 to 255. */
    Tensor unsignedByte(int value) {
        return wholeByte(ElementType.UINT8, value);
    }

    /** A scalar of bytes, signed or unsigned. */
    Tensor wholeByte(ElementType type, int value) {
        return constantCache.computeIfAbsent(
                List.of(type, value),
                k -> constant(OnnxMl.TensorProto.newBuilder().addInt32Data(value), new TensorType(type, Shape.SCALAR)));
    }

    /**
     * An integer vector.
     *
     * @param values its values
     * @return the constant, of type int64
     */
    public Tensor integers(long... values) {
        List<Long> key = Arrays.stream(values).boxed().toList();
        return constantCache.computeIfAbsent(
                key,
                k -> constant(
                        OnnxMl.TensorProto.newBuilder().addAllInt64Data(key).addDims(values.length),
                        new TensorType(ElementType.INT64, Shape.of(values.length))));
    }

    /**
     * An integer scalar.
     *
     * @param value its value
     * @return the constant, of type int64 and rank 0
     */
    public Tensor integer(long value) {
        return constantCache.computeIfAbsent(
                List.of("scalar", value),
                k -> constant(
                        OnnxMl.TensorProto.newBuilder().addInt64Data(value),
                        new TensorType(ElementType.INT64, Shape.SCALAR)));
    }

    /**
     * A float array.
     *
     * @param values its values, row-major
     * @param sizes its shape
     * @return the constant
     * @throws GraphException if the number of values does not fit the shape
     */
    public Tensor constant(float[] values, long... sizes) {
        Shape shape = Shape.of(sizes);
        if (shape.elements().factor() != values.length) {
            throw new GraphException(values.length + " values for a constant of shape " + shape);
        }
        OnnxMl.TensorProto.Builder proto = OnnxMl.TensorProto.newBuilder();
        for (long size : sizes) {
            proto.addDims(size);
        }
        for (float value : values) {
            proto.addFloatData(value);
        }
        return constant(proto, new TensorType(ElementType.FLOAT, shape));
    }

    /** Values without a gradient that several expressions of a block share: computed when the first asks for them. */
    List<Tensor> once(Object key, Supplier<List<Tensor>> expression) {
        List<Tensor> known = block.derived().get(key);
        if (known == null) {
            known = untaped(expression);
            block.derived().put(key, known);
        }
        return known;
    }

    /**
     * A function of a tensor that several expressions of a block share: computed when the first asks for it, and on a tape
     * once, so that the gradients of all of them are summed before the linear rule maps them to the tensor.
     */
    Tensor once(Object key, Tensor x, UnaryOperator<Tensor> forward, UnaryOperator<Tensor> vjp) {
        Tensor y = once(key, () -> List.of(forward.apply(x))).get(0);
        if (tape != null && tape.stream().noneMatch(entry -> entry.outputs().contains(y))) {
            record(new Tape.Shared(x, y, vjp));
        }
        return y;
    }

    /** A constant that is made when it is first asked for by a key of its own. */
    Tensor constant(Object key, Supplier<Tensor> making) {
        Tensor known = constantCache.get(key);
        if (known == null) {
            known = making.get();
            constantCache.put(key, known);
        }
        return known;
    }

    private Tensor constant(OnnxMl.TensorProto.Builder proto, TensorType type) {
        String name = "constant_" + constants.size();
        constants.put(
                name, proto.setName(name).setDataType(type.element().onnxCode()).build());
        return new Tensor(this, name, type, null, -1);
    }

    /** A dimension that only running the graph can tell, unlike any other, and at most as large as another. */
    Dim unknownSize(String description, Dim most) {
        return derivedSize(description + "#" + symbolCount++, size -> size.applyAsLong(most));
    }

    /** A dimension whose size, or the most that it can be, follows from the sizes of others. */
    Dim derivedSize(String name, ToLongFunction<ToLongFunction<Dim>> most) {
        derivedSizes.putIfAbsent(name, most);
        return Dim.symbol(name);
    }

    /**
     * Counts up from 0.
     *
     * @param size how far
     * @return 0, 1, ..., size-1, int64
     */
    public Tensor range(Dim size) {
        return untaped(() ->
                apply(new Layout.Range(size), List.of(integer(0), size(size).reshape(Shape.SCALAR), integer(1))));
    }

    /**
     * The size of a dimension as a tensor.
     *
     * @param dim a constant, or a monomial of symbols that occur in the graph
     * @return an int64 vector of length 1
     * @throws GraphException if a symbol occurs in no tensor of the graph
     */
    public Tensor size(Dim dim) {
        if (dim.isConstant()) {
            return integers(dim.factor());
        }
        Tensor known = block.sizes().get(dim);
        if (known == null) {
            known = untaped(() -> {
                Tensor product = dim.symbols().stream()
                        .map(this::symbolValue)
                        .reduce(Tensor::mul)
                        .orElseThrow();
                return dim.factor() == 1 ? product : product.mul(integers(dim.factor()));
            });
            block.sizes().put(dim, known);
        }
        return known;
    }

    private Tensor symbolValue(String symbol) {
        Tensor known = block.symbols().get(symbol);
        if (known == null) {
            Tensor outside = block.outerSymbol(symbol)
                    .orElseThrow(() ->
                            new GraphException("The symbol " + symbol + " is the size of no tensor in this graph"));
            known = measured(outside);
            block.symbols().put(symbol, known);
        }
        return known;
    }

    /** A size is taken anew inside a loop: there a result of Shape lies where shapes are computed, on any device. */
    private Tensor measured(Tensor size) {
        Node node = size.index() < 0 ? null : node(size.index());
        return node != null && node.operator() instanceof Layout.Size ? apply(node.operator(), node.inputs()) : size;
    }

    /**
     * A dimension whose size a tensor tells.
     *
     * @param name the symbol, new in this graph, or in the body of the loop that is being built
     * @param size its value when the graph runs, int64, a vector of length 1
     * @return the dimension
     * @throws GraphException if the symbol has a size already
     */
    public Dim dim(String name, Tensor size) {
        if (block.symbols().putIfAbsent(name, size) != null) {
            throw new GraphException("The symbol " + name + " has a size already");
        }
        return Dim.symbol(name);
    }

    /** The sizes of a shape, as the int64 vector that ONNX operators take. */
    Tensor sizes(Shape shape) {
        if (shape.dims().stream().allMatch(Dim::isConstant)) {
            return integers(shape.dims().stream().mapToLong(Dim::factor).toArray());
        }
        return apply(new Layout.Concat(0), shape.dims().stream().map(this::size).toList());
    }

    private void bindSymbols(Tensor tensor) {
        Shape shape = tensor.shape();
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dim dim = shape.dim(axis);
            if (dim.factor() == 1
                    && dim.symbols().size() == 1
                    && !block.knows(dim.symbols().get(0))) {
                block.symbols().put(dim.symbols().get(0), apply(new Layout.Size(axis), List.of(tensor)));
            }
        }
    }

    /**
     * Names the nodes that an expression appends, for profiles and error messages.
     *
     * @param name a path element, such as {@code layers.0}
     * @param body the expression
     * @param <T> what it returns
     * @return the body's result
     */
    public <T> T scoped(String name, Supplier<T> body) {
        String outer = scope;
        scope = outer.isEmpty() ? name : outer + "." + name;
        try {
            return body.get();
        } finally {
            scope = outer;
        }
    }

    /**
     * Runs a block whose inner activations are not kept for the backward pass, which computes them again.
     *
     * @param input the block's input
     * @param block the block; it may use other tensors too, whose gradients are found as usual
     * @return the block's output
     */
    public Tensor checkpoint(Tensor input, UnaryOperator<Tensor> block) {
        List<Tape> inner = new ArrayList<>();
        Tensor output = taped(inner, () -> block.apply(input));
        Set<Tensor> made = new LinkedHashSet<>();
        Set<Tensor> captured = new LinkedHashSet<>();
        for (Tape entry : inner) {
            entry.inputs().stream().filter(t -> t != null && !made.contains(t)).forEach(captured::add);
            made.addAll(entry.outputs());
        }
        record(new Tape.Checkpoint(input, output, List.copyOf(captured), block));
        return output;
    }

    /**
     * An expression with a gradient rule of its own.
     *
     * @param inputs what it depends on
     * @param forward computes the result
     * @param vjp maps the gradient of the result to one gradient for each input (null for none)
     * @return the result
     */
    public Tensor custom(List<Tensor> inputs, Supplier<Tensor> forward, Function<Tensor, List<Tensor>> vjp) {
        Tensor result = untaped(forward);
        record(new Tape.Step(inputs, List.of(result), vjp));
        return result;
    }

    /**
     * An expression whose steps leave no trace on the tape: a constant as far as gradients are concerned.
     *
     * @param body the expression
     * @param <T> one tensor or several
     * @return its value
     */
    public <T> T withoutGradients(Supplier<T> body) {
        return untaped(body);
    }

    List<Tensor> split(Tensor whole, Layout.Split operator) {
        List<Tensor> parts = untaped(() -> applyAll(operator, List.of(whole, integers(operator.sizes()))));
        record(new Tape.Split(whole, parts, operator.axis()));
        return parts;
    }

    List<Tensor> applyAll(Operator operator, List<Tensor> arguments) {
        for (Tensor argument : arguments) {
            if (argument != null && argument.graph() != this) {
                throw new GraphException(operator.type() + " mixes tensors of two graphs: " + argument);
            }
            if (closed.contains(argument)) {
                throw new GraphException(operator.type() + " takes a value of a loop's body from outside it: "
                        + argument + "; carry or stack it");
            }
        }
        return append(nodeName(operator.type()), operator, arguments);
    }

    private String nodeName(String type) {
        String stem = scope.isEmpty() ? type : scope + "." + type;
        return stem + "_" + nameCounts.merge(stem, 1, Integer::sum);
    }

    List<Tensor> append(String name, Operator operator, List<Tensor> arguments) {
        List<TensorType> types = infer(operator, arguments);
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            outputs.add(new Tensor(this, i == 0 ? name : name + "." + i, types.get(i), operator, nodes.size()));
        }
        Node node = new Node(name, operator, Collections.unmodifiableList(new ArrayList<>(arguments)), outputs);
        nodes.add(node);
        block.append(node);
        outputs.forEach(this::bindSymbols);
        List<Tensor> sources = node.body().isEmpty() ? arguments : node.operands();
        record(new Tape.Step(sources, outputs, gradient -> operator.vjp(arguments, outputs, gradient)));
        return outputs;
    }

    /**
     * Runs nodes several times, once for each row of a table, one run after the other. The body may use any tensor of
     * the graph, and {@link Gradients} may be taken inside it; what it computes leaves it only as a carried or a
     * stacked value. No gradient passes through the loop itself.
     *
     * @param table what differs between the runs, such as where the part of a batch begins that each one reads: int64
     *     [runs, F]; sizes and indices of slices that come from there are computed where shapes are, on any device
     * @param state what each run hands on to the next
     * @param body appends the nodes of a run
     * @return the carried values as the last run left them (the initial ones without any run), and the stacked results,
     *     whose first axis has the number of runs
     * @throws GraphException if the body hands on another number of values than it takes, or values of other types
     */
    public Loop.Values loop(Tensor table, List<Loop.Carried> state, Loop.Body body) {
        return Loop.append(this, nodeName("Loop"), table, state, body);
    }

    /** A tensor that a node gives to the nodes it runs. */
    Tensor given(String name, TensorType type) {
        return new Tensor(this, name, type, null, -1);
    }

    /** The nodes that an expression appends, as the body of a node; what it computes cannot be used outside. */
    Subgraph subgraph(List<Tensor> inputs, Supplier<List<Tensor>> expression) {
        Block outer = block;
        block = new Block(outer);
        try {
            inputs.forEach(this::bindSymbols);
            List<Tensor> outputs = taped(block.tape(), expression);
            closed.addAll(inputs);
            closed.addAll(block.made());
            return new Subgraph(inputs, block.written(outputs), outputs);
        } finally {
            block = outer;
        }
    }

    /** Whether a node of the block under construction computes a tensor. */
    boolean computesHere(Tensor tensor) {
        return block.made().contains(tensor);
    }

    Tensor apply(Operator operator, List<Tensor> arguments) {
        return applyAll(operator, arguments).get(0);
    }

    private static List<TensorType> infer(Operator operator, List<Tensor> arguments) {
        try {
            return operator.infer(arguments);
        } catch (GraphException e) {
            throw e;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            String types = arguments.stream()
                    .map(t -> t == null ? "none" : t.toString())
                    .collect(Collectors.joining(", "));
            throw new GraphException(operator.type() + "(" + types + "): " + e.getMessage());
        }
    }

    Node node(int index) {
        return nodes.get(index);
    }

    /** The nodes so far, without those in the bodies of others. */
    List<Node> nodes() {
        return block.nodes();
    }

    /** An empty float32 graph that knows the sizes of this one. */
    Graph inFloat() {
        Graph graph = new Graph();
        graph.derivedSizes.putAll(derivedSizes);
        return graph;
    }

    /** An input, a weight or a constant of another graph. */
    Tensor adopt(Tensor leaf) {
        Graph other = leaf.graph();
        TensorType type = leaf.type();
        if (other.inputs.containsKey(leaf.name())) {
            return input(leaf.name(), type.element(), type.shape().dims().toArray(new Dim[0]));
        }
        return other.weights.containsKey(leaf.name())
                ? declare(weights, leaf.name(), type.element(), type.shape())
                : constant(other.constants.get(leaf.name()).toBuilder(), type);
    }

    int size() {
        return nodes.size();
    }

    /** What gradients walk back over: in a loop's body, what is outside it too. */
    List<Tape> tape() {
        return block.wholeTape();
    }

    private void record(Tape entry) {
        if (tape != null) {
            tape.add(entry);
        }
    }

    <T> T taped(List<Tape> onto, Supplier<T> body) {
        List<Tape> outer = tape;
        tape = onto;
        try {
            return body.get();
        } finally {
            tape = outer;
        }
    }

    <T> T untaped(Supplier<T> body) {
        return taped(null, body);
    }

    void untaped(Runnable body) {
        untaped(() -> {
            body.run();
            return null;
        });
    }

    /**
     * The inputs declared so far.
     *
     * @return inputs by name
     */
    public Map<String, Tensor> inputs() {
        return Collections.unmodifiableMap(inputs);
    }

    /**
     * The graph as an ONNX model that computes the given outputs; whatever they do not need is left out.
     *
     * <p>The nodes that no other node consumes are written last, in the order of the outputs: ONNX Runtime schedules
     * backwards from there, so the order of the outputs decides how long activations live. Put the gradients of
     * the first layer first, those of the last layer last, then the loss.
     *
     * @param outputs the outputs by name
     * @return the model; weights are declared as external data and must be attached to the session
     * @throws GraphException if an output is not computed by the graph, or has a 16-bit type
     */
    public Model model(Map<String, Tensor> outputs) {
        return new ModelWriter(block, inputs, weights, constants, derivedSizes).write(outputs);
    }

    /**
     * A model and what must be attached or fed to run it.
     *
     * @param proto the ONNX model
     * @param inputs the types of the inputs that the outputs need, by name
     * @param weights the types of the weights that the outputs need, by name
     * @param outputs the outputs in order; their names in the model are {@link Tensor#name()}
     * @param schedule in which order the nodes run
     */
    public record Model(
            OnnxMl.ModelProto proto,
            Map<String, TensorType> inputs,
            Map<String, TensorType> weights,
            Map<String, Tensor> outputs,
            Schedule schedule) {
        /**
         * This model for a provider without arithmetic in the graph's compute type: every operator computes in float32,
         * and each result in that type is rounded to it. Inputs, weights and outputs stay the same.
         *
         * @return the model; this one if its graph computes in float32
         */
        public Model emulated() {
            return graph().compute().isNarrow() ? Emulation.of(graph(), outputs) : this;
        }

        /**
         * This model for runs of some dozens of rows, more than one, on the processor: products with weights are
         * computed from the weights' side.
         *
         * @return the model, whose results differ in roundings; this one if its graph does not compute in float32
         */
        public Model forFewRows() {
            return graph().compute().isNarrow() ? this : FewRows.of(graph(), outputs);
        }

        /** {@return whether runs make floats of whole matrices in 16 bits, and not only of some of their rows} */
        public boolean widensMatrices() {
            return widensMatrices(graph().nodes());
        }

        private boolean widensMatrices(List<Node> nodes) {
            return nodes.stream()
                    .anyMatch(node -> !(node.operator() instanceof Layout.Gather)
                                    && node.inputs().stream().anyMatch(this::isNarrowMatrix)
                            || node.body().isPresent()
                                    && widensMatrices(node.body().get().nodes()));
        }

        private boolean isNarrowMatrix(Tensor tensor) {
            return tensor != null
                    && weights.containsKey(tensor.name())
                    && tensor.type().element().isNarrow()
                    && tensor.shape().rank() > 1;
        }

        /** {@return the ONNX model with the types of all tensors of the graph, as readers of the file want it} */
        public OnnxMl.ModelProto typed() {
            Map<String, TensorType> types = new HashMap<>();
            addTypes(graph().nodes(), types);
            return ModelWriter.typed(proto, types);
        }

        private static void addTypes(List<Node> nodes, Map<String, TensorType> types) {
            for (Node node : nodes) {
                node.outputs().forEach(t -> types.put(t.name(), t.type()));
                node.body().ifPresent(body -> addTypes(body.nodes(), types));
            }
        }

        /**
         * The model under another form.
         *
         * @param form an ONNX model with the same inputs, weights and outputs
         * @return the model
         */
        public Model as(OnnxMl.ModelProto form) {
            return new Model(form, inputs, weights, outputs, schedule);
        }

        /**
         * This model for sessions that leave matrices as they are attached.
         *
         * @return the model, whose results with an {@link Int4Matrix} are not rounded; this one if it has none
         */
        public Model unpacked() {
            return weights.keySet().stream().anyMatch(name -> name.endsWith(Int4Matrix.NUMBERS))
                    ? Unpacked.of(graph(), outputs)
                    : this;
        }

        private Graph graph() {
            return outputs.values().iterator().next().graph();
        }
    }
}
