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
package io.github.tribuollm.llm.evaluation.ifeval;

import io.github.tribuollm.llm.evaluation.PythonRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which language a text is in, by Shuyo's language detection as its Python port {@code langdetect} does it: Bayes' rule
 * over n-grams that are drawn at random, seven times. The numbers are those that Python draws after {@code
 * DetectorFactory.seed = seed}.
 */
final class LanguageDetector {
    private static final int TRIALS = 7;
    private static final int LONGEST_TEXT = 10_000;
    private static final int MOST_DRAWS = 1000;
    private static final int DRAWS_BETWEEN_CHECKS = 5;
    private static final double CERTAIN = 0.99999;
    private static final double LEAST = 0.1;
    private static final double SMOOTHING = 0.5;
    private static final double SMOOTHING_WIDTH = 0.05;
    private static final double BASE = 10_000;
    private static final String UNKNOWN = "unknown";
    private static final int COMBINING = 0x300;
    private static final Pattern ADDRESS = Pattern.compile("https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}");
    private static final Pattern MAIL =
            Pattern.compile("[-_.0-9A-Za-z]{1,64}@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}");
    private static final Pattern MARKED = Pattern.compile(".[\\u0300\\u0301\\u0303\\u0309\\u0323]", Pattern.DOTALL);
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern LATIN = Pattern.compile("[A-z]");

    private final long seed;

    LanguageDetector(long seed) {
        this.seed = seed;
    }

    /** {@return the code of the likeliest language; empty where the text has nothing to tell it by} */
    Optional<String> detect(String text) {
        LanguageTables tables = LanguageTables.get();
        List<double[]> grams = NGrams.of(cleaned(text, tables), tables);
        if (grams.isEmpty()) {
            return Optional.empty();
        }
        PythonRandom random = PythonRandom.of(seed);
        double[] mean = new double[tables.languages().size()];
        for (int trial = 0; trial < TRIALS; trial++) {
            double[] posterior = posterior(grams, mean.length, random);
            Arrays.setAll(mean, language -> mean[language] + posterior[language] / TRIALS);
        }
        int likeliest = IntStream.range(0, mean.length)
                .reduce((a, b) -> mean[b] > mean[a] ? b : a)
                .orElseThrow();
        return Optional.of(mean[likeliest] > LEAST ? tables.languages().get(likeliest) : UNKNOWN);
    }

    private static double[] posterior(List<double[]> grams, int languages, PythonRandom random) {
        double[] posterior = new double[languages];
        Arrays.fill(posterior, 1.0 / languages);
        double weight = (SMOOTHING + random.gauss() * SMOOTHING_WIDTH) / BASE;
        for (int draw = 0; ; draw++) {
            double[] shares = grams.get(random.below(grams.size()));
            for (int language = 0; language < languages; language++) {
                posterior[language] *= weight + shares[language];
            }
            if (draw % DRAWS_BETWEEN_CHECKS == 0 && (normalise(posterior) > CERTAIN || draw >= MOST_DRAWS)) {
                return posterior;
            }
        }
    }

    /** Makes probabilities of weights and returns the largest. */
    private static double normalise(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double largest = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
            largest = Math.max(largest, weights[i]);
        }
        return largest;
    }

    /** {@return a text without addresses, with single spaces, and without Latin letters if they are few} */
    private static String cleaned(String text, LanguageTables tables) {
        String plain = MAIL.matcher(ADDRESS.matcher(text).replaceAll(" ")).replaceAll(" ");
        String composed = MARKED.matcher(plain)
                .replaceAll(marked -> tables.vietnamese().getOrDefault(marked.group(), quoted(marked)));
        int end = composed.codePointCount(0, composed.length()) <= LONGEST_TEXT
                ? composed.length()
                : composed.offsetByCodePoints(0, LONGEST_TEXT);
        String single = SPACES.matcher(composed.substring(0, end)).replaceAll(" ");
        long latin = single.codePoints().filter(c -> c >= 'A' && c <= 'z').count();
        long other = single.codePoints().filter(c -> c >= COMBINING).count();
        return latin * 2 < other ? LATIN.matcher(single).replaceAll("") : single;
    }

    private static String quoted(MatchResult marked) {
        return Matcher.quoteReplacement(marked.group());
    }
}
