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
package io.github.tribuollm.tutorials.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.tutorials.OpenFiles;
import io.github.tribuollm.tutorials.TutorialProgram;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of the bundled checkpoint, small, from the experiment's own configuration. */
class TokenFiguresTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path CONFIG = RESOURCES.resolveSibling("tutorials/experiments/figures-smollm2.xml");

    @TempDir
    Path temp;

    private TokenFigures figures(String... overrides) throws IOException {
        String text = Files.readString(CONFIG)
                .replace("models/SmolLM2-135M-Instruct", RESOURCES + "/tiny-llama")
                .replace("data/gsm8k/test.jsonl", RESOURCES + "/data/word-problems-heldout.jsonl")
                .replace("data/alpaca/alpaca_data.json", RESOURCES + "/data/instructions-heldout.json")
                .replaceAll(
                        "(?s)<component name=\"template\".*?</component>",
                        "<component name=\"template\" type=\"io.github.tribuollm.llm.data.template.AlpacaTemplate\"/>")
                .replace("\"rows\" value=\"32\"", "\"rows\" value=\"6\"")
                .replace("\"samples\" value=\"100\"", "\"samples\" value=\"4\"")
                .replace(
                        "<item>ARCHITECTURE</item>\n    </propertylist>",
                        "<item>ARCHITECTURE</item>\n    </propertylist>"
                                + "<propertylist name=\"rates\"><item>0.1</item><item>0.5</item></propertylist>"
                                + "<property name=\"sweepSamples\" value=\"2\"/>"
                                + "<property name=\"sweepDocuments\" value=\"2\"/>" + String.join("", overrides));
        Path file = Files.writeString(temp.resolve("figures.xml"), text);
        try (ConfigurationManager configuration = new ConfigurationManager(file.toString())) {
            return (TokenFigures) configuration.lookup("figures");
        }
    }

    @Test
    void drawsEveryFigureAndGoesOn() throws IOException {
        Path output = temp.resolve("out");
        long open = OpenFiles.of(RESOURCES.resolve("tiny-llama"));
        String report = figures().run(output);
        assertTrue(OpenFiles.of(RESOURCES.resolve("tiny-llama")) <= open, "the checkpoint is still open");
        assertTrue(report.contains("Figure 2B, Alpaca") && report.contains("Figure 2B, GSM8K"), report);
        assertTrue(report.contains("Figure 9, GSM8K") && report.contains("Figure 10, dropout in attention"), report);
        for (String picture : List.of("figure-2b-attention-tokens", "figure-9-tokens", "figure-10")) {
            assertTrue(ImageIO.read(output.resolve(picture + ".png").toFile()).getWidth() > 300, picture);
        }
        assertTrue(Files.readString(output.resolve("figure-2a-attention.html")).contains("epistemic"));

        Path measured = output.resolve("measures/GSM8K-attention-0.1-0.jsonl");
        Path again = output.resolve("measures/GSM8K-attention-0.1-4.jsonl");
        Files.setLastModifiedTime(measured, FileTime.fromMillis(0));
        byte[] bytes = Files.readAllBytes(again);
        Files.delete(again);
        assertEquals(report, figures().run(output));
        assertEquals(0, Files.getLastModifiedTime(measured).toMillis());
        assertEquals(new String(bytes), Files.readString(again));
        try (Stream<Path> files = Files.list(output.resolve("measures"))) {
            assertEquals(9, files.count());
        }
    }

    @Test
    void otherSettingsAndDamagedMeasuresAreRefused() throws IOException {
        Path output = temp.resolve("out");
        figures().run(output);
        IllegalArgumentException other = assertThrows(
                IllegalArgumentException.class,
                () -> figures("<property name=\"seed\" value=\"2\"/>").run(output));
        assertTrue(other.getMessage().contains("another configuration"), other.getMessage());
        Files.writeString(output.resolve("measures/GSM8K-attention-0.1-0.jsonl"), "{}\n");
        IllegalArgumentException damaged =
                assertThrows(IllegalArgumentException.class, () -> figures().run(output));
        assertTrue(damaged.getMessage().contains("GSM8K-attention-0.1-0.jsonl"), damaged.getMessage());
    }

    @Test
    void measuresOfFewerOrOtherDocumentsAreRefused() throws IOException {
        Path output = temp.resolve("out");
        figures().run(output);
        Path file = output.resolve("measures/GSM8K-attention-0.1-0.jsonl");
        List<String> lines = Files.readAllLines(file);
        Path other = output.resolve("measures/Alpaca-attention-0.1-0.jsonl");
        for (List<String> left : List.of(List.<String>of(), lines.subList(1, 4), Files.readAllLines(other))) {
            Files.write(file, left);
            IllegalArgumentException damaged =
                    assertThrows(IllegalArgumentException.class, () -> figures().run(output));
            assertTrue(damaged.getMessage().contains(file + " is not what was written there"), damaged.getMessage());
        }
    }

    @Test
    void settingsAreChecked() {
        for (String wrong :
                List.of("<property name=\"shown\" value=\"-1\"/>", "<property name=\"resamples\" value=\"3\"/>")) {
            PropertyException refused = assertThrows(PropertyException.class, () -> figures(wrong));
            assertTrue(refused.getMessage().contains(wrong.split("\"")[1]), refused.getMessage());
        }
    }

    @Test
    void theProgramRefusesRatesOutOfRange() throws IOException {
        figures();
        String file = temp.resolve("figures.xml").toString();
        for (String change : List.of("rate 2", "rates 0.1,1.5", "rates 0.1", "samples 1")) {
            String[] words = change.split(" ");
            String[] arguments = {"--config-file", file, "--output", temp + "/out", "--@figures." + words[0], words[1]};
            assertEquals(TutorialProgram.WRONG_INPUT, RunFigures.run(arguments), change);
            assertFalse(Files.exists(temp.resolve("out")), change);
        }
    }

    @Test
    void spreadIsThatOfStandardDeviations() {
        double[][] losses = {{0, 1, 2}, {4, 5}, {1, 3, 8, 0}};
        List<TokenMeasures> documents = Stream.of(losses)
                .map(values -> {
                    BitSet all = new BitSet();
                    all.set(0, values.length);
                    return new TokenMeasures(
                            "", Collections.nCopies(values.length, "a"), all, Map.of("loss", values), new BitSet());
                })
                .toList();
        DescriptiveStatistics tokens = new DescriptiveStatistics();
        DescriptiveStatistics means = new DescriptiveStatistics();
        for (double[] document : losses) {
            for (double loss : document) {
                tokens.addValue(loss);
            }
            means.addValue(Arrays.stream(document).average().orElseThrow());
        }
        double expected = Math.sqrt(tokens.getPopulationVariance() / means.getPopulationVariance());
        assertEquals(
                expected,
                LossSpread.of(documents, new ClusterBootstrap(100, 0.95, 1))
                        .ratio()
                        .value(),
                1e-12);
    }
}
