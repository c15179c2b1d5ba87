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
package io.github.tribuollm.llm.training;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What tells a run from another: settings and inputs, by name. A saved state goes on only where all are the same.
 *
 * @param values such as {@code optimisation.learningRate} and the SHA-256 of the base
 */
public record RunIdentity(SortedMap<String, String> values) {
    private static final Gson GSON = new Gson();
    private static final int MOST_NAMED = 4;

    /** Takes a copy. */
    public RunIdentity {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** {@return nothing yet} */
    public static RunIdentity none() {
        return new RunIdentity(new TreeMap<>());
    }

    /** {@return facts by their names} */
    static RunIdentity of(RunFacts facts) {
        return new RunIdentity(facts.values());
    }

    /** One value more. */
    public RunIdentity with(String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(values);
        more.put(name, value);
        return new RunIdentity(more);
    }

    /** The values of both. */
    public RunIdentity with(RunIdentity other) {
        SortedMap<String, String> more = new TreeMap<>(values);
        more.putAll(other.values);
        return new RunIdentity(more);
    }

    /** The settings of a component and of its parts. */
    public RunIdentity with(String name, Provenance component) {
        SortedMap<String, String> more = new TreeMap<>(values);
        flatten(name, component, more);
        return new RunIdentity(more);
    }

    /** One value less. */
    RunIdentity without(String name) {
        SortedMap<String, String> fewer = new TreeMap<>(values);
        fewer.remove(name);
        return new RunIdentity(fewer);
    }

    private static void flatten(String name, Provenance value, SortedMap<String, String> flat) {
        if (value instanceof PrimitiveProvenance<?> primitive) {
            flat.put(name, String.valueOf(primitive.getValue()));
        } else if (value instanceof ListProvenance<?> list) {
            for (int i = 0; i < list.getList().size(); i++) {
                flatten(name + "." + i, list.getList().get(i), flat);
            }
        } else if (value instanceof MapProvenance<?> map) {
            map.getMap().forEach((key, entry) -> flatten(name + "." + key, entry, flat));
        } else if (value instanceof ObjectProvenance object) {
            object.forEach(pair -> flatten(name + "." + pair.getA(), pair.getB(), flat));
        }
    }

    /** {@return a JSON object} */
    String json() {
        return GSON.toJson(values);
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws JsonParseException if it is something else
     */
    static RunIdentity parse(String json) {
        SortedMap<String, String> values = GSON.fromJson(json, new TypeToken<TreeMap<String, String>>() {}.getType());
        if (values == null || values.containsValue(null)) {
            throw new JsonParseException("no object of texts");
        }
        return new RunIdentity(values);
    }

    /**
     * What is another than in an earlier run, with both values; empty if nothing is.
     *
     * @param earlier the identity of that run
     */
    String changedSince(RunIdentity earlier) {
        TreeSet<String> names = new TreeSet<>(values.keySet());
        names.addAll(earlier.values.keySet());
        List<String> changed = names.stream()
                .filter(name -> !Objects.equals(values.get(name), earlier.values.get(name)))
                .map(name -> name + " was " + shown(earlier.values.get(name)) + ", is now " + shown(values.get(name)))
                .toList();
        String named = changed.stream().limit(MOST_NAMED).collect(Collectors.joining("; "));
        return changed.size() > MOST_NAMED ? named + "; and " + (changed.size() - MOST_NAMED) + " more" : named;
    }

    private static String shown(String value) {
        return value == null ? "absent" : value;
    }
}
