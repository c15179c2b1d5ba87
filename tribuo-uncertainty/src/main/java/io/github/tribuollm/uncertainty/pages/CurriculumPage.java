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
package io.github.tribuollm.uncertainty.pages;

import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.statistics.Curriculum;
import java.util.List;

/** A page of documents in the course of training. */
public final class CurriculumPage {

    private CurriculumPage() {}

    /**
     * Shows every document at every step, side by side.
     *
     * @param title the title of the page
     * @param curriculum what was measured at each step
     * @return a page of the curriculum's table and the documents, coloured on one scale for all steps
     */
    public static TokenPage of(String title, Curriculum curriculum) {
        TokenPage page = TokenPage.titled(title).table(curriculum.table());
        List<List<TokenMeasures>> steps = List.copyOf(curriculum.steps().values());
        int documents = steps.isEmpty() ? 0 : steps.get(0).size();
        for (int d = 0; d < documents; d++) {
            page = page.document(steps.get(0).get(d).title(), panels(curriculum, d));
        }
        return page;
    }

    private static Panel[] panels(Curriculum curriculum, int document) {
        return curriculum.steps().entrySet().stream()
                .map(step -> new Panel(heading(step.getKey()), step.getValue().get(document)))
                .toArray(Panel[]::new);
    }

    private static String heading(long step) {
        return step == 0 ? "Before training" : "After step " + step;
    }
}
