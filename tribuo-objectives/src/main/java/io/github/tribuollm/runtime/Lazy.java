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

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Something that is made when it is first asked for, and made again after it was closed: a session that may never be
 * needed, or not all the time. Not thread-safe.
 *
 * @param <T> what is made
 */
public final class Lazy<T> implements AutoCloseable {
    private final Supplier<T> making;
    private final Consumer<T> closing;
    private Optional<T> made = Optional.empty();

    /**
     * Nothing yet.
     *
     * @param making makes it
     * @param closing frees it
     */
    public Lazy(Supplier<T> making, Consumer<T> closing) {
        this.making = making;
        this.closing = closing;
    }

    /** A session that is opened when it is first asked for. */
    public static Lazy<GraphSession> session(Supplier<GraphSession> opening) {
        return new Lazy<>(opening, GraphSession::close);
    }

    /** {@return it, made now if there is none} */
    public T get() {
        if (made.isEmpty()) {
            made = Optional.of(making.get());
        }
        return made.get();
    }

    /** {@return whether it is there} */
    public boolean isMade() {
        return made.isPresent();
    }

    /** Frees it if it is there. */
    @Override
    public void close() {
        made.ifPresent(closing);
        made = Optional.empty();
    }
}
