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

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGTERM and SIGINT into a request that a training run reads after each step. While a run is going on, the signal
 * waits until the run has saved its state; at other times the process ends at once.
 */
final class Interruption {
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile boolean exiting;
    private volatile int exitCode;
    private boolean running;

    /** A training run is going on. */
    interface Section extends AutoCloseable {
        @Override
        void close();
    }

    /** Listens to signals, for the rest of this process. */
    void install(PrintStream err) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(err), "interruption"));
    }

    private void stop(PrintStream err) {
        if (exiting) {
            return;
        }
        requested = true;
        if (!isRunning()) {
            return;
        }
        err.println("Stopping after this step; the state is being saved ...");
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        err.flush();
        Runtime.getRuntime().halt(exitCode);
    }

    private synchronized boolean isRunning() {
        return running;
    }

    /** {@return whether the run should stop} */
    boolean requested() {
        return requested;
    }

    /** Asks the run to stop. */
    void request() {
        requested = true;
    }

    /** Marks what must not end before its state is saved. */
    synchronized Section section() {
        running = true;
        return () -> {
            synchronized (this) {
                running = false;
            }
        };
    }

    /** Ends the process, with this code also if a signal is being handled. */
    void exit(int code) {
        exitCode = code;
        synchronized (this) {
            if (!requested) {
                exiting = true;
            }
        }
        finished.countDown();
        System.exit(code);
    }
}
