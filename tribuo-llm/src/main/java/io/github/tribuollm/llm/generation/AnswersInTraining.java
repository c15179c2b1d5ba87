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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.training.report.AdapterReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers a few prompts whenever a run that trains an adapter evaluates, and shows the answers side by side on a page,
 * which is written anew each time. The model is opened for it beside the one that is trained, and takes its memory.
 */
public final class AnswersInTraining implements TrainingListener {
    private final Generator generator;
    private final List<TokenSequence> sequences;
    private final Path page;
    private final Map<String, List<TokenMeasures>> answers = new LinkedHashMap<>();
    private List<Prompt> prompts = List.of();

    /**
     * A listener.
     *
     * @param generator of the base, measured; the adapter is the run's
     * @param heldOut sequences whose prompts are answered: what comes before the first token of a completion
     * @param page the page to write
     */
    public AnswersInTraining(Generator generator, List<TokenSequence> heldOut, Path page) {
        this.generator = generator.withMeasured(true);
        this.sequences = heldOut.stream()
                .filter(sequence -> sequence.completion().nextSetBit(0) > 0)
                .toList();
        this.page = page;
    }

    @Override
    public void adapted(AdapterReport trained) {
        if (sequences.isEmpty()) {
            return;
        }
        try (GenerationSession session =
                generator.withAdapter(trained.adapter().get()).open()) {
            Tokenizer tokenizer = session.tokenizer();
            prompts = sequences.stream()
                    .map(sequence -> prompt(sequence, tokenizer))
                    .toList();
            List<TokenMeasures> told = session.generate(prompts, GenerationListener.NONE).list().stream()
                    .map(one ->
                            GenerationPage.measures(one.prompt(), one.answers().get(0), tokenizer))
                    .toList();
            answers.put(trained.stage().run() + ", step " + trained.step(), told);
        }
        write();
    }

    private static Prompt prompt(TokenSequence sequence, Tokenizer tokenizer) {
        int[] tokens = Arrays.copyOf(sequence.tokens(), sequence.completion().nextSetBit(0));
        return new Prompt(sequence.origin(), Prompt.Layout.PLAIN, tokenizer.decode(tokens), Optional.empty(), tokens);
    }

    private void write() {
        TokenPage whole = TokenPage.titled("Answers while training")
                .note("Each generated token is coloured by the measure chosen.");
        for (int i = 0; i < prompts.size(); i++) {
            List<Panel> panels = new ArrayList<>();
            for (Map.Entry<String, List<TokenMeasures>> entry : answers.entrySet()) {
                panels.add(new Panel(entry.getKey(), entry.getValue().get(i)));
            }
            whole = whole.document(prompts.get(i).origin(), panels.toArray(new Panel[0]));
        }
        AtomicFile.write(page, whole.html());
    }

    /** {@return the answers to each prompt, a line for each evaluation} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < prompts.size(); i++) {
            text.append(inALine(prompts.get(i).question())).append('\n');
            for (Map.Entry<String, List<TokenMeasures>> entry : answers.entrySet()) {
                text.append("  ")
                        .append(entry.getKey())
                        .append(": ")
                        .append(answer(entry.getValue().get(i)))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String answer(TokenMeasures measures) {
        int first = measures.completion().nextSetBit(0);
        return first < 0 ? "" : inALine(String.join("", measures.tokens().subList(first, measures.length())));
    }

    private static String inALine(String text) {
        return text.replace("\n", "\u21B5");
    }
}
