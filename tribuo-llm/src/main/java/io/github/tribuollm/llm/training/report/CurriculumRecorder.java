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
package io.github.tribuollm.llm.training.report;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.statistics.Curriculum;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Keeps the losses of the tokens of some held-out documents at every evaluation: which tokens, and which kinds of
 * token, carry the loss early and late in training (the paper's Figure 4).
 */
public final class CurriculumRecorder implements TrainingListener {
    private final String dataset;
    private final int documents;
    private final Function<int[], List<String>> texts;
    private Curriculum curriculum = Curriculum.of(Measure.LOSS.label());

    /**
     * A recorder.
     *
     * @param dataset the name of the held-out data
     * @param documents how many of its documents are kept, from the first
     * @param texts the texts of a document's tokens, such as {@code tokenizer::display}
     */
    public CurriculumRecorder(String dataset, int documents, Function<int[], List<String>> texts) {
        this.dataset = dataset;
        this.documents = documents;
        this.texts = texts;
    }

    @Override
    public void scored(TokenLosses tokens) {
        if (!tokens.dataset().equals(dataset)) {
            return;
        }
        List<TokenMeasures> measured = new ArrayList<>();
        for (int i = 0; i < Math.min(documents, tokens.documents().size()); i++) {
            TokenSequence document = tokens.documents().get(i);
            measured.add(new TokenMeasures(
                    document.origin(),
                    texts.apply(document.tokens()),
                    document.completion(),
                    Map.of(Measure.LOSS.label(), tokens.losses().get(i)),
                    new BitSet()));
        }
        curriculum = curriculum.and(tokens.step(), measured);
    }

    /** {@return what was recorded so far} */
    public Curriculum curriculum() {
        return curriculum;
    }
}
