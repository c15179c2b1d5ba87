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

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import io.github.tribuollm.llm.token.TokenSequenceSourceProvenance;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The leaves of a provenance by their paths, such as {@code trainer/objective/terms/0/coefficient}.
 *
 * @param leaves the values, never null
 * @param files for the path of each hash where the file is that it belongs to, where the same object names one
 */
record FlatProvenance(SortedMap<String, PrimitiveProvenance<?>> leaves, SortedMap<String, String> files) {
    static FlatProvenance of(Provenance provenance) {
        FlatProvenance flat = new FlatProvenance(new TreeMap<>(), new TreeMap<>());
        flat.add("", provenance);
        return flat;
    }

    private void add(String path, Provenance value) {
        if (value instanceof PrimitiveProvenance<?> primitive) {
            leaves.put(path, primitive);
        } else if (value instanceof ListProvenance<?> list) {
            for (int i = 0; i < list.getList().size(); i++) {
                add(child(path, Integer.toString(i)), list.getList().get(i));
            }
        } else if (value instanceof MapProvenance<?> map) {
            map.getMap().forEach((key, entry) -> add(child(path, key), entry));
        } else if (value instanceof ObjectProvenance object) {
            Optional<String> file = file(object);
            object.forEach(pair -> {
                String path2 = child(path, pair.getA());
                add(path2, pair.getB());
                if (pair.getB() instanceof HashProvenance) {
                    file.ifPresent(f -> files.put(path2, f));
                }
            });
        }
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    private static Optional<String> file(ObjectProvenance object) {
        if (object instanceof TokenSequenceSourceProvenance source) {
            return Optional.of(source.tokenizerLocation());
        }
        for (var pair : object) {
            if (pair.getB() instanceof FileProvenance file) {
                return Optional.of(file.getValue().toString());
            }
        }
        return Optional.empty();
    }
}
