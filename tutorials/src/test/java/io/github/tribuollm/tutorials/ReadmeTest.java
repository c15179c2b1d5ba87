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

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The READMEs' Java compiles; the first program runs, and is the one that the README shows. */
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("test.resources"), "..");
    private static final Path PROGRAM = ROOT.resolve("tutorials/first-program/FirstProgram.java");

    /** What a snippet need not import. */
    private static final String IMPORTS = Stream.of(
                    "graph",
                    "llm",
                    "llm.data",
                    "llm.data.template",
                    "llm.evaluation",
                    "llm.evaluation.gsm8k",
                    "llm.generation",
                    "llm.teacher",
                    "llm.token",
                    "llm.training",
                    "llm.training.report",
                    "llm.uncertainty",
                    "llm.uncertainty.dropout",
                    "objectives",
                    "objectives.target",
                    "objectives.token",
                    "objectives.weight",
                    "runtime",
                    "uncertainty")
            .map(name -> "import io.github.tribuollm." + name + ".*;\n")
            .collect(Collectors.joining("", "import com.oracle.labs.mlrg.olcut.config.Config;\n", ""));

    @TempDir
    private Path directory;

    private static List<String> blocks(String readme) throws IOException {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve(readme)))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "tribuo-objectives/README.md"})
    void snippetsCompile(String readme) throws IOException {
        List<String> snippets = blocks(readme);
        assertTrue(!snippets.isEmpty(), readme + " has no Java");
        compileAll(snippets);
    }

    private void compileAll(List<String> snippets) throws IOException {
        Map<Boolean, String> byKind = snippets.stream()
                .collect(Collectors.partitioningBy(snippet -> snippet.startsWith("public "), Collectors.joining()));
        compile(IMPORTS + "import java.nio.file.Path;\nimport java.util.List;\nclass Example {\n" + byKind.get(true)
                + "void run() throws Exception {\n" + byKind.get(false) + "}\n}\n");
    }

    @Test
    void theFirstProgramIsTheOneThatIsShown() throws IOException {
        assertEquals(Files.readString(PROGRAM), blocks("tribuo-llm/README.md").get(0));
    }

    @Test
    void whatFollowsTheFirstProgramCompiles() throws IOException {
        List<String> snippets = new ArrayList<>(blocks("tribuo-llm/README.md"));
        snippets.set(0, "List<String> answers = List.of();\n");
        compileAll(snippets);
    }

    @Test
    void theFirstProgramRuns() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PROGRAM.toAbsolutePath().normalize().toString(),
                        ROOT.resolve("test-resources/tiny-llama")
                                .toAbsolutePath()
                                .normalize()
                                .toString(),
                        ROOT.resolve("test-resources/data/word-problems-heldout.jsonl")
                                .toAbsolutePath()
                                .normalize()
                                .toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(program.getInputStream().readAllBytes());
        assertEquals(0, program.waitFor(), said);
        assertTrue(said.contains("made again, the same to the byte: true"), said);
    }

    private void compile(String source) {
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<String> options =
                List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
        ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problems, options, null, List.of(file))
                .call();
        assertEquals(List.of(), problems.getDiagnostics());
    }
}
