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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import io.github.tribuollm.llm.graphs.TrainingException;
import java.util.Optional;

/** The numbers of a saved state, of which none is read that a run could not have written. */
record SavedNumbers(SafetensorsFile saved) {
    /**
     * A tensor.
     *
     * @param count how many numbers the run has there
     * @return so many finite numbers
     * @throws TrainingException if they are others
     */
    float[] values(String name, int count) {
        if (!saved.names().contains(name)) {
            throw damaged("it has no " + name);
        }
        StoredTensor stored = saved.stored(name);
        if (stored.dtype() != DType.F32) {
            throw damaged(name + " has the type " + stored.dtype() + ", not F32");
        }
        float[] values = stored.floats();
        if (values.length != count) {
            throw damaged(name + " has " + values.length + " numbers, not " + count);
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw damaged(name + " holds " + value);
            }
        }
        return values;
    }

    /**
     * Means of squares.
     *
     * @param count how many numbers the run has there
     * @return so many finite numbers of at least 0
     * @throws TrainingException if they are others
     */
    float[] squares(String name, int count) {
        float[] values = values(name, count);
        for (float value : values) {
            if (value < 0) {
                throw damaged(name + " holds " + value + ", which no mean of squares is");
            }
        }
        return values;
    }

    /** A whole number in the metadata, from 0 to the most that it can be. */
    int count(String name, int most) {
        int count = count(name);
        if (count > most) {
            throw damaged(name + " is " + count + ", but at most " + most + " is possible");
        }
        return count;
    }

    /** A whole number of at least 0 in the metadata. */
    int count(String name) {
        double number = number(name);
        if (!(number >= 0 && number <= Integer.MAX_VALUE && number == Math.rint(number))) {
            throw damaged(name + " is " + number);
        }
        return (int) number;
    }

    /** A finite number in the metadata. */
    double number(String name) {
        double number = parsed(name);
        if (!Double.isFinite(number)) {
            throw damaged(name + " is " + number);
        }
        return number;
    }

    private double parsed(String name) {
        String text = saved.metadata().getOrDefault(name, "nothing");
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw damaged(name + " is " + text);
        }
    }

    /** The loss of the last step, which overflows where a step in float16 is skipped. */
    double lossOfSteps(String name, Optional<LossScale> scale) {
        boolean skipped = scale.filter(s -> s.skippedSteps() > 0).isPresent();
        return skipped && !Double.isFinite(parsed(name)) ? parsed(name) : number(name);
    }

    /** A sum of fractions, one of each step, of which none is above 1. */
    double sum(String name, int steps) {
        double sum = number(name);
        if (!(sum >= 0 && sum <= steps * (1 + 1e-9))) {
            throw damaged(name + " is " + sum + " after " + steps + " steps");
        }
        return sum;
    }

    LossScale lossScale(String value, String goodSteps, String skippedSteps) {
        float scale = (float) number(value);
        if (!(scale > 0 && Float.isFinite(scale))) {
            throw damaged("its loss scale is " + scale);
        }
        return new LossScale(scale, count(goodSteps), count(skippedSteps));
    }

    TrainingException damaged(String problem) {
        return new TrainingException(
                saved.file() + " is damaged: " + problem + "; delete it to start afresh, or restore it from a copy");
    }
}
