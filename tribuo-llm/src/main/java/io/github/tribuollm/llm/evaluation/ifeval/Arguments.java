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

import io.github.tribuollm.llm.data.JsonRow;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What an instruction of one prompt demands in particular: an element of the prompt's {@code kwargs}. */
record Arguments(JsonRow row) {
    String text(String field) {
        return row.text(field);
    }

    List<String> texts(String field) {
        List<String> texts = row.texts(field);
        if (texts.isEmpty()) {
            throw row.wrong(field, "is empty");
        }
        return texts;
    }

    /** {@return a whole number that is not negative} */
    int count(String field) {
        float number = row.number(field);
        if (number < 0 || number != (int) number) {
            throw row.wrong(field, "is not a count: " + number);
        }
        return (int) number;
    }

    Relation relation(String field) {
        String words = text(field);
        return Arrays.stream(Relation.values())
                .filter(relation -> relation.words().equals(words))
                .findFirst()
                .orElseThrow(() -> row.wrong(field, "is \"" + words + "\"; use \"less than\" or \"at least\""));
    }

    /** {@return an expression over a field's text, which is itself one} */
    Pattern pattern(String field, String expression, int flags) {
        try {
            return PythonPattern.compile(expression, flags);
        } catch (PatternSyntaxException e) {
            throw row.wrong(field, "is not a regular expression: " + e.getDescription());
        }
    }
}
