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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A symbolic value in a {@link Graph}. Its methods append operators to the graph and return their results; two
 * tensors are equal only if they are the same value of the same graph.
 */
public final class Tensor {
    private final Graph graph;
    private final String name;
    private final TensorType type;
    private final Operator operator;
    private final int index;

    Tensor(Graph graph, String name, TensorType type, Operator operator, int index) {
        this.graph = graph;
        this.name = name;
        this.type = type;
        this.operator = operator;
        this.index = index;
    }

    /** {@return the graph that this tensor belongs to} */
    public Graph graph() {
        return graph;
    }

    /** {@return the tensor's name in the ONNX model} */
    public String name() {
        return name;
    }

    /** {@return element type and shape} */
    public TensorType type() {
        return type;
    }

    /** {@return the symbolic shape} */
    public Shape shape() {
        return type.shape();
    }

    /** The index of the node that computes this tensor; -1 for inputs, weights and constants. */
    int index() {
        return index;
    }

    private Tensor apply(Operator operation, Tensor... others) {
        List<Tensor> arguments = new ArrayList<>();
        arguments.add(this);
        arguments.addAll(Arrays.asList(others));
        return graph.apply(operation, arguments);
    }

    /**
     * Elementwise sum, broadcast.
     *
     * @param other the other term
     * @return this + other
     */
    public Tensor add(Tensor other) {
        return apply(Elementwise.Binary.ADD, other);
    }

    /**
     * Sum with a constant.
     *
     * @param value the constant, rounded to this tensor's type
     * @return this + value
     */
    public Tensor add(double value) {
        return add(graph.constant((float) value, type.element()));
    }

    /**
     * Elementwise difference, broadcast.
     *
     * @param other the subtrahend
     * @return this - other
     */
    public Tensor sub(Tensor other) {
        return apply(Elementwise.Binary.SUB, other);
    }

    /**
     * Elementwise product, broadcast.
     *
     * @param other the other factor
     * @return this * other
     */
    public Tensor mul(Tensor other) {
        return apply(Elementwise.Binary.MUL, other);
    }

    /**
     * Product with a constant.
     *
     * @param value the constant, rounded to this tensor's type
     * @return this * value
     */
    public Tensor mul(double value) {
        return mul(graph.constant((float) value, type.element()));
    }

    /**
     * Elementwise quotient, broadcast.
     *
     * @param other the divisor
     * @return this / other
     */
    public Tensor div(Tensor other) {
        return apply(Elementwise.Binary.DIV, other);
    }

    /**
     * Elementwise maximum, broadcast; where both are equal the gradient goes to the other.
     *
     * @param other the other operand
     * @return max(this, other)
     */
    public Tensor max(Tensor other) {
        return apply(Elementwise.Binary.MAX, other);
    }

    /**
     * Elementwise minimum, broadcast; where both are equal the gradient goes to the other.
     *
     * @param other the other operand
     * @return min(this, other)
     */
    public Tensor min(Tensor other) {
        return apply(Elementwise.Binary.MIN, other);
    }

    /** {@return -x} */
    public Tensor neg() {
        return apply(Elementwise.Unary.NEG);
    }

    /** {@return e^x} */
    public Tensor exp() {
        return apply(Elementwise.Unary.EXP);
    }

    /** {@return the natural logarithm} */
    public Tensor log() {
        return apply(Elementwise.Unary.LOG);
    }

    /** {@return the square root} */
    public Tensor sqrt() {
        return apply(Elementwise.Unary.SQRT);
    }

    /** {@return |x|} */
    public Tensor abs() {
        return apply(Elementwise.Unary.ABS);
    }

    /** {@return -1, 0 or 1} */
    public Tensor sign() {
        return apply(Elementwise.Unary.SIGN);
    }

    /** {@return the cosine of an angle in radians} */
    public Tensor cos() {
        return apply(Elementwise.Unary.COS);
    }

    /** {@return the sine of an angle in radians} */
    public Tensor sin() {
        return apply(Elementwise.Unary.SIN);
    }

    /** {@return 1 / (1 + e^-x)} */
    public Tensor sigmoid() {
        return apply(Elementwise.Unary.SIGMOID);
    }

    /** {@return the hyperbolic tangent} */
    public Tensor tanh() {
        return apply(Elementwise.Unary.TANH);
    }

    /** {@return max(x, 0)} */
    public Tensor relu() {
        return apply(Elementwise.Unary.RELU);
    }

