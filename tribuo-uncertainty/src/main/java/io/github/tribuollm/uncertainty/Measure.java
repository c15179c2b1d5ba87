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
package io.github.tribuollm.uncertainty;

import java.util.Arrays;
import java.util.Optional;

/**
 * The measures that this library knows, by the names under which {@link TokenMeasures} holds them. Other names may be
 * measured too; these have one spelling, one unit and one meaning everywhere. Let p be the prediction of a token by
 * the mean of all samples (or members), p_s that of sample s, H the entropy and x the token that came.
 */
public enum Measure {
    /** -log p(x) of one model, at least 0. */
    LOSS("loss", "nats", "−log p of the token"),
    /** H of one model's prediction, in [0, log of the vocabulary's size]. */
    ENTROPY("entropy", "nats", "entropy of the prediction"),
    /** H(p): what is uncertain for whatever reason. */
    TOTAL("total", "nats", "entropy of the mean prediction"),
    /** The mean of H(p_s): what no training would make certain. */
    ALEATORIC("aleatoric", "nats", "mean entropy of the predictions"),
    /** H(p) minus the mean of H(p_s), the mutual information of token and parameters (BALD), at least 0. */
    EPISTEMIC("epistemic", "nats", "total minus aleatoric (BALD)"),
    /** The mean of KL(p_s || p_r) over pairs of samples s and r, at least 0. */
    PAIRWISE_DIVERGENCE("EPKL", "nats", "expected pairwise KL divergence"),
    /** The mean of KL(p || p_s), at least 0. */
    REVERSE_MUTUAL_INFORMATION("RMI", "nats", "reverse mutual information"),
    /** Loss minus the loss under a reference, of either sign. */
    EXCESS_LOSS("excess loss", "nats", "loss minus the reference's loss"),
    /** The probability of the likeliest token minus that of the next, in [0, 1]. */
    MARGIN("margin", "", "lead of the likeliest token, as a probability");

    private final String label;
    private final String unit;
    private final String meaning;

    Measure(String label, String unit, String meaning) {
        this.label = label;
        this.unit = unit;
        this.meaning = meaning;
    }

    /**
     * {@return its name in documents, files and pages}
     */
    public String label() {
        return label;
    }

    /**
     * {@return its unit, empty for a pure number}
     */
    public String unit() {
        return unit;
    }

    /**
     * {@return what it is, in a few words}
     */
    public String meaning() {
        return meaning;
    }

    /**
     * The measure of a name.
     *
     * @param label a name in a document
     * @return the measure, empty for a name that is not of this library
     */
    public static Optional<Measure> named(String label) {
        return Arrays.stream(values()).filter(m -> m.label.equals(label)).findFirst();
    }

    @Override
    public String toString() {
        return label;
    }
}
