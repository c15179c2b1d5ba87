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
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.configuration.ConfigurationFile;
import io.github.tribuollm.llm.generation.sampling.GenerationException;
import io.github.tribuollm.runtime.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads arguments into a command's options, and the configuration file that they name with OLCUT. A value follows its
 * option, {@code --name value} or {@code --name=value}; a switch needs none.
 */
final class CommandLine {
    private static final String OVERRIDE = "--@";

    private final String command;
    private final OptionTable table;
    private final Set<String> given = new HashSet<>();
    private final Map<String, String> overrides = new LinkedHashMap<>();
    private final ConfigurationManager configuration = new ConfigurationManager();
    private Optional<ConfigurationFile> file = Optional.empty();

    private CommandLine(String command, OptionTable table) {
        this.command = command;
        this.table = table;
    }

    /**
     * Sets options from arguments, and reads the configuration file if one is given.
     *
     * @throws UsageError if an argument is not understood
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if the configuration is wrong
     */
    static CommandLine parse(String command, List<String> arguments, CommandOptions options) {
        CommandLine line = new CommandLine(command, OptionTable.of(options));
        line.read(arguments.iterator());
        line.readConfiguration(options);
        line.requireActing();
        return line;
    }

    private void readConfiguration(CommandOptions options) {
        if (options.config() == null) {
            if (!overrides.isEmpty()) {
                throw new UsageError("Options that begin with " + OVERRIDE
                        + " change a configuration; give it with --config" + " FILE, or use the plain options"
                        + seeHelp());
            }
            return;
        }
        requireNoneReplaced(options);
        ConfigurationFile read = ConfigurationFile.read(options.config(), options.trustedPackages());
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            read = read.with(OVERRIDE + override.getKey(), override.getKey(), override.getValue());
        }
        read.addTo(configuration);
        file = Optional.of(read);
    }

    /** {@return what looks components up: those of the configuration file, and those that commands add} */
    ConfigurationManager configuration() {
        return configuration;
    }

    /** A component's refusal as the line of the file, or else the option, that it is about. */
    UserException explained(PropertyException e) {
        return file.flatMap(read -> read.explain(e))
                .<UserException>map(explained -> explained)
                .orElseGet(() -> new UsageError(Explanations.of(e, table), e));
    }

    /** A refusal to generate in the words of the options. */
    UserException explained(GenerationException e) {
        return new UsageError(Explanations.inOptions(e.getMessage(), table), e);
    }

    private void read(Iterator<String> arguments) {
        while (arguments.hasNext()) {
            String argument = arguments.next();
            if (argument.startsWith(OVERRIDE)) {
                overrides.put(argument.substring(OVERRIDE.length()), following(argument, arguments));
            } else if (argument.startsWith("--")) {
                option(argument.substring(2), arguments);
            } else {
                throw new UsageError("'" + argument + "' is not an option; options begin with two dashes" + seeHelp());
            }
        }
    }

    private void option(String argument, Iterator<String> arguments) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        OptionTable.Entry entry = table.named(name).orElseThrow(() -> unknown(name));
        if (!given.add(name)) {
            throw new UsageError("--" + name + " is given twice; give it once");
        }
        String value = equals >= 0
                ? argument.substring(equals + 1)
                : entry.isSwitch() ? "true" : following("--" + name, arguments);
        entry.set(value);
        if (name.equals("config")) {
            requireFile(value);
        }
    }

    private void requireNoneReplaced(CommandOptions options) {
        OptionTable.of(options).entries().stream()
                .filter(e -> given.contains(e.name()))
                .filter(options.replacedByConfig()::contains)
                .findFirst()
                .ifPresent(e -> {
                    throw new UsageError("--" + e.name() + " does nothing beside --config; change the value in "
                            + options.config() + ", or with --@COMPONENT.FIELD VALUE");
                });
    }

    private void requireActing() {
        for (OptionGroup group : table.groups()) {
            for (Condition condition : group.conditions()) {
                given.stream().filter(condition::refuses).sorted().findFirst().ifPresent(option -> {
                    throw condition.refusal(option);
                });
            }
        }
    }

    private static void requireFile(String value) {
        if (!Files.isRegularFile(Path.of(value))) {
            throw new UsageError("--config: there is no file " + value + "; check the path, which is relative to "
                    + Path.of("").toAbsolutePath());
        }
    }

    private String following(String argument, Iterator<String> arguments) {
        String value = arguments.hasNext() ? arguments.next() : "--";
        if (value.startsWith("--")) {
            String usage = table.named(argument.substring(2))
                    .map(e -> ": " + e.option().usage())
                    .orElse("");
            throw new UsageError(argument + " needs a value" + usage + seeHelp());
        }
        return value;
    }

    private UsageError unknown(String name) {
        String hint =
                table.like(name).map(like -> "; did you mean --" + like + "?").orElse("");
        return new UsageError(command + " has no option --" + name + hint + seeHelp());
    }

    private String seeHelp() {
        return " (see: " + command + " --help)";
    }
}
