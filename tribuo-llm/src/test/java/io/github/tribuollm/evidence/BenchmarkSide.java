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

import com.google.gson.JsonObject;
import io.github.tribuollm.fixtures.JsonProcess;
import java.io.IOException;
import java.util.List;

/** One side of a benchmark, in a process of its own that speaks the protocol of reference/bench_torch.py. */
final class BenchmarkSide implements AutoCloseable {
    /** The pause before a call, which lets the threads of the other side's pool go to sleep. */
    static final long PAUSE_MS = 30;

    private final JsonProcess process;
    private JsonObject last;

    BenchmarkSide(List<String> command) throws IOException {
        process = new JsonProcess(command);
        last = process.ready();
    }

    Timings.Answer ask(String command, int batch) throws IOException {
        return ask(command, batch, "");
    }

    Timings.Answer ask(String command, int batch, String more) throws IOException {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        last = process.ask(command + " " + batch + more);
        return new Timings.Answer(
                last.get("ms").getAsDouble(),
                lastIfKnown("cpu_ms"),
                last.get("tokens").getAsLong(),
                last.has("places") ? last.get("places").getAsLong() : 0,
                last.get("loss").getAsDouble());
    }

    int batches() {
        return process.ready().get("batches").getAsInt();
    }

    long ready(String field) {
        return process.ready().get(field).getAsLong();
    }

    long last(String field) {
        return last.get(field).getAsLong();
    }

    double lastIfKnown(String field) {
        return last.has(field) ? last.get(field).getAsDouble() : Double.NaN;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
