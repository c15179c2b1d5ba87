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
package io.github.tribuollm.llm.generation.sampling;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Token ids as settings hold them. */
final class TokenIds {
    private static final String WRITTEN = "\\d{1,9}( \\d{1,9})*";

    private TokenIds() {}

    static List<Integer> list(String field, int... ids) {
        return Arrays.stream(Settings.requireGiven(field, ids)).boxed().toList();
    }

    static int[] array(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A sequence as text: {@code 12 7 401}. */
    static String written(int... ids) {
        return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    static boolean areWritten(String text) {
        return text.matches(WRITTEN);
    }

    /**
     * Checks that ids that are set are those of tokens.
     *
     * @param vocabulary the number of tokens
     * @throws PropertyException naming the field and the first id that is none
     */
    static void requireBelow(int vocabulary, String field, List<Integer> ids) {
        Unset.copied(field, ids, id -> id < vocabulary, "must be below the vocabulary's " + vocabulary + " tokens");
    }

    static int[] read(String written) {
        return Arrays.stream(written.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
