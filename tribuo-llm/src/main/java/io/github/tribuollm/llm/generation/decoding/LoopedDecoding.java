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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Sequences continued on a device, which their keys and values never leave. A run of a {@link DecodingLoop} guesses that
 * the most probable tokens come, and brings back what each choice is made from. Whoever chooses decides: from where
 * another token is chosen, and where the run ends, the next run begins with a pass over the whole sequence. Greedy
 * answers are all guessed; the more a draw surprises, the shorter the runs become, and the more such passes there are.
 */
final class LoopedDecoding implements Decoder {
    private static final int MOST_STEPS = 32;

    /** 64 MB of logits come back from a run at most. */
    private static final long MOST_LOGITS = 1L << 24;

    private final SequenceLimits limits;
    private final DecodingLoop loop;
    private final int capacity;
    private final int mostSteps;
    private final float[] logits;
    private int steps;

    LoopedDecoding(ScoredModel model) {
        this.limits = SequenceLimits.of(model);
        this.loop = new DecodingLoop(model);
        this.capacity = model.shape().maxSequences();
        this.mostSteps = mostSteps(model);
        this.logits = new float[limits.vocabulary()];
    }

    static LoopedDecoding open(ScoredModel model) {
        planner(model).decide(model.storage());
        return new LoopedDecoding(model);
    }

    static MemoryPlanner planner(ScoredModel model) {
        return MemoryPlanner.looping(model.shape(), model.base().weights(), DecodingLoop::graph, mostSteps(model));
    }

    private static int mostSteps(ScoredModel model) {
        long ofStep = (long) model.shape().maxSequences() * model.architecture().vocabularySize();
        long most = Math.min(MOST_STEPS, model.maxLength() - 1);
        return (int) Math.max(1, Math.min(most, MOST_LOGITS / ofStep));
    }

    @Override
    public void run(Iterator<? extends Continuation> waiting) {
        List<Row> live = new ArrayList<>();
        steps = mostSteps;
        for (fill(live, waiting); !live.isEmpty(); fill(live, waiting)) {
            advance(live);
            live.removeIf(Row::hasEnded);
        }
    }

    private void fill(List<Row> live, Iterator<? extends Continuation> waiting) {
        while (live.size() < capacity && waiting.hasNext()) {
            live.add(new Row(limits.checked(waiting.next()), 0));
        }
    }

    /** One run: each row takes the tokens that were guessed for it, and one more where a guess failed. */
    private void advance(List<Row> live) {
        int count = live.stream().mapToInt(this::mostStepsOf).min().orElseThrow();
        int longest = 0;
        try (DecodingLoop.Steps guessed = loop.run(live.stream().map(Row::soFar).toList(), count)) {
            for (int row = 0; row < live.size(); row++) {
                longest = Math.max(longest, taken(live.get(row), row, guessed));
            }
        }
        steps = Math.min(mostSteps, 2 * longest);
    }

    private int mostStepsOf(Row row) {
        int room = Math.min(steps, limits.maxLength() - row.length());
        return limits.stepsAtSameRates(row.length(), room);
    }

    /** How many tokens a row takes from a run. */
    private int taken(Row row, int place, DecodingLoop.Steps guessed) {
        for (int step = 0; step < guessed.count(); step++) {
            guessed.logits(step, place, logits);
            Choice choice = limits.checked(row.continuation().choose(new Prediction(logits, row.newTokens())));
            row.take(choice);
            if (row.hasEnded() || !choice.token().equals(OptionalInt.of(guessed.token(step, place)))) {
                return step + 1;
            }
        }
        return guessed.count();
    }

    @Override
    public void close() {
        loop.close();
    }
}
