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
package io.github.tribuollm.runtime;

import ai.onnxruntime.OrtEnvironment;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps ONNX Runtime whole while the JVM shuts down. Its Java API closes the environment in a shutdown hook of its own,
 * under graphs that are running, which then use memory that is gone. The environment counts its references, so one more
 * keeps it until the process ends; and a hook waits for what is running, and lets nothing begin after.
 */
final class ShutdownGuard {
    private static final Logger LOGGER = Logger.getLogger(ShutdownGuard.class.getName());

    /** How long a graph may take to end; no hook should keep a process for ever. */
    private static final long PATIENCE_SECONDS = 60;

    private static final ReadWriteLock RUNNING = new ReentrantReadWriteLock();

    private static volatile boolean shuttingDown;

    private ShutdownGuard() {}

    /** Begins to guard, once a process. */
    static void install() {
        keepEnvironment();
        Runtime.getRuntime().addShutdownHook(new Thread(ShutdownGuard::waitForGraphs, "wait for ONNX graphs"));
    }

    /** A reference more than Java's API gives back; it offers none of its own, so reflection takes it. */
    private static void keepEnvironment() {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            create.setAccessible(true);
            create.invoke(null, api.getLong(null), LEVEL_ERROR, "tribuo-llm");
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOGGER.log(Level.FINE, "A shutdown while a graph runs may end in a crash", e);
        }
    }

    private static final int LEVEL_ERROR = 3;

    private static void waitForGraphs() {
        shuttingDown = true;
        try {
            RUNNING.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs a graph unless the JVM is shutting down.
     *
     * @throws IllegalStateException if it is
     */
    static <T> T run(Onnx.Call<T> call) throws ai.onnxruntime.OrtException {
        if (shuttingDown) {
            throw new IllegalStateException("The JVM is shutting down; no graph runs any more");
        }
        RUNNING.readLock().lock();
        try {
            return call.run();
        } finally {
            RUNNING.readLock().unlock();
        }
    }
}