    /**
     * Soft-capping: cap tanh(x / cap), which is x near 0 and never beyond the cap.
     *
     * @param cap the bound, positive
     * @return a tensor of the same shape, in (-cap, cap)
     */
    public Tensor softCap(float cap) {
        Tensor y = graph.withoutGradients(() -> mul(1 / cap).tanh().mul(cap));
        return graph.custom(List.of(this), () -> y, dy -> {
            Tensor t = y.mul(1 / cap);
            return List.of(dy.sub(dy.mul(t.mul(t))));
        });
    }

    /**
     * Elementwise comparison, broadcast.
     *
     * @param other what to compare with
     * @return truth values: this &gt; other
     */
    public Tensor greater(Tensor other) {
        return apply(new Elementwise.Comparison("Greater"), other);
    }

    /**
     * Comparison with a constant.
     *
     * @param value the constant
     * @return truth values: this &gt; value
     */
    public Tensor greater(float value) {
        return greater(graph.constant(value, type.element()));
    }

    /**
     * Elementwise comparison, broadcast.
     *
     * @param other what to compare with
     * @return truth values: this == other
     */
    public Tensor equalTo(Tensor other) {
        return apply(new Elementwise.Comparison("Equal"), other);
    }

    /**
     * Conjunction of truth values, broadcast.
     *
     * @param other the other truth values
     * @return this and other
     */
    public Tensor and(Tensor other) {
        return apply(new Elementwise.Comparison("And"), other);
    }

    /**
     * Disjunction of truth values, broadcast.
     *
     * @param other the other truth values
     * @return this or other
     */
    public Tensor or(Tensor other) {
        return apply(new Elementwise.Comparison("Or"), other);
    }

    /** {@return the negation of truth values} */
    public Tensor not() {
        return apply(new Elementwise.Not());
    }

    /**
     * Keeps elements where a condition holds.
     *
     * @param condition truth values, broadcast
     * @param otherwise the value elsewhere, broadcast
     * @return condition ? this : otherwise
     */
    public Tensor where(Tensor condition, Tensor otherwise) {
        return condition.apply(new Elementwise.Where(), this, otherwise);
    }

    /**
     * Keeps elements where a condition holds.
     *
     * @param condition truth values, broadcast
     * @param otherwise the value elsewhere
     * @return condition ? this : otherwise
     */
    public Tensor where(Tensor condition, float otherwise) {
        return where(condition, graph.constant(otherwise, type.element()));
    }

    /** {@return this tensor as float32} */
    public Tensor toFloat() {
        return to(ElementType.FLOAT);
    }

    /**
     * {@return this tensor in the type in which its graph computes, {@link Graph#compute}: itself in a float32 graph}
     */
    public Tensor toCompute() {
        return to(graph.compute());
    }

    /**
     * This tensor in a float type, rounded to nearest, ties to even. What was widened from that type is not rounded
     * again: it is the tensor that it was.
     */
    Tensor to(ElementType element) {
        if (type.element() == element) {
            return this;
        }
        Tensor origin = operator instanceof Elementwise.Cast
                ? graph.node(index).inputs().get(0)
                : this;
        return element.isNarrow() && origin.type.element() == element ? origin : apply(new Elementwise.Cast(element));
    }

    /** A function in float32, its result in this tensor's type: sums lose nothing but the last rounding. */
    private Tensor inFloat(UnaryOperator<Tensor> function) {
        return function.apply(toFloat()).to(type.element());
    }

    /** {@return this tensor as int64, rounded towards 0} */
    public Tensor toInteger() {
        return type.element() == ElementType.INT64 ? this : apply(new Elementwise.Cast(ElementType.INT64));
    }

    /**
     * Matrix product over the last two axes, leading axes broadcast.
     *
     * @param other [..., K, N]
     * @return [..., M, N] for this [..., M, K]
     */
    public Tensor matmul(Tensor other) {
        return apply(new LinearAlgebra.MatMul(), other);
    }

    /**
     * A 16-bit weight for products with float32, computed when other tensors are known and not before, so that ONNX
     * Runtime neither widens it when the graph is loaded nor keeps one float32 copy for two uses that lie far apart.
     *
     * @param after what is computed first, the factors: matrices of which a size is symbolic
     * @return a float32 tensor of the same shape, which is a constant as far as gradients are concerned; this tensor
     *     itself if it or the factors are not of these types
     */
    public Tensor widened(Tensor... after) {
        return isWidenedFor(after[0])
                ? graph.untaped(() ->
                        apply(new Layout.Reshape(shape()), keptSizes(after)).toFloat())
                : this;
    }

