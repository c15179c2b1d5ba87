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
package io.github.tribuollm.tutorials;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What a variable of a template stands for, and the forms in which a text can mention it. */
sealed interface Value {
    /**
     * The value in a form.
     *
     * @param form what follows the variable's name and a dot in the text, empty for the plain form
     */
    String text(String form);

    /** A number: plain, as a word, or as a multiple ("twice"). */
    record Whole(int number) implements Value {
        private static final List<String> WORDS = List.of(
                "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
                "twelve");

        @Override
        public String text(String form) {
            return switch (form) {
                case "" -> Integer.toString(number);
                case "word" -> WORDS.get(number);
                case "times" -> number == 2 ? "twice" : WORDS.get(number) + " times";
                default -> throw unknown(form);
            };
        }
    }

    /** Somebody, by name or by pronoun: she, her (whom she is), his (what is hers). */
    record Person(String name, boolean woman) implements Value {
        @Override
        public String text(String form) {
            return switch (form) {
                case "" -> name;
                case "she" -> woman ? "she" : "he";
                case "She" -> woman ? "She" : "He";
                case "her" -> woman ? "her" : "him";
                case "his" -> woman ? "her" : "his";
                default -> throw unknown(form);
            };
        }
    }

    /** One or more entries of a pool, each with its forms. */
    record Words(List<List<String>> entries) implements Value {
        @Override
        public String text(String form) {
            List<String> steps = new ArrayList<>(List.of(form.split("\\.")));
            List<String> words = form(0);
            String first = steps.get(0);
            if (first.equals("s") || first.chars().allMatch(Character::isDigit) && !first.isEmpty()) {
                words = form(first.equals("s") ? 1 : Integer.parseInt(first));
                steps.remove(0);
            }
            return changed(words, steps.isEmpty() ? "" : steps.get(0));
        }

        /** Form i of each entry; an entry of a single form has it as its plural too. */
        private List<String> form(int i) {
            return entries.stream().map(e -> e.get(e.size() == 1 ? 0 : i)).toList();
        }

        private static String changed(List<String> words, String change) {
            return switch (change) {
                case "" -> String.join(", ", words);
                case "a" -> each(words, Words::withArticle);
                case "A" -> each(words, w -> capital(withArticle(w)));
                case "cap" -> each(words, Words::capital);
                case "low" -> each(words, w -> w.substring(0, 1).toLowerCase(Locale.ROOT) + w.substring(1));
                case "upper" -> each(words, w -> w.toUpperCase(Locale.ROOT));
                case "first" -> each(words, w -> w.substring(0, 1));
                case "spelled" -> each(words, w -> String.join("-", w.split("")));
                case "letters" -> each(words, w -> Integer.toString(w.length()));
                case "sorted" -> words.stream().sorted().collect(Collectors.joining(", "));
                case "reversed" -> reversed(words);
                case "longest" -> Collections.max(words, Comparator.comparing(String::length));
                case "count" -> Integer.toString(words.size());
                default -> throw unknown(change);
            };
        }

        boolean oneIsLongest() {
            int longest = form(0).stream().mapToInt(String::length).max().orElseThrow();
            return form(0).stream().filter(w -> w.length() == longest).count() == 1;
        }

        private static String each(List<String> words, UnaryOperator<String> change) {
            return words.stream().map(change).collect(Collectors.joining(", "));
        }

        private static String withArticle(String word) {
            return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
        }

        private static String capital(String word) {
            return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        }

        private static String reversed(List<String> words) {
            List<String> back = new ArrayList<>(words);
            Collections.reverse(back);
            return String.join(", ", back);
        }
    }

    private static IllegalArgumentException unknown(String form) {
        return new IllegalArgumentException("there is no form '" + form + "'");
    }
}
