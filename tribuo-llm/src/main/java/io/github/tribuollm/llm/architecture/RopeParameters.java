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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import java.util.List;
import java.util.Set;

/**
 * How a configuration turns positions into angles: {@code rope_theta} and {@code rope_scaling} as transformers 4 writes
 * them, or {@code rope_parameters} as transformers 5 does. Frequencies are computed in float32, as transformers does.
 */
final class RopeParameters {
    private static final double THETA = 10000;
    private static final String PART = "partial_rotary_factor";
    private static final String ORIGINAL = "original_max_position_embeddings";

    private final CheckpointConfig section;
    private final DecoderConfig config;
    private final double theta;
    private final double rotatedPart;
    private final int originalLength;

    private RopeParameters(
            CheckpointConfig section, DecoderConfig config, double theta, double rotatedPart, int originalLength) {
        this.section = section;
        this.config = config;
        this.theta = section.number("rope_theta", theta);
        this.rotatedPart = section.number(PART, rotatedPart);
        this.originalLength = originalLength;
    }

    /** The frequencies of a model whose layers share them, all components of a head rotated. */
    static RotaryFrequencies read(DecoderConfig config) {
        return read(config, THETA);
    }

    /** The same where the architecture has a rope_theta of its own. */
    static RotaryFrequencies read(DecoderConfig config, double theta) {
        return read(config, section(config.fields()), config.fields().number("rope_theta", theta));
    }

    /** The frequencies of some layers, from a section of their own. */
    static RotaryFrequencies read(DecoderConfig config, CheckpointConfig section, double theta) {
        RopeParameters parameters = of(config, section, theta);
        config.fields().require(PART, config.fields().number(PART, 1) == 1);
        section.require(PART, parameters.rotatedPart == 1);
        return switch (parameters.type()) {
            case "default" -> parameters.unscaled();
            case "linear" -> parameters.linear();
            case "dynamic" -> parameters.dynamic();
            case "yarn" -> parameters.yarn();
            case "llama3" -> parameters.llama3();
            case "longrope" -> parameters.longrope();
            default -> throw parameters.unknown();
        };
    }

    private static RopeParameters of(DecoderConfig config, CheckpointConfig section, double theta) {
        int own = section.integer(ORIGINAL, config.maxPositions());
        return new RopeParameters(section, config, theta, 1, config.fields().integer(ORIGINAL, own));
    }

    /** The frequencies of a Phi-3, which may rotate a part of a head and name longrope "su" or "yarn". */
    static RotaryFrequencies readPhi3(DecoderConfig config) {
        CheckpointConfig fields = config.fields();
        RopeParameters parameters = new RopeParameters(
                section(fields),
                config,
                fields.number("rope_theta", THETA),
                fields.number(PART, 1),
                fields.integer(ORIGINAL, 4096));
        return switch (parameters.type()) {
            case "default" -> parameters.unscaled();
            case "longrope", "su", "yarn" -> parameters.longrope();
            default -> throw parameters.unknown();
        };
    }

    /**
     * The longest document that a model was made for: max_position_embeddings, and where dynamic scaling or YaRN
     * stretches positions by a factor, that many times the length that it was trained on.
     */
    static int reach(DecoderConfig config) {
        RopeParameters parameters = of(config, section(config.fields()), THETA);
        double factor = parameters.section.number("factor", 1);
        int stretched = (int)
                switch (parameters.type()) {
                    case "dynamic" -> factor * config.maxPositions();
                    case "yarn" -> factor * parameters.originalLength;
                    default -> 0;
                };
        return Math.max(config.maxPositions(), stretched);
    }

    /** {@code rope_scaling} if it says something, else {@code rope_parameters}, which may be empty. */
    static CheckpointConfig section(CheckpointConfig fields) {
        return fields.isVoid("rope_scaling")
                ? fields.section("rope_parameters").orElseGet(fields::emptySection)
                : fields.section("rope_scaling").orElseThrow();
    }

    private String type() {
        return section.text("rope_type", section.text("type", "default"));
    }

    private RuntimeException unknown() {
        return section.unsupported(section.contains("rope_type") ? "rope_type" : "type");
    }

    /** Refuses every field that the type has no use for. */
    private void requireOnly(String... fields) {
        Set<String> known = Set.of("rope_type", "type", "rope_theta", PART);
        for (String key : section.keys()) {
            section.require(key, known.contains(key) || List.of(fields).contains(key) || section.isVoid(key));
        }
        section.require(ORIGINAL, section.integer(ORIGINAL, originalLength) == originalLength);
    }

