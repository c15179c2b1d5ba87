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
package io.github.tribuollm.tutorials.figures;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import com.oracle.labs.mlrg.olcut.config.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Draws the figures of token-level uncertainty that a configuration file describes, see {@link TokenFigures}. */
public final class RunFigures {
    /** Which configuration, and where results go; {@code --config-file} and {@code --@component.field} are OLCUT's. */
    public static final class RunOptions implements Options {
        /** Where results go. */
        @Option(charName = 'o', longName = "output", usage = "The directory of measures, pictures and the table.")
        public Path output = Path.of("runs/figures");

        @Override
        public String getOptionsDescription() {
            return "Draws the paper's figures of token-level uncertainty: --config-file tutorials/experiments/figures-smollm2.xml";
        }
    }

    private RunFigures() {}

    /**
     * Draws the figures; started again after an interruption, goes on.
     *
     * @param arguments see {@link RunOptions}
     * @throws IOException if a result cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        RunOptions options = new RunOptions();
        Instant start = Instant.now();
        try (ConfigurationManager configuration = new ConfigurationManager(arguments, options)) {
            List<TokenFigures> figures = configuration.lookupAll(TokenFigures.class);
            if (figures.size() != 1) {
                throw new UsageException("Give --config-file FILE with one component of " + TokenFigures.class.getName()
                        + ", not " + figures.size());
            }
            System.out.print(figures.get(0).run(options.output));
            System.out.println(
                    "In " + Duration.between(start, Instant.now()).toSeconds() + " s, from what was measured before.");
        } catch (UsageException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }
}
