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
package io.github.tribuollm.tutorials;

import com.oracle.labs.mlrg.olcut.config.ArgumentException;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.Options;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.runtime.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The beginning that the programs of the tutorials share: options are read by OLCUT, {@code --help} goes to the standard
 * output, and what a user can mend is told in one line.
 */
public final class TutorialProgram {
    /** The exit code of a program that did what it was asked, or told how to be used. */
    public static final int DONE = 0;

    /** The exit code of a program that found the opposite of what was claimed. */
    public static final int NOT_CONFIRMED = 1;

    /** The exit code of wrong options or input. */
    public static final int WRONG_INPUT = 2;

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    /** How OLCUT begins its messages, before what is wrong; the whole help follows in further lines. */
    private static final String ARGUMENT = "^[A-Za-z]+: (--[^,]*),(?: Property: [^,]*,)? ";

    private TutorialProgram() {}

    /**
     * What a program does with its options.
     *
     * @param <O> the options
     */
    public interface Work<O extends Options> {
        /**
         * Does it, and prints what it finds.
         *
         * @param options with their values
         * @return the exit code
         * @throws IOException if a file cannot be read or written
         */
        int run(O options) throws IOException;
    }

    /**
     * Runs a program.
     *
     * @param <O> the options
     * @param arguments the command line
     * @param options which the arguments fill in
     * @param work what is done with them
     * @return the exit code
     */
    public static <O extends Options> int run(String[] arguments, O options, Work<O> work) {
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%4$s %5$s%6$s%n"); // one line a message
        }
        if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
            System.out.println(help(options));
            return DONE;
        }
        try {
            read(arguments, options);
            return work.run(options);
        } catch (ArgumentException e) {
            return refused(e.getMessage().replaceFirst(ARGUMENT, "$1: "));
        } catch (PropertyException e) {
            return refused(e.getProperty() + " " + e.getMsg());
        } catch (UserException | IllegalArgumentException | UncheckedIOException | IOException e) {
            return refused(e.getMessage());
        }
    }

    private static int refused(String problem) {
        System.err.println("Error: " + problem.lines().findFirst().orElse(problem));
        return WRONG_INPUT;
    }

    private static void read(String[] arguments, Options options) {
        String[] plain =
                options instanceof ExperimentOptions experiment ? experiment.withoutChanges(arguments) : arguments;
        try (ConfigurationManager read = new ConfigurationManager(plain, options, false)) {
            if (read.getUnnamedArguments().length > 0) {
                throw new IllegalArgumentException(
                        "'" + read.getUnnamedArguments()[0] + "' belongs to no option; --help lists the options");
            }
        }
    }

    private static String help(Options options) {
        String usage = Options.formatUsage(Options.getUsage(options.getClass()));
        String more = options instanceof ExperimentOptions experiment ? experiment.componentHelp() : "";
        return usage.strip() + System.lineSeparator() + more;
    }

    /**
     * Makes the directory of the results, before anything is done for them.
     *
     * @param output what {@code --output} names
     * @return the same
     * @throws IllegalArgumentException if it cannot be made or written to
     */
    public static Path directory(Path output) {
        try {
            Files.createDirectories(output);
            Files.delete(Files.createTempFile(output, ".", ".tmp"));
            return output;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--output: " + output + " is no directory that can be made and written to (" + e
                            + "); name another",
                    e);
        }
    }
}
