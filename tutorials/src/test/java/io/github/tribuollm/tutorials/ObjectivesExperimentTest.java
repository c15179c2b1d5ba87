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
package io.github.tribuollm.tutorials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.objectives.Objective;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison of objectives has a component for each objective that its script names, and data of its own for RHO. */
final class ObjectivesExperimentTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path EXPERIMENTS =
            RESOURCES.resolveSibling("tutorials").resolve("experiments");

    @TempDir
    Path directory;

    @Test
    void everyObjectiveOfTheScriptIsMade() throws IOException {
        String text = Files.readString(EXPERIMENTS.resolve("objectives-smollm2.xml"))
                .replace(
                        "models/SmolLM2-135M-Instruct",
                        RESOURCES.resolve("tiny-llama").toString())
                .replace("data/alpaca/alpaca_data.json", RESOURCES + "/data/instructions-heldout.json")
                .replace("data/gsm8k/train.jsonl", RESOURCES + "/data/word-problems-train.jsonl")
                .replace("value=\"chat\"", "value=\"plain\"")
                .replace("name=\"first\" value=\"64\"", "name=\"first\" value=\"4\"")
                .replace("name=\"holdOutFirst\" value=\"304\"", "name=\"holdOutFirst\" value=\"12\"")
                .replace("name=\"rows\" value=\"240\"", "name=\"rows\" value=\"8\"");
        ConfigurationManager configuration = new ConfigurationManager(
                Files.writeString(directory.resolve("objectives.xml"), text).toString());
        String script = Files.readString(EXPERIMENTS.resolve("objectives-smollm2"));
        String named = script.replaceAll("(?s).*OBJECTIVES:-([^}]*)}.*", "$1");
        String[] objectives = named.split(" ");
        assertEquals(10, objectives.length, named);
        for (String objective : objectives) {
            assertTrue(configuration.lookup(objective) instanceof Objective, objective);
        }
        assertTrue(configuration.lookup("trainer") instanceof CausalLMTrainer);
        for (String set : new String[] {"alpaca", "gsm8k"}) {
            var trained = ((TokenSource) configuration.lookup(set)).sequences();
            var heldOut = ((TokenSource) configuration.lookup(set + "HoldOut")).sequences();
            assertEquals(8, trained.size());
            assertTrue(trained.stream()
                    .noneMatch(row ->
                            heldOut.stream().anyMatch(other -> other.origin().equals(row.origin()))));
        }
    }

    /** Runs the script with a java that only writes down what it is called with. */
    private String calls(String heldOut, int code) throws IOException, InterruptedException {
        Path log = directory.resolve("calls-" + heldOut);
        Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\necho \"$@\" >> " + log + "\n");
        assertTrue(java.toFile().setExecutable(true));
        ProcessBuilder script = new ProcessBuilder(
                "bash", EXPERIMENTS.resolve("objectives-smollm2").toString());
        script.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        script.environment().put("HELD_OUT", heldOut);
        script.environment().put("ROWS", "8");
        script.environment().put("OBJECTIVES", "mle rho-tokens");
        script.environment().put("SEEDS", "1");
        script.environment().put("TASKS", "none");
        script.environment().put("OUTPUT", directory.resolve("runs").toString());
        Process process = script.redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(code, process.waitFor(), told);
        return Files.exists(log) ? Files.readString(log) : told;
    }

    @Test
    void trainingBeginsAfterWhatIsHeldOut() throws IOException, InterruptedException {
        String calls = calls("128", 0);
        assertTrue(calls.contains("--@first 128 --@holdOutFirst 136"), calls);
        assertTrue(calls("64", 0).contains("--@first 64 --@holdOutFirst 72"));
        assertTrue(calls("32", 0).contains("--@first 64 --@holdOutFirst 72"));
        assertTrue(calls("0", 2).contains("HELD_OUT: must be at least 1, not 0"));
    }
}
