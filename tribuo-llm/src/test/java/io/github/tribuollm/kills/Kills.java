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
package io.github.tribuollm.kills;

import io.github.tribuollm.llm.checkpoint.DurableChanges;
import io.github.tribuollm.llm.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Kills commands, starts them again, and compares what they leave with an undisturbed run: java Kills DIRECTORY KILLS
 * SECONDS. A directory that holds the notes of an earlier call is gone on with.
 */
public final class Kills {
    private static final int WHILE_WRITING = 3; // of so many kills one waits for a file in the making

    private final Path directory;
    private final Path notes;
    private final List<Commands.Killed> commands;
    private final Map<String, Outcome> expected = new HashMap<>();
    private final Map<String, Long> durations = new HashMap<>();
    private final List<String> done;

    private Kills(Path directory) throws IOException {
        this.directory = directory;
        notes = directory.resolve("notes.txt");
        commands = Commands.in(directory);
        done = Files.exists(notes) ? new ArrayList<>(Files.readAllLines(notes)) : new ArrayList<>();
    }

    /**
     * Kills each command after each change of files, and all of them at random.
     *
     * @param arguments a directory, how many kills have to land at random, and after how many seconds none is begun
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Logger.getLogger("").setLevel(Level.OFF);
        Kills kills = new Kills(Files.createDirectories(Path.of(arguments[0]).toAbsolutePath()));
        kills.prepare();
        int random = Integer.parseInt(arguments[1]);
        long end = System.nanoTime() + 1_000_000_000L * Long.parseLong(arguments[2]);
        kills.run(random, end);
        System.out.println(kills.summary());
        System.exit(kills.failures() == 0 ? 0 : 1);
    }

    private void prepare() throws IOException {
        Path adapter = directory.resolve("adapter");
        if (!Files.exists(adapter)) {
            again(Commands.preparation(directory));
            Files.move(directory.resolve("adapter run/adapter"), adapter);
        }
    }

    /** One place between two writes of each command and one random kill of each, in turns. */
    private void run(int random, long end) throws IOException, InterruptedException {
        Map<Commands.Killed, Integer> places = new HashMap<>();
        int trial = 0;
        boolean more = true;
        while (more && System.nanoTime() < end) {
            more = false;
            List<Commands.Killed> shuffled = new ArrayList<>(commands);
            Collections.shuffle(shuffled, new Random(trial));
            for (Commands.Killed command : shuffled) {
                int place = places.merge(command, 1, Integer::sum);
                if (place > 0 && System.nanoTime() < end) {
                    boolean reached = atPlace(command, place);
                    more = true;
                    if (!reached) {
                        places.put(command, Integer.MIN_VALUE);
                    }
                }
                if (landed("random") < random && System.nanoTime() < end) {
                    atRandom(command, trial);
                    more = true;
                }
                trial++;
            }
        }
    }

    private boolean noted(String trial) {
        return done.stream().anyMatch(line -> line.startsWith(trial + ": "));
    }

    private void note(String trial, String outcome) throws IOException {
        String line = trial + ": " + outcome;
        done.add(line);
        Files.writeString(notes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.println(line);
    }

    private long landed(String kind) {
        return done.stream()
                .filter(line -> line.startsWith(kind) && !line.contains(": not landed"))
                .count();
    }

    /** Halts the command after a change of files; false if it makes fewer. */
    private boolean atPlace(Commands.Killed command, int place) throws IOException, InterruptedException {
        String trial = "place " + place + " of " + command;
        if (noted(trial)) {
            return !done.contains(trial + ": not landed, the command ends before");
        }
        expect(command);
        clear();
        int code = Child.start(command, out(), place, log()).end();
        if (code != DurableChanges.HALTED) {
            note(trial, code == 0 ? "not landed, the command ends before" : "FAILED with exit code " + code);
            return false;
        }
        note(trial, rerun(command));
        return true;
    }

    private void atRandom(Commands.Killed command, int number) throws IOException, InterruptedException {
        String trial = "random " + number + " of " + command;
        if (noted(trial)) {
            return;
        }
        expect(command);
        clear();
        Random random = new Random(number);
        Child.Signal signal = Child.Signal.values()[random.nextInt(Child.Signal.values().length)];
        Child child = Child.start(command, out(), 0, log());
        if (random.nextInt(WHILE_WRITING) == 0) {
            child.writing(1 + random.nextInt(8));
        } else {
            child.after((long) (durations.get(command.name()) * (0.25 + 0.8 * random.nextDouble())));
        }
        signal.send(child.process());
        int code = child.end();
        if (code == Main.DONE) {
            note(trial, "not landed");
            return;
        }
        String where = where();
        note(trial, signal + where + ", exit code " + code + ", " + rerun(command));
    }

    /** What was going on, as far as the files tell. */
    private String where() {
        if (Child.isWriting(out())) {
            return " inside a write";
        }
        Outcome left = Outcome.of(out());
        boolean begun = left.files().keySet().stream().anyMatch(name -> name.matches("(.*/)?(adapter|checkpoint)/.*"));
        boolean finished = left.files().keySet().stream().anyMatch(name -> name.endsWith("result.json"));
        return begun && !finished ? " while finishing" : "";
    }

    /**
     * Runs the same command to its end, within this process, and says what is another than without the kill. An export
     * that had ended refuses to overwrite itself, which is no difference.
     */
    private String rerun(Commands.Killed command) throws IOException {
        String failure = again(command);
        String differences = Outcome.of(out()).differences(expected.get(command.name()));
        return differences.isEmpty() ? "the same" : "FAILED:" + (failure + differences).replace('\n', ' ');
    }

    private String again(Commands.Killed command) throws IOException {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(words, true, StandardCharsets.UTF_8)) {
            int code = Main.run(command.words(), print, print);
            Files.write(log(), words.toByteArray(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return code == Main.DONE ? "" : " exit code " + code + " " + words.toString(StandardCharsets.UTF_8);
        }
    }

    /** The outcome of a process that nobody disturbs, and how long it takes. */
    private void expect(Commands.Killed command) throws IOException, InterruptedException {
        if (!expected.containsKey(command.name())) {
            clear();
            long start = System.nanoTime();
            int code = Child.start(command, out(), 0, log()).end();
            if (code != Main.DONE) {
                throw new IllegalStateException(command + " fails undisturbed, see " + log());
            }
            durations.put(command.name(), (System.nanoTime() - start) / 1_000_000);
            expected.put(command.name(), Outcome.of(out()));
        }
    }

    private Path out() {
        return directory.resolve("out");
    }

    private Path log() {
        return directory.resolve("log.txt");
    }

    private void clear() throws IOException {
        if (Files.exists(out())) {
            try (Stream<Path> files = Files.walk(out())) {
                files.sorted(Comparator.reverseOrder()).forEach(Kills::delete);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long failures() {
        return done.stream().filter(line -> line.contains("FAILED")).count();
    }

    private String summary() {
        long inside = done.stream()
                .filter(line -> line.contains("inside a write") || line.contains("while finishing"))
                .count();
        return landed("place") + " places between two writes, " + landed("random") + " random kills, " + inside
                + " of them inside writing and finishing: " + failures() + " other ends";
    }
}
