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
package io.github.tribuollm.runtime;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * ONNX Runtime's native libraries, unpacked once for all processes into {@code tribuo-llm} in the user's cache folder
 * ({@code XDG_CACHE_HOME}, else {@code .cache} in the home directory). Left alone, the runtime unpacks them anew for
 * each process into the temporary directory, where those of killed processes stay.
 */
final class NativeLibraries {
    /** The runtime's property of the folder that holds its libraries. */
    static final String PATH_PROPERTY = "onnxruntime.native.path";

    private static final Logger LOGGER = Logger.getLogger(NativeLibraries.class.getName());
    private static final List<String> NAMES = List.of(
            "onnxruntime",
            "onnxruntime4j_jni",
            "onnxruntime_providers_shared",
            "onnxruntime_providers_cuda",
            "onnxruntime_providers_tensorrt");

    private static final String UNFINISHED = ".tmp";

    private NativeLibraries() {}

    /** Points the runtime at the unpacked libraries, unless a folder is given; where that fails, it unpacks its own. */
    static void locate() {
        if (System.getProperty(PATH_PROPERTY) != null) {
            return;
        }
        try {
            unpacked(cache()).ifPresent(folder -> System.setProperty(PATH_PROPERTY, folder.toString()));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, "The native libraries go to the temporary directory", e);
        }
    }

    private static Path cache() {
        String folder = System.getenv("XDG_CACHE_HOME");
        Path caches = folder == null || folder.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(folder);
        return caches.resolve("tribuo-llm");
    }

    /**
     * Unpacks what is not there yet.
     *
     * @param cache where to
     * @return the folder of this build of the runtime; empty if its jar has no library for this system
     */
    static Optional<Path> unpacked(Path cache) throws IOException {
        URL main = resource("onnxruntime");
        if (main == null) {
            return Optional.empty();
        }
        Path folder = Files.createDirectories(cache.resolve(build(main)));
        Map<Path, URL> missing = new LinkedHashMap<>();
        for (String name : NAMES) {
            URL library = resource(name);
            Path file = folder.resolve(System.mapLibraryName(name));
            if (library != null && !isWhole(file, library)) {
                missing.put(file, library);
            }
        }
        if (!missing.isEmpty()) {
            unpack(folder, missing);
        }
        return Optional.of(folder);
    }

    /** One process at a time, so that what it finds half written is what a killed one left. */
    private static synchronized void unpack(Path folder, Map<Path, URL> missing) throws IOException {
        try (FileChannel lock = FileChannel.open(
                folder.resolve("unpacking.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            deleteUnfinished(folder);
            for (Map.Entry<Path, URL> library : missing.entrySet()) {
                unpack(library.getValue(), library.getKey());
            }
        }
    }

    /** A name for the libraries of one jar: its version may come with CUDA or without. */
    private static String build(URL main) throws IOException {
        String version = OrtEnvironment.class.getPackage().getImplementationVersion();
        long size = main.openConnection().getContentLengthLong();
        return "onnxruntime-" + (version == null ? "" : version + "-") + system() + "-" + Long.toHexString(size);
    }

    private static void unpack(URL library, Path file) throws IOException {
        if (isWhole(file, library)) {
            return; // another process has done it meanwhile
        }
        Path fresh = Files.createTempFile(file.getParent(), file.getFileName().toString(), UNFINISHED);
        try (InputStream in = library.openStream()) {
            Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void deleteUnfinished(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    private static boolean isWhole(Path file, URL library) throws IOException {
        return Files.isRegularFile(file)
                && Files.size(file) == library.openConnection().getContentLengthLong();
    }

    private static URL resource(String name) {
        return OrtEnvironment.class.getResource(
                "/ai/onnxruntime/native/" + system() + "/" + System.mapLibraryName(name));
    }

    /** The system as the runtime's jar names its folders, such as {@code linux-x64}. */
    private static String system() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String family = os.contains("win") ? "win" : os.contains("mac") ? "osx" : "linux";
        return family + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
    }
}
