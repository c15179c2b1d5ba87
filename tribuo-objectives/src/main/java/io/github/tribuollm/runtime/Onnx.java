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
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;

/** The process-wide ONNX Runtime environment: one thread pool for all sessions. */
public final class Onnx {
    /** The system property that sets the number of threads; by default every processor. */
    public static final String THREADS_PROPERTY = "tribuollm.threads";

    private Onnx() {}

    private static volatile OrtEnvironment started;

    private static synchronized OrtEnvironment start() {
        if (started == null) {
            started = create();
            ShutdownGuard.install();
        }
        return started;
    }

    private static OrtEnvironment create() {
        NativeLibraries.locate();
        TemporaryDirectory.require();
        try {
            return call("Starting ONNX Runtime", () -> {
                OrtEnvironment.ThreadingOptions threads = new OrtEnvironment.ThreadingOptions();
                threads.setGlobalIntraOpNumThreads(threads());
                threads.setGlobalInterOpNumThreads(1);
                return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "tribuo-llm", threads);
            });
        } catch (LinkageError e) {
            throw new UnusableSurroundings(
                    "ONNX Runtime's native library does not load (" + reason(e) + "); it needs a 64-bit Linux, macOS or"
                            + " Windows that its jar has a library for, and a cache or temporary directory from which"
                            + " programs may run: set XDG_CACHE_HOME, or java -Djava.io.tmpdir=DIRECTORY -jar ...",
                    e);
        }
    }

    private static String reason(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage();
    }

    /** {@return the number of threads that every run shares} */
    public static int threads() {
        return Integer.getInteger(THREADS_PROPERTY, Runtime.getRuntime().availableProcessors());
    }

    /** {@return ONNX Runtime's version, such as 1.28.0} */
    public static String version() {
        return environment().getVersion();
    }

    /**
     * {@return the environment, created on first use}
     *
     * @throws UnusableSurroundings if the machine or its settings do not let it start
     */
    public static OrtEnvironment environment() {
        OrtEnvironment environment = started;
        return environment == null ? start() : environment;
    }

    /** A call into ONNX Runtime. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws OrtException;
    }

    static <T> T call(String what, Call<T> call) {
        try {
            return call.run();
        } catch (OrtException e) {
            throw new RuntimeFailure(what, e);
        }
    }
}
