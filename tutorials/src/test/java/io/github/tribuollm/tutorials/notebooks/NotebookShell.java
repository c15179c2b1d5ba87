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

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.EvalException;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;

/**
 * Runs cells as IJava does, by JShell within this JVM, without Python and without a kernel. Magics of the class path name
 * jars of this repository, whose classes are there already.
 */
final class NotebookShell implements AutoCloseable {
    private static final Pattern MAGIC = Pattern.compile("(?m)^%(\\S+)[ \\t]*(.*)$");
    private static final Pattern JAR = Pattern.compile("\\.\\./\\.\\./(tribuo-llm|tutorials)/target/\\1-[^/]+\\.jar");
    private static final List<String> IMPORTS = List.of(
            "java.io.*",
            "java.math.*",
            "java.net.*",
            "java.util.*",
            "java.util.concurrent.*",
            "java.util.function.*",
            "java.util.prefs.*",
            "java.util.regex.*",
            "java.util.stream.*");

    private final JShell shell = JShell.builder().executionEngine("local").build();

    NotebookShell() {
        shell.addToClasspath(System.getProperty("java.class.path"));
        IMPORTS.forEach(name -> run("import " + name + ";"));
    }

    /**
     * Runs a cell.
     *
     * @return the type of its last expression; empty if it ends otherwise
     */
    String run(String cell) {
        String rest = withoutMagics(cell);
        String type = "";
        while (!rest.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            if (next.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
                break;
            }
            if (next.source() == null) {
                throw new AssertionError("this is not complete: " + rest);
            }
            type = "";
            for (SnippetEvent event : shell.eval(next.source())) {
                type = typeOf(event);
            }
            rest = next.remaining();
        }
        return type;
    }

    private String typeOf(SnippetEvent event) {
        Snippet snippet = event.snippet();
        if (event.exception() != null) {
            throw new AssertionError(snippet.source() + describe(event.exception()), event.exception());
        }
        if (event.causeSnippet() == null && event.status() != Snippet.Status.VALID) {
            throw new AssertionError(snippet.source()
                    + shell.diagnostics(snippet)
                            .map(problem -> problem.getMessage(null))
                            .collect(Collectors.joining("\n", "\n", "")));
        }
        return snippet instanceof ExpressionSnippet expression
                ? expression.typeName()
                : snippet instanceof VarSnippet variable
                                && variable.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND
                        ? variable.typeName()
                        : "";
    }

    private static String describe(JShellException exception) {
        return exception instanceof EvalException thrown
                ? "\n" + thrown.getExceptionClassName() + ": " + thrown.getMessage()
                : "\n" + exception.getMessage();
    }

    private static String withoutMagics(String cell) {
        Matcher magic = MAGIC.matcher(cell);
        while (magic.find()) {
            if (!List.of("classpath", "jars").contains(magic.group(1))
                    || !JAR.matcher(magic.group(2)).matches()) {
                throw new AssertionError("a magic that not every kernel has: " + magic.group());
            }
        }
        return magic.replaceAll("");
    }

    @Override
    public void close() {
        shell.close();
    }
}
