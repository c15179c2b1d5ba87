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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.memory.AvailableMemory;
import io.github.tribuollm.llm.memory.DecodingPasses;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A decoder on the processor.
 *
 * <p>Keys and values of the tokens of a sequence are kept. A sequence that begins like one that is there, or was there
 * before, takes over what both have in common: the turns of a conversation so far, or the prompt of another sample.
 *
 * <p>Where rates of rotation depend on a document's length (LongRoPE), a sequence that grows beyond the length is
 * computed again with the other rates, so that each step gives what a pass over the whole sequence would. That is what
 * transformers does for one sequence; for several, its longest decides for all, here each for itself. Under dynamic
 * scaling every token beyond the length changes the rates, so that each is such a pass, which is slow; transformers
 * leaves earlier keys at the rates that they had.
 *
 * <p>Not thread-safe.
 */
public final class DecodingSession implements Decoder {
    /** How many tokens of a prompt run at once: what a pass holds beside the weights grows with it. */
    private static final int PIECE = 512;

    /** Room for keys and values grows in steps of so many tokens. */
    private static final int STEP = 64;

    private final ScoredModel model;
    private final MemoryPlan plan;
    private final int capacity;
    private final SequenceLimits limits;
    private final Map<Optional<AdapterForm>, DecodingPass> passes = new HashMap<>();
    private final float[] logits;
    private final List<Row> held = new ArrayList<>();
    private final Optional<Witnesses.Call> call;
    private Optional<Witnesses> witnesses = Optional.empty();
    private DecodingPass pass;
    private KeyValueStore store;
    private int begun;
    private int live;

    private DecodingSession(ScoredModel model, Optional<Witnesses.Call> call, MemoryPlan plan) {
        this.model = model;
        this.call = call;
        this.plan = plan;
        this.capacity = model.shape().maxSequences();
        this.limits = SequenceLimits.of(model);
        this.logits = new float[limits.vocabulary()];
        use(model.adapter());
    }

    /**
     * Opens a model.
     *
     * @param model the model; its form's number of sequences is how many are continued at once, its length the most
     *     tokens of a prompt and what follows it
     * @return the session; the model's base must be open as long
     * @throws IllegalArgumentException on a device; {@link Decoder#open} knows both
     * @throws TrainingException if the memory is too small, with the number of sequences that would fit
     */
    public static DecodingSession open(ScoredModel model) {
        return open(model, Optional.empty());
    }

    /**
     * Opens a model beside samples of dropout, or members of an ensemble, that say how uncertain each next token is, while
     * the model itself is what is continued. The measures are those that a text has which is scored as a whole: each
     * sequence has the masks of dropout of its {@linkplain Continuation#text() text}. Under LongRoPE they are those of
     * the text so far.
     *
     * @param model as in {@link #open(ScoredModel)}
     * @param estimator what is measured
     * @return the session
     * @throws IllegalArgumentException if it does not {@linkplain #canMeasure(UncertaintyEstimator) measure} so
     * @throws TrainingException if the memory is too small, with the number of sequences that would fit
     */
    public static DecodingSession measuring(ScoredModel model, UncertaintyEstimator estimator) {
        Witnesses.Call call = Witnesses.Call.of(estimator)
                .orElseThrow(() -> new IllegalArgumentException(estimator + " does not measure while tokens come"));
        return open(model, Optional.of(call));
    }

    /**
     * Whether tokens can be measured while they come.
     *
     * @param estimator a way to measure
     * @return true for Monte Carlo dropout and ensembles of adapters
     */
    public static boolean canMeasure(UncertaintyEstimator estimator) {
        return Witnesses.Call.of(estimator).isPresent();
    }

    private static DecodingSession open(ScoredModel model, Optional<Witnesses.Call> call) {
        if (model.backend().onDevice()) {
            throw new IllegalArgumentException("A session keeps keys and values beside the processor");
        }
        MemoryPlan plan = planner(model, call).decide(model.storage());
        return new DecodingSession(model.stored(plan.settings().storage()), call, plan);
    }

