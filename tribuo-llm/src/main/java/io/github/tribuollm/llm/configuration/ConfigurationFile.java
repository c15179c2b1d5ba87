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
package io.github.tribuollm.llm.configuration;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A configuration file: components, and properties that stand for values in them. Everything is checked before a
 * component is made: names, types, fields, values, references and circles. An immutable value.
 */
public final class ConfigurationFile {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]*)}");
    private static final int DEEPEST = 20;

    private final Path path;
    private final ComponentTypes trusted;
    private final Map<String, String> values;
    private final Map<String, Declared> components;

    private ConfigurationFile(
            Path path, ComponentTypes trusted, Map<String, String> values, Map<String, Declared> components) {
        this.path = path;
        this.trusted = trusted;
        this.values = values;
        this.components = components;
    }

    /**
     * Reads a file whose components are of this project or of Tribuo.
     *
     * @param path an XML file
     * @return what it says
     * @throws ConfigurationException if it cannot be read, or is no configuration
     */
    public static ConfigurationFile read(Path path) {
        return read(path, List.of());
    }

    /**
     * Reads a file. A component runs code of its class, so a class comes from a package that is trusted.
     *
     * @param path an XML file
     * @param packages trusted beside this project and Tribuo, with the packages below them
     * @return what it says
     * @throws ConfigurationException if it cannot be read, or is no configuration
     */
    public static ConfigurationFile read(Path path, List<String> packages) {
        ConfigurationReader.Content content = ConfigurationReader.read(path);
        return new ConfigurationFile(path, new ComponentTypes(packages), content.values(), content.components());
    }

    /**
     * The same with one value changed.
     *
     * @param place where the new value comes from, such as {@code --@trainer.rank}
     * @param name {@code COMPONENT.FIELD}, or the name of a property
     * @param value the new value; a list with commas
     * @return the changed configuration
     * @throws ConfigurationException if there is no such component or property
     */
    public ConfigurationFile with(String place, String name, String value) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            requireKnown(place, "property", name, values);
            Map<String, String> changed = new LinkedHashMap<>(values);
            changed.put(name, value);
            return new ConfigurationFile(path, trusted, changed, components);
        }
        String field = name.substring(dot + 1);
        requireKnown(place, "component", name.substring(0, dot), components);
        Declared component = components.get(name.substring(0, dot));
        Map<String, Declared> changed = new LinkedHashMap<>(components);
        changed.put(component.name(), component.with(field, new Setting(place, property(component, field, value))));
        return new ConfigurationFile(path, trusted, values, changed);
    }

    private void requireKnown(String place, String kind, String name, Map<String, ?> known) {
        if (!known.containsKey(name)) {
            throw new ConfigurationException(place + ": " + path + " has no " + kind + " '" + name + "', but "
                    + (known.isEmpty() ? "none at all" : String.join(", ", known.keySet()))
                    + Nearest.question(name, known.keySet()));
        }
    }

    private Property property(Declared component, String field, String value) {
        Field declared = ComponentTypes.fields(trusted.of(component)).get(field);
        return declared != null && FieldCheck.isList(declared)
                ? ListProperty.createFromStringList(ConfigurationManager.parseStringList(value))
                : new SimpleProperty(value);
    }

    /**
     * Adds the components to OLCUT's.
     *
     * @param configuration what looks components up
     * @throws ConfigurationException for the first thing that is wrong, with its line, component and field
     */
    public void addTo(ConfigurationManager configuration) {
        Map<String, Declared> checked = checked();
        configuration.addConfiguration(
                checked.values().stream().map(Declared::data).toList());
    }

    /** {@return the components, checked, ready to be looked up} */
    public ConfigurationManager manager() {
        ConfigurationManager configuration = new ConfigurationManager();
        addTo(configuration);
        return configuration;
    }

    private Map<String, Declared> checked() {
        Map<String, Class<? extends Configurable>> types = new LinkedHashMap<>();
        components.values().forEach(component -> types.put(component.name(), trusted.of(component)));
        Map<String, Declared> resolved = new LinkedHashMap<>();
        components.values().forEach(component -> resolved.put(component.name(), resolved(component)));
        FieldCheck fields = new FieldCheck(types);
        resolved.values().forEach(fields::check);
        resolved.values().stream().filter(c -> !isBase(c)).forEach(fields::checkComplete);
        Cycles.requireNone(resolved, fields::references);
        return resolved;
    }

    private boolean isBase(Declared component) {
        return components.values().stream()
                .anyMatch(other -> other.base().filter(component.name()::equals).isPresent());
    }

    /** A component in whose settings values stand for properties. */
    private Declared resolved(Declared component) {
        Declared resolved = component;
        for (Map.Entry<String, Setting> entry : component.settings().entrySet()) {
            String field = entry.getKey();
            resolved = resolved.with(field, entry.getValue().map(text -> resolved(component, field, text, 0)));
        }
        return resolved;
    }

    private String resolved(Declared component, String field, String text, int depth) {
        if (depth > DEEPEST) {
            throw component.problem(field, "the properties of the file stand for each other in a circle: " + text);
        }
        return PROPERTY.matcher(text).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw component.problem(
                        field,
                        "expected a property of the file in " + match.group() + ", which has "
                                + (values.isEmpty() ? "none" : String.join(", ", values.keySet()))
                                + Nearest.question(match.group(1), values.keySet()));
            }
            return Matcher.quoteReplacement(resolved(component, field, value, depth + 1));
        });
    }

    /**
     * Finds the component that refused its values while it was made.
     *
     * @param failure what {@link ConfigurationManager#lookup(String)} threw
     * @return the failure with line, component and field; empty if no component of this file is to blame
     */
    public Optional<ConfigurationException> explain(PropertyException failure) {
        Refusal refusal = Refusal.of(failure);
        List<Declared> suspects = components.values().stream()
                .map(this::resolved)
                .filter(component -> refusal.isOf(trusted.of(component)))
                .toList();
        return suspects.stream()
                .filter(suspect -> refusal.sameAs(failureOf(suspect)))
                .findFirst()
                .map(refusal::at);
    }

    private Optional<PropertyException> failureOf(Declared suspect) {
        try {
            manager().lookup(suspect.name());
            return Optional.empty();
        } catch (PropertyException e) {
            return Optional.of(e);
        }
    }

    @Override
    public String toString() {
        return path + " with "
                + components.values().stream().map(Declared::name).collect(Collectors.joining(", "));
    }
}
