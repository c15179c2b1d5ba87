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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.FieldType;
import com.oracle.labs.mlrg.olcut.config.PropertySheet;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.MapProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Holds the settings of components against the fields of their classes. */
final class FieldCheck {
    private final Map<String, Class<? extends Configurable>> types;

    /** @param types the classes of all components, by name */
    FieldCheck(Map<String, Class<? extends Configurable>> types) {
        this.types = types;
    }

    /**
     * Checks that every setting has a field and fits it.
     *
     * @throws ConfigurationException for the first that does not
     */
    void check(Declared component) {
        Class<? extends Configurable> type = types.get(component.name());
        SortedMap<String, Field> fields = ComponentTypes.fields(type);
        component.settings().forEach((name, setting) -> {
            Field field = fields.get(name);
            if (field == null) {
                throw component.problem(
                        name,
                        type.getSimpleName() + " has no such field, but "
                                + (fields.isEmpty() ? "none at all" : String.join(", ", fields.keySet()))
                                + Nearest.question(name, fields.keySet()));
            }
            check(component, field, setting);
        });
    }

    /**
     * Checks that nothing is missing.
     *
     * @throws ConfigurationException for the first mandatory field without a setting
     */
    void checkComplete(Declared component) {
        Class<? extends Configurable> type = types.get(component.name());
        ComponentTypes.fields(type).forEach((name, field) -> {
            Config config = field.getAnnotation(Config.class);
            if (config.mandatory() && !component.settings().containsKey(name)) {
                throw component.problem(
                        name, "is missing, and " + type.getSimpleName() + " needs it: " + config.description());
            }
        });
    }

    private void check(Declared component, Field field, Setting setting) {
        FieldType kind = FieldType.getFieldType(field);
        Class<? extends Property> shape = shape(kind);
        if (!shape.isInstance(setting.value())) {
            throw component.problem(
                    field.getName(),
                    "expected " + shapeName(shape) + ", but there is "
                            + shapeName(setting.value().getClass()));
        }
        Class<?> element = element(field, kind);
        for (String text : setting.texts()) {
            String problem = problem(element, text);
            if (!problem.isEmpty()) {
                throw component.problem(field.getName(), problem);
            }
        }
    }

    /** Whether a field takes a list. */
    static boolean isList(Field field) {
        return shape(FieldType.getFieldType(field)) == ListProperty.class;
    }

    private static Class<? extends Property> shape(FieldType kind) {
        if (FieldType.listTypes.contains(kind) || FieldType.arrayTypes.contains(kind)) {
            return ListProperty.class;
        }
        return FieldType.mapTypes.contains(kind) ? MapProperty.class : SimpleProperty.class;
    }

    private static String shapeName(Class<? extends Property> shape) {
        if (shape == ListProperty.class) {
            return "a list (<propertylist> with <item>)";
        }
        return shape == MapProperty.class ? "a map (<propertymap> with <entry>)" : "one value (<property>)";
    }

    private static Class<?> element(Field field, FieldType kind) {
        if (FieldType.arrayTypes.contains(kind)) {
            return field.getType().getComponentType();
        }
        if (FieldType.listTypes.contains(kind) || FieldType.mapTypes.contains(kind)) {
            List<Class<?>> generic = PropertySheet.getGenericClass(field);
            return generic.get(generic.size() - 1);
        }
        return field.getType();
    }

    /** Why a text is no value of a type; empty if it is. */
    private String problem(Class<?> type, String text) {
        if (Configurable.class.isAssignableFrom(type)) {
            return reference(type, text);
        }
        if (type.isEnum()) {
            List<String> constants = Arrays.stream(type.getEnumConstants())
                    .map(c -> ((Enum<?>) c).name())
                    .toList();
            return constants.contains(text)
                    ? ""
                    : expected("one of " + String.join(", ", constants), text) + Nearest.question(text, constants);
        }
        return Plain.of(type)
                .filter(plain -> !plain.accepts(text))
                .map(plain -> expected(plain.words(), text))
                .orElse("");
    }

    private String reference(Class<?> type, String name) {
        List<String> fitting = types.entrySet().stream()
                .filter(e -> type.isAssignableFrom(e.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (fitting.contains(name)) {
            return "";
        }
        String there = fitting.isEmpty() ? "of which the file has none" : String.join(", ", fitting);
        String wanted = "the name of a " + type.getSimpleName() + " (" + there + ")";
        return types.containsKey(name)
                ? "expected " + wanted + ", but " + name + " is a "
                        + types.get(name).getSimpleName()
                : expected(wanted, name) + Nearest.question(name, fitting);
    }

    /** The components that a field of a component names. */
    List<String> references(Declared component, String field) {
        Field declared = ComponentTypes.fields(types.get(component.name())).get(field);
        Class<?> element = element(declared, FieldType.getFieldType(declared));
        return Configurable.class.isAssignableFrom(element)
                ? List.copyOf(component.settings().get(field).texts())
                : List.of();
    }

    private static String expected(String what, String text) {
        return "expected " + what + ", but there is '" + text + "'";
    }
}
