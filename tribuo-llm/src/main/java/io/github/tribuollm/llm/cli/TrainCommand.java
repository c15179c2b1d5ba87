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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fine-tunes a checkpoint. */
final class TrainCommand implements Command<TrainOptions> {
    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "Fine-tunes a checkpoint under an objective.";
    }

    @Override
    public String description() {
        return "Fine-tunes the checkpoint of a language model on conversations, learning from their completions only."
                + " Prints its progress, and writes to the output directory: adapter/ (PEFT's format; checkpoint/ where"
                + " every parameter is trained), model.tribuo (Tribuo's format, with provenance), config.xml (from"
                + " which reproduce makes the same model again), log.jsonl, events/ (TensorBoard), table.txt and"
                + " result.json. Ctrl-C or SIGTERM saves the state after the present step; the same command resumes"
                + " with the same result as if it had never stopped.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Learn from the quarter of the tokens with the highest loss, on GSM8K",
                        "--checkpoint Llama-3.2-1B --objective masked-mle --output runs/gsm8k\n"
                                + "--data gsm8k/train.jsonl --format gsm8k --held-out gsm8k/test.jsonl"),
                new Example(
                        "An experiment in a file, two epochs of it",
                        "--config tutorials/configs/gsm8k-masked-mle.xml --output runs/gsm8k-2\n"
                                + "--@optimisation.epochs 2"));
    }

    @Override
    public TrainOptions options() {
        return new TrainOptions();
    }

    @Override
    public void run(TrainOptions options, ConfigurationManager configuration, Terminal terminal) {
        Path output = required(options.output);
        RunResult result = new TrainingJob(experiment(options, configuration).on(options.execution), output, terminal)
                .answering(options.answers)
                .run();
        terminal.out().print(TrainingJob.table(result));
        terminal.out().println("Results: " + output);
    }

    static Path required(Path output) {
        if (output == null) {
            throw new UsageError("--output DIR is missing: where the results go");
        }
        if (output.toString().isEmpty() || Files.exists(output) && !Files.isDirectory(output)) {
            throw new UsageError("--output: '" + output + "' is no directory; give one, or a new name");
        }
        return output;
    }

    private static Experiment experiment(TrainOptions options, ConfigurationManager configuration) {
        if (options.config() != null) {
            return Experiment.inFile(configuration, options.experiment);
        }
        Map<String, HeldOutFile> heldOut = new LinkedHashMap<>();
        options.heldOut.stream().map(HeldOutFile::parse).forEach(file -> {
            if (heldOut.put(file.name(), file) != null) {
                throw new UsageError(
                        "--held-out: two files are called " + file.name() + ", which names their figures; rename one");
            }
        });
        return Experiment.of(
                configuration,
                options.training,
                options.data,
                options.objective(),
                options.mask,
                heldOut,
                heldOutRows(options.data, options.heldOutRows));
    }

    /** Held-out files are read like the training data, but from their own beginning. */
    static DataOptions heldOutRows(DataOptions data, int rows) {
        DataOptions heldOut = data.copy();
        heldOut.first = 0;
        heldOut.rows = rows;
        heldOut.promptWeight = null; // losses of answers, whatever is learned, compare
        return heldOut;
    }
}
