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
package io.github.tribuollm.tutorials.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The notebooks in the dialect of IJava, with small settings; and what the repository shows of them. */
class NotebooksTest {
    private static final Path ROOT =
            Path.of(System.getProperty("test.resources")).toAbsolutePath().getParent();

    /** Ends of the names of types that JJava shows as pictures. */
    private static final List<String> PICTURES = List.of("Chart", "LossHistory", "BufferedImage");

    /** Hours, rates and identities, which every run has others of. */
    private static final Pattern OF_ONE_RUN =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:|tokens/s|ETA \\d|finished in|\\w@[0-9a-f]{5,8}\\b");

    @BeforeEach
    void smallSettings() {
        System.setProperty("tutorials.root", ROOT.toString());
        System.setProperty("tutorials.small", "true");
    }

    @AfterEach
    void asBefore() {
        System.clearProperty("tutorials.root");
        System.clearProperty("tutorials.small");
    }

    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(Notebook.PLACE))) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void runsWithoutPython(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        int pictures = 0;
        try (NotebookShell shell = new NotebookShell()) {
            for (Notebook.Cell cell : notebook.code()) {
                String type = shell.run(cell.text());
                pictures += PICTURES.stream().anyMatch(type::endsWith) ? 1 : 0;
            }
        }
        assertEquals(
                notebook.outputs().stream()
                        .flatMap(output -> output.picture().stream())
                        .count(),
                pictures);
    }

    @ParameterizedTest
    @MethodSource("all")
    void showsWhatItDid(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        assertFalse(notebook.outputs().isEmpty(), "execute it: tutorials/jupyter execute");
        assertTrue(notebook.outputs().stream().noneMatch(Notebook.Output::isError));
        String text = Files.readString(file);
        assertFalse(text.contains(ROOT.toString()), "it tells where the repository lies");
        assertEquals(
                List.of(),
                OF_ONE_RUN.matcher(text).results().map(MatchResult::group).toList());
        for (Notebook.Output output : notebook.outputs()) {
            if (output.picture().isPresent()) {
                byte[] png = Base64.getMimeDecoder().decode(output.picture().get());
                assertTrue(png.length < 100_000, "a picture of " + png.length + " bytes");
                assertTrue(colours(ImageIO.read(new ByteArrayInputStream(png))) > 3, "an empty picture");
            }
        }
    }

    private static long colours(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .distinct()
                .count();
    }

    @Test
    void aShellRefusesWhatAKernelWouldNotRun() {
        try (NotebookShell shell = new NotebookShell()) {
            assertEquals(
                    "int", shell.run("%classpath ../../tribuo-llm/target/tribuo-llm-1-cli.jar\nint i = 3;\ni + 1"));
            assertEquals("", shell.run("i = 4;\nfor (int k = 0; k < 2; k++) { i++; }"));
            assertThrows(AssertionError.class, () -> shell.run("%maven a:b:1"));
            assertThrows(AssertionError.class, () -> shell.run("%classpath /somewhere/else.jar"));
            assertThrows(AssertionError.class, () -> shell.run("int j = unknown;"));
            assertThrows(AssertionError.class, () -> shell.run("Integer.parseInt(\"x\")"));
            assertThrows(AssertionError.class, () -> shell.run("int k = (1"));
        }
    }
}
