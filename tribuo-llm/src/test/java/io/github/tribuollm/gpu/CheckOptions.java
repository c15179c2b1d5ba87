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

import io.github.tribuollm.llm.cli.Cli;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the check is asked for.
 *
 * @param groups which groups of checks
 * @param provider where the checked side runs
 * @param device which GPU, from 0
 * @param precisions which precisions
 * @param brief whether one or two checks of each kind are enough
 * @param small whether the benchmark takes a tiny model
 * @param output the directory of the table, of the pages and of what the checks need on the way
 * @param limit how long all may take
 * @param python PyTorch's interpreter; empty to measure without it
 * @param workloads which parts of the benchmark
 * @param distorted whether the checked side computes something else, to see that the check fails
 */
record CheckOptions(
        List<CheckGroup> groups,
        ExecutionProvider provider,
        int device,
        List<Precision> precisions,
        boolean brief,
        boolean small,
        Path output,
        Duration limit,
        Optional<String> python,
        List<Workload> workloads,
        boolean distorted) {
    private static final Set<String> FLAGS = Set.of("--brief", "--small", "--distorted");
    private static final Set<String> VALUED =
            Set.of("--provider", "--device", "--precisions", "--output", "--limit", "--python", "--workloads");

    /** What may be asked for. */
    static final String USAGE = """
            check [GROUP...] [OPTION VALUE...] [FLAG...]
            Groups, all of them by default: %s
              --provider    cuda (default), or cpu, which tests the check itself: 16-bit types by emulation
              --device      which GPU, from 0
              --precisions  some of fp32,tf32,fp16,bf16 (default: all; tf32 on the GPU only)
              --output      a directory for check.json, pages and temporary files (default: runs/gpu-check)
              --limit       seconds after which no further check begins (default: 36000)
              --python      the interpreter with PyTorch, transformers and PEFT (default: $REFERENCE_PYTHON or
                            python3); none to measure without
              --workloads   parts of the benchmark: %s (default: all)
              --brief       one or two checks of each kind
              --small       the benchmark on a tiny model
              --distorted   a wrong scale of one module on the checked side: the check must fail""".formatted(names(CheckGroup.values()), names(Workload.values()));

    private static String names(Enum<?>[] values) {
        return String.join(" ", Arrays.stream(values).map(CheckOptions::label).toList());
    }

    /** The name of a constant in options and tables. */
    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if there is something else in it
     */
    static CheckOptions of(List<String> arguments) {
        List<String> groups = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (FLAGS.contains(argument)) {
                values.put(argument, "true");
            } else if (VALUED.contains(argument) && i + 1 < arguments.size()) {
                values.put(argument, arguments.get(++i));
            } else if (argument.startsWith("-")) {
                throw new IllegalArgumentException("Unknown option, or one without its value: " + argument);
            } else {
                groups.add(argument);
            }
        }
        ExecutionProvider provider = one(ExecutionProvider.class, values.getOrDefault("--provider", "cuda"));
        String python = values.getOrDefault("--python", System.getenv().getOrDefault("REFERENCE_PYTHON", "python3"));
        return new CheckOptions(
                several(CheckGroup.class, groups, List.of(CheckGroup.values())),
                provider,
                Integer.parseInt(values.getOrDefault("--device", "0")),
                several(Precision.class, list(values.get("--precisions")), Precision.of(provider)),
                values.containsKey("--brief"),
                values.containsKey("--small"),
                Path.of(values.getOrDefault("--output", "runs/gpu-check")).toAbsolutePath(),
                Duration.ofSeconds(Long.parseLong(values.getOrDefault("--limit", "36000"))),
                python.equals("none") ? Optional.empty() : Optional.of(python),
                several(Workload.class, list(values.get("--workloads")), List.of(Workload.values())),
                values.containsKey("--distorted"));
    }

    private static List<String> list(String value) {
        return value == null ? List.of() : List.of(value.split(","));
    }

    private static <E extends Enum<E>> List<E> several(Class<E> type, List<String> names, List<E> fallback) {
        return names.isEmpty()
                ? fallback
                : names.stream().map(name -> one(type, name)).toList();
    }

    private static <E extends Enum<E>> E one(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> label(constant).equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(name + " is not one of: " + names(type.getEnumConstants())));
    }

    /** The command of PyTorch's side of the benchmark. */
    Optional<List<String>> torch() {
        return python.map(interpreter -> List.of(
                interpreter, Cli.RESOURCES.resolve("reference/bench_torch.py").toString()));
    }

    /** By what the scale of the checked side's first module is multiplied. */
    float scale() {
        return distorted ? 1.5f : 1;
    }

    /** The options of the command line that choose where and in which precision it computes. */
    List<String> commandLine(Precision precision) {
        List<String> options = new ArrayList<>(List.of("--compute-type", label(precision.computeType())));
        if (provider == ExecutionProvider.CUDA) {
            options.addAll(List.of("--provider", "cuda", "--device", Integer.toString(device)));
        }
        if (precision.tf32()) {
            options.add("--tf32");
        }
        return options;
    }

    /**
     * Where the checked side runs.
     *
     * @throws io.github.tribuollm.runtime.CudaUnavailable if there is no CUDA, naming what is missing
     */
    Backend backend(Precision precision) {
        return precision.on(provider, device).backend();
    }
}
