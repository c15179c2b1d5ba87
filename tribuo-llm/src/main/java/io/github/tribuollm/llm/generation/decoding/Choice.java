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
package io.github.tribuollm.llm.generation.decoding;

import java.util.OptionalInt;

/** What follows a sequence: a token, after which it goes on or ends, or nothing. */
public final class Choice {
    private static final Choice END = new Choice(OptionalInt.empty(), true);

    private final OptionalInt token;
    private final boolean last;

    private Choice(OptionalInt token, boolean last) {
        this.token = token;
        this.last = last;
    }

    /** A token, after which the sequence goes on. */
    public static Choice token(int token) {
        return new Choice(OptionalInt.of(token), false);
    }

    /** A token that ends the sequence. */
    public static Choice lastToken(int token) {
        return new Choice(OptionalInt.of(token), true);
    }

    /** No token: the sequence ends with the one before. */
    public static Choice end() {
        return END;
    }

    /** {@return the token; empty if the sequence ends without one} */
    public OptionalInt token() {
        return token;
    }

    /** {@return whether nothing follows} */
    public boolean isLast() {
        return last;
    }

    @Override
    public String toString() {
        return (token.isPresent() ? "token " + token.getAsInt() : "no token") + (last ? ", the end" : "");
    }
}
