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
package io.github.tribuollm.llm.reproduction;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.TimeProvenance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * In what two provenances differ, field by field.
 *
 * @param differences the fields that differ, in the order of their paths
 */
public record ProvenanceDiff(List<Difference> differences) {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** What to do with times: of training, of creation, of a file's last change. */
    public enum Times {
        /** Two runs never agree in them, so they are left out. */
        IGNORED,
        /** They are compared as anything else. */
        COMPARED
    }

    /**
     * A field that differs.
     *
     * @param path where it is, such as {@code trainer/objective/terms/0/coefficient}
     * @param first its value in the first provenance; null if it is not there
     * @param second its value in the second; null if it is not there
     */
    public record Difference(String path, String first, String second) {
        @Override
        public String toString() {
            return path + ": " + (first == null ? "absent" : first) + " -> " + (second == null ? "absent" : second);
        }
    }

    /**
     * Takes a copy of the list.
     *
     * @param differences the fields that differ
     */
    public ProvenanceDiff {
        differences = List.copyOf(differences);
    }

    /**
     * Compares two provenances.
     *
     * @param first the first
     * @param second the second
     * @param times whether time stamps count
     * @return the fields that differ
     */
    public static ProvenanceDiff between(ObjectProvenance first, ObjectProvenance second, Times times) {
        Map<String, PrimitiveProvenance<?>> ours = FlatProvenance.of(first).leaves();
        Map<String, PrimitiveProvenance<?>> theirs = FlatProvenance.of(second).leaves();
        TreeSet<String> paths = new TreeSet<>(ours.keySet());
        paths.addAll(theirs.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String path : paths) {
            String a = text(ours.get(path), times);
            String b = text(theirs.get(path), times);
            if (a == null ? b != null : !a.equals(b)) {
                differences.add(new Difference(path, a, b));
            }
        }
        return new ProvenanceDiff(differences);
    }

    private static String text(PrimitiveProvenance<?> value, Times times) {
        boolean time = value instanceof DateTimeProvenance
                || value instanceof DateProvenance
                || value instanceof TimeProvenance;
        return value == null || time && times == Times.IGNORED ? null : String.valueOf(value.getValue());
    }

    /** {@return whether nothing differs} */
    public boolean isEmpty() {
        return differences.isEmpty();
    }

    /** {@return a JSON object with one entry a path: an array of the first and the second value, null where absent} */
    public String toJson() {
        Map<String, String[]> entries = new LinkedHashMap<>();
        differences.forEach(d -> entries.put(d.path(), new String[] {d.first(), d.second()}));
        return GSON.toJson(entries);
    }

    /** {@return one line a field} */
    @Override
    public String toString() {
        return isEmpty()
                ? "no difference"
                : differences.stream().map(Difference::toString).collect(Collectors.joining("\n"));
    }
}
