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

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the checks of a group, one for each line of its input, {@code run I}, and answers with a {@link Row} as JSON.
 * {@code about} tells the versions of the libraries that it has loaded.
 */
final class CheckWorker {
    private CheckWorker() {}

    /**
     * Runs until the parent says {@code quit}.
     *
     * @param arguments the group's constant and the options of {@link GpuCheck}
     * @throws IOException if the parent cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        List<String> all = Arrays.asList(arguments);
        CheckGroup group = CheckGroup.valueOf(all.get(0));
        CheckOptions options = CheckOptions.of(all.subList(1, all.size()));
        List<Check> checks = group.checks(options);
        JsonObject ready = new JsonObject();
        ready.addProperty("ready", true);
        answers.println(ready);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
            answers.println(
                    line.equals("about")
                            ? Machine.libraries()
                            : run(group, checks.get(Integer.parseInt(line.substring(4))), options)
                                    .json());
        }
        System.exit(0);
    }

    private static Row run(CheckGroup group, Check check, CheckOptions options) {
        long start = System.nanoTime();
        try {
            return Row.of(group, check, check.measurement().take(options.backend(check.precision())), seconds(start));
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            return Row.failed(group, check, e.getClass().getSimpleName() + ": " + e.getMessage(), seconds(start));
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
