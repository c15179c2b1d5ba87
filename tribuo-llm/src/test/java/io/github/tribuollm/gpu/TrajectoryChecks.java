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
package io.github.tribuollm.gpu;

import io.github.tribuollm.evidence.FixtureTrajectory;
import io.github.tribuollm.gpu.Precision.Bound;
import io.github.tribuollm.runtime.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Twenty steps of AdamW under each objective, in micro-batches of several sizes, against whole steps on the CPU. */
final class TrajectoryChecks {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int WHOLE = 8;

    private TrajectoryChecks() {}

    static List<Check> of(CheckOptions options) {
        List<Check> checks = new ArrayList<>();
        List<String> names = FixtureTrajectory.names().toList();
        for (String name : options.brief() ? names.subList(0, 1) : names) {
            for (String objective : List.of("mle", "masked_mle", "masked_mle_distill")) {
                Once<FixtureTrajectory> expected =
                        new Once<>(() -> FixtureTrajectory.of(name, objective, WHOLE, Backend.cpu(), 1));
                for (int microBatch : options.brief() ? new int[] {3} : new int[] {WHOLE, 3, 1}) {
                    for (Precision precision : options.precisions()) {
                        checks.add(new Check(
                                name + " " + objective + ", " + microBatch + " at a time",
                                precision,
                                LIMIT,
                                backend -> figures(
                                        FixtureTrajectory.of(name, objective, microBatch, backend, options.scale()),
                                        expected.get(),
                                        precision)));
                    }
                }
            }
        }
        return checks;
    }

    private static List<Figure> figures(FixtureTrajectory found, FixtureTrajectory expected, Precision precision) {
        return List.of(
                precision.figure("losses", found.lossesFrom(expected), Bound.MEAN_LOSS),
                precision.figure("gradient norms", found.normsFrom(expected), Bound.NORM),
                Figure.told("last loss", found.losses()[found.losses().length - 1]));
    }
}
