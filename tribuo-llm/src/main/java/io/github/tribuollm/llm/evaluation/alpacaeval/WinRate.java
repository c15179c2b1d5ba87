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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.Score;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoublePredicate;

/**
 * How often a model is preferred to the baseline.
 *
 * @param winRate the mean preference, in percent
 * @param standardError of the win rate, in points; NaN for a single pair
 * @param discreteWinRate the win rate where every preference is rounded to one side, in percent; a tie is half
 * @param wins on how many pairs the model is preferred
 * @param losses on how many pairs the baseline is
 * @param ties on how many pairs neither is
 * @param missing on how many pairs the judge gave no preference; they do not count
 */
public record WinRate(
        double winRate, double standardError, double discreteWinRate, int wins, int losses, int ties, int missing) {
    private static final double TIE = 0.5;

    /**
     * Adds preferences up.
     *
     * @param preferences of a judge
     */
    public static WinRate of(Preferences preferences) {
        double[] given = preferences.given();
        double[] once = new double[given.length];
        Arrays.fill(once, 1);
        Score score = new Points("win_rate", Judgement.WHOLE, given, once, true).score();
        int wins = count(given, p -> p > TIE);
        int ties = count(given, p -> p == TIE);
        return new WinRate(
                100 * score.value(),
                100 * score.standardError(),
                100 * (wins + TIE * ties) / given.length,
                wins,
                count(given, p -> p < TIE),
                ties,
                preferences.missing());
    }

    private static int count(double[] given, DoublePredicate counted) {
        return (int) Arrays.stream(given).filter(counted).count();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.2f ± %.2f %% (discrete %.2f %%; %d wins, %d losses, %d ties, %d without a preference)",
                winRate,
                standardError,
                discreteWinRate,
                wins,
                losses,
                ties,
                missing);
    }
}
