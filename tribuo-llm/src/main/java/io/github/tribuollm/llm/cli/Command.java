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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import java.util.List;

/**
 * A subcommand.
 *
 * @param <O> its options
 */
interface Command<O extends CommandOptions> {
    /**
     * A command line that shows what can be done.
     *
     * @param purpose what it does
     * @param line the arguments after the jar
     */
    record Example(String purpose, String line) {}

    /** {@return the word that chooses it} */
    String name();

    /** {@return what it does, in a line} */
    String summary();

    /** {@return what it does, reads and writes} */
    String description();

    /** {@return at least two} */
    List<Example> examples();

    /** {@return its options, none given} */
    O options();

    /**
     * Does it.
     *
     * @param options the options given
     * @param configuration the components of the configuration file, if one was given
     * @param terminal where to print
     */
    void run(O options, ConfigurationManager configuration, Terminal terminal);
}
