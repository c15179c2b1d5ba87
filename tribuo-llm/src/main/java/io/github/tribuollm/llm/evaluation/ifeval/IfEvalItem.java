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

import com.google.gson.JsonObject;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.evaluation.TaskItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A prompt of IFEval with its instructions. */
record IfEvalItem(IfEvalPrompt prompt, List<Instruction> instructions, Query query) implements TaskItem {
    @Override
    public JsonObject document() {
        return prompt.row().json();
    }

    @Override
    public String origin() {
        return prompt.row().origin();
    }

    @Override
    public String target() {
        return "";
    }

    @Override
    public List<Judgement> judge(String answer) {
        Map<String, List<Boolean>> verdicts = new LinkedHashMap<>();
        put(verdicts, "strict", followed(List.of(answer)));
        put(verdicts, "loose", followed(LooseResponses.of(answer)));
        return List.of(new Judgement(Judgement.WHOLE, answer, verdicts));
    }

    /** {@return whether each instruction is followed by any reading of the answer; a blank one follows none} */
    private List<Boolean> followed(List<String> readings) {
        return IntStream.range(0, instructions.size())
                .mapToObj(i ->
                        readings.stream().anyMatch(reading -> !PythonText.isBlank(reading) && isFollowed(i, reading)))
                .toList();
    }

    private boolean isFollowed(int instruction, String reading) {
        try {
            return instructions.get(instruction).isFollowedBy(reading);
        } catch (PythonPattern.Endless e) {
            throw prompt.row()
                    .wrong("kwargs", "of " + prompt.instructions().get(instruction) + " holds " + e.getMessage());
        }
    }

    private static void put(Map<String, List<Boolean>> verdicts, String how, List<Boolean> followed) {
        verdicts.put("prompt_level_" + how + "_acc", List.of(!followed.contains(false)));
        verdicts.put("inst_level_" + how + "_acc", followed);
    }
}
