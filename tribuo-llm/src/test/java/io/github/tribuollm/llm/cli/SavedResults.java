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

import java.nio.file.Path;
import java.util.TreeMap;

/** Results of runs, saved and read again. */
public final class SavedResults {
    private SavedResults() {}

    /** Saves a result in a directory. */
    public static void write(Path directory) {
        TreeMap<String, RunResult.HeldOut> heldOut = new TreeMap<>();
        heldOut.put("in", new RunResult.HeldOut(1.5, 100));
        new RunResult("settings", 12, 2.25, 0.25, 1000.5, 3.5, heldOut).save(directory);
    }

    /** Reads the result of a directory, and shows it as a command does. */
    public static void read(Path directory) {
        RunResult result = RunResult.in(directory).orElseThrow(() -> new AssertionError("accepted no result"));
        TrainingJob.table(result);
        result.settings().length();
        require(result.steps() >= 0 && Double.isFinite(result.loss()) && Double.isFinite(result.selectedFraction()));
        require(Double.isFinite(result.seconds()) && Double.isFinite(result.tokensPerSecond()));
        result.heldOut().values().forEach(loss -> require(Double.isFinite(loss.nll()) && loss.tokens() >= 0));
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("accepted a figure that is not finite");
        }
    }
}
