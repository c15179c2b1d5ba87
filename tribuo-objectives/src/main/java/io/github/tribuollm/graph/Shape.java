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
import java.util.stream.Collectors;

/**
 * A symbolic shape.
 *
 * @param dims the dimensions, outermost first
 */
public record Shape(List<Dim> dims) {
    /** The shape of a scalar. */
    public static final Shape SCALAR = new Shape(List.of());

    /**
     * Copies the list.
     *
     * @param dims the dimensions, outermost first
     */
    public Shape {
        dims = List.copyOf(dims);
    }

    /**
     * A shape from dimensions.
     *
     * @param dims the dimensions, outermost first
     * @return the shape
     */
    public static Shape of(Dim... dims) {
        return new Shape(Arrays.asList(dims));
    }

    /**
     * A constant shape.
     *
     * @param sizes the sizes, outermost first
     * @return the shape
     */
    public static Shape of(long... sizes) {
        return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
    }

    /**
     * The number of dimensions.
     *
     * @return the rank
     */
    public int rank() {
        return dims.size();
    }

    /**
     * One dimension.
     *
     * @param axis its axis; negative values count from the end
     * @return the dimension
     */
    public Dim dim(int axis) {
        return dims.get(axis < 0 ? axis + rank() : axis);
    }

    /**
     * The number of elements.
     *
     * @return the product of all dimensions
     */
    public Dim elements() {
        return dims.stream().reduce(Dim.ONE, Dim::times);
    }

    /**
     * This shape with one dimension replaced.
     *
     * @param axis the axis; negative values count from the end
     * @param dim the new dimension
     * @return the new shape
     */
    public Shape with(int axis, Dim dim) {
        List<Dim> changed = new ArrayList<>(dims);
        changed.set(axis < 0 ? axis + rank() : axis, dim);
        return new Shape(changed);
    }

    /**
     * This shape without one dimension.
     *
     * @param axis the axis; negative values count from the end
     * @return the new shape
     */
    Shape without(int axis) {
        List<Dim> changed = new ArrayList<>(dims);
        changed.remove(axis < 0 ? axis + rank() : axis);
        return new Shape(changed);
    }

    /**
     * The numpy broadcast of two shapes.
     *
     * @param other the other shape
     * @return the common shape
     * @throws IllegalArgumentException if two aligned dimensions differ and neither is 1
     */
    Shape broadcast(Shape other) {
        int rank = Math.max(rank(), other.rank());
        List<Dim> result = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            Dim a = aligned(i, rank);
            Dim b = other.aligned(i, rank);
            if (!a.equals(b) && !a.equals(Dim.ONE) && !b.equals(Dim.ONE)) {
                throw new IllegalArgumentException(
                        this + " and " + other + " do not broadcast: " + a + " against " + b);
            }
            result.add(a.equals(Dim.ONE) ? b : a);
        }
        return new Shape(result);
    }

    Dim aligned(int axis, int rank) {
        int own = axis - (rank - rank());
        return own < 0 ? Dim.ONE : dims.get(own);
    }

    @Override
    public String toString() {
        return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
