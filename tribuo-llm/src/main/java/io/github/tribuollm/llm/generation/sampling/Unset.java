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
package io.github.tribuollm.llm.generation.sampling;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import com.oracle.labs.mlrg.olcut.provenance.primitives.BooleanProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DoubleProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.LongProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuollm.runtime.Settings;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings of which null says that somebody else decides. */
final class Unset {
    private static final String HOST_SHORT_NAME = "host-short-name";

    private Unset() {}

    /** Sets what is not set in one component to what it is in another of the same class. */
    static <C> C filled(C into, C from) {
        return filled(into, field -> value(field, from));
    }

    /** Sets what is not set in a component. */
    static <C> C filled(C into, Function<Field, Object> value) {
        for (Field field : into.getClass().getDeclaredFields()) {
            if (isUnset(field, into)) {
                set(field, into, value.apply(field));
            }
        }
        return into;
    }

    /** The names of settings that can be unset. */
    static Stream<String> names(Class<?> component) {
        return Arrays.stream(component.getDeclaredFields())
                .filter(Unset::canBeUnset)
                .map(Field::getName);
    }

    private static boolean canBeUnset(Field field) {
        return field.isAnnotationPresent(Config.class) && !field.getType().isPrimitive();
    }

    private static boolean isUnset(Field field, Object component) {
        return canBeUnset(field) && value(field, component) == null;
    }

    private static Object value(Field field, Object component) {
        try {
            field.setAccessible(true);
            return field.get(component);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not accessible", e);
        }
    }

    private static void set(Field field, Object component, Object value) {
        try {
            field.set(component, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not accessible", e);
        }
    }

    /** Checks a value that is set. */
    static <T> void require(String field, T value, Predicate<T> holds, String problem) {
        Settings.require(field, value == null || holds.test(value), problem + ": " + value);
    }

    /** An unchangeable copy of a list that is set, after a check of its elements. */
    static <T> List<T> copied(String field, List<T> values, Predicate<T> holds, String problem) {
        if (values == null) {
            return null;
        }
        values.forEach(value -> Settings.require(field, value != null && holds.test(value), problem + ": " + value));
        return List.copyOf(values);
    }

    /** What is set in a component, as provenance; OLCUT's own has no place for a number that is not set. */
    static ConfiguredObjectProvenance provenance(String shortName, Object component) {
        Map<String, Provenance> set = new HashMap<>();
        text(set, ObjectProvenance.CLASS_NAME, component.getClass().getName());
        text(set, HOST_SHORT_NAME, shortName);
        setFields(component).forEach(field -> set.put(field.getName(), provenance(field, component)));
        return new ConfiguredObjectProvenanceImpl(set);
    }

    private static void text(Map<String, Provenance> set, String name, String value) {
        set.put(name, new StringProvenance(name, value));
    }

    private static Provenance provenance(Field field, Object component) {
        String name = field.getName();
        Object value = value(field, component);
        return value instanceof List<?> list
                ? new ListProvenance<>(
                        list.stream().map(element -> primitive(name, element)).toList())
                : primitive(name, value);
    }

    private static Provenance primitive(String name, Object value) {
        if (value instanceof Boolean flag) {
            return new BooleanProvenance(name, flag);
        }
        if (value instanceof Integer number) {
            return new IntProvenance(name, number);
        }
        if (value instanceof Long number) {
            return new LongProvenance(name, number);
        }
        return value instanceof Double number
                ? new DoubleProvenance(name, number)
                : new StringProvenance(name, (String) value);
    }

    private static Stream<Field> setFields(Object component) {
        return Arrays.stream(component.getClass().getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(Config.class) && value(field, component) != null);
    }

    /** A component's name and what is set in it, in a line. */
    static String text(String name, Object component) {
        return setFields(component)
                .map(field -> field.getName() + " " + value(field, component))
                .collect(Collectors.joining(", ", name + " of ", ""));
    }
}
