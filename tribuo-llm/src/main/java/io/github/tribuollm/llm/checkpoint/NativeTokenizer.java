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
package io.github.tribuollm.llm.checkpoint;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The native tokenizer library behind a guard: closing waits for the calls that run, and later calls are refused. The
 * library itself frees its memory under a running call.
 */
final class NativeTokenizer implements AutoCloseable {
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    static {
        setUnlessSet("ai.djl.offline");
        setUnlessSet("OPT_OUT_TRACKING");
    }

    private final HuggingFaceTokenizer library;
    private final ReadWriteLock guard = new ReentrantReadWriteLock();
    private boolean closed;

    private NativeTokenizer(HuggingFaceTokenizer library) {
        this.library = library;
    }

    private static void setUnlessSet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    /**
     * Loads a tokenizer.
     *
     * @param file where it comes from, for messages
     * @param json strictly valid JSON: on other text the library ends the process
     */
    static NativeTokenizer load(Path file, byte[] json) {
        requireCache();
        try {
            return new NativeTokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS));
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(file + ": the tokenizer library cannot use it: " + e.getMessage(), e);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new CheckpointException(
                    file + ": the native tokenizer library does not load: " + e.getMessage()
                            + "; if the home directory is not writable, set the environment variable DJL_CACHE_DIR",
                    e);
        }
    }

    private static void requireCache() {
        Path cache = Utils.getEngineCacheDir("tokenizers");
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            throw new CheckpointException(
                    "The native tokenizer library has no place to be unpacked: " + cache + " cannot be made; set the"
                            + " environment variable DJL_CACHE_DIR to a directory that can be written",
                    e);
        }
    }

    Encoding encode(String text) {
        return whileOpen(() -> library.encode(text, false, false));
    }

    /** The same with the tokens that the post-processor adds. */
    Encoding encodeWithSpecialTokens(String text) {
        return whileOpen(() -> library.encode(text, true, false));
    }

    String decode(long[] ids, boolean skipSpecial) {
        return whileOpen(() -> library.decode(ids, skipSpecial));
    }

    private <T> T whileOpen(Supplier<T> call) {
        return locked(guard.readLock(), () -> {
            if (closed) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            return call.get();
        });
    }

    private static <T> T locked(Lock lock, Supplier<T> call) {
        lock.lock();
        try {
            return call.get();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for running calls, then frees the library's memory; a second call does nothing. */
    @Override
    public void close() {
        locked(guard.writeLock(), () -> {
            if (!closed) {
                closed = true;
                library.close();
            }
            return null;
        });
    }
}
