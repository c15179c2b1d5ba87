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
package io.github.tribuollm.llm.network;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A response body that fails when nothing arrives for too long, which the JDK's client does not watch. */
public final class WatchedStream extends FilterInputStream {
    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "body-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final Duration patience;
    private final ScheduledFuture<?> watch;
    private volatile long waitingSince;
    private volatile boolean waiting;
    private volatile boolean silent;

    /**
     * Watches a body.
     *
     * @param body of a response
     * @param patience how long a read waits before it fails with {@link HttpTimeoutException}
     */
    public WatchedStream(InputStream body, Duration patience) {
        super(body);
        this.patience = patience;
        long period = Math.max(1, patience.toMillis() / 4);
        this.watch = WATCH.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (waiting && System.nanoTime() - waitingSince > patience.toNanos()) {
            silent = true;
            watch.cancel(false);
            try {
                in.close();
            } catch (IOException e) {
                // the reader sees that the stream is silent
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        waitingSince = System.nanoTime();
        waiting = true;
        int count = -1;
        IOException failure = null;
        try {
            count = in.read(target, offset, length);
        } catch (IOException e) {
            failure = e;
        }
        waiting = false;
        if (silent) {
            throw new HttpTimeoutException("nothing arrived for " + patience.toMillis() / 1000.0 + " s");
        }
        if (failure != null) {
            throw failure;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        watch.cancel(false);
        in.close();
    }
}
