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

import java.util.List;
import java.util.stream.Stream;

/** What may be overlooked: an introduction in the first line, an outro in the last, and asterisks. */
final class LooseResponses {
    private LooseResponses() {}

    /** {@return the eight readings of a response} */
    static List<String> of(String response) {
        List<String> lines = List.of(response.split("\n", -1));
        int last = lines.size();
        return Stream.of(response, text(lines, 1, last), text(lines, 0, last - 1), text(lines, 1, last - 1))
                .flatMap(reading -> Stream.of(reading, reading.replace("*", "")))
                .toList();
    }

    private static String text(List<String> lines, int from, int to) {
        return PythonText.strip(String.join("\n", lines.subList(Math.min(from, to), to)));
    }
}
