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

import java.util.ArrayList;
import java.util.List;

/** Splits a decoded text into what each of its tokens adds. */
record TokenTexts(int[] ids, Decoder decoder) {
    private static final int LONGEST_CHARACTER = 8;

    /** Decodes the tokens from one index to another. */
    interface Decoder {
        String decode(int from, int to);
    }

    List<String> pieces(String whole) {
        List<String> pieces = bySlidingWindow();
        return String.join("", pieces).equals(whole) ? pieces : byPrefix(whole);
    }

    /** Decodes each token after those shown with the piece before it, which give it its context; linear. */
    private List<String> bySlidingWindow() {
        List<String> pieces = new ArrayList<>(ids.length);
        int context = 0;
        int shown = 0;
        String before = "";
        for (int i = 0; i < ids.length; i++) {
            String now = decoder.decode(context, i + 1);
            boolean incomplete = now.endsWith("\uFFFD") && i - shown < LONGEST_CHARACTER && i + 1 < ids.length;
            if (incomplete || now.length() <= before.length()) {
                pieces.add("");
            } else {
                pieces.add(now.substring(before.length()));
                context = shown;
                shown = i + 1;
                before = decoder.decode(context, shown);
            }
        }
        return pieces;
    }

    /** A token ends where the text of all tokens up to it stops agreeing with the whole; quadratic, never wrong. */
    private List<String> byPrefix(String whole) {
        List<String> pieces = new ArrayList<>(ids.length);
        int start = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean last = i + 1 == ids.length;
            int end = last ? whole.length() : Math.max(start, agreement(decoder.decode(0, i + 1), whole));
            pieces.add(whole.substring(start, end));
            start = end;
        }
        return pieces;
    }

    private static int agreement(String a, String b) {
        int end = Math.min(a.length(), b.length());
        for (int i = 0; i < end; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                return i;
            }
        }
        return end;
    }
}
