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
package io.github.tribuollm.gpu;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.Onnx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the checks run on. */
final class Machine {
    private static final Pattern LIBRARY =
            Pattern.compile("/(lib(?:onnxruntime|cudart|cublas|cublasLt|cudnn|curand|cuda)[^/ ]*\\.so[^/ ]*)$");

    private Machine() {}

    /** The device as the system names it, the processor, and this runtime. */
    static JsonObject of(CheckOptions options) {
        JsonObject machine = new JsonObject();
        machine.addProperty("provider", CheckOptions.label(options.provider()));
        if (options.provider() == ExecutionProvider.CPU) {
            machine.addProperty("device", "none: 16-bit types are emulated on the CPU");
        } else {
            List<String> gpu = gpu(options.device(), "name,driver_version,memory.total,compute_cap");
            machine.addProperty("device", gpu.isEmpty() ? "unknown: nvidia-smi does not answer" : gpu.get(0));
            machine.addProperty("driver", gpu.size() < 2 ? "unknown" : gpu.get(1));
            machine.addProperty("memory", gpu.size() < 3 ? "unknown" : gpu.get(2));
            machine.addProperty("compute_capability", gpu.size() < 4 ? "unknown" : gpu.get(3));
        }
        machine.addProperty("cpu", cpu());
        machine.addProperty("processors", Runtime.getRuntime().availableProcessors());
        machine.addProperty("java", System.getProperty("java.vm.version"));
        if (options.groups().contains(CheckGroup.BENCHMARK)) {
            options.torch().ifPresent(torch -> machine.addProperty("pytorch", said(torch, "versions")));
        }
        return machine;
    }

    private static List<String> gpu(int device, String query) {
        String said = said(
                List.of("nvidia-smi", "-i", Integer.toString(device)), "--query-gpu=" + query, "--format=csv,noheader");
        return said.isEmpty() ? List.of() : List.of(said.split(", "));
    }

    /** What a program prints; nothing where there is none, or it fails. */
    private static String said(List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.strip() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String cpu() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /**
     * ONNX Runtime's version, and the files of the CUDA libraries in this process, whose names end in their versions.
     */
    static JsonObject libraries() throws IOException {
        JsonObject libraries = new JsonObject();
        libraries.addProperty("onnxruntime", Onnx.version());
        JsonArray files = new JsonArray();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            lines.map(LIBRARY::matcher)
                    .filter(Matcher::find)
                    .map(match -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .forEach(files::add);
        }
        libraries.add("libraries", files);
        return libraries;
    }
}
