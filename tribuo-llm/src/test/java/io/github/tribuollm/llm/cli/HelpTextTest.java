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
package io.github.tribuollm.llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.DescribeConfigurable;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Onnx;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HelpTextTest {
    @Test
    void overallHelpNamesEveryCommandAndTheExitCodes() {
        Cli.Outcome help = Cli.run("--help");
        assertEquals(0, help.code());
        Main.commands()
                .forEach(command -> assertTrue(help.out().contains("  " + command.name() + " "), command.name()));
        assertTrue(help.out().contains("3 interrupted"));
        assertEquals("", help.err());
    }

    @Test
    void helpOfACommandNamesEveryOptionAndHasTwoExamples() {
        for (Command<?> command : Main.commands()) {
            String help = Cli.run(command.name(), "--help").out();
            for (OptionTable.Entry entry : OptionTable.of(command.options()).entries()) {
                assertTrue(help.contains("  --" + entry.name()), command.name() + " --" + entry.name());
            }
            assertTrue(help.split("\n  # ").length > 2, help);
            assertTrue(help.lines().allMatch(line -> line.length() <= 110), help);
            assertEquals(help, Cli.run("help", command.name()).out());
        }
    }

    @Test
    void defaultsAreThoseOfTheComponents() {
        String help = Cli.run("train", "--help").out().replaceAll("\\s+", " ");
        assertTrue(help.contains("The rank of the adapters. Default: 32."), help);
        assertTrue(help.contains("The peak learning rate. Default: 1e-4."), help);
        assertTrue(help.contains("One of constant, linear, cosine. Default: cosine."), help);
        assertTrue(help.contains("A row that loses its whole completion is dropped and counted. One of truncate-end,"));
    }

    @Test
    void everyHyperparameterHasAnOption() {
        Set<String> structured = Set.of(
                "objective",
                "tuning",
                "optimisation",
                "batches",
                "reference",
                "memory",
                "uncertainty",
                "execution",
                "heldOut",
                "data");
        OptionTable table = OptionTable.of(new TrainOptions());
        for (Class<? extends Configurable> type : List.of(
                CausalLMTrainer.class,
                Lora.class,
                Optimisation.class,
                Batches.class,
                MemoryUse.class,
                HeldOut.class,
                Execution.class)) {
            DescribeConfigurable.generateFieldInfo(type)
                    .keySet()
                    .forEach(field -> assertTrue(
                            structured.contains(field) || table.setting(field).isPresent(), "no option sets " + field));
        }
    }

    @Test
    void versionNamesTheProgramOnnxRuntimeAndJava() {
        Cli.Outcome version = Cli.run("--version");
        assertEquals(0, version.code());
        List<String> lines = version.out().lines().toList();
        assertTrue(lines.get(0).matches("tribuo-llm \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), version.out());
        assertEquals("ONNX Runtime " + Onnx.version(), lines.get(1));
        assertTrue(lines.get(2).startsWith("Java " + Runtime.version()), version.out());
    }
}
