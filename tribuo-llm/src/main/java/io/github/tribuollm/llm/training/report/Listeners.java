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
import java.time.Duration;
import java.util.List;

/** Passes everything on to several listeners. */
record Listeners(List<TrainingListener> all) implements TrainingListener {

    @Override
    public void planned(MemoryPlan memory) {
        all.forEach(listener -> listener.planned(memory));
    }

    @Override
    public void started(RunReport run) {
        all.forEach(listener -> listener.started(run));
    }

    @Override
    public void resumed(ResumeReport from) {
        all.forEach(listener -> listener.resumed(from));
    }

    @Override
    public void stepped(StepReport step) {
        all.forEach(listener -> listener.stepped(step));
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        all.forEach(listener -> listener.evaluated(evaluation));
    }

    @Override
    public void scored(TokenLosses tokens) {
        all.forEach(listener -> listener.scored(tokens));
    }

    @Override
    public void adapted(AdapterReport trained) {
        all.forEach(listener -> listener.adapted(trained));
    }

    @Override
    public void noted(String note) {
        all.forEach(listener -> listener.noted(note));
    }

    @Override
    public void finished(RunReport run, Duration elapsed) {
        all.forEach(listener -> listener.finished(run, elapsed));
    }

    @Override
    public void stopped(RunReport run, int step) {
        all.forEach(listener -> listener.stopped(run, step));
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (TrainingListener listener : all) {
            try {
                listener.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