    /**
     * A frozen matrix in float32. One of 16 bits is widened on every run, and not by ONNX Runtime when the graph is
     * loaded.
     *
     * @param input an input of the graph with at least one element, whatever its values
     * @return a float32 tensor of the same shape, which is a constant as far as gradients are concerned; this tensor
     *     itself if it is not of 16 bits
     */
    public Tensor widenedOnEveryRun(Tensor input) {
        return type.element().isNarrow()
                ? graph.untaped(() -> Postponed.untilInput(input).matrix(this).toFloat())
                : this;
    }

    private boolean isWidenedFor(Tensor factor) {
        return type.element().isNarrow() && factor.type.element() == ElementType.FLOAT;
    }

    /** [0, 0], which Reshape takes for the sizes that a matrix has, in a form that only running the graph can tell. */
    private static Tensor keptSizes(Tensor... matrices) {
        return Arrays.stream(matrices)
                .map(m -> m.apply(new Layout.Sizes()))
                .reduce(Tensor::add)
                .orElseThrow()
                .mul(matrices[0].graph.integers(0));
    }

    /**
     * A linear layer, computed in this tensor's type. A float32 weight is rounded to it. A 16-bit weight that meets
     * float32 is frozen: it is widened once for the product and once for its gradient, and no float32 copy outlives
     * either.
     *
     * @param weight [out, in]
     * @return this weight^T: [N, out] for this [N, in]
     */
    public Tensor linear(Tensor weight) {
        return weight.isWidenedFor(this)
                ? graph.custom(
                        List.of(this),
                        () -> gemm(weight.widened(this), false, true, 1),
                        dy -> List.of(dy.gemm(weight.widened(dy), false, false, 1)))
                : gemm(weight.to(type.element()), false, true, 1);
    }

    /**
     * alpha a' b' on matrices.
     *
     * @param other the right factor
     * @param transposeThis whether the left factor is transposed
     * @param transposeOther whether the right factor is transposed
     * @param alpha a constant factor
     * @return the product
     */
    Tensor gemm(Tensor other, boolean transposeThis, boolean transposeOther, float alpha) {
        return apply(new LinearAlgebra.Gemm(transposeThis, transposeOther, alpha), other);
    }

    /**
     * A linear layer added to another tensor: this + alpha x weight^T, computed in x's type as in {@link #linear}.
     *
     * @param x [N, in]
     * @param weight [out, in]
     * @param alpha a constant factor
     * @return [N, out]
     */
    public Tensor addLinear(Tensor x, Tensor weight, float alpha) {
        LinearAlgebra.Gemm product = new LinearAlgebra.Gemm(false, true, alpha);
        return weight.isWidenedFor(x)
                ? graph.custom(
                        List.of(this, x),
                        () -> x.apply(product, weight.widened(x), this),
                        dy -> List.of(dy.sumTo(shape()), dy.gemm(weight.widened(dy), false, false, alpha)))
                : x.apply(product, weight.to(x.type.element()), to(x.type.element()));
    }

    /** This + sum, inside the matrix product that computes this tensor where there is one. */
    Tensor fusedAdd(Tensor sum) {
        if (operator instanceof LinearAlgebra.Gemm && graph.node(index).inputs().size() == 2) {
            List<Tensor> factors = graph.node(index).inputs();
            return graph.apply(operator, List.of(factors.get(0), factors.get(1), sum));
        }
        return sum.add(this);
    }

