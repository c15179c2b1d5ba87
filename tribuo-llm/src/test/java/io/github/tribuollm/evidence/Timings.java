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

import java.util.ArrayList;
import java.util.List;

/** The measured calls of one kind, in order. */
final class Timings {
    /** One call: its time, the processor's time, tokens, places for tokens in its grid, loss. */
    record Answer(double milliseconds, double cpuMilliseconds, long tokens, long places, double loss) {}

    private final List<Answer> answers = new ArrayList<>();

    void add(Answer answer) {
        answers.add(answer);
    }

    Answer last() {
        return answers.get(answers.size() - 1);
    }

    /** The fraction of the places that hold no token. */
    double padding() {
        return 1
                - (double) answers.stream().mapToLong(Answer::tokens).sum()
                        / answers.stream().mapToLong(Answer::places).sum();
    }

    double median() {
        return median(answers.stream().map(Answer::milliseconds).toList());
    }

    double medianCpu() {
        return median(answers.stream().map(Answer::cpuMilliseconds).toList());
    }

    double tokensPerSecond() {
        double seconds = answers.stream().mapToDouble(Answer::milliseconds).sum() / 1e3;
        return answers.stream().mapToLong(Answer::tokens).sum() / seconds;
    }

    /** The median over the calls of this time divided by the other's. */
    double medianRatioTo(Timings other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            ratios.add(answers.get(i).milliseconds() / other.answers.get(i).milliseconds());
        }
        return median(ratios);
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
