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

import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Logger;

/**
 * Answers many prompts, and goes on where it was when it is interrupted, or killed, and begun again.
 *
 * <p>Prompts are answered in blocks of {@value #BLOCK} times the batch size. A block begins with an empty memory, and is
 * kept when it is whole: so that what is generated is the same to the bit however often the job was killed.
 */
public final class GenerationJob implements AutoCloseable {
    private static final Logger logger = Logger.getLogger(GenerationJob.class.getName());
    private static final int BLOCK = 4;

    private final GenerationSession session;
    private final List<Prompt> prompts;
    private final UnfinishedGenerations unfinished;
    private final int block;

    /**
     * A job.
     *
     * @param session the model
     * @param prompts what is asked, at least one
     * @param file where the job keeps what it has until it is finished
     * @throws io.github.tribuollm.llm.generation.sampling.GenerationException if a prompt cannot be answered, or the file
     *     is another job's, or another process works on it
     */
    public GenerationJob(GenerationSession session, List<Prompt> prompts, Path file) {
        this(session, prompts, job -> UnfinishedGenerations.open(file, job));
    }

    private GenerationJob(
            GenerationSession session, List<Prompt> prompts, Function<String, UnfinishedGenerations> keeping) {
        this.session = session;
        this.prompts = List.copyOf(prompts);
        session.requireAnswerable(prompts);
        block = BLOCK * session.batchSize();
        unfinished = keeping.apply(identity());
    }

    /**
     * A job that cannot be gone on with. What it has lies in a temporary file, which is gone with the process, however
     * that ends.
     *
     * @param session the model
     * @param prompts what is asked, at least one
     * @return the job
     * @throws io.github.tribuollm.llm.generation.sampling.GenerationException if a prompt cannot be answered
     */
    public static GenerationJob temporary(GenerationSession session, List<Prompt> prompts) {
        return new GenerationJob(session, prompts, UnfinishedGenerations::temporary);
    }

    private String identity() {
        GenerationProvenance made = session.provenance();
        StringBuilder all = new StringBuilder()
                .append(made.generator())
                .append(made.baseSha256())
                .append(made.adapterSha256())
                .append(made.execution());
        prompts.forEach(prompt -> all.append('\n')
                .append(prompt.origin())
                .append(prompt.layout())
                .append(prompt.question())
                .append(prompt.reference())
                .append(Arrays.toString(prompt.tokens())));
        return Sha256.of(all.toString());
    }

    /** {@return how many prompts are answered} */
    public int done() {
        return unfinished.count();
    }

    /**
     * Answers what is not answered yet.
     *
     * @param stop asked before each token; the block that is then in the making is lost
     * @return whether all is answered
     */
    public boolean run(BooleanSupplier stop) {
        if (done() > 0) {
            logger.info(() -> "going on after " + done() + " of " + prompts.size() + " prompts");
        }
        Work work =
                Work.of("generating", Unit.PROMPTS, prompts.size() - (long) done(), ProgressListener.logging(logger));
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean goesOn() {
                return !stop.getAsBoolean();
            }

            @Override
            public void generated(Generation generation) {
                work.add(1);
            }
        };
        while (done() < prompts.size()) {
            session.forget();
            List<Prompt> next = prompts.subList(done(), Math.min(prompts.size(), done() + block));
            List<Generation> answered = session.generate(next, done(), listener).list();
            if (stop.getAsBoolean()) {
                return false;
            }
            unfinished.add(answered, session.tokenizer());
        }
        return true;
    }

    /** Gives all generations, in the order of the prompts. */
    public void forEach(Consumer<Generation> use) {
        unfinished.forEach(use);
    }

    /** {@return where the job keeps what it has} */
    public Path file() {
        return unfinished.file();
    }

    /** Lets others work on the file. */
    @Override
    public void close() {
        unfinished.close();
    }

    /** Deletes what the job kept: what became of it is elsewhere now. */
    public void forget() {
        unfinished.delete();
    }
}
