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

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.generation.sampling.GenerationException;
import io.github.tribuollm.llm.training.InterruptedRun;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The command line. */
public final class Main {
    /** The exit code of a command that did what it was asked. */
    public static final int DONE = 0;

    /** The exit code of a failure that the user cannot help. */
    public static final int FAILED = 1;

    /** The exit code of wrong options or input. */
    public static final int WRONG_INPUT = 2;

    /** The exit code of a run that was interrupted after saving its state. */
    public static final int INTERRUPTED = 3;

    private static final List<Command<?>> COMMANDS = List.of(
            new TrainCommand(),
            new GenerateCommand(),
            new ChatCommand(),
            new ScoreCommand(),
            new ExplainCommand(),
            new CacheTeacherCommand(),
            new CompareCommand(),
            new EvaluateCommand(),
            new ReproduceCommand(),
            new ExportCommand(),
            new QuantiseCommand());

    private Main() {}

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param arguments a command and its options
     */
    public static void main(String[] arguments) {
        Interruption interruption = new Interruption();
        interruption.install(System.err);
        LogLines.to(System.err);
        System.exit(run(List.of(arguments), new Terminal(System.out, System.err, interruption)));
    }

    /**
     * Runs a command.
     *
     * @param arguments a command and its options
     * @param out where results go
     * @param err where messages go
     * @return the exit code
     */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        return run(arguments, new Terminal(out, err, new Interruption()));
    }

    static int run(List<String> arguments, Terminal terminal) {
        if (arguments.isEmpty()) {
            terminal.err().print(HelpText.overall(COMMANDS));
            return WRONG_INPUT;
        }
        String name = arguments.get(0);
        if (name.equals("--help") || name.equals("-h") || name.equals("help")) {
            return help(arguments, terminal);
        }
        if (name.equals("--version") || name.equals("version")) {
            terminal.out().print(Version.text());
            return DONE;
        }
        Optional<Command<?>> command = named(name);
        if (command.isEmpty()) {
            terminal.err().println("There is no command '" + name + "'; there are " + names() + " (see: --help)");
            return WRONG_INPUT;
        }
        return run(command.get(), arguments.subList(1, arguments.size()), terminal);
    }

    private static int help(List<String> arguments, Terminal terminal) {
        Optional<Command<?>> command = arguments.stream().skip(1).findFirst().flatMap(Main::named);
        terminal.out().print(command.map(HelpText::of).orElseGet(() -> HelpText.overall(COMMANDS)));
        return DONE;
    }

    private static Optional<Command<?>> named(String name) {
        return COMMANDS.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    private static String names() {
        return COMMANDS.stream().map(Command::name).collect(Collectors.joining(", "));
    }

    private static <O extends CommandOptions> int run(Command<O> command, List<String> arguments, Terminal terminal) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            terminal.out().print(HelpText.of(command));
            return DONE;
        }
        O options = command.options();
        try {
            FileNames.requireReadable(arguments);
            run(command, options, CommandLine.parse(command.name(), arguments, options), terminal);
            return DONE;
        } catch (InterruptedRun e) {
            terminal.err().println(e.getMessage());
            return INTERRUPTED;
        } catch (RuntimeException | Error e) {
            return report(e, arguments.contains("--debug"), terminal.err());
        }
    }

    private static <O extends CommandOptions> void run(
            Command<O> command, O options, CommandLine line, Terminal terminal) {
        if (options.general().debug) {
            LogLines.verbose();
        }
        try {
            command.run(options, line.configuration(), terminal);
        } catch (PropertyException e) {
            throw line.explained(e);
        } catch (GenerationException e) {
            throw line.explained(e);
        }
        if (terminal.out().checkError()) {
            throw new UsageError("Standard output took no more, as a full disk or a closed pipe does; what was printed"
                    + " is not complete");
        }
    }

    private static int report(Throwable thrown, boolean debug, PrintStream err) {
        if (debug) {
            thrown.printStackTrace(err);
        }
        Failure failure = Failure.of(thrown);
        boolean ours = failure.line().startsWith("Failure: ");
        err.println(failure.line() + (ours && !debug ? " (add --debug for a stack trace)" : ""));
        return failure.code();
    }

    static List<Command<?>> commands() {
        return COMMANDS;
    }
}
