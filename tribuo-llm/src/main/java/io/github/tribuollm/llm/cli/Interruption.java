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
import java.lang.reflect.Proxy;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Turns SIGTERM and SIGINT into a request that a training run reads after each step, so that it saves its state, and a
 * conversation after each token, so that the answer ends; at other times the process ends at once.
 *
 * <p>These are signal handlers and no shutdown hook, because ONNX Runtime has a shutdown hook too: it closes the
 * environment under the step that is being computed. They are installed by reflection, because their class, though the
 * JDK exports it, is not part of Java SE.
 */
final class Interruption {
    private static final Logger logger = Logger.getLogger(Interruption.class.getName());
    private static final int SIGNALLED = 128;

    private volatile boolean requested;
    private boolean running;
    private String message = "";

    /** Something is going on that is not to be cut off. */
    interface Section extends AutoCloseable {
        @Override
        void close();
    }

    /** Listens to signals, for the rest of this process. */
    void install(PrintStream err) {
        listen("TERM", 15, err);
        listen("INT", 2, err);
    }

    private void listen(String name, int number, PrintStream err) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object own = Proxy.newProxyInstance(
                    Interruption.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            signalled(number, err);
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), own);
        } catch (ReflectiveOperationException e) {
            logger.log(
                    Level.FINE,
                    e,
                    () -> "SIG" + name + " will end the process without saving the state of the last steps");
        }
    }

    private synchronized void signalled(int number, PrintStream err) {
        if (!running || requested) {
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
        requested = true;
        err.println(message);
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
    Section section() {
        return section("Stopping after this step to save the state; a second signal ends the program at once ...");
    }

    /** Marks an answer that a signal stops, after which the program goes on. */
    Section answer() {
        requested = false;
        return section("");
    }

    private synchronized Section section(String stopping) {
        running = true;
        message = stopping;
        return () -> {
            synchronized (this) {
                running = false;
            }
        };
    }
}
