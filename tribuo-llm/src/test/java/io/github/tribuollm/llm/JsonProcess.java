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
package io.github.tribuollm.llm;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that says when it is ready, and then answers each line of its input, with one JSON object a line. Lines of its
 * output that are no object are passed by. It ends with the line {@code quit}, or
 * with this process.
 */
public final class JsonProcess implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final JsonObject ready;

    /**
     * Starts a process and waits until it is ready, however long that takes.
     *
     * @param command the program and its arguments
     * @throws IOException if it ends before it is ready
     */
    public JsonProcess(List<String> command) throws IOException {
        this(command, LONG, ProcessBuilder.Redirect.INHERIT);
    }

    /**
     * Starts a process and waits until it is ready.
     *
     * @param command the program and its arguments
     * @param limit how long it may take to be ready
     * @param errors where its errors go
     * @throws IOException if it ends before it is ready, or is not ready in time, when it is ended
     */
    public JsonProcess(List<String> command, Duration limit, ProcessBuilder.Redirect errors) throws IOException {
        process = new ProcessBuilder(command).redirectError(errors).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        commands = process.outputWriter();
        answers = process.inputReader();
        ready = answer(String.join(" ", command), limit);
    }

    /**
     * The command that runs a class of this class path in a process of its own, on this runtime with its options.
     *
     * @param main the class
     * @param options more options of the runtime, which win over those of this process
     * @param arguments of the class
     * @return the command
     */
    public static List<String> java(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** {@return what the process said when it was ready} */
    public JsonObject ready() {
        return ready;
    }

    /**
     * Asks and waits for the answer, however long that takes.
     *
     * @param line what to ask
     * @return the answer
     * @throws IOException if the process ends, or answers with an error
     */
    public JsonObject ask(String line) throws IOException {
        return ask(line, LONG);
    }

    /**
     * Asks and waits for the answer.
     *
     * @param line what to ask
     * @param limit how long the answer may take
     * @return the answer
     * @throws IOException if the process ends, answers with an error, or does not answer in time, when it is ended
     */
    public JsonObject ask(String line, Duration limit) throws IOException {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw ended(line);
        }
        return answer(line, limit);
    }

    private JsonObject answer(String asked, Duration limit) throws IOException {
        String line = within(limit, asked);
        if (line == null) {
            throw ended(asked);
        }
        JsonObject answer = JsonParser.parseString(line).getAsJsonObject();
        if (answer.has("error")) {
            throw new IOException(answer.get("error").getAsString());
        }
        return answer;
    }

    private String within(Duration limit, String asked) throws IOException {
        try {
            return CompletableFuture.supplyAsync(this::nextObject).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            end();
            throw new IOException("No answer within " + limit.toSeconds() + " s: " + asked, e);
        } catch (ExecutionException e) {
            throw new IOException("The answer cannot be read: " + asked, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted: " + asked, e);
        }
    }

    private String nextObject() {
        try {
            String line = answers.readLine();
            while (line != null && !line.startsWith("{")) {
                line = answers.readLine();
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IOException ended(String asked) {
        String status = exits() ? "with status " + process.exitValue() : "its output but not itself";
        end();
        return new IOException("The process ended " + status + ": " + asked);
    }

    private boolean exits() {
        try {
            return process.waitFor(LAST_WORDS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the process, and those that it has started, at once. */
    public void end() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exits();
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            commands.write("quit\n");
            commands.close();
        }
        if (!exits()) {
            end();
        }
    }
}
