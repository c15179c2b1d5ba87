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
package io.github.tribuollm.llm.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a GGUF file as tokenizer.json spells them.
 *
 * @param file the file's keys and values
 * @param texts the tokens, in the order of their ids
 * @param kinds what each is
 * @param ids the ids by text
 */
record GgufVocabulary(GgufMetadata file, List<String> texts, List<Kind> kinds, Map<String, Integer> ids) {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String KINDS = "tokenizer.ggml.token_type";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final int LONGEST = 1024;

    /** What a token is, in the order of the numbers from 1 that the format gives them. */
    enum Kind {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE;

        /** Whether it is found whole wherever a text spells it. */
        boolean isAdded() {
            return this == UNKNOWN || this == CONTROL || this == USER_DEFINED;
        }
    }

    /** A pair of tokens that are joined, before those that come later. */
    record Merge(String left, String right) {}

    /**
     * Reads the tokens.
     *
     * @param file the file's keys and values
     * @param spelling how spaces are spelt in tokens that users have defined, where the file has real ones
     * @throws CheckpointException when there are none, a token is too long, or two are the same
     */
    static GgufVocabulary read(GgufMetadata file, String spelling) {
        List<String> texts = file.texts(TOKENS);
        List<Kind> kinds = kinds(file, texts.size());
        while (!texts.isEmpty() && kinds.get(texts.size() - 1) == Kind.UNUSED) {
            texts.remove(texts.size() - 1);
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (int id = 0; id < texts.size(); id++) {
            if (kinds.get(id) == Kind.USER_DEFINED) {
                texts.set(id, texts.get(id).replace(" ", spelling));
            }
            if (texts.get(id).length() > LONGEST) {
                throw new CheckpointException(file.file() + ": token " + id + " has "
                        + texts.get(id).length() + " characters, more than " + LONGEST);
            }
            Integer other = ids.put(texts.get(id), id);
            if (other != null) {
                throw new CheckpointException(file.file() + ": tokens " + other + " and " + id + " are both '"
                        + texts.get(id) + "'; copy or download the file again");
            }
        }
        return new GgufVocabulary(file, texts, kinds, ids);
    }

    private static List<Kind> kinds(GgufMetadata file, int tokens) {
        List<Integer> numbers = file.contains(KINDS) ? file.integers(KINDS) : Collections.nCopies(tokens, 1);
        requireOneEach(file, KINDS, numbers.size(), tokens);
        List<Kind> kinds = new ArrayList<>(tokens);
        for (int number : numbers) {
            if (number < 1 || number > Kind.values().length) {
                throw new CheckpointException(file.file() + ": token " + kinds.size() + " is of the unknown type "
                        + number + " ('" + KINDS + "')");
            }
            kinds.add(Kind.values()[number - 1]);
        }
        return kinds;
    }

    private static void requireOneEach(GgufMetadata file, String key, int found, int tokens) {
        if (found != tokens) {
            throw new CheckpointException(file.file() + ": '" + key + "' has " + found + " elements for " + tokens
                    + " tokens; copy or download the file again");
        }
    }

    /** The text of the token whose id a key holds. */
    String named(String key) {
        int id = file.natural(key);
        if (id >= texts.size()) {
            throw new CheckpointException(
                    file.file() + ": '" + key + "' is token " + id + ", but there are only " + texts.size());
        }
        return texts.get(id);
    }

    /** The merges that the file lists; those that follow from the tokens where it lists none. */
    List<Merge> merges(boolean inOrderOfIds) {
        return file.contains(MERGES) ? listed() : implied(inOrderOfIds);
    }

    private List<Merge> listed() {
        return file.texts(MERGES).stream()
                .map(pair -> {
                    int space = pair.indexOf(' ', 1);
                    if (space < 0) {
                        throw new CheckpointException(file.file() + ": '" + MERGES + "' has '" + pair
                                + "', which is no pair; copy or download the file again");
                    }
                    return new Merge(pair.substring(0, space), pair.substring(space + 1));
                })
                .toList();
    }

    /** A merge and what decides when it is made. */
    private record Ranked(Merge merge, double score) {
        int left() {
            return merge.left().codePointCount(0, merge.left().length());
        }

        int right() {
            return merge.right().codePointCount(0, merge.right().length());
        }
    }

    /**
     * Every way to join a token from two others, that with the best score first, as transformers derives them of a
     * SentencePiece model.
     */
    private List<Merge> implied(boolean inOrderOfIds) {
        List<Float> scores = inOrderOfIds ? List.of() : file.floats(SCORES);
        if (!inOrderOfIds && scores.size() < texts.size()) {
            requireOneEach(file, SCORES, scores.size(), texts.size());
        }
        List<Ranked> ranked = new ArrayList<>();
        for (int id = 0; id < texts.size(); id++) {
            double score = inOrderOfIds ? -id : scores.get(id);
            ways(texts.get(id)).forEach(way -> ranked.add(new Ranked(way, score)));
        }
        ranked.sort(Comparator.comparingDouble(Ranked::score)
                .thenComparingInt(Ranked::left)
                .thenComparingInt(Ranked::right)
                .reversed());
        return ranked.stream().map(Ranked::merge).toList();
    }

    private List<Merge> ways(String text) {
        List<Merge> ways = new ArrayList<>();
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            Merge way = new Merge(text.substring(0, at), text.substring(at));
            if (ids.containsKey(way.left()) && ids.containsKey(way.right())) {
                ways.add(way);
            }
        }
        ways.sort(Comparator.<Merge>comparingInt(way -> ids.get(way.left()))
                .thenComparingInt(way -> ids.get(way.right())));
        return ways;
    }
}
