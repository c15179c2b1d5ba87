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

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.RunningMeans;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The members of an ensemble: adapters on the base of the model, each with keys and values of its own. */
final class EnsembleMembers implements Witnesses {
    private final int capacity;
    private final Map<AdapterForm, DecodingSessions> sessions = new HashMap<>();
    private final List<Member> members = new ArrayList<>();
    private final List<KeyValueStore> stores = new ArrayList<>();
    private final RunningMeans means;

    private record Member(DecodingSessions sessions, ParameterSet adapter) {}

    /**
     * Loads a graph for each form of adapter.
     *
     * @param capacity the most sequences at a time
     */
    EnsembleMembers(ScoredModel model, List<Adapter> adapters, int capacity) {
        this.capacity = capacity;
        for (Adapter adapter : adapters) {
            ScoredModel member = model.with(Optional.of(adapter));
            DecodingSessions own = sessions.computeIfAbsent(
                    adapter.form(),
                    form -> new DecodingSessions(member, DecodingGraph.toStates(member.shape(), member.weights())));
            members.add(new Member(own, member.adapterTensors()));
        }
        this.means = RunningMeans.ofMembers(model, adapters);
    }

    /** Members of which no two have a form in common. */
    static List<ScoredModel> ofEachForm(ScoredModel model, List<Adapter> adapters) {
        Map<AdapterForm, Adapter> forms = new LinkedHashMap<>();
        adapters.forEach(adapter -> forms.putIfAbsent(adapter.form(), adapter));
        return forms.values().stream()
                .map(adapter -> model.with(Optional.of(adapter)))
                .toList();
    }

    @Override
    public void makeRoom(int room) {
        if (stores.isEmpty()) {
            members.forEach(member ->
                    stores.add(new KeyValueStore(DecodingPass.memory(member.sessions.graph()), capacity, room)));
        } else {
            stores.forEach(store -> store.grow(room));
        }
    }

    @Override
    public void forget() {
        stores.forEach(KeyValueStore::close);
        stores.clear();
    }

    @Override
    public void move(int from, int to, int tokens) {
        stores.forEach(store -> store.copy(from, to, tokens));
    }

    @Override
    public List<Map<Measure, Float>> read(List<Row> rows, List<Piece> pieces, int firstPlace) {
        means.start(rows.size());
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Map<String, OnnxTensor> kept = stores.get(i).of(new KeyValueStore.Range(firstPlace, rows.size()));
            try (Feeds feeds = Piece.feeds(pieces).tensors(kept).tensors(member.adapter.tensors(name -> name));
                    GraphSession.Outputs outputs = member.sessions.run(pieces, feeds, kept)) {
                means.add(outputs.tensor(DecodingGraph.STATES), 1, member.adapter);
            }
        }
        Map<Measure, float[]> measures = means.measures();
        return IntStream.range(0, rows.size())
                .mapToObj(row -> {
                    Map<Measure, Float> ofRow = new EnumMap<>(Measure.class);
                    measures.forEach((measure, values) -> ofRow.put(measure, values[row]));
                    return ofRow;
                })
                .toList();
    }

    @Override
    public void close() {
        sessions.values().forEach(DecodingSessions::close);
        members.forEach(member -> member.adapter.close());
        forget();
        means.close();
    }
}
