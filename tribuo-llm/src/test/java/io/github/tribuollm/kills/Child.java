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

import io.github.tribuollm.fixtures.ChildJvm;
import io.github.tribuollm.llm.checkpoint.DurableChanges;
import io.github.tribuollm.llm.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command in a process of its own. */
record Child(Process process, Path out) {
    /** How a process is killed. */
    enum Signal {
        KILL,
        TERM,
        INT;

        void send(Process process) throws IOException, InterruptedException {
            if (this == KILL) {
                process.destroyForcibly();
            } else if (process.isAlive()) {
                new ProcessBuilder("kill", "-" + name(), Long.toString(process.pid()))
                        .start()
                        .waitFor();
            }
        }
    }

    /**
     * Starts a command.
     *
     * @param haltAfter the change of files after which the process ends; 0 for none
     * @param log where its words go
     */
    static Child start(Commands.Killed command, Path out, int haltAfter, Path log) throws IOException {
        String halt = "-D" + DurableChanges.HALT_PROPERTY + "=" + haltAfter; // 0 counts nothing
        return new Child(
                ChildJvm.of(Main.class, command.words(), halt)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start(),
                out);
    }

    int end() throws InterruptedException {
        return process.waitFor();
    }

    /** Waits a while, unless the process ends before. */
    void after(long milliseconds) throws InterruptedException {
        process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Waits until the process has begun to write so many files, or ends. */
    void writing(int times) throws InterruptedException {
        boolean before = false;
        for (int seen = 0; seen < times && process.isAlive(); ) {
            boolean now = isWriting(out);
            seen += now && !before ? 1 : 0;
            before = now;
            Thread.sleep(0, 100_000);
        }
    }

    /** Whether a file is there that a finished write would not have left. */
    static boolean isWriting(Path directory) {
        try (Stream<Path> all = Files.walk(directory, 3)) {
            return all.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.startsWith(".") && (name.endsWith(".tmp") || name.endsWith(".unfinished")));
        } catch (IOException | java.io.UncheckedIOException e) {
            return false; // it is not there yet, or changes under the eyes
        }
    }
}
