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
package io.github.tribuollm.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.protos.AdapterProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SerializedAdapterTest {
    private static final String MODULE = "model.layers.0.self_attn.q_proj";

    private static AdapterProto serialized(float last) {
        LowRank update = new LowRank(2, 3, 1, new float[] {1, 2}, new float[] {3, 4, last});
        LoraConfig config = new LoraConfig(1, 1, 0, List.of("q_proj"));
        return SerializedAdapter.of(new Adapter(config, new TreeMap<>(Map.of(MODULE, update)), "base"));
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        assertEquals(5, SerializedAdapter.read(serialized(5), "base").parameters());
        for (float last : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> SerializedAdapter.read(serialized(last), "base"))
                    .getMessage();
            assertEquals(
                    "the adapter's " + MODULE + " holds " + last
                            + ", so that it is damaged or its training has diverged; train it again",
                    message);
        }
    }
}
