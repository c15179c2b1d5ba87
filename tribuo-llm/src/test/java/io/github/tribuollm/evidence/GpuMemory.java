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
package io.github.tribuollm.evidence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The memory in use on a GPU, as nvidia-smi says ten times a second: of all processes together, so that a process's
 * own is what is added while no other changes.
 */
final class GpuMemory implements AutoCloseable {
    private static final long MEGABYTE = 1L << 20;

    private final Process process;
    private final BufferedReader lines;
    private volatile long used;
    private volatile long peak;

    GpuMemory(int device) throws IOException {
        process = new ProcessBuilder(List.of(
                        "nvidia-smi",
                        "-i",
                        Integer.toString(device),
                        "--query-gpu=memory.used",
                        "--format=csv,noheader,nounits",
                        "-lms",
                        "100"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        lines = process.inputReader();
        take(lines.readLine());
        Thread reader = new Thread(this::read, "nvidia-smi");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void take(String line) throws IOException {
        if (line == null) {
            throw new IOException("nvidia-smi does not say how much memory is used");
        }
        used = Long.parseLong(line.strip()) * MEGABYTE;
        peak = Math.max(peak, used);
    }

    /** Bytes in use; the peak begins here. */
    long begin() {
        peak = used;
        return used;
    }

    /** The most bytes in use since {@link #begin}. */
    long peak() {
        return peak;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
