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
package io.github.tribuollm.tutorials.toy;

import io.github.tribuollm.tutorials.ExperimentOptions;
import io.github.tribuollm.tutorials.TutorialProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the toy experiments of a configuration file, each under its name: a picture, and a table with a verdict. */
public final class RunToy {
    /** Which configuration, and where results go. */
    public static final class RunOptions extends ExperimentOptions {
        /** Options with their defaults. */
        public RunOptions() {
            super(
                    "Runs every toy experiment of a configuration, such as --config-file"
                            + " tutorials/configs/toy-linear-regression.xml.",
                    Path.of("runs/toy"),
                    List.of(LinearRegression.class, PolynomialUncertainty.class, LossQuantiles.class));
        }
    }

    private RunToy() {}

    /**
     * Runs the experiments; exits with 1 if one is not confirmed, with 2 if something is wrong with the input.
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
        return TutorialProgram.run(arguments, new RunOptions(), RunToy::run);
    }

    private static int run(RunOptions options) {
        Map<String, ToyExperiment> experiments = options.experiments(ToyExperiment.class);
        Path output = TutorialProgram.directory(options.output);
        boolean confirmed = true;
        for (Map.Entry<String, ToyExperiment> experiment : experiments.entrySet()) {
            ToyReport report = experiment.getValue().run();
            report.write(output, experiment.getKey());
            System.out.println(experiment.getKey() + System.lineSeparator() + report.text());
            confirmed &= report.confirmed();
        }
        return confirmed ? TutorialProgram.DONE : TutorialProgram.NOT_CONFIRMED;
    }
}
