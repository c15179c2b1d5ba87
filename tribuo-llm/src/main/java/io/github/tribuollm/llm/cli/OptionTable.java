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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.DescribeConfigurable;
import com.oracle.labs.mlrg.olcut.config.DescribeConfigurable.FieldInfo;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.configuration.Nearest;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The options of a command, group by group, in the order of their declaration. */
final class OptionTable {
    /** An option and the object that holds its value. */
    record Entry(OptionGroup group, Field field, Option option) {
        String name() {
            return option.longName();
        }

        boolean isSwitch() {
            return field.getType() == boolean.class;
        }

        boolean isList() {
            return field.getType() == List.class;
        }

        /** The value; null if none was given. */
        Object value() {
            try {
                return field.get(group);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(field + " is not accessible", e);
            }
        }

        /**
         * Sets the value; a list's elements are separated by commas.
         *
         * @throws UsageError if the text is no value of this option
         */
        void set(String text) {
            try {
                field.set(group, isList() ? elements(text) : OptionValue.of(name(), field.getType(), text));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(field + " is not accessible", e);
            }
        }

        private List<Object> elements(String text) {
            Class<?> type = (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
            return Arrays.stream(text.split(","))
                    .map(element -> OptionValue.of(name(), type, element.strip()))
                    .toList();
        }

        /** Whether it has a value; a switch that is off has none. */
        boolean given() {
            return value() != null && !value().equals(false);
        }

        /** The field that this option sets. */
        Optional<FieldInfo> configured() {
            return group.configures().stream()
                    .map(type -> configured(type, field.getName()))
                    .flatMap(Optional::stream)
                    .findFirst();
        }

        private static Optional<FieldInfo> configured(Class<? extends Configurable> type, String name) {
            return Optional.ofNullable(
                    DescribeConfigurable.generateFieldInfo(type).get(name));
        }

        /** The values to choose from, as they are written on a command line; empty if any value will do. */
        List<String> choices() {
            return configured()
                    .filter(info -> info.enumConstants != null)
                    .map(info ->
                            info.enumConstants.stream().map(Choices::written).toList())
                    .orElse(List.of());
        }

        /** What holds if the option is not given; empty if nothing does or the usage tells. */
        String defaultValue() {
            Object own = value();
            if (own != null) {
                return isSwitch() ? "" : text(own);
            }
            String value = configured().map(info -> info.defaultVal).orElse("");
            String bare =
                    value.replaceAll("[\\[\\]]", "").replaceAll("\\.0$", "").replace(".0E-", "e-");
            return choices().isEmpty() ? bare : Choices.written(bare);
        }

        private static String text(Object value) {
            return value instanceof List<?> list
                    ? list.stream().map(Object::toString).collect(Collectors.joining(","))
                    : value.toString();
        }

        private Property property() {
            if (value() instanceof List<?> list) {
                return new ListProperty(
                        list.stream().map(v -> new SimpleProperty(v.toString())).toList());
            }
            String text = text(value());
            List<String> choices = choices();
            if (choices.isEmpty()) {
                return new SimpleProperty(text);
            }
            return new SimpleProperty(Choices.constant(Choices.among("--" + name(), text, choices)));
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final List<OptionGroup> groups = new ArrayList<>();

    private OptionTable() {}

    /** The options of a group and of the groups that it has as fields. */
    static OptionTable of(OptionGroup root) {
        OptionTable table = new OptionTable();
        table.add(root);
        return table;
    }

    private void add(OptionGroup group) {
        groups.add(group);
        List<OptionGroup> parts = new ArrayList<>();
        for (Field field : group.getClass().getDeclaredFields()) {
            Option option = field.getAnnotation(Option.class);
            if (option != null) {
                entries.add(new Entry(group, field, option));
            } else if (OptionGroup.class.isAssignableFrom(field.getType())) {
                parts.add(part(group, field));
            }
        }
        parts.forEach(this::add);
    }

    private static OptionGroup part(OptionGroup group, Field field) {
        try {
            return (OptionGroup) field.get(group);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not accessible", e);
        }
    }

    List<OptionGroup> groups() {
        return List.copyOf(groups);
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    List<Entry> entries(OptionGroup group) {
        return entries.stream().filter(e -> e.group() == group).toList();
    }

    Optional<Entry> named(String name) {
        return entries.stream().filter(e -> e.name().equals(name)).findFirst();
    }

    /** The option that sets a field of a component. */
    Optional<Entry> setting(String field) {
        return entries.stream()
                .filter(e -> e.field().getName().equals(field) && e.configured().isPresent())
                .findFirst();
    }

    /** The options of a group that were given and set fields of a class, as properties of a component. */
    static Map<String, Property> properties(OptionGroup group, Class<? extends Configurable> type) {
        Map<String, FieldInfo> fields = DescribeConfigurable.generateFieldInfo(type);
        Map<String, Property> properties = new TreeMap<>();
        for (Entry entry : of(group).entries(group)) {
            if (entry.given() && fields.containsKey(entry.field().getName())) {
                properties.put(entry.field().getName(), entry.property());
            }
        }
        return properties;
    }

    /** The name that is most like one that does not exist. */
    Optional<String> like(String name) {
        return Nearest.to(name, entries.stream().map(Entry::name).toList());
    }

    /** Values that are chosen from a few. */
    static final class Choices {
        private Choices() {}

        /** How a constant is written on a command line: {@code OPTIMISER_STEP} as {@code optimiser-step}. */
        static String written(String constant) {
            return constant.toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static String constant(String written) {
            return written.toUpperCase(Locale.ROOT).replace('-', '_');
        }

        /** Checks a choice. */
        static String among(String option, String value, List<String> choices) {
            String written = written(value);
            if (!choices.contains(written)) {
                throw new UsageError(
                        option + ": there is no '" + value + "'; choose one of " + String.join(", ", choices));
            }
            return written;
        }

        /** Checks the choice of a constant. */
        static <E extends Enum<E>> E among(String option, String value, Class<E> type) {
            List<String> choices = Arrays.stream(type.getEnumConstants())
                    .map(e -> written(e.name()))
                    .toList();
            return Enum.valueOf(type, constant(among(option, value, choices)));
        }
    }
}
