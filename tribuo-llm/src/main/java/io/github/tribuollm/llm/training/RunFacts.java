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

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Onnx;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a training found out about itself, beside its configuration: hashes of what it read and made, where it ran.
 *
 * @param values the facts by name
 */
public record RunFacts(SortedMap<String, String> values) {
    /** Takes a copy. */
    public RunFacts {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** {@return nothing yet} */
    public static RunFacts none() {
        return new RunFacts(new TreeMap<>());
    }

    /** Where and in which precision graphs run. */
    public static RunFacts of(Backend backend) {
        RunFacts facts = none().with("onnxruntime-version", Onnx.version())
                .with("execution-provider", backend.provider().name())
                .with("compute-type", backend.computeType().name())
                .with("threads", Integer.toString(Onnx.threads()));
        return backend.onDevice() ? facts.with("execution-device", Integer.toString(backend.device())) : facts;
    }

    /** The hashes of files. */
    static RunFacts of(Map<String, HashedInput> inputs) {
        SortedMap<String, String> hashes = new TreeMap<>();
        inputs.forEach((name, input) -> hashes.put(name, input.sha256()));
        return new RunFacts(hashes);
    }

    /** One fact more. */
    public RunFacts with(String name, String value) {
        return with(Map.of(name, value));
    }

    /** Some facts more. */
    public RunFacts with(Map<String, String> more) {
        SortedMap<String, String> all = new TreeMap<>(values);
        all.putAll(more);
        return new RunFacts(all);
    }

    /** The facts of both. */
    public RunFacts with(RunFacts more) {
        return with(more.values);
    }

    /** What a model's provenance holds: what the caller of {@code train} gave, and the facts. */
    public Map<String, Provenance> provenance(Map<String, Provenance> given) {
        Map<String, Provenance> all = new LinkedHashMap<>(given);
        values.forEach((name, value) -> all.put(name, new StringProvenance(name, value)));
        return all;
    }
}
