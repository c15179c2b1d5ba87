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

import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.time.Duration;
import java.util.List;
import java.util.logging.Logger;

/**
 * Hears what a training run does. A run calls its listener from one thread: {@code started} once, the others in the
 * order of events, {@code finished} once, or {@code stopped} if the run fails; whoever made the listener closes it.
 */
public interface TrainingListener extends AutoCloseable {

    /**
     * The memory of the run is planned; told before {@code started}. Unless said otherwise this is a note.
     *
     * @param memory what the run will need
     */
    default void planned(MemoryPlan memory) {
        noted(memory.summary());
    }

    /**
     * The run is about to do its first step, or its first after a resume.
     *
     * @param run what is known about the run
     */
    default void started(RunReport run) {}

    /**
     * The run goes on after steps of an earlier process; told after {@code started}, and before the next step.
     *
     * @param from where it goes on
     */
    default void resumed(ResumeReport from) {}

    /**
     * An optimiser step is done.
     *
     * @param step what it did
     */
    default void stepped(StepReport step) {}

    /**
     * An evaluation is done. A run evaluates before its first step, so that there is something to compare with, unless
     * it resumes.
     *
     * @param evaluation what it found
     */
    default void evaluated(EvaluationReport evaluation) {}

    /**
     * An evaluation is done: what it found of each token.
     *
     * @param tokens the losses of the tokens
     */
    default void scored(TokenLosses tokens) {}

    /**
     * An evaluation of a run that trains an adapter is done: the adapter that it found. Once a step, whatever the number
     * of held-out data sets.
     *
     * @param trained the adapter
     */
    default void adapted(AdapterReport trained) {}

    /**
     * Something happened that a reader of the log should know.
     *
     * @param note one line of plain text
     */
    default void noted(String note) {}

    /**
     * The last step is done.
     *
     * @param run what was known about the run at its start
     * @param elapsed the time since the run started
     */
    default void finished(RunReport run, Duration elapsed) {}

    /**
     * The run ends before its last step: it failed, or was interrupted.
     *
     * @param run what was known about the run at its start
     * @param step how many steps are done
     */
    default void stopped(RunReport run, int step) {}

    /** Writes what is left and lets go of files. */
    @Override
    default void close() {}

    /**
     * One listener that passes everything to several, in order.
     *
     * @param listeners the listeners; closing the result closes them all
     * @return the listener
     */
    static TrainingListener together(TrainingListener... listeners) {
        return new Listeners(List.of(listeners));
    }

    /**
     * Logs the lines of {@link ProgressLines}, a step every ten seconds.
     *
     * @param logger is told at the level INFO
     * @return the listener
     */
    static TrainingListener logging(Logger logger) {
        return new ProgressLines(ProgressListener.lines(logger), Duration.ofSeconds(10));
    }
}
