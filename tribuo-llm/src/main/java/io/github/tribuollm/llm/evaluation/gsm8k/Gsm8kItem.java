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

import com.google.gson.JsonObject;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.evaluation.TaskItem;
import java.util.List;
import java.util.Map;

/** A question of GSM8K with its shots. */
record Gsm8kItem(Gsm8kFormat format, Gsm8kRow row, Query query) implements TaskItem {
    @Override
    public JsonObject document() {
        return row.document();
    }

    @Override
    public String origin() {
        return row.origin();
    }

    @Override
    public String target() {
        return format.target(row);
    }

    @Override
    public List<Judgement> judge(String answer) {
        return format.readings().stream()
                .map(reading -> judgement(reading.filter(), reading.of(answer)))
                .toList();
    }

    private Judgement judgement(String filter, String read) {
        return new Judgement(filter, read, Map.of(Gsm8kTask.METRIC, List.of(ExactMatch.of(read, target()))));
    }
}
