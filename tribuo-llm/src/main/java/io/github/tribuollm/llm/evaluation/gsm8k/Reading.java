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
package io.github.tribuollm.llm.evaluation.gsm8k;

import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A way to read the number out of an answer.
 *
 * @param filter its name
 * @param pattern what is searched for; the first of its groups that is not empty is what is read
 * @param last whether the last match counts, not the first
 */
record Reading(String filter, Pattern pattern, boolean last) {
    /** What is read where nothing matches. */
    static final String INVALID = "[invalid]";

    static Reading first(String filter, String pattern) {
        return new Reading(filter, Pattern.compile(pattern, Pattern.UNIX_LINES), false);
    }

    static Reading last(String filter, String pattern) {
        return new Reading(filter, Pattern.compile(pattern, Pattern.UNIX_LINES), true);
    }

    String of(String answer) {
        List<MatchResult> matches = pattern.matcher(answer).results().toList();
        if (matches.isEmpty()) {
            return INVALID;
        }
        MatchResult match = matches.get(last ? matches.size() - 1 : 0);
        return IntStream.rangeClosed(1, match.groupCount())
                .mapToObj(match::group)
                .filter(Objects::nonNull)
                .filter(group -> !group.isEmpty())
                .findFirst()
                .orElse(INVALID);
    }
}
