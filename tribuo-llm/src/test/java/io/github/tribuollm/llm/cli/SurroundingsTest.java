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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the machine lacks is said in one sentence with the remedy. The letter is a German umlaut, which ASCII lacks. */
class SurroundingsTest {
    private static final String FOLDER = "\"$(printf 'daten-\\303\\244')\"";
    private static final String CHECKPOINT = Path.of(System.getProperty("test.resources"), "tiny-llama")
            .toAbsolutePath()
            .toString();

    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell here");
        Files.writeString(directory.resolve("d.jsonl"), "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
    }

    private record Result(int exit, List<String> errors) {}

    /** Runs a shell script in which {@code $score} begins a command. */
    private Result shell(String options, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment()
                .put(
                        "score",
                        Path.of(System.getProperty("java.home"), "bin", "java") + " " + options + " -cp "
                                + System.getProperty("java.class.path") + " " + Main.class.getName()
                                + " score --checkpoint " + CHECKPOINT + " --format prompt-completion");
        builder.redirectError(directory.resolve("errors").toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        int exit = builder.start().waitFor();
        return new Result(exit, Files.readAllLines(directory.resolve("errors"), StandardCharsets.ISO_8859_1));
    }

    private static void assertOneSentence(Result result, String... words) {
        String last = result.errors().get(result.errors().size() - 1);
        assertEquals(Main.WRONG_INPUT, result.exit(), last);
        assertTrue(result.errors().stream().noneMatch(line -> line.startsWith("\tat ")), last);
        assertTrue(last.startsWith("Error: "), last);
        for (String word : words) {
            assertTrue(last.contains(word), last + "\nlacks: " + word);
        }
    }

    @Test
    void namesWithLettersNeedALocaleThatHasThem() throws IOException, InterruptedException {
        String script =
                "mkdir " + FOLDER + " && cp d.jsonl " + FOLDER + " && LC_ALL=C $score --data " + FOLDER + "/d.jsonl";
        assertOneSentence(shell("", script), "the argument daten-", "LC_ALL=C.UTF-8");
    }

    @Test
    void soDoesTheDirectoryThatACommandRunsIn() throws IOException, InterruptedException {
        String script = "mkdir " + FOLDER + " && cp d.jsonl " + FOLDER + " && cd " + FOLDER
                + " && LC_ALL=C $score --data d.jsonl";
        assertOneSentence(shell("", script), "the current directory ", "LC_ALL=C.UTF-8");
    }

    @Test
    void withoutATemporaryDirectoryNothingRuns() throws IOException, InterruptedException {
        assertOneSentence(
                shell("-Djava.io.tmpdir=" + directory.resolve("none"), "$score --data d.jsonl"),
                directory.resolve("none").toString(),
                "java -Djava.io.tmpdir=DIRECTORY");
    }

    @Test
    void withoutACacheNoTokenizerIsUnpacked() throws IOException, InterruptedException {
        assertOneSentence(
                shell("-Duser.home=" + directory.resolve("d.jsonl"), "unset DJL_CACHE_DIR; $score --data d.jsonl"),
                "DJL_CACHE_DIR");
    }
}
