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

import io.github.tribuollm.evidence.DeviceBenchmark;
import io.github.tribuollm.gpu.Precision.Bound;
import io.github.tribuollm.llm.cli.Cli;
import io.github.tribuollm.runtime.Backend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Speed and memory beside PyTorch and PEFT. What decides is that the loss is that of a model with random weights, and
 * that of the other side; the rest is told.
 */
final class BenchmarkChecks {
    private static final Duration LIMIT = Duration.ofMinutes(9);
    private static final double RANDOM_WEIGHTS = 2;

    private BenchmarkChecks() {}

    /** The precisions in which one trains first. */
    static List<Check> of(CheckOptions options) {
        List<Check> checks = new ArrayList<>();
        for (Precision precision :
                options.precisions().stream().sorted(Comparator.reverseOrder()).toList()) {
            for (Workload workload : options.workloads()) {
                String name = CheckOptions.label(workload);
                checks.add(
                        new Check(name, precision, LIMIT, backend -> figures(workload, precision, backend, options)));
            }
        }
        return checks;
    }

    private static DeviceBenchmark.Task task(Workload workload) {
        return switch (workload) {
            case MLE -> new DeviceBenchmark.Task("train", "mle");
            case MASKED_MLE -> new DeviceBenchmark.Task("train", "masked_mle");
            case MASKED_MLE_DISTILL -> new DeviceBenchmark.Task("train", "masked_mle_distill");
            case SCORE -> new DeviceBenchmark.Task("score", "mle");
            case DROPOUT -> new DeviceBenchmark.Task("dropout", "mle");
        };
    }

    private static List<Figure> figures(Workload workload, Precision precision, Backend backend, CheckOptions options)
            throws IOException {
        DeviceBenchmark benchmark = new DeviceBenchmark(
                options.output().resolve("benchmark"),
                Cli.RESOURCES.resolve("gpu/alpaca-lengths.csv"),
                backend,
                options.small(),
                options.torch());
        DeviceBenchmark.Outcome outcome = benchmark.of(task(workload), precision.label());
        List<Figure> figures = new ArrayList<>(told("", outcome.ours()));
        if (workload != Workload.DROPOUT) {
            figures.add(Figure.atMost(
                    "nats from a guess", Math.abs(outcome.ours().loss() - outcome.guess()), RANDOM_WEIGHTS));
        }
        outcome.torch().ifPresent(theirs -> {
            figures.addAll(told("PyTorch ", theirs));
            figures.addAll(compared(workload, precision, outcome.ours(), theirs));
        });
        return figures;
    }

    private static List<Figure> told(String side, DeviceBenchmark.Side figures) {
        return Stream.of(
                        Figure.told(side + "tokens/s", figures.tokensPerSecond()),
                        Figure.told(side + "ms", figures.milliseconds()),
                        Figure.told(side + "GB", figures.bytes() / 1e9),
                        Figure.told(side + "GB allocated", figures.allocated() / 1e9),
                        Figure.told(side + "s to first step", figures.secondsToFirst()),
                        Figure.told(side + "loss", figures.loss()))
                .filter(figure -> figure.value() != null)
                .toList();
    }

    private static List<Figure> compared(
            Workload workload, Precision precision, DeviceBenchmark.Side ours, DeviceBenchmark.Side theirs) {
        double difference = Math.abs(ours.loss() / theirs.loss() - 1);
        return List.of(
                Figure.told("tokens/s against PyTorch", ours.tokensPerSecond() / theirs.tokensPerSecond()),
                Figure.told("GB against PyTorch", ours.bytes() / theirs.bytes()),
                workload == Workload.DROPOUT
                        ? Figure.told("uncertainty against PyTorch", ours.loss() / theirs.loss())
                        : precision.figure("loss difference", difference, Bound.MEAN_LOSS));
    }
}
