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
import com.oracle.labs.mlrg.olcut.config.PropertySheet;
import io.github.tribuollm.objectives.Objective;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The classes that a configuration may name. A class is looked at before any of its code runs. */
final class ComponentTypes {
    private final TrustedPackages trusted;

    /** @param more packages that are trusted beside those of this project and of Tribuo */
    ComponentTypes(List<String> more) {
        trusted = TrustedPackages.and(more);
    }

    /** The class of a component. */
    Class<? extends Configurable> of(Declared component) {
        String name = component.type();
        if (!trusted.hold(name)) {
            throw component.problem("the class " + name + " is in no trusted package; trusted are "
                    + trusted
                    + ", on the command line those of --trust-packages, and in Java those given beside the file"
                    + meant(name));
        }
        Class<?> type = loaded(component);
        if (!Configurable.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())) {
            throw component.problem("the class " + name + " cannot be a component" + meant(name));
        }
        return type.asSubclass(Configurable.class);
    }

    private static Class<?> loaded(Declared component) {
        try {
            return Class.forName(component.type(), false, ComponentTypes.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw component.problem("there is no class " + component.type() + meant(component.type()));
        }
    }

    /** The fields of a class that can be set, by name. */
    static SortedMap<String, Field> fields(Class<? extends Configurable> type) {
        SortedMap<String, Field> fields = new TreeMap<>();
        PropertySheet.getAllFields(type).stream()
                .filter(field -> field.isAnnotationPresent(Config.class))
                .forEach(field -> fields.put(field.getName(), field));
        return fields;
    }

    private static String meant(String type) {
        Map<String, String> known = new LinkedHashMap<>();
        components().forEach(name -> known.put(simple(name), name));
        return Nearest.to(simple(type), known.keySet())
                .map(known::get)
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** The components of this project, by walking the jars or folders that its modules were loaded from. */
    private static List<String> components() {
        List<String> names = new ArrayList<>();
        for (Path root : roots()) {
            names.addAll(below(root));
        }
        return names.stream().filter(ComponentTypes::isComponent).sorted().toList();
    }

    private static List<Path> roots() {
        return Stream.of(ComponentTypes.class, Objective.class)
                .map(type -> type.getProtectionDomain().getCodeSource())
                .flatMap(source -> Optional.ofNullable(source).stream())
                .map(source -> {
                    try {
                        return Path.of(source.getLocation().toURI());
                    } catch (URISyntaxException e) {
                        throw new IllegalStateException(source.getLocation() + " is no place", e);
                    }
                })
                .distinct()
                .toList();
    }

    private static List<String> below(Path root) {
        try {
            if (Files.isDirectory(root)) {
                return classes(root);
            }
            try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + root.toUri()), Map.of())) {
                return classes(jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the classes of " + root + ": " + e.getMessage(), e);
        }
    }

    private static List<String> classes(Path root) throws IOException {
        Path top = root.resolve("io/github/tribuollm");
        try (Stream<Path> files = Files.walk(top)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replaceAll("[/\\\\]", "."))
                    .toList();
        }
    }

    private static boolean isComponent(String name) {
        try {
            Class<?> type = Class.forName(name, false, ComponentTypes.class.getClassLoader());
            return Configurable.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
