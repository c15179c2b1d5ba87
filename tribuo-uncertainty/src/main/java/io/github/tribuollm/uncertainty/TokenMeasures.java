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
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * One document: for each token its text, whether it belongs to the prompt or to a completion, and named measures. A
 * value at token i is about token i as a target, predicted from the tokens before it. Immutable: arrays and bit sets
 * are copied on the way in and out.
 *
 * @param title what the document is, for people
 * @param tokens the display text of each token, shape [length]; their concatenation is the document. A character whose
 *     bytes are spread over several tokens is the text of the last of them, the others are empty
 * @param completion bit i is set when token i belongs to a completion, bits in [0, length)
 * @param measures the name of a measure, such as the {@link Measure#label()} {@code loss}, to its value for each token,
 *     shape [length] each; NaN where it was not measured
 * @param selected bit i is set when token i was selected for training; a subset of {@code completion}
 */
public record TokenMeasures(
        String title, List<String> tokens, BitSet completion, Map<String, double[]> measures, BitSet selected) {

    /**
     * Checks that everything is aligned with the tokens.
     *
     * @param title what the document is, for people
     * @param tokens the display text of each token, shape [length]
     * @param completion the completion tokens, bits in [0, length)
     * @param measures the values of each measure, shape [length] each
     * @param selected the tokens selected for training, a subset of {@code completion}
     * @throws IllegalArgumentException if a measure has another length than the tokens, if a bit lies beyond the last
     *     token, or if a selected token is no completion token
     */
    public TokenMeasures {
        Objects.requireNonNull(title, "title");
        tokens = List.copyOf(tokens);
        completion = (BitSet) completion.clone();
        selected = (BitSet) selected.clone();
        measures = copyOf(measures);
        requireWithin("completion", completion, tokens.size(), title);
        BitSet untrained = (BitSet) selected.clone();
        untrained.andNot(completion);
        if (!untrained.isEmpty()) {
            throw new IllegalArgumentException("'" + title + "': token " + untrained.nextSetBit(0)
                    + " is selected but is no completion token; select completion tokens only");
        }
        for (Map.Entry<String, double[]> measure : measures.entrySet()) {
            if (measure.getValue().length != tokens.size()) {
                throw new IllegalArgumentException("'" + title + "': measure '" + measure.getKey() + "' has "
                        + measure.getValue().length + " values for " + tokens.size()
                        + " tokens; give one value a token, NaN where nothing was measured");
            }
        }
    }

    /**
     * {@return the number of tokens}
     */
    public int length() {
        return tokens.size();
    }

    /**
     * {@return which tokens belong to a completion, a copy}
     */
    @Override
    public BitSet completion() {
        return (BitSet) completion.clone();
    }

    /**
     * {@return every measure, a copy, in the order given}
     */
    @Override
    public Map<String, double[]> measures() {
        return copyOf(measures);
    }

    /**
     * {@return which tokens were selected for training, a copy}
     */
    @Override
    public BitSet selected() {
        return (BitSet) selected.clone();
    }

    /**
     * One measure.
     *
     * @param name the name of the measure
     * @return its values, a copy, shape [length]
     * @throws IllegalArgumentException if the document has no such measure
     */
    public double[] measure(String name) {
        double[] values = measures.get(name);
        if (values == null) {
            throw new IllegalArgumentException(
                    "'" + title + "' has no measure '" + name + "'; it has " + measures.keySet());
        }
        return values.clone();
    }

    /**
     * {@return the names of the measures, in the order given}
     */
    public List<String> measureNames() {
        return List.copyOf(measures.keySet());
    }

    /**
     * Adds a measure.
     *
     * @param name the name of the measure; one of that name is replaced
     * @param values its value for each token, shape [length]; NaN where it was not measured
     * @return the document with that measure
     * @throws IllegalArgumentException if there is not one value a token
     */
    public TokenMeasures with(String name, double[] values) {
        Map<String, double[]> more = new LinkedHashMap<>(measures);
        more.put(name, values);
        return new TokenMeasures(title, tokens, completion, more, selected);
    }

    /**
     * Adds how each measure changed since the same document was measured before, under the name of its {@link
     * MeasureChange}: {@code change of loss} is this document's loss minus the earlier one.
     *
     * @param before the document as it was measured before; a measure that it lacks gets no change
     * @return the document with the changes, NaN where either value was not measured
     * @throws IllegalArgumentException if the tokens are others
     */
    public TokenMeasures since(TokenMeasures before) {
        if (!tokens.equals(before.tokens)) {
            throw new IllegalArgumentException("'" + before.title + "' has not the tokens of '" + title
                    + "'; measure the same document before and after");
        }
        TokenMeasures both = this;
        for (String name : measures.keySet()) {
            double[] earlier = before.measures.get(name);
            if (earlier != null) {
                both = both.with(new MeasureChange(name).label(), difference(measures.get(name), earlier));
            }
        }
        return both;
    }

    private static double[] difference(double[] after, double[] before) {
        double[] change = new double[after.length];
        Arrays.setAll(change, token -> after[token] - before[token]);
        return change;
    }

    /**
     * A measure where it counts.
     *
     * @param name the name of the measure
     * @return its values for the completion tokens at which it was measured, in their order
     * @throws IllegalArgumentException if the document has no such measure
     */
    public DoubleStream completionValues(String name) {
        double[] values = measure(name);
        return completion.stream().mapToDouble(token -> values[token]).filter(value -> !Double.isNaN(value));
    }

    /**
     * The measure of the whole document as a mean.
     *
     * @param name the name of the measure
     * @return its mean over the measured completion tokens; NaN if there are none
     * @throws IllegalArgumentException if the document has no such measure
     */
    public double mean(String name) {
        return completionValues(name).average().orElse(Double.NaN);
    }

    /**
     * The measure of the whole document as a sum.
     *
     * @param name the name of the measure
     * @return its sum over the measured completion tokens; NaN if there are none
     * @throws IllegalArgumentException if the document has no such measure
     */
    double sum(String name) {
        double[] values = completionValues(name).toArray();
        return values.length == 0 ? Double.NaN : DoubleStream.of(values).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenMeasures that
                && title.equals(that.title)
                && tokens.equals(that.tokens)
                && completion.equals(that.completion)
                && selected.equals(that.selected)
                && boxed(measures).equals(boxed(that.measures));
    }

    @Override
    public int hashCode() {
        return Objects.hash(title, tokens, completion, selected, boxed(measures));
    }

    /** {@return the title, the numbers of tokens and the mean of each measure, in a line} */
    @Override
    public String toString() {
        String means = measures.keySet().stream()
                .map(name -> String.format(Locale.ROOT, "%s %.4f", name, mean(name)))
                .collect(Collectors.joining(", "));
        return title + " (" + length() + " tokens, " + completion.cardinality() + " of the completion, "
                + selected.cardinality() + " selected)" + (means.isEmpty() ? "" : ": mean " + means);
    }

    private static Map<String, List<Double>> boxed(Map<String, double[]> measures) {
        Map<String, List<Double>> boxed = new LinkedHashMap<>();
        measures.forEach(
                (name, values) -> boxed.put(name, Arrays.stream(values).boxed().toList()));
        return boxed;
    }

    private static Map<String, double[]> copyOf(Map<String, double[]> measures) {
        Map<String, double[]> copy = new LinkedHashMap<>();
        measures.forEach((name, values) -> copy.put(Objects.requireNonNull(name, "measure"), values.clone()));
        return Collections.unmodifiableMap(copy);
    }

    private static void requireWithin(String what, BitSet bits, int length, String title) {
        if (bits.length() > length) {
            throw new IllegalArgumentException("'" + title + "': " + what + " bit " + (bits.length() - 1)
                    + " lies beyond the last of " + length + " tokens");
        }
    }
}
