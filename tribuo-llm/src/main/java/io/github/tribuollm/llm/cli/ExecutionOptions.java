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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where and in which precision graphs run. */
final class ExecutionOptions implements OptionGroup {
    @Option(
            longName = "provider",
            usage = "What computes: the processor, a GPU, or a GPU where one works, and it is said which. A GPU needs a"
                    + " build with the Maven profile gpu.")
    String provider;

    @Option(longName = "device", usage = "For cuda: which GPU, from 0.")
    Integer device;

    @Option(
            longName = "memory-limit",
            usage = "For cuda: the most memory that a session may take on the GPU, such as 20GB; 0 for all there is.")
    String memoryLimit;

    @Option(longName = "tf32", usage = "For cuda: float32 matrices may be multiplied with 11 significant bits.")
    boolean tf32;

    @Option(
            longName = "compute-type",
            usage = "The type of matrix products and of the activations between them; the processor emulates 16 bits,"
                    + " slowly. Training in float16 scales its loss, and skips steps whose gradients overflow.")
    String computeType;

    @Override
    public String heading() {
        return "Execution";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(Execution.class);
    }

    /** What was given, as properties of an {@link Execution}. */
    Map<String, Property> given() {
        Map<String, Property> given = new HashMap<>(OptionTable.properties(this, Execution.class));
        if (memoryLimit != null) {
            given.put(
                    "memoryLimit", new SimpleProperty(Long.toString(MemorySize.bytes("--memory-limit", memoryLimit))));
        }
        return given;
    }

    /** What was given in place of what is configured; on the CPU nothing stays of a GPU. */
    Map<String, Property> over(Map<String, Property> configured) {
        Map<String, Property> all = new HashMap<>(configured);
        if (provider != null
                && Choices.among("--provider", provider, ExecutionProvider.class) == ExecutionProvider.CPU) {
            all.keySet().retainAll(List.of("computeType"));
        }
        all.putAll(given());
        return all;
    }
}
