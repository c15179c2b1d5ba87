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

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.tribuo.Output;
import org.tribuo.protos.core.OutputProto;

/**
 * A token as Tribuo's output: the id of the token at a position, and how probable and how uncertain a model found it.
 *
 * <p>The identity of a token is its id: {@code equals} and {@code hashCode} look at nothing else. Immutable.
 */
public final class TokenOutput implements Output<TokenOutput> {
    private static final long serialVersionUID = 1L;

    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 0;

    /** The id of {@link #UNKNOWN}. */
    public static final int UNKNOWN_ID = -1;

    private static final TreeMap<String, Double> NONE = new TreeMap<>();

    /** The output of a position whose token is not known. */
    public static final TokenOutput UNKNOWN = new TokenOutput();

    private static final String ID = "id";
    private static final String LOG_PROBABILITY = "log-probability";
    private static final String UNCERTAINTY = "uncertainty:";

    private final int id;
    private final double logProbability;
    private final TreeMap<String, Double> uncertainties;

    private TokenOutput() {
        this.id = UNKNOWN_ID;
        this.logProbability = Double.NaN;
        this.uncertainties = NONE;
    }

    /**
     * Creates a token without a probability, such as a target.
     *
     * @param id the token id, at least 0
     * @throws IllegalArgumentException if the id is negative
     */
    public TokenOutput(int id) {
        this(id, Double.NaN);
    }

    /**
     * Creates a predicted token.
     *
     * @param id the token id, at least 0
     * @param logProbability the natural logarithm of its probability, at most 0; NaN where it is not known
     * @throws IllegalArgumentException if a value is out of its range
     */
    public TokenOutput(int id, double logProbability) {
        this(id, logProbability, NONE);
    }

    /**
     * Creates a predicted token with uncertainties.
     *
     * @param id the token id, at least 0
     * @param logProbability the natural logarithm of its probability, at most 0; NaN where it is not known
     * @param uncertainties values in the units of their estimators, by the estimator's name; copied
     * @throws IllegalArgumentException if a value is out of its range
     */
    public TokenOutput(int id, double logProbability, Map<String, Double> uncertainties) {
        if (id < 0) {
            throw new IllegalArgumentException("A token id is at least 0, not " + id);
        }
        if (logProbability > 0) {
            throw new IllegalArgumentException("A log-probability is at most 0, not " + logProbability);
        }
        this.id = id;
        this.logProbability = logProbability;
        this.uncertainties = uncertainties.isEmpty() ? NONE : new TreeMap<>(uncertainties);
    }

    /**
     * {@return the token id, {@link #UNKNOWN_ID} for the unknown token}
     */
    public int id() {
        return id;
    }

    /**
     * {@return the natural logarithm of the token's probability, NaN where it is not known}
     */
    public double logProbability() {
        return logProbability;
    }

    /**
     * {@return the uncertainties by the estimator's name, unmodifiable}
     */
    public SortedMap<String, Double> uncertainties() {
        return Collections.unmodifiableSortedMap(uncertainties);
    }

    /**
     * {@return the token's key in a prediction's score map: the id in decimal}
     */
    public String name() {
        return Integer.toString(id);
    }

    @Override
    public TokenOutput copy() {
        return this;
    }

    @Override
    public String getSerializableForm(boolean includeConfidence) {
        return includeConfidence ? id + ":logProbability=" + logProbability : name();
    }

    @Override
    public boolean fullEquals(TokenOutput other) {
        return fullEquals(other, 0);
    }

    @Override
    public boolean fullEquals(TokenOutput other, double tolerance) {
        return id == other.id
                && near(logProbability, other.logProbability, tolerance)
                && uncertainties.keySet().equals(other.uncertainties.keySet())
                && uncertainties.entrySet().stream()
                        .allMatch(e -> near(e.getValue(), other.uncertainties.get(e.getKey()), tolerance));
    }

    private static boolean near(double a, double b, double tolerance) {
        return Double.compare(a, b) == 0 || Math.abs(a - b) <= tolerance;
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that wrote it
     * @param message a {@link Struct} with the id, the log-probability and the uncertainties
     * @return the token
     * @throws InvalidProtocolBufferException if the message cannot be parsed
     * @throws IllegalArgumentException if the version is unknown
     * @throws IllegalStateException if a value is missing or out of its range
     */
    public static TokenOutput deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        Map<String, Value> fields = message.unpack(Struct.class).getFieldsMap();
        int id = (int) number(fields, ID);
        if (id == UNKNOWN_ID) {
            return UNKNOWN;
        }
        Map<String, Double> uncertainties = new TreeMap<>();
        for (String key : fields.keySet()) {
            if (key.startsWith(UNCERTAINTY)) {
                uncertainties.put(key.substring(UNCERTAINTY.length()), number(fields, key));
            }
        }
        return new TokenOutput(id, number(fields, LOG_PROBABILITY), uncertainties);
    }

    private static double number(Map<String, Value> fields, String key) {
        Value value = fields.get(key);
        if (value == null || !value.hasNumberValue()) {
            throw new IllegalStateException("Invalid protobuf, a token output has no number \"" + key + "\"");
        }
        return value.getNumberValue();
    }

    @Override
    public OutputProto serialize() {
        Struct.Builder fields =
                Struct.newBuilder().putFields(ID, number(id)).putFields(LOG_PROBABILITY, number(logProbability));
        uncertainties.forEach((name, value) -> fields.putFields(UNCERTAINTY + name, number(value)));
        return OutputProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TokenOutput.class.getName())
                .setSerializedData(Any.pack(fields.build()))
                .build();
    }

    private static Value number(double value) {
        return Value.newBuilder().setNumberValue(value).build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenOutput that && id == that.id;
    }

    @Override
    public int hashCode() {
        return Integer.hashCode(id);
    }

    @Override
    public String toString() {
        StringJoiner known = new StringJoiner(", ", " (", ")").setEmptyValue("");
        if (!Double.isNaN(logProbability)) {
            known.add(String.format(Locale.ROOT, "log p %.4f", logProbability));
        }
        uncertainties.forEach((name, value) -> known.add(String.format(Locale.ROOT, "%s %.4f", name, value)));
        return (id == UNKNOWN_ID ? "unknown token" : "token " + id) + known;
    }
}
