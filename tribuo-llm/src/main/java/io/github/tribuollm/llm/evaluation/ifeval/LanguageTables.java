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

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * What the detection of languages knows.
 *
 * @param languages their codes
 * @param shares of each n-gram among those of its length, by language
 * @param ideographs what stands for an ideograph
 * @param vietnamese letters with marks that stand for a letter and a mark
 */
record LanguageTables(
        List<String> languages,
        Map<String, double[]> shares,
        Map<Integer, Integer> ideographs,
        Map<String, String> vietnamese) {
    private static LanguageTables loaded;

    /** {@return the tables, which are read when they are first asked for} */
    static synchronized LanguageTables get() {
        if (loaded == null) {
            List<Profile> profiles = lines("languages.jsonl.gz").stream()
                    .map(line -> new Gson().fromJson(line, Profile.class))
                    .toList();
            List<String> languages = profiles.stream().map(Profile::name).toList();
            loaded = new LanguageTables(
                    languages,
                    shares(profiles),
                    ideographs(lines("ideographs.txt")),
                    vietnamese(lines("vietnamese.txt")));
        }
        return loaded;
    }

    private static Map<String, double[]> shares(List<Profile> profiles) {
        Map<String, double[]> shares = new HashMap<>();
        for (int language = 0; language < profiles.size(); language++) {
            int index = language;
            Profile profile = profiles.get(language);
            profile.freq().forEach((gram, count) -> {
                double all = profile.n_words()[gram.length() - 1];
                shares.computeIfAbsent(gram, g -> new double[profiles.size()])[index] = count / all;
            });
        }
        return shares;
    }

    private static Map<Integer, Integer> ideographs(List<String> classes) {
        Map<Integer, Integer> first = new HashMap<>();
        for (String alike : classes) {
            alike.codePoints().forEach(ideograph -> first.put(ideograph, alike.codePointAt(0)));
        }
        return first;
    }

    private static Map<String, String> vietnamese(List<String> lines) {
        String letters = lines.get(0);
        Map<String, String> composed = new HashMap<>();
        for (int mark = 0; mark < lines.get(1).length(); mark++) {
            char combining = lines.get(1).charAt(mark);
            String marked = lines.get(mark + 2);
            IntStream.range(0, letters.length())
                    .forEach(i -> composed.put("" + letters.charAt(i) + combining, "" + marked.charAt(i)));
        }
        return composed;
    }

    private static List<String> lines(String resource) {
        try (InputStream file = LanguageTables.class.getResourceAsStream("languages/" + resource);
                InputStream in = resource.endsWith(".gz") ? new GZIPInputStream(file) : file;
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Profile(String name, int[] n_words, Map<String, Integer> freq) {}
}
