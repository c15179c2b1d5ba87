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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.runtime.ComputeType;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** States of a small run, saved and restored. */
public final class SavedStates {
    private static final Map<String, long[]> SHAPES = Map.of("a", new long[] {2, 3}, "b", new long[] {4});

    private static final RunIdentity IDENTITY = RunIdentity.none().with("seed", "7");

    private static final int STEPS = 8;

    private SavedStates() {}

    private static RunState start(ParameterSet parameters) {
        return new RunState(
                parameters,
                new AdamW(parameters.values(), 0.9, 0.999, 0),
                LossScale.initial(ComputeType.FLOAT16),
                BestSoFar.NONE,
                StepsTaken.NONE);
    }

    /** Saves a state in a directory. */
    public static void write(Path directory) {
        try (ParameterSet parameters = new ParameterSet(SHAPES);
                RunDirectory run = RunDirectory.open(directory)) {
            RunState start = start(parameters);
            Map<String, float[]> best = Map.of("a", parameters.copy("a"), "b", parameters.copy("b"));
            run.save(IDENTITY, start.after(true, 2.5, 0.25).with(new BestSoFar(1.5, 1, 1, best)));
        }
    }

    /** Restores the state of a directory, and checks that one can go on from it. */
    public static void read(Path directory) {
        read(directory, new HeldOut());
    }

    static void read(Path directory, HeldOut heldOut) {
        try (ParameterSet parameters = new ParameterSet(SHAPES);
                RunDirectory run = RunDirectory.open(directory)) {
            RunState state = run.restore(() -> IDENTITY, start(parameters), STEPS, heldOut);
            require(state.steps() >= 0 && state.steps() <= STEPS, "step " + state.steps());
            require(state.taken().selected() >= 0 && state.taken().selected() <= STEPS, "a sum of fractions");
            require(Float.isFinite(state.scale()) && state.scale() > 0, "loss scale " + state.scale());
            require(Double.isFinite(state.best().loss()) || state.best() == BestSoFar.NONE, "a best loss");
            state.best().parameters().values().forEach(m -> requireFinite(FloatBuffer.wrap(m)));
            state.parameters().values().values().forEach(SavedStates::requireFinite);
            state.adam().firstMoments().values().forEach(m -> requireFinite(FloatBuffer.wrap(m)));
            state.adam().secondMoments().values().forEach(m -> requireFinite(FloatBuffer.wrap(m)));
        }
    }

    private static void requireFinite(FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            require(Float.isFinite(values.get(i)), "a value of " + values.get(i));
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("accepted " + what);
        }
    }
}
