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
package io.github.tribuollm.llm.evaluation.judge;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.runtime.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * A model behind an endpoint that speaks OpenAI's protocol of chat completions, and tells the log-probabilities of its
 * likeliest tokens. The key is read from the environment, and neither recorded nor logged. Its settings are immutable; it
 * counts the requests that it sends.
 */
public final class EndpointJudge implements Judge {
    private static final Logger logger = Logger.getLogger(EndpointJudge.class.getName());
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Config(mandatory = true, description = "The endpoint, such as https://api.openai.com/v1.")
    private String endpoint;

    @Config(mandatory = true, description = "The name of the model there.")
    private String model;

    @Config(description = "The environment variable that holds the key; without the variable none is sent.")
    private String keyVariable = "OPENAI_API_KEY";

    @Config(description = "The most requests that are sent for all questions, repeated ones included; 0 for no bound.")
    private int budget = 2000;

    @Config(description = "The most attempts at one request.")
    private int attempts = Retries.STANDARD.attempts();

    @Config(description = "Milliseconds before the second attempt; further waits double.")
    private long firstWait = Retries.STANDARD.first().toMillis();

    @Config(description = "A file that keeps answers beyond the evaluation. Default: they are kept until it is done.")
    private Path cache = null;

    /** The requests that were sent, whatever was asked. */
    private final AtomicInteger sent = new AtomicInteger();

    private EndpointJudge() {}

    /**
     * A judge.
     *
     * @param endpoint such as {@code https://api.openai.com/v1}
     * @param model the name of the model there
     * @throws PropertyException if one is missing, or the endpoint is none
     */
    public EndpointJudge(String endpoint, String model) {
        this.endpoint = endpoint;
        this.model = model;
        postConfig();
    }

    private EndpointJudge with(Consumer<EndpointJudge> change) {
        EndpointJudge changed = new EndpointJudge();
        changed.endpoint = endpoint;
        changed.model = model;
        changed.keyVariable = keyVariable;
        changed.budget = budget;
        changed.attempts = attempts;
        changed.firstWait = firstWait;
        changed.cache = cache;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /** The same with the key in another environment variable. */
    public EndpointJudge withKeyVariable(String name) {
        return with(judge -> judge.keyVariable = name);
    }

    /**
     * The same with another bound. Each such copy begins to count anew.
     *
     * @param requests the most requests that are sent for all questions together, at least 1; 0 for no bound
     * @throws PropertyException if it is negative
     */
    public EndpointJudge withBudget(int requests) {
        return with(judge -> judge.budget = requests);
    }

    /**
     * The same with more or less patience.
     *
     * @param number the most attempts at one request, at least 1
     * @param wait before the second; further waits double
     * @throws PropertyException if one is out of range
     */
    public EndpointJudge withAttempts(int number, Duration wait) {
        return with(judge -> {
            judge.attempts = number;
            judge.firstWait = wait.toMillis();
        });
    }

    /** The same with a file that keeps answers beyond the evaluation; null for none. */
    public EndpointJudge withCache(Path file) {
        return with(judge -> judge.cache = file);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("model", model);
        Settings.requireGiven("keyVariable", keyVariable);
        Settings.require(
                "endpoint",
                Settings.requireGiven("endpoint", endpoint).matches("https?://[^\\s?#]+"),
                "must be a URL such as https://api.openai.com/v1: " + endpoint);
        Settings.require("budget", budget >= 0, "must be at least 0: " + budget);
        Settings.require("attempts", attempts >= 1, "must be at least 1: " + attempts);
        Settings.require("firstWait", firstWait >= 0, "must be at least 0: " + firstWait);
    }

    @Override
    public List<JudgeAnswer> answers(List<Conversation> questions, Path kept, BooleanSupplier stop) {
        Path file = cache == null ? kept : cache;
        KeptAnswers known = KeptAnswers.open(endpoint + "\n" + model, file);
        long open = questions.stream()
                .filter(question -> known.of(question).isEmpty())
                .count();
        Work work = Work.of("judging", Unit.PROMPTS, open, ProgressListener.logging(logger));
        ChatClient client = client(file);
        List<JudgeAnswer> answers = new ArrayList<>();
        for (Conversation question : questions) {
            if (known.of(question).isEmpty()) {
                known.goOnUnless(stop);
                known.add(question, client.ask(question));
                work.add(1);
            }
            answers.add(known.of(question).orElseThrow());
        }
        if (!answers.isEmpty()) {
            JudgeAnswer.requireLabels(
                    answers,
                    "the " + answers.size() + " answers of " + this,
                    "Check the model and its server; the answers are kept in " + file + ": delete it to ask again");
        }
        return answers;
    }

    private ChatClient client(Path kept) {
        Retries retries = new Retries(attempts, Duration.ofMillis(firstWait), Retries.STANDARD.longest());
        ChatClient.Budget bound = new ChatClient.Budget(budget, sent, kept);
        URI uri = URI.create(endpoint.replaceFirst("/+$", "") + "/chat/completions");
        return new ChatClient(uri, model, keyVariable, new ChatClient.Patience(PATIENCE, retries), bound);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Judge");
    }

    @Override
    public String toString() {
        return "the judge " + model + " at " + endpoint;
    }
}
