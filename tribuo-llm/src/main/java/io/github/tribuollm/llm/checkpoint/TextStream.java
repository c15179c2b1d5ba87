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

import java.util.Arrays;

/**
 * The text of tokens that come one after the other, in whole characters: a character whose bytes are spread over several
 * tokens comes with the one that completes it. What the tokens add, joined, is their text.
 */
public final class TextStream {
    private static final int LONGEST_CHARACTER = 8;

    private final Decoder decoder;
    private int[] ids = new int[64];
    private int count;
    /** Where the piece before those not shown begins; it gives them their context. */
    private int context;

    private int shown;
    private String before = "";

    /** Gives tokens a text. */
    interface Decoder {
        String decode(int... ids);
    }

    TextStream(Decoder decoder) {
        this.decoder = decoder;
    }

    /**
     * Adds a token.
     *
     * @param id its id
     * @return the text that it adds; empty while a character is incomplete
     */
    public String add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
        String now = decoded(context, count);
        boolean incomplete = now.endsWith("\uFFFD") && count - shown <= LONGEST_CHARACTER;
        return incomplete ? "" : added(now);
    }

    /**
     * Ends the text.
     *
     * @return what there is of a character that stayed incomplete, as U+FFFD; else empty
     */
    public String finish() {
        return shown < count ? added(decoded(context, count)) : "";
    }

    private String added(String now) {
        if (now.length() <= before.length()) {
            return "";
        }
        String piece = now.substring(before.length());
        context = shown;
        shown = count;
        before = decoded(context, shown);
        return piece;
    }

    private String decoded(int from, int to) {
        return decoder.decode(Arrays.copyOfRange(ids, from, to));
    }
}
