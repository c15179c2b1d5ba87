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
package io.github.tribuollm.llm.cli;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.generation.Answer;
import io.github.tribuollm.llm.generation.AnswerScore;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a conversation's terminal says of how sure the model was of an answer. */
record AnswerRemarks(Answer answer) {
    private static final int MOST_TOKENS = 3;

    /** Scores of the whole answer. */
    String scores() {
        return String.format(
                Locale.ROOT,
                "[%d tokens, perplexity %.3g, mean entropy %.3g, largest %.3g]",
                answer.tokens().size(),
                answer.score(AnswerScore.PERPLEXITY),
                answer.score(AnswerScore.MEAN_TOKEN_ENTROPY),
                answer.score(AnswerScore.MAX_TOKEN_ENTROPY));
    }

    /** The means of what was measured beside, and the tokens with the most epistemic uncertainty. */
    String uncertainty(Tokenizer tokenizer) {
        String means = answer.measures().stream()
                .map(measure -> String.format(Locale.ROOT, "%s %.3g", measure.label(), answer.mean(measure)))
                .collect(Collectors.joining(", ", "[mean ", ""));
        List<String> texts = tokenizer.display(answer.ids());
        return IntStream.range(0, texts.size())
                .filter(i -> !texts.get(i).isBlank())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -epistemic(i)))
                .limit(MOST_TOKENS)
                .map(i -> String.format(Locale.ROOT, "'%s' %.3g", texts.get(i).strip(), epistemic(i)))
                .collect(Collectors.joining(", ", means + "; most epistemic at ", "]"));
    }

    private double epistemic(int token) {
        return answer.tokens().get(token).measures().get(Measure.EPISTEMIC);
    }
}