    static MemoryPlanner planner(ScoredModel model, Optional<Witnesses.Call> call) {
        return MemoryPlanner.decoding(model.shape(), model.base().weights(), passes(model, call));
    }

    private static DecodingPasses passes(ScoredModel model, Optional<Witnesses.Call> call) {
        long bytes = bytesPerToken(DecodingPass.memory(DecodingGraph.of(model.shape(), model.weights()))
                .values());
        return new DecodingPasses(
                DecodingGraph::of,
                PIECE,
                (1 + call.map(Witnesses.Call::number).orElse(0)) * bytes,
                call.map(witnesses -> witnesses.graphs(model)).orElse(List.of()),
                call.map(Witnesses.Call::together).orElse(1));
    }

    /** What keys and values of a token take in all layers. */
    private static long bytesPerToken(Collection<Shape> memory) {
        return memory.stream()
                .mapToLong(shape ->
                        Float.BYTES * shape.dim(1).factor() * shape.dim(3).factor())
                .sum();
    }

    /** {@return the memory that the session needs where all rows are as long as they may be} */
    public MemoryPlan plan() {
        return plan;
    }

    /**
     * Continues sequences with another adapter on the same base, or with none, from now on; nothing is loaded again.
     *
     * @param adapter the adapter; empty for the base alone
     * @throws IllegalArgumentException if the adapter does not fit the base
     */
    public void use(Optional<Adapter> adapter) {
        ScoredModel changed = model.with(adapter);
        pass = passes.computeIfAbsent(adapter.map(Adapter::form), form -> new DecodingPass(changed, capacity));
        pass.use(adapter);
        witnesses.ifPresent(Witnesses::close);
        witnesses = Optional.empty();
        witnesses = call.map(called -> called.opening().of(changed, capacity));
        held.clear();
    }

    @Override
    public void run(Iterator<? extends Continuation> waiting) {
        begun = 0;
        try {
            while (fill(waiting)) {
                step();
            }
        } finally {
            live = 0;
        }
    }

    /** Gives free places to sequences that wait, and closes the gaps; whether there is anything to continue. */
    private boolean fill(Iterator<? extends Continuation> waiting) {
        for (int place = free(); place < capacity && waiting.hasNext(); place = free()) {
            Continuation next = limits.checked(waiting.next());
            start(new Row(next, next.text().orElse(begun)), place);
            begun++;
        }
        for (int place = live - 1; place >= 0; place--) {
            if (held.get(place).hasEnded()) {
                moveLastTo(place);
            }
        }
        return live > 0;
    }

    private int free() {
        return IntStream.range(0, live)
                .filter(place -> held.get(place).hasEnded())
                .findFirst()
                .orElse(live);
    }

    private void moveLastTo(int place) {
        live--;
        if (place < live) {
            Row last = held.get(live);
            store.copy(live, place, last.kept());
            witnesses.ifPresent(all -> all.move(live, place, last.kept()));
            held.set(place, last);
            held.set(live, last.remnant());
        }
    }

    /** Computes a sequence's prompt in a place that is free, and chooses its first new token. */
    private void start(Row row, int place) {
        makeRoom(row.mostKept());
        takeOver(row, place);
        if (place < held.size()) {
            held.set(place, row);
        } else {
            held.add(row);
        }
        live = Math.max(live, place + 1);
        compute(place, row.length());
        choose(List.of(row), measured(List.of(row), List.of(row.first(row.length())), place));
    }

    private void makeRoom(int tokens) {
        int before = store == null ? 0 : store.room();
        int room = tokens <= before ? before : Math.min(model.maxLength(), (tokens + STEP - 1) / STEP * STEP);
        long left = AvailableMemory.directLeft() + bytesPerToken() * capacity * before;
        try {
            if (store == null) {
                store = new KeyValueStore(pass.memory(), capacity, room);
            } else {
                store.grow(room);
            }
            witnesses.ifPresent(all -> all.makeRoom(room));
        } catch (OutOfMemoryError | IllegalArgumentException e) {
            forget();
            throw new DecodingException("There is no memory for the keys and values of " + capacity + " sequences of "
                    + room + " tokens (" + e.getMessage() + "); " + remedy(fitting(room, left)));
        }
    }

