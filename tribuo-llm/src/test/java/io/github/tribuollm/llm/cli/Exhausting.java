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
package io.github.tribuollm.llm.cli;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.weight.Candidates;
import io.github.tribuollm.objectives.weight.Selector;
import java.util.Objects;

/** A component that ends with an error of Java when it is made. */
public final class Exhausting implements Selector {
    /** What it runs out of. */
    public enum Kind {
        HEAP,
        STACK,
        THREADS,
        FILE,
        LIBRARY,
        ASSERTION
    }

    @Config(mandatory = true, description = "What it runs out of.")
    private Kind kind;

    private Exhausting() {}

    @Override
    public void postConfig() {
        switch (kind) {
            case HEAP -> Objects.requireNonNull(new long[Integer.MAX_VALUE - 8]);
            case STACK -> deeper(1);
            case THREADS -> throw new OutOfMemoryError("unable to create native thread: possibly out of memory");
            case FILE ->
                throw new InternalError("a fault occurred in a recent unsafe memory access operation in compiled code");
            case LIBRARY -> throw new UnsatisfiedLinkError("libnowhere.so: cannot open shared object file");
            case ASSERTION -> throw new AssertionError("one is two");
        }
    }

    private static int deeper(int depth) {
        return 1 + deeper(depth + 1);
    }

    @Override
    public Tensor select(Candidates candidates) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Selector");
    }
}
