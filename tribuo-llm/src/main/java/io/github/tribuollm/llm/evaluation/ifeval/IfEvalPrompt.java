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
import java.util.List;

/**
 * A row of IFEval.
 *
 * @param prompt what is asked, instructions included
 * @param instructions the names of the instructions
 * @param arguments what each demands in particular
 * @param row the row as it was read
 */
public record IfEvalPrompt(String prompt, List<String> instructions, List<JsonRow> arguments, JsonRow row) {
    private static final String LANGUAGE = "en:";

    static IfEvalPrompt of(JsonRow row) {
        List<String> names = row.texts("instruction_id_list").stream()
                .map(name -> PythonText.withoutPrefix(name, LANGUAGE))
                .toList();
        List<JsonRow> arguments = row.rows("kwargs");
        if (names.isEmpty() || names.size() != arguments.size()) {
            throw row.wrong(
                    "kwargs",
                    "has " + arguments.size() + " elements for " + names.size() + " instructions; one for each");
        }
        for (String name : names) {
            if (!Instructions.isKnown(name)) {
                throw row.wrong(
                        "instruction_id_list", "names \"" + name + "\", which is none of IFEval's instructions");
            }
        }
        return new IfEvalPrompt(row.text("prompt"), names, arguments, row);
    }
}