    /** Lets go of all keys and values, some of which may have more room than others. */
    private void forget() {
        held.clear();
        witnesses.ifPresent(Witnesses::forget);
        if (store != null) {
            store.close();
            store = null;
        }
    }

    /** How many sequences of so many tokens fit into what is left of the memory. */
    private long fitting(int room, long left) {
        long inOneBuffer = Math.max(1, witnessing())
                * pass.memory().values().stream()
                        .mapToLong(shape -> bytesPerToken(List.of(shape)))
                        .max()
                        .orElse(1);
        long fitting = Math.min(left / (bytesPerToken() * room), Integer.MAX_VALUE / (inOneBuffer * room));
        return Math.min(capacity - 1, fitting);
    }

    /** What keys and values of a token take, those of witnesses too. */
    private long bytesPerToken() {
        return (1L + witnessing()) * bytesPerToken(pass.memory().values());
    }

    private int witnessing() {
        return call.map(Witnesses.Call::number).orElse(0);
    }

    private static String remedy(long fitting) {
        String fewer = fitting < 1
                ? "not even one of them fits: ask for fewer tokens"
                : "a batch size of " + fitting + " fits";
        return fewer + ", or give the runtime more with -XX:MaxDirectMemorySize";
    }

    /** Copies what another row has in common with a new one. */
    private void takeOver(Row row, int place) {
        int best = -1;
        int most = 0;
        for (int i = 0; i < held.size(); i++) {
            Row other = held.get(i);
            if (other.rates() == limits.ratesOf(row.length()) && row.sharedWith(other) > most) {
                best = i;
                most = row.sharedWith(other);
            }
        }
        if (most > 0 && best != place) {
            store.copy(best, place, most);
        }
        row.keep(most, limits.ratesOf(row.length()));
    }

    /** Computes keys and values of a row's first tokens, and the logits that follow them. */
    private void compute(int place, int upTo) {
        Row row = held.get(place);
        while (row.kept() < upTo) {
            int count = Math.min(PIECE, upTo - row.kept());
            pass.run(List.of(row.next(count)), store, place);
            row.keep(row.kept() + count, row.rates());
        }
    }

    /** One more token for each row. */
    private void step() {
        for (int place = 0; place < live; place++) {
            Row row = held.get(place);
            if (row.rates() != limits.ratesOf(row.length())) {
                row.keep(0, limits.ratesOf(row.length()));
                compute(place, row.length() - 1);
                measured(List.of(row), List.of(row.first(row.length() - 1)), place);
            }
        }
        List<Row> rows = List.copyOf(held.subList(0, live));
        List<Piece> pieces = rows.stream().map(row -> row.next(1)).toList();
        pass.run(pieces, store, 0);
        List<Map<Measure, Float>> measures = measured(rows, pieces, 0);
        rows.forEach(row -> row.keep(row.kept() + 1, row.rates()));
        choose(rows, measures);
    }

    /** What the witnesses say, after they have read the pieces of rows in consecutive places. */
    private List<Map<Measure, Float>> measured(List<Row> rows, List<Piece> pieces, int firstPlace) {
        return witnesses
                .map(all -> all.read(rows, pieces, firstPlace))
                .orElseGet(() -> Collections.nCopies(rows.size(), Map.of()));
    }

    /** Asks for the next token of each row of the last pass. */
    private void choose(List<Row> rows, List<Map<Measure, Float>> measures) {
        for (int i = 0; i < rows.size(); i++) {
            pass.logits(i, logits);
            choose(rows.get(i), measures.get(i));
        }
    }

    /** Asks for a row's next token. */
    private void choose(Row row, Map<Measure, Float> measures) {
        row.take(limits.checked(row.continuation().choose(new Prediction(logits, row.newTokens(), measures))));
    }

    @Override
    public void close() {
        passes.values().forEach(DecodingPass::close);
        forget();
        witnesses.ifPresent(Witnesses::close);
    }
}
