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

import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.training.FullTuning;
import io.github.tribuollm.llm.training.FullTuning.Start;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Tuning;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is trained, as it is named on the command line. */
enum TuningName {
    LORA,
    FULL,
    FULL_FROM_SCRATCH;

    private static final String INITIAL = "initialAdapter";

    Class<? extends Tuning> type() {
        return this == LORA ? Lora.class : FullTuning.class;
    }

    /** The fields that options set; those of adapters are refused where there are none. */
    Map<String, Property> properties(TrainerOptions options) {
        Map<String, Property> adapter = OptionTable.properties(options, Lora.class);
        if (this == LORA) {
            if (adapter.containsKey(INITIAL) && adapter.size() > 1) {
                throw new UsageError(given(options, adapter, field -> !field.equals(INITIAL))
                        + ": the adapter of --initial-adapter has its own; leave the one or the other out");
            }
            return adapter;
        }
        if (!adapter.isEmpty()) {
            throw new UsageError(given(options, adapter, field -> true) + ": belongs to --tuning lora; with --tuning "
                    + OptionTable.Choices.written(name()) + " there is no adapter");
        }
        Start start = this == FULL ? Start.CHECKPOINT : Start.RANDOM;
        return Map.of("start", new SimpleProperty(start.name()));
    }

    /** The options that were given for some fields. */
    private static String given(TrainerOptions options, Map<String, Property> fields, Predicate<String> which) {
        return OptionTable.of(options).entries(options).stream()
                .filter(entry -> fields.containsKey(entry.field().getName())
                        && which.test(entry.field().getName()))
                .map(entry -> "--" + entry.name())
                .collect(Collectors.joining(", "));
    }
}
