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

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Memory that is taken piece by piece and then, from the beginning, by others: it grows to the largest of each place. */
final class SuccessiveMemory {
    private final Weights weights;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private int taken;

    /** Memory for tensors of a checkpoint. */
    SuccessiveMemory(Weights weights) {
        this.weights = weights;
    }

    /** Takes back all pieces, which nobody may use any more. */
    void clear() {
        taken = 0;
    }

    /** A piece; see {@link Weights#allocate}. */
    ByteBuffer next(String tensor, String form, long bytes, Optional<String> remedy) {
        if (taken == pieces.size()) {
            pieces.add(ByteBuffer.allocate(0));
        }
        if (bytes > pieces.get(taken).capacity()) {
            pieces.set(taken, ByteBuffer.allocate(0));
            pieces.set(taken, weights.allocate(tensor, form, bytes, remedy));
        }
        return pieces.get(taken++).slice(0, (int) bytes);
    }
}
