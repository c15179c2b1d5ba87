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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.Feeds;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The dropout masks of what enters the adapters in training. Which elements are kept is a function of the seed, the
 * step, the sequence, the position and the layer: the same however a step is cut and laid out.
 */
public final class AdapterDropout {
    private final float rate;
    private final Map<String, Integer> widths = new LinkedHashMap<>();

    /** The masks of a model's adapted layers. */
    public AdapterDropout(ModelShape shape) {
        this.rate = shape.adapter().map(AdapterForm::dropout).orElse(0.0).floatValue();
        if (acts()) {
            shape.adapted().forEach(layer -> widths.put(layer.module(), layer.in()));
        }
    }

    /** {@return whether any element may be dropped} */
    boolean acts() {
        return rate > 0;
    }

    /**
     * The size of the masks: a byte for each element that enters an adapter.
     *
     * @param places of the grids of some micro-batches, padding included
     * @return bytes, 0 without dropout
     */
    public long maskBytes(long places) {
        return places * widths.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** Feeds the masks of micro-batches, those of one after those of the other. */
    void feed(Feeds feeds, MicroBatches batches, long seed, int step) {
        widths.forEach((module, width) -> {
            long key = CounterRandom.bits(seed, step, module.hashCode());
            feeds.booleans(module + AdaptedParameters.MASK, mask(batches, key, width), batches.places(), width);
        });
    }

    private ByteBuffer mask(MicroBatches batches, long key, int width) {
        ByteBuffer mask = Feeds.direct(batches.places() * width);
        int first = 0;
        for (MicroBatch batch : batches.parts()) {
            int places = batch.tokens().length;
            fill(mask.slice(first * width, places * width), batch, key, width);
            first += places;
        }
        return mask;
    }

    private void fill(ByteBuffer mask, MicroBatch batch, long key, int width) {
        IntStream places = IntStream.range(0, batch.tokens().length).filter(place -> !batch.padded(place));
        places.parallel().forEach(row -> {
            long rowKey = CounterRandom.bits(key, batch.indices()[(int) batch.owners()[row]], batch.positions()[row]);
            for (int i = 0; i < width; i++) {
                mask.put(row * width + i, (byte) (CounterRandom.uniform(rowKey, i) < rate ? 0 : 1));
            }
        });
    }
}
