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
package io.github.tribuollm.llm.evaluation.run;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.llm.generation.GenerationJob;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.Prompt;
import io.github.tribuollm.llm.generation.sampling.Sampling;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.runtime.Backend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A model that is measured: a base that is open, shared with other adapters, and the adapter on it, if any. */
public final class MeasuredModel {
    private final String name;
    private final Checkpoint base;
    private final Optional<Path> adapter;
    private final Generator generator;
    private final Optional<String> systemPrompt;
    private final Backend backend;
    private final Storage storage;
    private final BooleanSupplier stop;

    /**
     * A model.
     *
     * @param name what results call it
     * @param base the open base
     * @param adapter a directory with an adapter in PEFT's format
     * @param settings how every model of the evaluation is run
     * @param stop asked now and then whether to stop
     */
    MeasuredModel(String name, Checkpoint base, Optional<Path> adapter, Settings settings, BooleanSupplier stop) {
        this.name = name;
        this.base = base;
        this.adapter = adapter;
        this.generator =
                settings.generator().withAdapter(adapter.orElse(null)).withSampling(new Sampling().withDoSample(false));
        this.systemPrompt = settings.systemPrompt();
        this.backend = settings.backend();
        this.storage = settings.storage();
        this.stop = stop;
    }

    /**
     * How models are run.
     *
     * @param generator the base with its layout, its batch size and where it runs
     * @param systemPrompt what every prompt begins with
     * @param backend where the models run
     * @param storage how their weights are held
     */
    record Settings(Generator generator, Optional<String> systemPrompt, Backend backend, Storage storage) {}

    /** {@return what results call it} */
    public String name() {
        return name;
    }

    /** {@return what says whether to stop} */
    public BooleanSupplier stop() {
        return stop;
    }

    /** {@return the base, open as long as the evaluation} */
    public Checkpoint base() {
        return base;
    }

    /**
     * Checks that the adapter fits the base, before anything is measured.
     *
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if it does not
     */
    void requireAdapter() {
        adapter.ifPresent(directory -> PeftFiles.load(directory, base));
    }

    /**
     * The model for passes over whole sequences.
     *
     * @param maxLength the longest sequence, in tokens
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the adapter does not fit the base
     */
    public ScoredModel scored(int maxLength) {
        Optional<Adapter> loaded = adapter.map(directory -> PeftFiles.load(directory, base));
        return ScoredModel.of(base, loaded, maxLength).stored(storage).on(backend);
    }

    /**
     * What a model was asked and answered.
     *
     * @param prompts the texts that it read
     * @param generations what it answered, greedily
     */
    public record Answers(List<String> prompts, List<Generation> generations) {
        /** {@return the texts of the answers} */
        public List<String> texts() {
            return generations.stream().map(Generation::text).toList();
        }
    }

    /**
     * Answers queries greedily.
     *
     * @param queries how the model is asked, all with the same stops and the same bound
     * @param origins where each prompt comes from
     * @param unfinished keeps answers until the evaluation is finished
     * @return an answer to each
     * @throws InterruptedRun if the model was asked to stop
     * @throws io.github.tribuollm.runtime.UserException naming the prompt that cannot be answered
     */
    public Answers answers(List<Query> queries, List<String> origins, Path unfinished) {
        try (GenerationSession session = session(queries)) {
            List<Prompt> prompts = prompts(session, queries, origins);
            List<Generation> generations = new ArrayList<>();
            try (GenerationJob job = new GenerationJob(session, prompts, unfinished)) {
                if (!job.run(stop)) {
                    throw new InterruptedRun("Stopped: " + job.done() + " of " + prompts.size() + " prompts of " + name
                            + " are kept, and the same evaluation goes on from there (" + unfinished + ")");
                }
                job.forEach(generations::add);
            }
            List<String> texts =
                    queries.stream().map(query -> text(session, query.input())).toList();
            return new Answers(texts, generations);
        }
    }

    /** How many answers to these queries fit into memory at once. */
    int mostAtOnce(List<Query> queries, int most) {
        try (GenerationSession session = session(queries)) {
            return session.mostAtOnce(prompts(session, queries, List.of()), most);
        }
    }

    private GenerationSession session(List<Query> queries) {
        Query first = queries.get(0);
        for (Query query : queries) {
            if (!query.stops().equals(first.stops()) || query.maxTokens() != first.maxTokens()) {
                throw new EvaluationException("The answers of a benchmark end alike, not at " + first.stops() + " or "
                        + first.maxTokens() + " tokens and at " + query.stops() + " or " + query.maxTokens()
                        + "; make two benchmarks of it");
            }
        }
        Stopping bound = new Stopping().withMaxNewTokens(first.maxTokens());
        Stopping stopping = first.stops().isEmpty()
                ? bound
                : bound.withStopStrings(first.stops().toArray(String[]::new));
        return generator.withStopping(stopping).open(base);
    }

    private List<Prompt> prompts(GenerationSession session, List<Query> queries, List<String> origins) {
        List<Prompt> prompts = new ArrayList<>();
        for (Query query : queries) {
            Prompt prompt = prompt(session, said(query.input()));
            prompts.add(prompts.size() < origins.size() ? prompt.from(origins.get(prompts.size())) : prompt);
        }
        return prompts;
    }

    private ModelInput said(ModelInput input) {
        return systemPrompt.map(input::withSystemPrompt).orElse(input);
    }

    private static Prompt prompt(GenerationSession session, ModelInput input) {
        return input instanceof ModelInput.Chat chat
                ? session.asked(chat.conversation())
                : session.continued(((ModelInput.Text) input).text());
    }

    private String text(GenerationSession session, ModelInput input) {
        return said(input) instanceof ModelInput.Chat chat
                ? session.text(chat.conversation())
                : ((ModelInput.Text) said(input)).text();
    }
}
