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
package io.github.tribuollm.llm.memory;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;
import java.util.Map;

/**
 * The memory of the activations of a run, whose graphs share the machine.
 *
 * @param main of the graph that runs all the time
 * @param held whether its memory stays with it between its runs
 * @param beside of the forward passes between its runs, the largest of them
 * @param before of the forward passes before it is opened, the largest of them
 * @param witnesses of the sessions that keep memory of their own beside the main graph's
 * @param sessions how many are open at a time
 */
record RunActivations(
        Activations main,
        boolean held,
        Activations beside,
        Activations before,
        List<Activations> witnesses,
        int sessions) {
    /** Holes in the memory of activations, as a part of it: where it stays with the session, and where it does not. */
    private static final double HOLES_KEPT = 0.15;

    private static final double HOLES_RELEASED = 0.05;

    /**
     * Follows the graphs of a run.
     *
     * @param base tells the element types of the base's weights
     * @param sizes of the graphs' symbols
     */
    static RunActivations of(PlannedRun run, WeightSource base, Map<String, Long> sizes) {
        ModelShape shape = run.shape();
        Graph.Model graph = opened(run, run.main(base));
        Activations main = Activations.of(graph, shape, sizes);
        List<Graph.Model> passes =
                run.beside(base).stream().map(pass -> opened(run, pass)).toList();
        return new RunActivations(
                main,
                run.keeps() && shape.backend().arena(graph) == GraphSession.Arena.KEPT,
                Activations.most(passes, shape, sizes),
                Activations.most(
                        run.before(base).stream().map(pass -> opened(run, pass)).toList(), shape, sizes),
                run.witnesses(base).stream()
                        .map(witness -> Activations.of(opened(run, witness.graph()), shape, witness.sizes()))
                        .toList(),
                1 + passes.size());
    }

    private static Graph.Model opened(PlannedRun run, Graph.Model graph) {
        return run.packs() ? graph : graph.unpacked();
    }

    /** What forward passes need while the memory of the main graph is held, or beyond it, and what witnesses keep. */
    long scoring() {
        long between = held ? beside.live() : beside.live() - main.live();
        return Math.max(0, Math.max(between, before.live() - main.live()))
                + witnesses.stream().mapToLong(Activations::live).sum();
    }

    /** What lies unused between activations. */
    long holes() {
        return (long) ((held ? HOLES_KEPT : HOLES_RELEASED) * main.live());
    }

    /** The nodes of the graphs. */
    int nodes() {
        return main.nodes()
                + Math.max(beside.nodes(), before.nodes())
                + witnesses.stream().mapToInt(Activations::nodes).sum();
    }
}
