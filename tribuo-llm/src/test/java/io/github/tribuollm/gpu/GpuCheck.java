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

import io.github.tribuollm.fixtures.JsonProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a GPU, or with {@code --provider cpu} itself, against the CPU in float32, prints a table and writes it as
 * JSON. Not a test: {@code test-resources/gpu/check} starts it; README.md beside that says what it writes.
 *
 * <p>Checks run in processes of their own, so that one that crashes or hangs costs its own row only. The exit status
 * is 0 if all rows pass, 1 if one fails, 2 if the options are wrong.
 */
final class GpuCheck {
    private static final Duration LAST = Duration.ofSeconds(30);

    private final CheckOptions options;
    private final List<String> arguments;
    private final long start = System.nanoTime();
    private CheckReport report;

    private GpuCheck(List<String> arguments) {
        this.options = CheckOptions.of(arguments);
        this.arguments = arguments;
    }

    /**
     * Runs the checks.
     *
     * @param arguments see {@link CheckOptions#USAGE}
     * @throws IOException if the report cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(CheckOptions.USAGE);
            return;
        }
        try {
            System.exit(new GpuCheck(List.of(arguments)).run() ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + CheckOptions.USAGE);
            System.exit(2);
        }
    }

    private boolean run() throws IOException {
        Files.createDirectories(options.output());
        report = new CheckReport(Machine.of(options));
        System.out.println(report.heading());
        for (CheckGroup group : options.groups()) {
            run(group);
        }
        report.write(options.output().resolve("check.json"));
        System.out.println(report.summary());
        return report.passed();
    }

    private void run(CheckGroup group) throws IOException {
        List<Check> checks = group.checks(options);
        JsonProcess worker = null;
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            long begun = System.nanoTime();
            Row row;
            if (since(start).compareTo(options.limit()) > 0) {
                row = Row.failed(group, check, "not run: the time of --limit is over", 0);
            } else {
                try {
                    worker = worker == null ? worker(group, check) : worker;
                    row = Row.of(worker.ask("run " + i, check.limit()));
                } catch (IOException e) {
                    worker = null;
                    row = Row.failed(group, check, e.getMessage(), since(begun).toMillis() / 1e3);
                }
            }
            report.add(row);
            System.out.println(row.line());
        }
        if (worker != null) {
            learn(worker);
        }
    }

    /** The worker has done its checks: if it fails now, that is no failure of theirs. */
    private void learn(JsonProcess worker) {
        try (worker) {
            report.learn(worker.ask("about", LAST));
        } catch (IOException e) {
            System.out.println("The versions of the libraries are not known: " + e.getMessage());
        }
    }

    private JsonProcess worker(CheckGroup group, Check check) throws IOException {
        List<String> all = new ArrayList<>(List.of(group.name()));
        all.addAll(arguments);
        return new JsonProcess(
                JsonProcess.java(CheckWorker.class, List.of(), all),
                check.limit(),
                ProcessBuilder.Redirect.appendTo(
                        options.output().resolve("log.txt").toFile()));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
