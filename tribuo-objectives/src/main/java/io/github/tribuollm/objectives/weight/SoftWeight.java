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
package io.github.tribuollm.objectives.weight;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.Finite;
import java.util.Locale;
import java.util.Optional;

/** A function of the score: clip(f(scale (score - offset)), minimum, maximum). */
public final class SoftWeight implements TokenWeight {
    @Config(mandatory = true, description = "What the weight is a function of.")
    private Score score;

    @Config(description = "How the score becomes a weight.")
    private SoftFunction function = SoftFunction.IDENTITY;

    @Config(description = "A factor of the score.")
    private double scale = 1;

    @Config(description = "What is subtracted from the score before it is scaled.")
    private double offset = 0;

    @Config(description = "The least weight; weights below are raised to it.")
    private double minimum = Double.NEGATIVE_INFINITY;

    @Config(description = "The largest weight; weights above are lowered to it.")
    private double maximum = Double.POSITIVE_INFINITY;

    @Config(description = "Whether a token's own score counts, or the mean score of its document.")
    private Granularity granularity = Granularity.TOKEN;

    private SoftWeight() {}

    /**
     * The score itself.
     *
     * @param score the weight
     */
    public SoftWeight(Score score) {
        this(score, SoftFunction.IDENTITY, 1);
    }

    /**
     * A function of the score.
     *
     * @param score what the weight is a function of
     * @param function how the score becomes a weight
     * @param scale a factor of the score, finite
     * @throws PropertyException if the factor is not finite
     */
    public SoftWeight(Score score, SoftFunction function, double scale) {
        this.score = score;
        this.function = function;
        this.scale = scale;
        postConfig();
    }

    private SoftWeight(SoftWeight other) {
        this.score = other.score;
        this.function = other.function;
        this.scale = other.scale;
        this.offset = other.offset;
        this.minimum = other.minimum;
        this.maximum = other.maximum;
        this.granularity = other.granularity;
    }

    /**
     * This weight with its function moved along the score.
     *
     * @param newOffset what is subtracted from the score, finite
     * @return the weight f(scale (score - offset))
     * @throws PropertyException if the offset is not finite
     */
    public SoftWeight shifted(double newOffset) {
        SoftWeight shifted = new SoftWeight(this);
        shifted.offset = newOffset;
        shifted.postConfig();
        return shifted;
    }

    /**
     * This weight clipped.
     *
     * @param least the least weight; negative infinity for none
     * @param most the largest weight; positive infinity for none
     * @return the weight within these bounds
     * @throws PropertyException if no number lies between them
     */
    public SoftWeight clipped(double least, double most) {
        SoftWeight clipped = new SoftWeight(this);
        clipped.minimum = least;
        clipped.maximum = most;
        clipped.postConfig();
        return clipped;
    }

    /**
     * This weight as a function of each document's mean score.
     *
     * @return one weight for all tokens of a document
     */
    public SoftWeight byDocument() {
        SoftWeight byDocument = new SoftWeight(this);
        byDocument.granularity = Granularity.DOCUMENT;
        return byDocument;
    }

    @Override
    public void postConfig() {
        Finite.require("scale", scale);
        Finite.require("offset", offset);
        if (!(minimum <= maximum)) {
            throw new PropertyException(
                    "", "minimum", "must not exceed the maximum, " + maximum + ", nor be NaN: " + minimum);
        }
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        Tensor x = granularity.of(score.of(statistics), statistics);
        x = offset == 0 ? x : x.add((float) -offset);
        x = scale == 1 ? x : x.mul((float) scale);
        return clip(function.of(x));
    }

    private Tensor clip(Tensor weight) {
        Tensor raised =
                Double.isInfinite(minimum) ? weight : weight.max(weight.graph().constant((float) minimum));
        return Double.isInfinite(maximum) ? raised : raised.min(weight.graph().constant((float) maximum));
    }

    @Override
    public Optional<Scope> scope() {
        return granularity == Granularity.TOKEN ? Optional.empty() : Optional.of(Scope.SEQUENCE);
    }

    @Override
    public String toString() {
        String argument = offset == 0 ? score.toString() : "(" + score + " - " + offset + ")";
        argument = scale == 1 ? argument : scale + " " + argument;
        String value = function == SoftFunction.IDENTITY
                ? argument
                : function.name().toLowerCase(Locale.ROOT) + "(" + argument + ")";
        String bounded = Double.isInfinite(minimum) && Double.isInfinite(maximum)
                ? value
                : value + " within [" + minimum + ", " + maximum + "]";
        return granularity == Granularity.TOKEN ? bounded : bounded + " of each document";
    }
}
