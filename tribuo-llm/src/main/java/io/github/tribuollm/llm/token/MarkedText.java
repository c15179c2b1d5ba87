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
package io.github.tribuollm.llm.token;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a sequence with the learned parts marked: {@code 1+1?\u27e62\u27e7}.
 *
 * @param pieces the text of each token
 * @param learned which tokens are learned
 */
record MarkedText(List<String> pieces, BitSet learned) {
    private static final String GAP = " \u2026 ";
    private static final int RUNS_AT_AN_END = 3;
    private static final int CHARACTERS_AT_THE_START = 80;
    private static final int CHARACTERS_AT_THE_END = 40;

    /** Tokens that are all learned, or all not. */
    private record Run(String text, boolean learned) {
        String marked() {
            return learned ? "\u27e6" + text + "\u27e7" : text;
        }

        Run shortened() {
            int[] points =
                    text.replace("\r", "").replace('\n', '\u21b5').codePoints().toArray();
            int left = points.length - CHARACTERS_AT_THE_START - CHARACTERS_AT_THE_END;
            if (left <= GAP.length()) {
                return new Run(new String(points, 0, points.length), learned);
            }
            String start = new String(points, 0, CHARACTERS_AT_THE_START);
            String end = new String(points, points.length - CHARACTERS_AT_THE_END, CHARACTERS_AT_THE_END);
            return new Run(start + GAP + end, learned);
        }
    }

    /** {@return all of the text} */
    String whole() {
        return runs().stream().map(Run::marked).collect(Collectors.joining());
    }

    /** {@return the text in one line of less than a thousand characters: the beginning and the end of each part} */
    String brief() {
        List<Run> runs = runs();
        int skipped = runs.size() - 2 * RUNS_AT_AN_END;
        return skipped <= 1
                ? brief(runs)
                : brief(runs.subList(0, RUNS_AT_AN_END))
                        + GAP
                        + brief(runs.subList(skipped + RUNS_AT_AN_END, runs.size()));
    }

    private static String brief(List<Run> runs) {
        return runs.stream().map(run -> run.shortened().marked()).collect(Collectors.joining());
    }

    private List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        for (int from = 0; from < pieces.size(); ) {
            boolean marked = learned.get(from);
            int next = marked ? learned.nextClearBit(from) : learned.nextSetBit(from);
            int to = next < 0 ? pieces.size() : Math.min(next, pieces.size());
            runs.add(new Run(String.join("", pieces.subList(from, to)), marked));
            from = to;
        }
        return runs;
    }
}
