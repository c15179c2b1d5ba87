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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import com.oracle.labs.mlrg.olcut.config.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Runs the toy experiments of a configuration file, each under its name: a picture, and a table with a verdict. */
public final class RunToy {
    /** Which configuration, and where results go; {@code --config-file} and {@code --@component.field} are OLCUT's. */
    public static final class RunOptions implements Options {
        /** Where results go. */
        @Option(charName = 'o', longName = "output", usage = "The directory of the pictures and tables.")
        public Path output = Path.of("runs/toy");

        @Override
        public String getOptionsDescription() {
            return "Runs every toy experiment of a configuration: --config-file tutorials/configs/toy-linear-regression.xml";
        }
    }

    private RunToy() {}

    /**
     * Runs the experiments; exits with 1 if one is not confirmed.
     *
     * @param arguments see {@link RunOptions}
     * @throws IOException if a result cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        RunOptions options = new RunOptions();
        Map<String, ToyExperiment> experiments = new TreeMap<>();
        try (ConfigurationManager configuration = new ConfigurationManager(arguments, options)) {
            for (String name : configuration.getComponentNames()) {
                if (configuration.lookup(name) instanceof ToyExperiment experiment) {
                    experiments.put(name, experiment);
                }
            }
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        if (experiments.isEmpty()) {
            System.err.println("There is no experiment; give --config-file FILE");
            System.exit(2);
        }
        boolean confirmed = true;
        for (Map.Entry<String, ToyExperiment> experiment : experiments.entrySet()) {
            ToyReport report = experiment.getValue().run();
            report.write(options.output, experiment.getKey());
            System.out.println(experiment.getKey() + System.lineSeparator() + report.text());
            confirmed &= report.confirmed();
        }
        System.exit(confirmed ? 0 : 1);
    }
}
