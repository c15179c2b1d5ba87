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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.configuration.ConfigurationFile;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The options of a program whose experiments a configuration file describes. {@code --@component.field value} changes one
 * value of the file.
 */
public abstract class ExperimentOptions implements Options {
    private static final String CHANGE = "--@";

    /** The experiments. */
    @Option(charName = 'c', longName = "config-file", usage = "The configuration file with the experiments.")
    public Path configFile;

    /** Where results go. */
    @Option(charName = 'o', longName = "output", usage = "The directory of the results.")
    public Path output;

    private final String description;
    private final List<Class<? extends Configurable>> components;
    private final Map<String, String> changes = new LinkedHashMap<>();

    /**
     * Options with their defaults.
     *
     * @param description what the program does
     * @param output where results go unless said otherwise
     * @param components the experiments that the program knows
     */
    protected ExperimentOptions(String description, Path output, List<Class<? extends Configurable>> components) {
        this.description = description;
        this.output = output;
        this.components = List.copyOf(components);
    }

    @Override
    public String getOptionsDescription() {
        return description;
    }

    /** Keeps the changes of the file, and returns the other arguments. */
    String[] withoutChanges(String[] arguments) {
        List<String> others = new ArrayList<>();
        for (Iterator<String> left = Arrays.asList(arguments).iterator(); left.hasNext(); ) {
            String argument = left.next();
            if (!argument.startsWith(CHANGE)) {
                others.add(argument);
            } else if (left.hasNext()) {
                changes.put(argument.substring(CHANGE.length()), left.next());
            } else {
                throw new IllegalArgumentException(argument + " needs a value");
            }
        }
        return others.toArray(String[]::new);
    }

    /**
     * Makes the experiments of the file.
     *
     * @param <C> what they have in common
     * @param type that
     * @return the experiments by their names, in the order of these
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if the file, or a change of it, is wrong
     * @throws IllegalArgumentException if no file is given, or it has no experiment
     */
    public <C extends Configurable> Map<String, C> experiments(Class<C> type) {
        if (configFile == null) {
            throw new IllegalArgumentException("There is no experiment; give --config-file FILE");
        }
        ConfigurationFile file = ConfigurationFile.read(configFile);
        for (Map.Entry<String, String> change : changes.entrySet()) {
            file = file.with(CHANGE + change.getKey(), change.getKey(), change.getValue());
        }
        ConfigurationManager configuration = file.manager();
        Map<String, C> found = new TreeMap<>();
        try {
            for (String name : configuration.listAll(type)) {
                found.put(name, type.cast(configuration.lookup(name)));
            }
        } catch (PropertyException e) {
            throw file.explain(e).<RuntimeException>map(explained -> explained).orElse(e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(configFile + " has no component of one of the types "
                    + components.stream().map(Class::getName).collect(Collectors.joining(", ")));
        }
        return found;
    }

    /** The components with their fields. */
    String componentHelp() {
        StringBuilder help = new StringBuilder(
                "\nA configuration file describes components of these types; --@NAME.FIELD VALUE changes a field.\n");
        for (Class<? extends Configurable> component : components) {
            help.append('\n').append(component.getName()).append('\n');
            for (Field field : component.getDeclaredFields()) {
                Config config = field.getAnnotation(Config.class);
                if (config != null) {
                    help.append(String.format("  %-18s %s%n", field.getName(), config.description()));
                }
            }
        }
        return help.toString();
    }
}
