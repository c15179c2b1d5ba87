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
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The nodes of a graph, or of a loop's body, under construction, and what was computed of sizes there. */
final class Block {
    private final Block outer;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Tape> tape = new ArrayList<>();
    private final Set<Tensor> made = new HashSet<>();
    private final Map<String, Tensor> symbols = new HashMap<>();
    private final Map<Dim, Tensor> sizes = new HashMap<>();
    private final Map<Object, List<Tensor>> derived = new HashMap<>();

    /** An empty block inside another; inside none if that is null. */
    Block(Block outer) {
        this.outer = outer;
    }

    void append(Node node) {
        nodes.add(node);
        made.addAll(node.outputs());
    }

    /** The nodes so far, in the order of their creation. */
    List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** The results of this block's nodes. */
    Set<Tensor> made() {
        return Collections.unmodifiableSet(made);
    }

    /** What gradients walk back over, this block's part of it. */
    List<Tape> tape() {
        return tape;
    }

    /** All that was recorded up to here, the blocks around this one first. */
    List<Tape> wholeTape() {
        if (outer == null) {
            return tape;
        }
        List<Tape> whole = new ArrayList<>(outer.wholeTape());
        whole.addAll(tape);
        return whole;
    }

    /** The values of symbols, as far as this block has computed them. */
    Map<String, Tensor> symbols() {
        return symbols;
    }

    /** Whether a symbol has a size here. */
    boolean knows(String symbol) {
        return symbols.containsKey(symbol) || outerSymbol(symbol).isPresent();
    }

    /** The value of a symbol in the blocks around this one. */
    Optional<Tensor> outerSymbol(String symbol) {
        if (outer == null) {
            return Optional.empty();
        }
        Tensor known = outer.symbols.get(symbol);
        return known == null ? outer.outerSymbol(symbol) : Optional.of(known);
    }

    /** The sizes of dimensions that this block has computed. */
    Map<Dim, Tensor> sizes() {
        return sizes;
    }

    /** What this block has computed once, by what it is. */
    Map<Object, List<Tensor>> derived() {
        return derived;
    }

    /**
     * The nodes that some results need, in the order in which they are written: that of their creation, which is
     * topological, but those that no other node consumes come last, in the order of the results.
     */
    List<Node> written(Collection<Tensor> results) {
        Set<Integer> indices = new HashSet<>();
        results.forEach(t -> indices.add(t.index()));
        List<Node> needed = new ArrayList<>();
        Set<Tensor> used = new HashSet<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (indices.contains(node.index())) {
                node.operands().forEach(t -> indices.add(t.index()));
                used.addAll(node.operands());
                needed.add(node);
            }
        }
        Collections.reverse(needed);
        return leavesLast(needed, results, used);
    }

    private static List<Node> leavesLast(List<Node> needed, Collection<Tensor> results, Set<Tensor> used) {
        Map<Tensor, Node> producers = new HashMap<>();
        needed.forEach(node -> node.outputs().forEach(t -> producers.put(t, node)));
        Map<Integer, Node> leaves = new LinkedHashMap<>();
        for (Tensor result : results) {
            Node producer = producers.get(result);
            if (producer != null && producer.outputs().stream().noneMatch(used::contains)) {
                leaves.putIfAbsent(result.index(), producer);
            }
        }
        List<Node> ordered = new ArrayList<>(needed);
        ordered.removeIf(node -> leaves.containsKey(node.index()));
        ordered.addAll(leaves.values());
        return ordered;
    }
}
