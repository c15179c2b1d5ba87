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
import java.util.Arrays;
import java.util.List;

/** Splits a decoded text into what each of its tokens adds. */
record TokenTexts(int[] ids, TextStream.Decoder decoder) {
    List<String> pieces(String whole) {
        List<String> pieces = byStream();
        return String.join("", pieces).equals(whole) ? pieces : byPrefix(whole);
    }

    private List<String> byStream() {
        List<String> pieces = new ArrayList<>(ids.length);
        TextStream stream = new TextStream(decoder);
        for (int i = 0; i < ids.length; i++) {
            String piece = stream.add(ids[i]);
            pieces.add(i + 1 < ids.length ? piece : piece + stream.finish());
        }
        return pieces;
    }

    /** A token ends where the text of all tokens up to it stops agreeing with the whole; quadratic, never wrong. */
    private List<String> byPrefix(String whole) {
        List<String> pieces = new ArrayList<>(ids.length);
        int start = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean last = i + 1 == ids.length;
            int end = last
                    ? whole.length()
                    : Math.max(start, agreement(decoder.decode(Arrays.copyOf(ids, i + 1)), whole));
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
