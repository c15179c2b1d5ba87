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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.scoring.FiniteMeasures;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What it costs to stop at numbers that are not finite. What is measured is looked at as it comes, and weights only where
 * something is not finite; so the first is timed beside scoring, and the second, for comparison, beside opening and the
 * first batch.
 */
public final class FiniteChecks {
    private static final Path ROWS = Path.of(System.getProperty("test.resources"), "data/word-problems-heldout.jsonl");
    private static final int TOGETHER = 4;
    private static final int REPEATED = 1000;
    private static final double MOST_OF_SCORING = 0.01;

    private FiniteChecks() {}

    /** Seconds of one round. */
    private record Round(double opening, double search, double scoring, double check) {}

    /**
     * Times the checks.
     *
     * @param arguments a checkpoint, and how many rounds
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        List<TokenSequence> data = new TokenSequenceSource(
                        directory,
                        new Gsm8kSource(ROWS, 0, TOGETHER),
                        new QuestionAnswerTemplate(),
                        256,
                        TruncationPolicy.TRUNCATE_END)
                .sequences();
        round(directory, data);
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            rounds.add(round(directory, data));
        }
        double opening = Timings.median(rounds.stream().map(Round::opening).toList());
        double search = Timings.median(rounds.stream().map(Round::search).toList());
        double share =
                Timings.median(rounds.stream().map(r -> r.check() / r.scoring()).toList());
        System.out.printf(
                Locale.ROOT,
                "opening reads no weight for the checks: %.0f ms with the first batch; reading all of them, after an"
                        + " overflow only, takes %.0f ms, %.1f %% of it; looking at what is measured takes %.5f %% of"
                        + " scoring%n",
                opening * 1e3,
                search * 1e3,
                100 * search / opening,
                100 * share);
        System.exit(share <= MOST_OF_SCORING ? 0 : 1);
    }

    private static Round round(Path directory, List<TokenSequence> data) {
        long start = System.nanoTime();
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), ScoredModel.longest(data));
            try (TokenScorer scorer = TokenScorer.of(model.inBatchesOf(TOGETHER), TokenScorer.EVALUATION)) {
                MicroBatch batch =
                        MicroBatch.of(data, IntStream.range(0, data.size()).toArray());
                scorer.score(batch);
                double opening = seconds(start);
                double search = timed(() -> requireNone(scorer.finite()));
                double scoring = timed(() -> scorer.score(batch));
                float[] measured = scorer.score(batch).of(TokenMeasure.NLL);
                double check = timed(() -> {
                            for (int i = 0; i < REPEATED * TokenScorer.EVALUATION.size(); i++) {
                                scorer.finite().require(batch, "loss", measured);
                            }
                        })
                        / REPEATED;
                return new Round(opening, search, scoring, check);
            }
        }
    }

    private static void requireNone(FiniteMeasures finite) {
        finite.damagedWeight().ifPresent(place -> {
            throw new AssertionError(place);
        });
    }

    private static double timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return seconds(start);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
