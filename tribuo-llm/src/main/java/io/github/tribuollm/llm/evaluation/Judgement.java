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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a judge says of one answer.
 *
 * @param filter the way in which the answer was read, such as {@code strict-match}; {@link #WHOLE} for all of it
 * @param extracted what was read
 * @param verdicts by metric, in order; several for one answer where the prompt has several demands
 */
public record Judgement(String filter, String extracted, Map<String, List<Boolean>> verdicts) {
    /** The filter of a judge that reads the whole answer. */
    public static final String WHOLE = "none";

    /**
     * Creates a judgement from a copy of the verdicts.
     *
     * @param filter the way in which the answer was read
     * @param extracted what was read
     * @param verdicts by metric
     */
    public Judgement {
        verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    }
}
