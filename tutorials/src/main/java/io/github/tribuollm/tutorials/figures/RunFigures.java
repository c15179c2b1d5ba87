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

import io.github.tribuollm.tutorials.ExperimentOptions;
import io.github.tribuollm.tutorials.TutorialProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Draws the figures of token-level uncertainty that a configuration file describes, see {@link TokenFigures}. */
public final class RunFigures {
    /** Which configuration, and where results go. */
    public static final class RunOptions extends ExperimentOptions {
        /** Options with their defaults. */
        public RunOptions() {
            super(
                    "Draws the paper's figures of token-level uncertainty, such as of --config-file"
                            + " tutorials/experiments/figures-smollm2.xml.",
                    Path.of("runs/figures"),
                    List.of(TokenFigures.class));
        }
    }

    private RunFigures() {}

    /**
     * Draws the figures; started again after an interruption, goes on. Exits with 2 if something is wrong with the input.
     *
     * @param arguments see {@link RunOptions}
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Does it without ending the process.
     *
     * @param arguments see {@link RunOptions}
     * @return the exit code
     */
    public static int run(String... arguments) {
        return TutorialProgram.run(arguments, new RunOptions(), RunFigures::run);
    }

    private static int run(RunOptions options) throws IOException {
        Instant start = Instant.now();
        Map<String, TokenFigures> figures = options.experiments(TokenFigures.class);
        if (figures.size() > 1) {
            throw new IllegalArgumentException(options.configFile + " has the figures " + figures.keySet()
                    + ", which would be drawn over each other; leave one");
        }
        Path output = TutorialProgram.directory(options.output);
        System.out.print(figures.values().iterator().next().run(output));
        System.out.println("In " + Duration.between(start, Instant.now()).toSeconds()
                + " s, and the time of what was measured before.");
        return TutorialProgram.DONE;
    }
}