    /**
     * The same elements under another shape.
     *
     * @param shape a shape with as many elements
     * @return the reshaped tensor
     */
    public Tensor reshape(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Layout.Reshape(shape), sizesFor(shape));
    }

    /**
     * The same elements under another shape.
     *
     * @param dims a shape with as many elements
     * @return the reshaped tensor
     */
    public Tensor reshape(Dim... dims) {
        return reshape(Shape.of(dims));
    }

    /**
     * This tensor with other names for its sizes: after cutting and joining, say, when the pieces are known to add up.
     * If the sizes then differ, the run fails.
     *
     * @param shape the shape, of the same rank
     * @return the tensor
     */
    public Tensor renamed(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Layout.Renamed(shape), graph.untaped(() -> graph.sizes(shape)));
    }

    /** Writes 0 for a size that is kept in place and -1 for the last one that is not known. */
    private Tensor sizesFor(Shape shape) {
        long[] sizes = new long[shape.rank()];
        int unknown = 0;
        for (int i = 0; i < sizes.length; i++) {
            Dim dim = shape.dim(i);
            boolean kept = i < shape().rank() && dim.equals(shape().dim(i));
            sizes[i] = dim.isConstant() ? dim.factor() : kept ? 0 : -1;
            unknown += sizes[i] == -1 ? 1 : 0;
        }
        return unknown <= 1 ? graph.integers(sizes) : graph.untaped(() -> graph.sizes(shape));
    }

    /**
     * Axes in another order.
     *
     * @param permutation axis i of the result is axis permutation[i] of this
     * @return the transposed tensor
     */
    public Tensor transpose(int... permutation) {
        return apply(new Layout.Transpose(Arrays.stream(permutation).boxed().toList()));
    }

    /** {@return the last two axes exchanged} */
    public Tensor swapLastAxes() {
        int[] permutation = IntStream.range(0, shape().rank()).toArray();
        permutation[permutation.length - 1]--;
        permutation[permutation.length - 2]++;
        return transpose(permutation);
    }

    /**
     * This tensor and others one after the other.
     *
     * @param axis the axis that grows
     * @param others tensors that differ from this one only there
     * @return the concatenation
     */
    public Tensor concat(int axis, Tensor... others) {
        return others.length == 0 ? this : apply(new Layout.Concat(axis < 0 ? axis + shape().rank() : axis), others);
    }

    /**
     * One axis cut into consecutive parts; their gradients are joined again, with nothing added up.
     *
     * @param axis the axis, not negative
     * @param sizes the sizes of the parts, which add up to the axis
     * @return the parts
     */
    public List<Tensor> split(int axis, long... sizes) {
        return graph.split(this, new Layout.Split(axis, sizes));
    }

    /**
     * Part of one axis, clipped to its size.
     *
     * @param axis the axis
     * @param start the first index
     * @param end one past the last index
     * @return the slice, whose size is a constant where this axis' is, else a new symbol
     */
    public Tensor slice(int axis, long start, long end) {
        Dim whole = shape().dim(axis);
        Dim size = whole.isConstant()
                ? Dim.of(Math.max(0, Math.min(end, whole.factor()) - start))
                : graph.derivedSize(
                        whole + "[" + start + ":" + end + "]",
                        known -> Math.max(0, Math.min(end, known.applyAsLong(whole)) - start));
        return slice(axis, graph.integers(start), graph.integers(end), size);
    }

    /**
     * Part of one axis.
     *
     * @param axis the axis; negative values count from the end
     * @param start the first index, int64 [1]
     * @param end one past the last index, int64 [1]
     * @param size how many indices that is; if it differs from end - start, what uses the slice goes wrong
     * @return the slice
     */
    public Tensor slice(int axis, Tensor start, Tensor end, Dim size) {
        int positive = axis < 0 ? axis + shape().rank() : axis;
        return apply(new Layout.Slice(positive, size), start, end, graph.integers(positive));
    }

    /**
     * Slices of axis 0 picked by index.
     *
     * @param indices int64, any shape; an index may occur several times
     * @return [indices..., rest of this]
     */
    public Tensor gather(Tensor indices) {
        return apply(new Layout.Gather(false), indices);
    }

    /**
     * Slices of axis 0 picked by index, none twice.
     *
     * @param indices int64, any shape, all different; otherwise the gradient is wrong
     * @return [indices..., rest of this]
     */
    public Tensor gatherDistinct(Tensor indices) {
        return apply(new Layout.Gather(true), indices);
    }

    /**
     * One element of each row, or several.
     *
     * @param indices int64 [N] or [N, k] for this [N, V]
     * @return of the indices' shape; it has no gradient rule
     */
    public Tensor pick(Tensor indices) {
        Shape columns = indices.shape().rank() == 1 ? Shape.of(shape().dim(0), Dim.ONE) : indices.shape();
        return apply(new Layout.GatherElements(), indices.reshape(columns)).reshape(indices.shape());
    }

    /**
     * This tensor with numbers added to some elements of each row; it has no gradient rule.
     *
     * @param indices int64 [N, k] for this [N, V]; an index may occur several times in a row
     * @param values what is added there, [N, k]
     * @return [N, V]
     */
    public Tensor scatterAdd(Tensor indices, Tensor values) {
        return apply(new Layout.ScatterSum(1), indices, values);
    }

    /**
     * Zeros of a shape, with this tensor's slices at the given indices of axis 0; it has no gradient rule.
     *
     * @param indices int64, all different; its shape is the leading part of this tensor's
     * @param shape the shape of the result
     * @return the scattered slices
     */
    public Tensor scatter(Tensor indices, Shape shape) {
        List<Dim> paths = new ArrayList<>(indices.shape().dims());
        paths.add(Dim.ONE);
        return zeros(shape).apply(new Layout.Scatter(), indices.reshape(new Shape(paths)), this);
    }

    /**
     * This tensor with other slices at some indices of axis 0.
     *
     * @param indices int64 [n], all different
     * @param rows the slices, [n, rest of this]
     * @return of this shape
     */
    public Tensor withRows(Tensor indices, Tensor rows) {
        Tensor column = indices.reshape(indices.shape().dim(0), Dim.ONE);
        return graph.custom(
                List.of(this, rows),
                () -> apply(new Layout.Scatter(), column, rows),
                dy -> List.of(
                        dy.apply(new Layout.Scatter(), column, dy.zeros(rows.shape())), dy.gatherDistinct(indices)));
    }

    /**
     * Zeros of a shape, plus this tensor's slices at the given indices of axis 0, which may repeat; it has no gradient
     * rule.
     *
     * @param indices int64; its shape is the leading part of this tensor's
     * @param shape the shape of the result
     * @return the summed slices
     */
    public Tensor scatterSum(Tensor indices, Shape shape) {
        Dim count = indices.shape().elements();
        Shape flat = shape.with(0, count);
        Dim[] column = Stream.generate(() -> Dim.ONE).limit(shape.rank()).toArray(Dim[]::new);
        column[0] = count;
        Tensor rows = indices.reshape(column).expand(flat);
        return inFloat(x -> x.zeros(shape).apply(new Layout.ScatterSum(0), rows, x.reshape(flat)));
    }

    /** Zeros of this tensor's element type. */
    Tensor zeros(Shape shape) {
        return graph.constant(0f, type.element()).expand(shape);
    }

    /** {@return where a vector of truth values is true: the indices in ascending order, int64} */
    public Tensor nonZero() {
        Dim count = graph.unknownSize("true", shape().elements());
        return apply(new Layout.NonZero(count)).reshape(count);
    }

    /**
     * This tensor repeated along axes of size 1.
     *
     * @param shape a shape that this one broadcasts to
     * @return the expanded tensor
     */
    public Tensor expand(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Layout.Expand(shape), graph.untaped(() -> graph.sizes(shape)));
    }

    /**
     * The sum over one axis, which stays with size 1.
     *
     * @param axis the axis; negative values count from the end
     * @return the sums
     */
    public Tensor sum(int axis) {
        return sum(List.of(axis < 0 ? axis + shape().rank() : axis));
    }

    /** {@return the sum of all elements, a scalar} */
    public Tensor sum() {
        if (shape().rank() == 0) {
            return this;
        }
        return sum(IntStream.range(0, shape().rank()).boxed().toList()).reshape(Shape.SCALAR);
    }

    private Tensor sum(List<Integer> axes) {
        Tensor indices =
                graph.integers(axes.stream().mapToLong(Integer::longValue).toArray());
        return inFloat(x -> x.apply(new Reduction.Sum(axes), indices));
    }

    /** The sum over whatever axes broadcasting has repeated. */
    Tensor sumTo(Shape shape) {
        List<Integer> axes = IntStream.range(0, shape().rank())
                .filter(axis -> !shape.aligned(axis, shape().rank()).equals(shape().dim(axis)))
                .boxed()
                .toList();
        return (axes.isEmpty() ? this : sum(axes)).reshape(shape);
    }

    /**
     * The mean over one axis, which stays with size 1.
     *
     * @param axis the axis; negative values count from the end
     * @return the means
     */
    public Tensor mean(int axis) {
        int positive = axis < 0 ? axis + shape().rank() : axis;
        return inFloat(x -> x.apply(new Reduction.Mean(positive), graph.integers(positive)));
    }

    /**
     * The maximum over one axis, which stays with size 1; it has no gradient rule.
     *
     * @param axis the axis; negative values count from the end
     * @return the maxima
     */
    public Tensor max(int axis) {
        int positive = axis < 0 ? axis + shape().rank() : axis;
        return apply(new Reduction.Max(positive), graph.integers(positive));
    }

    /** The minimum over one axis, which stays with size 1; it has no gradient rule. */
    Tensor min(int axis) {
        int positive = axis < 0 ? axis + shape().rank() : axis;
        return apply(new Reduction.Min(positive), graph.integers(positive));
    }

    /** {@return where the last axis is largest, int64, without that axis; the lowest index in a tie} */
    public Tensor argMax() {
        return apply(new Reduction.ArgMax());
    }

    /**
     * The k largest elements of each row, the largest first, ties by the lower index; without a gradient rule.
     *
     * @param k how many, at most V
     * @return the elements of this [N, V], and where they are, int64; both [N, k]
     * @throws GraphException if a row has fewer
     */
    public List<Tensor> top(long k) {
        Dim columns = shape().dim(1);
        if (columns.isConstant() && k > columns.factor()) {
            throw new GraphException(k + " elements of a row of " + this);
        }
        Shape shape = shape().with(-1, Dim.of(k));
        Tensor rows = graph.size(shape().dim(0));
        return top(
                        graph.unknownSize("top", Dim.of(k)),
                        rows.min(graph.integers(1)).mul(graph.integers(k)))
                .stream()
                .map(tensor -> tensor.renamed(shape))
                .toList();
    }

    /** {@return the order of a vector's elements by descending value, ties by the lower index; int64} */
    public Tensor descending() {
        return top(shape().dim(0), graph.size(shape().dim(0))).get(1);
    }

    /** ONNX Runtime divides by the number of rows unless k is 0, and takes the whole process with it. */
    private List<Tensor> top(Dim dim, Tensor k) {
        return graph.applyAll(new Reduction.TopK(dim), List.of(this, k));
    }

    /** {@return the sum over the last axis up to each element, which included; it has no gradient rule} */
    public Tensor cumulativeSum() {
        return apply(new Reduction.CumulativeSum(), graph.integer(shape().rank() - 1));
    }

    /** {@return exp(x) / sum(exp(x)) over the last axis} */
    public Tensor softmax() {
        return apply(new Neural.Softmax());
    }

    /**
     * Root-mean-square normalisation over the last axis.
     *
     * @param scale the factor of each component
     * @param epsilon added to the mean square
     * @return scale * x / sqrt(mean(x^2) + epsilon)
     */
    public Tensor rmsNorm(Tensor scale, float epsilon) {
        return apply(new Neural.RmsNorm(epsilon), scale);
    }

    /**
     * Rotary position embedding of [B, heads, T, size], the halves of each vector's first components rotated; the
     * other components stay.
     *
     * @param cosines [positions, components / 2]
     * @param sines [positions, components / 2]
     * @param positions int64 [B, T]
     * @return the rotated vectors
     */
    public Tensor rotary(Tensor cosines, Tensor sines, Tensor positions) {
        Dim rotated = cosines.shape().dim(-1).times(2);
        boolean all = rotated.equals(shape().dim(-1));
        return apply(new Neural.Rotary(all ? 0 : rotated.factor(), 0), cosines, sines, positions);
    }

    /**
     * Rotary position embedding of heads that lie side by side, [B, T, heads*size]; see {@link #rotary(Tensor, Tensor,
     * Tensor)}.
     *
     * @param cosines [positions, components / 2]
     * @param sines [positions, components / 2]
     * @param positions int64 [B, T]
     * @param heads their number
     * @return the rotated vectors
     */
    public Tensor rotary(Tensor cosines, Tensor sines, Tensor positions, int heads) {
        long rotated = cosines.shape().dim(-1).factor() * 2;
        boolean all = rotated * heads == shape().dim(-1).factor();
        return apply(new Neural.Rotary(all ? 0 : rotated, heads), cosines, sines, positions);
    }

    /** {@return this tensor as a constant: no gradient passes} */
    public Tensor stopGradient() {
        return graph.untaped(() -> apply(new Elementwise.Identity()));
    }

    /**
     * This tensor, computed no earlier than another: a value that ONNX Runtime cannot merge with an earlier copy.
     *
     * @param other a tensor of the same shape, which must depend on a symbolic size
     * @return this tensor
     */
    public Tensor barrier(Tensor other) {
        if (!shape().equals(other.shape())) {
            throw new GraphException("A barrier needs equal shapes: " + this + " and " + other);
        }
        return graph.untaped(() -> apply(new Layout.Reshape(shape()), other.apply(new Layout.Sizes())));
    }

    @Override
    public String toString() {
        return name + ": " + type;
    }
}
