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
package io.github.tribuollm.llm.evaluation;

import com.google.gson.JsonObject;
import java.util.List;

/** One prompt of a task: how the model is asked, and how its answer is judged. */
public interface TaskItem {
    /** {@return the row of the data as it was read} */
    JsonObject document();

    /** {@return where the row comes from, such as {@code test.jsonl:17}} */
    String origin();

    /** {@return how the model is asked} */
    Query query();

    /** {@return what is right, as text; empty where no one text is} */
    String target();

    /**
     * Judges an answer.
     *
     * @param answer what the model generated, up to the first stop
     * @return one judgement for each way in which the answer is read, in the same order for every item
     */
    List<Judgement> judge(String answer);
}