    /** The number of components that rotate. */
    private int size() {
        int size = (int) (config.headSize() * rotatedPart);
        section.require(PART, size > 0 && size % 2 == 0 && size <= config.headSize());
        return size;
    }

    /** Tokens a radian: base^(2i / size) for i below size / 2. */
    private float[] periods(double base) {
        section.require("rope_theta", theta > 0);
        int size = size();
        float[] periods = new float[size / 2];
        for (int i = 0; i < periods.length; i++) {
            periods[i] = (float) Math.pow(base, (float) (2 * i) / size);
        }
        return periods;
    }

    private float[] geometric(double base) {
        float[] frequencies = periods(base);
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / frequencies[i];
        }
        return frequencies;
    }

    private RotaryFrequencies unscaled() {
        requireOnly();
        return new RotaryFrequencies(geometric(theta));
    }

    /** Positions divided by a factor (Chen et al., "Extending context window by positional interpolation"). */
    private RotaryFrequencies linear() {
        requireOnly("factor");
        float factor = positive("factor");
        float[] frequencies = geometric(theta);
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= factor;
        }
        return new RotaryFrequencies(frequencies);
    }

    /**
     * Dynamic NTK scaling: in a document of L tokens, more than max_position_embeddings, theta grows by
     * (factor L / max_position_embeddings - factor + 1)^(size / (size - 2)).
     */
    private RotaryFrequencies dynamic() {
        requireOnly("factor", ORIGINAL);
        double factor = positive("factor");
        int usual = config.maxPositions();
        section.require(ORIGINAL, section.integer(ORIGINAL, usual) == usual);
        int size = size();
        section.require(PART, size > 2);
        return new RotaryFrequencies(geometric(theta))
                .extendedBy(new RotaryFrequencies.Growing(
                        length -> {
                            double growth = factor * length / usual - (factor - 1);
                            return geometric((float) (theta * Math.pow(growth, size / (size - 2.0))));
                        },
                        usual));
    }

    private RotaryFrequencies yarn() {
        requireOnly(
                "factor",
                ORIGINAL,
                "attention_factor",
                "mscale",
                "mscale_all_dim",
                "beta_fast",
                "beta_slow",
                "truncate");
        section.require("rope_theta", theta > 1);
        section.require(ORIGINAL, originalLength > 0);
        double factor = section.number("factor", (double) config.maxPositions() / originalLength);
        section.require("factor", factor > 0);
        Yarn yarn = new Yarn(section, factor, originalLength);
        return new RotaryFrequencies(yarn.frequencies(periods(theta), theta), yarn.amplitude());
    }

    /** Llama 3.1: long waves are stretched by a factor, short ones kept, and those between are interpolated. */
    private RotaryFrequencies llama3() {
        requireOnly("factor", "low_freq_factor", "high_freq_factor", ORIGINAL);
        float factor = positive("factor");
        float low = positive("low_freq_factor");
        float high = positive("high_freq_factor");
        section.require("high_freq_factor", high > low);
        float[] frequencies = geometric(theta);
        for (int i = 0; i < frequencies.length; i++) {
            float wavelength = (float) (2 * Math.PI) / frequencies[i];
            float kept = (originalLength / wavelength - low) / (high - low);
            float between = (1 - kept) * frequencies[i] / factor + kept * frequencies[i];
            boolean isLong = wavelength > originalLength / low;
            boolean isShort = wavelength < originalLength / high;
            frequencies[i] = isLong ? frequencies[i] / factor : isShort ? frequencies[i] : between;
        }
        return new RotaryFrequencies(frequencies);
    }

    /** LongRoPE (Ding et al.): each pair has a factor of its own, others beyond the original length. */
    private RotaryFrequencies longrope() {
        requireOnly("short_factor", "long_factor", "factor", "attention_factor", ORIGINAL);
        section.require(ORIGINAL, originalLength > 1);
        double factor = section.number("factor", (double) config.maxPositions() / originalLength);
        double recommended = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalLength));
        float amplitude = (float) section.number("attention_factor", recommended);
        return new RotaryFrequencies(stretched("short_factor"), amplitude)
                .extendedBy(new RotaryFrequencies.Switched(stretched("long_factor"), originalLength));
    }

    private float[] stretched(String factors) {
        List<Double> list = section.numbers(factors);
        float[] periods = periods(theta);
        section.require(factors, list.size() == periods.length && list.stream().allMatch(f -> f > 0));
        float[] frequencies = new float[periods.length];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / (list.get(i).floatValue() * periods[i]);
        }
        return frequencies;
    }

    private float positive(String field) {
        float value = (float) section.number(field);
        section.require(field, value > 0);
        return value;
    }
}
