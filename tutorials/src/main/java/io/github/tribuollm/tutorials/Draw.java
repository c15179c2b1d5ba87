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

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Random choices that are the same on every machine: {@link Random#nextInt(int)} is specified to the bit. */
final class Draw {
    private static final Pattern CHOICE = Pattern.compile("\\[([^\\[\\]]*)]");

    private final Random random;

    Draw(long seed) {
        this.random = new Random(seed);
    }

    boolean coin() {
        return random.nextInt(2) == 0;
    }

    /** One of {@code low, low + step, ...} up to {@code high}. */
    int number(int low, int high, int step) {
        return low + step * random.nextInt((high - low) / step + 1);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** The text with each {@code [this|that]} replaced by one of its alternatives. */
    String settle(String text) {
        return CHOICE.matcher(text)
                .replaceAll(choice ->
                        Matcher.quoteReplacement(oneOf(List.of(choice.group(1).split("\\|", -1)))));
    }
}
