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

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** All options of a command. */
interface CommandOptions extends OptionGroup {
    @Override
    default String heading() {
        return "Task";
    }

    /** {@return the options that every command has} */
    GeneralOptions general();

    /** {@return the options of an experiment in a file; empty if the command takes none} */
    default Optional<ExperimentOptions> experiment() {
        return Optional.empty();
    }

    /** {@return the configuration file; null if none was given, or the command takes none} */
    default Path config() {
        return experiment().map(given -> given.config).orElse(null);
    }

    /** {@return the packages that the configuration file may name, beside those of this project and of Tribuo} */
    default List<String> trustedPackages() {
        return experiment().map(given -> given.trust.packages).orElse(List.of());
    }

    /** {@return the options, by name or by group, that a configuration file replaces} */
    default Replaced replacedByConfig() {
        return new Replaced(List.of(), List.of());
    }

    /**
     * Options that say nothing once there is a configuration file.
     *
     * @param names of single options
     * @param groups of options
     */
    record Replaced(List<String> names, List<OptionGroup> groups) {
        boolean contains(OptionTable.Entry entry) {
            return names.contains(entry.name()) || groups.contains(entry.group());
        }
    }
}
