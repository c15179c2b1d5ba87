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
package io.github.tribuollm.tutorials.verdicts;

import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import io.github.tribuollm.tutorials.TutorialProgram;
import java.nio.file.Path;

/** Says what evaluations of trained objectives tell of the paper's claims. */
public final class RunVerdicts {
    /** Where evaluations are, and where results go. */
    public static final class VerdictOptions implements Options {
        /** Where the evaluations are. */
        @Option(
                charName = 'e',
                longName = "evaluations",
                usage = "The output of tutorials/experiments/objectives-smollm2.")
        public Path evaluations = Path.of("runs/objectives-smollm2");

        /** Where results go. */
        @Option(charName = 'o', longName = "output", usage = "The directory of the tables and pictures.")
        public Path output = Path.of("runs/verdicts");

        @Override
        public String getOptionsDescription() {
            return "Compares the objectives of all data sets and seeds with MLE, and says which of the paper's claims hold.";
        }
    }

    private RunVerdicts() {}

    /**
     * Writes tables and pictures, and prints the tables; exits with 2 if something is wrong with the input.
     *
     * @param arguments see {@link VerdictOptions}
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Does it without ending the process.
     *
     * @param arguments see {@link VerdictOptions}
     * @return the exit code
     */
    public static int run(String... arguments) {
        return TutorialProgram.run(arguments, new VerdictOptions(), options -> {
            Path output = TutorialProgram.directory(options.output);
            VerdictReport report = VerdictReport.of(EvaluatedRuns.read(options.evaluations));
            report.write(output);
            System.out.print(report.markdown());
            return TutorialProgram.DONE;
        });
    }
}
