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

import io.github.tribuollm.runtime.RuntimeFailure;
import io.github.tribuollm.runtime.UserException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What ended a command.
 *
 * @param line what users are told: what is wrong, and what to do
 * @param code the exit code
 */
record Failure(String line, int code) {
    private static final String MORE_MEMORY = "ask for fewer rows at once (--micro-batch-size, --batch-size), shorter"
            + " ones (--max-length, --max-new-tokens) or fewer samples, or give Java more memory, such as java -Xmx8g"
            + " -jar ...";

    static Failure of(Throwable thrown) {
        if (thrown instanceof InvalidPathException) {
            return wrongInput(FileNames.explained((InvalidPathException) thrown));
        }
        if (isMendable(thrown)) {
            return wrongInput(thrown.getMessage());
        }
        return exhausted(thrown)
                .map(words -> new Failure("Error: " + words, Main.FAILED))
                .orElseGet(() -> new Failure("Failure: " + thrown, Main.FAILED));
    }

    private static Failure wrongInput(String message) {
        return new Failure("Error: " + message, Main.WRONG_INPUT);
    }

    /** Whether the message tells users what to change; a library method says so too where it refuses an argument. */
    private static boolean isMendable(Throwable thrown) {
        return thrown instanceof UserException
                || thrown instanceof UncheckedIOException
                || thrown instanceof IllegalArgumentException;
    }

    /** What the machine or Java's settings lacked; empty if they did not. */
    private static Optional<String> exhausted(Throwable thrown) {
        return cause(thrown, OutOfMemoryError.class::isInstance)
                .map(Failure::outOfMemory)
                .or(() -> cause(thrown, Failure::isNativeMemory)
                        .map(e -> "out of memory (" + e.getMessage() + "); " + MORE_MEMORY))
                .or(() -> cause(thrown, StackOverflowError.class::isInstance)
                        .map(e -> "something is nested deeper than Java's stack reaches; nest it less, or give Java"
                                + " more, such as java -Xss16m -jar ..."))
                .or(() -> cause(thrown, Failure::isLostFile)
                        .map(e -> "a file that is in use was cut off, or its disk failed (" + e.getMessage()
                                + "); restore the file and start again, and replace weights by renaming a new file"))
                .or(() -> cause(thrown, LinkageError.class::isInstance)
                        .map(e -> "a library does not load (" + e + "); take the jar as it was built, and a Java of the"
                                + " version and the processor that the README names"));
    }

    private static String outOfMemory(Throwable error) {
        return String.valueOf(error.getMessage()).contains("native thread")
                ? "the system gives no more threads (" + error.getMessage() + "); raise its limit (ulimit -u), or end"
                        + " other programs"
                : "out of memory (" + error.getMessage() + "); " + MORE_MEMORY;
    }

    /** ONNX Runtime's words. */
    private static boolean isNativeMemory(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return thrown instanceof RuntimeFailure
                && (message.contains("Failed to allocate memory") || message.contains("bad_alloc"));
    }

    /** Java's words for a mapped file that is shorter now. */
    private static boolean isLostFile(Throwable thrown) {
        return thrown instanceof InternalError
                && String.valueOf(thrown.getMessage()).contains("unsafe memory access");
    }

    private static Optional<Throwable> cause(Throwable thrown, Predicate<Throwable> wanted) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .filter(wanted)
                .findFirst();
    }
}
