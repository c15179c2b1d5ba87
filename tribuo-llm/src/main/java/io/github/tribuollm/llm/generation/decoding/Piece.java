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

import io.github.tribuollm.runtime.Feeds;
import java.util.List;
import java.util.stream.IntStream;

/**
 * New tokens of one document.
 *
 * @param tokens the tokens
 * @param first the position of the first of them
 * @param end the position of the document's last token
 */
record Piece(int[] tokens, int first, int end) {
    private int last() {
        return first + tokens.length - 1;
    }

    /** The tokens of the longest piece. */
    static int time(List<Piece> pieces) {
        return pieces.stream().mapToInt(piece -> piece.tokens.length).max().orElseThrow();
    }

    /** The length of the longest document with its piece. */
    static int longest(List<Piece> pieces) {
        return pieces.stream().mapToInt(Piece::last).max().orElseThrow() + 1;
    }

    /** Feeds pieces as the rows of a grid. */
    static Feeds feeds(List<Piece> pieces) {
        int rows = pieces.size();
        int time = time(pieces);
        long[] tokens = new long[rows * time];
        long[] positions = new long[rows * time];
        for (int row = 0; row < rows; row++) {
            Piece piece = pieces.get(row);
            for (int t = 0; t < piece.tokens.length; t++) {
                tokens[row * time + t] = piece.tokens[t];
                positions[row * time + t] = piece.first + t;
            }
        }
        long[] ofLast = IntStream.range(0, rows)
                .mapToLong(row -> row * time + pieces.get(row).tokens.length - 1)
                .toArray();
        return new Feeds()
                .integers(DecodingGraph.TOKENS, tokens, rows, time)
                .integers(DecodingGraph.POSITIONS, positions, rows, time)
                .integers(DecodingGraph.ROWS, ofLast, rows)
                .integers(
                        DecodingGraph.LAST,
                        pieces.stream().mapToLong(Piece::last).toArray(),
                        rows)
                .integers(
                        DecodingGraph.ENDS,
                        pieces.stream().mapToLong(Piece::end).toArray(),
                        rows,
                        1)
                .integers(DecodingGraph.LONGEST, new long[] {longest(pieces)}, 1);
    }
}
