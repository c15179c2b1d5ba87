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
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/** Numbers and variables joined by + and -, or by * and /, worked out from left to right in whole numbers. */
record Term(List<String> operands, List<Character> operators) {
    static final int LARGEST = 99_999;

    static Term parse(String text) {
        List<Character> operators = new ArrayList<>();
        text.chars().filter(c -> "+-*/".indexOf(c) >= 0).forEach(c -> operators.add((char) c));
        if (operators.stream().map(c -> c == '+' || c == '-').distinct().count() != 1) {
            throw new IllegalArgumentException("'" + text + "' does not join numbers by + and - or by * and / only");
        }
        return new Term(List.of(text.trim().split("\\s*[-+*/]\\s*")), List.copyOf(operators));
    }

    /** The value, or nothing if a result on the way is no whole number in {@code [1, LARGEST]}. */
    OptionalInt value(ToIntFunction<String> variables) {
        long value = operand(0, variables);
        for (int i = 0; i < operators.size(); i++) {
            int right = operand(i + 1, variables);
            char operator = operators.get(i);
            if (operator == '/' && value % right != 0) {
                return OptionalInt.empty();
            }
            value = switch (operator) {
                case '+' -> value + right;
                case '-' -> value - right;
                case '*' -> value * right;
                default -> value / right;
            };
            if (value < 1 || value > LARGEST) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of((int) value);
    }

    /** The term in numbers, for example {@code 3*4}. */
    String written(ToIntFunction<String> variables) {
        StringBuilder text = new StringBuilder().append(operand(0, variables));
        for (int i = 0; i < operators.size(); i++) {
            text.append(operators.get(i)).append(operand(i + 1, variables));
        }
        return text.toString();
    }

    private int operand(int i, ToIntFunction<String> variables) {
        String name = operands.get(i);
        return Character.isDigit(name.charAt(0)) ? Integer.parseInt(name) : variables.applyAsInt(name);
    }
}
