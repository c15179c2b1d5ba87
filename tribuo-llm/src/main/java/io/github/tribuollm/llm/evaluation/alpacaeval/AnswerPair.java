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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import io.github.tribuollm.llm.evaluation.EvaluationException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Two answers to one instruction.
 *
 * @param instruction what was asked
 * @param baseline the answer of the model that is compared with
 * @param model the answer of the model that is judged
 */
public record AnswerPair(String instruction, ModelOutput baseline, ModelOutput model) {
    /**
     * Pairs the answers of two models.
     *
     * @param baseline the answers that are compared with
     * @param model the answers that are judged, to the same instructions in the same order
     * @throws EvaluationException if instructions differ
     */
    public static List<AnswerPair> of(Iterable<ModelOutput> baseline, Iterable<ModelOutput> model) {
        List<AnswerPair> pairs = new ArrayList<>();
        Iterator<ModelOutput> judged = model.iterator();
        for (ModelOutput first : baseline) {
            if (!judged.hasNext()) {
                throw new EvaluationException("The baseline answers more than the " + pairs.size()
                        + " instructions that the model answers; answer all of them, or compare fewer rows");
            }
            ModelOutput second = judged.next();
            if (!first.instruction().equals(second.instruction())) {
                throw new EvaluationException("Answers " + (pairs.size() + 1) + " are to different instructions: \""
                        + shown(first.instruction()) + "\" and \"" + shown(second.instruction())
                        + "\"; both files need the same instructions in the same order");
            }
            pairs.add(new AnswerPair(first.instruction(), first, second));
        }
        if (judged.hasNext()) {
            throw new EvaluationException(
                    "The model answers more than the " + pairs.size() + " instructions that the baseline answers");
        }
        return pairs;
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(60, text.length()));
    }

    /** {@return by how many code points the baseline's answer is longer} */
    int baselineExcess() {
        return baseline.length() - model.length();
    }
}
