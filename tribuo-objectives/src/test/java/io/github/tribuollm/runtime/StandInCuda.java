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

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What ONNX Runtime's CUDA provider does with a model, on a machine without a GPU: a process of its own opens the
 * model over the libraries that {@code test-resources/gpu/stand-in/build} makes, and its log says the rest.
 */
public final class StandInCuda {
    private static final Pattern GROUP =
            Pattern.compile("VerifyEachNodeIsAssignedToAnEp\\]\\s+(All nodes|Node\\(s\\)) placed on \\[(\\w+)].*");
    private static final Pattern NODE =
            Pattern.compile("VerifyEachNodeIsAssignedToAnEp\\]\\s+(\\S+) \\((.*)\\)(\\u001b\\[m)?$");
    private static final Pattern COPY = Pattern.compile("Add Memcpy\\w+ (?:after|before) (\\S+) for .*");
    private static final Pattern SESSION = Pattern.compile("\\[\\w:onnxruntime:(model-\\d+), ");
    private static final String CUDA = "CUDAExecutionProvider";
    private static final String FAILED = "failed to open ";

    private final Path natives;
    private final Path libraries;

    /**
     * Libraries that are there already.
     *
     * @param natives ONNX Runtime's
     * @param libraries CUDA's, which do nothing
     */
    public StandInCuda(Path natives, Path libraries) {
        this.natives = natives.toAbsolutePath();
        this.libraries = libraries.toAbsolutePath();
    }

    /**
     * The provider's answer for one model.
     *
     * @param providers the provider of each node of the optimised model, by the node's name; empty if one has all nodes
     * @param all the provider of all nodes, or null
     * @param copied the tensors that are copied between host and device inside the model
     * @param failure why the model could not be opened, or null
     */
    public record Answer(Map<String, String> providers, String all, Set<String> copied, String failure) {
        /**
         * Whether the optimised model still has a node.
         *
         * @param node its name
         * @return false where the runtime has made another node of it
         */
        public boolean knows(String node) {
            return all != null || providers.containsKey(node);
        }

        /**
         * Where a node runs.
         *
         * @param node its name
         * @return whether on the device
         */
        public boolean onCuda(String node) {
            return CUDA.equals(providers.getOrDefault(node, all));
        }

        /** {@return the nodes on the processor} */
        public Set<String> onProcessor() {
            return providers.keySet().stream().filter(node -> !onCuda(node)).collect(Collectors.toSet());
        }
    }

    /**
     * The stand-in over the natives that {@code natives-cuda12} has laid out, built if need be.
     *
     * @return empty where there are no such natives, or no gcc
     */
    public static Optional<StandInCuda> here() {
        Path resources = Path.of(System.getProperty("test.resources"));
        Path natives = resources.resolveSibling("runs/natives/cuda12");
        Path libraries = resources.resolveSibling("runs/stand-in/cuda12");
        String build = resources.resolve("gpu/stand-in/build").toString();
        return Files.exists(natives)
                        && ended("gcc", "--version")
                        && ended(build, natives.toString(), libraries.toString())
                ? Optional.of(new StandInCuda(natives, libraries))
                : Optional.empty();
    }

    private static boolean ended(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The library that answers. */
    Path provider() {
        return natives.resolve("libonnxruntime_providers_cuda.so");
    }

    /**
     * Opens models.
     *
     * @param models by name
     * @param optimised whether the runtime may rewrite them, as it does by default
     * @return the answers by the same names
     */
    public Map<String, Answer> open(Map<String, OnnxMl.ModelProto> models, boolean optimised) {
        try {
            Path work = Files.createTempDirectory("stand-in");
            List<String> names = List.copyOf(models.keySet());
            for (int i = 0; i < names.size(); i++) {
                Files.write(file(work, i), models.get(names.get(i)).toByteArray());
            }
            String log = log(work, names.size(), optimised);
            Map<String, List<String>> lines = bySession(log);
            Map<String, Answer> answers = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                Files.delete(file(work, i));
                answers.put(names.get(i), answer(lines.getOrDefault("model-" + i, List.of())));
            }
            Files.delete(work);
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path work, int index) {
        return work.resolve(index + ".onnx");
    }

    private String log(Path work, int count, boolean optimised) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Donnxruntime.native.path=" + natives,
                "-cp",
                System.getProperty("java.class.path"),
                StandInCuda.class.getName(),
                work.toString(),
                Integer.toString(count),
                Boolean.toString(optimised));
        builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        Process process = builder.redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("The stand-in ended with " + process.exitValue() + ": "
                        + log.substring(Math.max(0, log.length() - 4000)));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return log;
    }

    private static Map<String, List<String>> bySession(String log) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        log.lines().forEach(line -> {
            Matcher session = SESSION.matcher(line);
            if (line.startsWith(FAILED)) {
                String rest = line.substring(FAILED.length());
                lines.computeIfAbsent(rest.split(":", 2)[0], k -> new ArrayList<>())
                        .add(line);
            } else if (session.find()) {
                lines.computeIfAbsent(session.group(1), k -> new ArrayList<>()).add(line);
            }
        });
        return lines;
    }

    private static Answer answer(List<String> lines) {
        Map<String, String> providers = new LinkedHashMap<>();
        Set<String> copied = new TreeSet<>();
        String provider = null;
        String all = null;
        String failure = null;
        for (String line : lines) {
            Matcher group = GROUP.matcher(line);
            Matcher node = NODE.matcher(line);
            Matcher copy = COPY.matcher(line);
            if (line.startsWith(FAILED)) {
                failure = line;
            } else if (group.find()) {
                provider = group.group(2);
                all = group.group(1).startsWith("All") ? provider : null;
            } else if (node.find()) {
                providers.put(node.group(2), provider);
            } else if (copy.find()) {
                copied.add(copy.group(1));
            }
        }
        return new Answer(providers, all, copied, failure);
    }

    /**
     * The process that opens the models.
     *
     * @param args the folder of the models, how many there are, whether they may be optimised
     * @throws OrtException if the provider itself cannot be loaded
     */
    public static void main(String[] args) throws OrtException {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_VERBOSE, "stand-in");
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                    OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
                options.addCUDA(cuda);
                options.setLoggerId("model-" + i);
                options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_VERBOSE);
                options.setSessionLogVerbosityLevel(1);
                options.setMemoryPatternOptimization(false);
                options.addConfigEntry("session.disable_prepacking", "1");
                if (!Boolean.parseBoolean(args[2])) {
                    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
                }
                open(environment, file(Path.of(args[0]), i), options, "model-" + i);
            }
        }
    }

    private static void open(OrtEnvironment environment, Path file, OrtSession.SessionOptions options, String name) {
        try (OrtSession session = environment.createSession(file.toString(), options)) {
            System.err.println("opened " + name + " with " + session.getNumInputs() + " inputs");
        } catch (OrtException e) {
            System.err.println(FAILED + name + ": " + e.getMessage().replace('\n', ' '));
        }
    }
}
