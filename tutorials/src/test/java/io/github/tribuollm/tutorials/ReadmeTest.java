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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java compiles. */
class ReadmeTest {
    private static final Path README =
            Path.of(System.getProperty("test.resources")).resolve("../README.md");

    private static String examples() throws IOException {
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(README));
        return blocks.results().map(block -> block.group(1)).collect(Collectors.joining());
    }

    @Test
    void itsExamplesCompile(@TempDir Path directory) throws IOException {
        String packages = List.of(
                        "graph",
                        "llm",
                        "llm.data",
                        "llm.training.report",
                        "llm.uncertainty",
                        "objectives",
                        "runtime",
                        "uncertainty")
                .stream()
                .map(name -> "import io.github.tribuollm." + name + ".*;\n")
                .collect(Collectors.joining());
        String source = packages + "import java.nio.file.Path;\nimport java.util.List;\nclass Example {\n"
                + "void run() throws Exception {\n" + examples() + "}\n}\n";
        assertTrue(source.contains("CausalLMTrainer"), "the README has no Java example");
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<String> options =
                List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
        boolean compiled = compiler.getTask(null, null, problems, options, null, List.of(file))
                .call();
        assertEquals(List.of(), problems.getDiagnostics());
        assertTrue(compiled);
    }
}
