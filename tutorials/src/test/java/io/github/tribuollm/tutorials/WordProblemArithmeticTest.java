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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.data.Conversation;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WordProblemArithmeticTest {
    private static final int PROBLEMS = 2000;
    private static final Pattern CALCULATION = Pattern.compile("([0-9 x*/+-]+) = \\$?<<([^=>]+)=(\\d+)>>(\\d+)");
    private static final Pattern OPERATION = Pattern.compile("^(\\d+)([-+*/])(\\d+)");

    @ParameterizedTest
    @EnumSource(CorpusStyle.class)
    void everyAnnotationIsRightAndTheLastOneIsTheAnswer(CorpusStyle style) {
        int calculations = 0;
        Set<Integer> stepCounts = new TreeSet<>();
        for (Conversation problem :
                new SyntheticCorpus(CorpusKind.WORD_PROBLEMS, style, CorpusSplit.TRAIN, PROBLEMS, 11)) {
            String answer = problem.messages().get(1).content();
            String[] lines = answer.split("\n");
            String last = "";
            for (int i = 0; i < lines.length - 1; i++) {
                Matcher line = CALCULATION.matcher(lines[i]);
                assertTrue(line.find(), () -> "no calculation in a line of: " + answer);
                assertEquals(line.group(2), line.group(1).replace(" ", "").replace('x', '*'), answer);
                assertEquals(evaluate(line.group(2)), Integer.parseInt(line.group(3)), answer);
                assertEquals(line.group(3), line.group(4), answer);
                assertFalse(line.find(), () -> "two calculations in a line of: " + answer);
                last = lines[i].replaceAll(".*>>(\\d+).*", "$1");
                calculations++;
            }
            assertEquals("#### " + last, lines[lines.length - 1]);
            stepCounts.add(lines.length - 1);
        }
        assertTrue(calculations >= 2 * PROBLEMS);
        assertEquals(Set.of(2, 3, 4), stepCounts);
    }

    /** Works a term out from left to right, apart from the generator's own arithmetic. */
    private static int evaluate(String term) {
        String rest = term;
        for (Matcher next = OPERATION.matcher(rest); next.find(); next = OPERATION.matcher(rest)) {
            double left = Integer.parseInt(next.group(1));
            double right = Integer.parseInt(next.group(3));
            double value = switch (next.group(2)) {
                case "+" -> left + right;
                case "-" -> left - right;
                case "*" -> left * right;
                default -> left / right;
            };
            assertEquals(Math.rint(value), value, term);
            rest = (int) value + rest.substring(next.end());
        }
        return Integer.parseInt(rest);
    }
}
