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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.Option;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import java.nio.file.Path;
import java.util.List;

/** The model and how it is trained. */
final class TrainerOptions implements OptionGroup {
    @Option(
            longName = "checkpoint",
            usage = "The base model: a directory as downloaded from Hugging Face, with config.json, tokenizer.json and"
                    + " *.safetensors, a GGUF file, or hf://owner/name@revision to download it.")
    String checkpoint;

    @Option(
            longName = "tuning",
            usage = "What is trained: lora, adapters; full, every parameter; full-from-scratch, every parameter from"
                    + " random numbers. Default: lora.")
    String tuningName;

    @Option(longName = "rank", usage = "The rank of the adapters.")
    Integer rank;

    @Option(longName = "alpha", usage = "Their alpha; updates are scaled by alpha / rank.")
    Double alpha;

    @Option(longName = "dropout", usage = "The dropout rate of their inputs.")
    Double dropout;

    @Option(
            longName = "rank-stabilised",
            usage = "Whether updates are scaled by alpha / sqrt(rank) instead (rsLoRA): true or false.")
    String rankStabilised;

    @Option(
            longName = "rank-pattern",
            usage = "Other ranks of some layers, by the ends of their paths as regular expressions, such as"
                    + " q_proj=8,layers.0.mlp.down_proj=4.")
    List<String> rankPattern;

    @Option(longName = "alpha-pattern", usage = "Other alphas of some layers, such as q_proj=16.")
    List<String> alphaPattern;

    @Option(
            longName = "targets",
            usage = "The layers that get adapters, such as q_proj,v_proj; a regular expression of whole paths between"
                    + " slashes; or all-linear.")
    List<String> targetModules;

    @Option(longName = "exclude-targets", usage = "Layers among them that get none, named in the same way.")
    List<String> excludedModules;

    @Option(longName = "layers", usage = "The numbers of the layers, from 0, whose parts get adapters, such as 14,15.")
    List<Integer> layersToTransform;

    @Option(
            longName = "layers-pattern",
            usage = "What comes before a layer's number in a path, such as layers, where it is not the first number.")
    List<String> layersPattern;

    @Option(longName = "initial-adapter", usage = "A directory with an adapter in PEFT's format to start from.")
    Path initialAdapter;

    @Option(
            longName = "reference",
            usage =
                    "For objectives with a reference model: a directory with the reference model's adapter in PEFT's format.")
    Path referenceAdapter;

    @Option(
            longName = "reference-checkpoint",
            usage = "The directory of another checkpoint of the same vocabulary, as the reference model.")
    String referenceCheckpoint;

    @Option(
            longName = "default-reference",
            usage = "The reference model where none is given: trained, by mle on the same data, or base, the checkpoint"
                    + " without an adapter. Default: trained.")
    String defaultReference;

    @Option(longName = "epochs", usage = "Passes over the data.")
    Integer epochs;

    @Option(longName = "max-steps", usage = "Steps of the run, in place of passes over the data.")
    Integer maxSteps;

    @Option(longName = "batch-size", usage = "Sequences in an optimiser step.")
    Integer batchSize;

    @Option(
            longName = "micro-batch-size",
            usage = "Sequences in memory at a time; the result does not depend on it. 0 for the whole step.")
    Integer microBatchSize;

    @Option(
            longName = "batching",
            usage = "How a step is laid out in memory: each sequence padded to the longest beside it, sequences of like"
                    + " length together, or several in one row. The result does not depend on it.")
    String batching;

    @Option(longName = "learning-rate", usage = "The peak learning rate.")
    Double learningRate;

    @Option(longName = "schedule", usage = "How the learning rate falls.")
    String schedule;

    @Option(longName = "warmup-ratio", usage = "The fraction of the steps in which it rises first.")
    Double warmupRatio;

    @Option(longName = "weight-decay", usage = "AdamW's decoupled weight decay.")
    Double weightDecay;

    @Option(longName = "beta1", usage = "AdamW's decay of the mean of gradients.")
    Double beta1;

    @Option(longName = "beta2", usage = "AdamW's decay of the mean of squared gradients.")
    Double beta2;

    @Option(longName = "clip-norm", usage = "The largest gradient norm.")
    Double clipNorm;

    @Option(
            longName = "bucket-by-length",
            usage =
                    "Whether sequences of like length share a step, which saves padding, but changes what each step learns"
                            + " from: true or false.")
    String bucketByLength;

    @Option(longName = "recompute", usage = "Saves memory for time: activations are computed again: true or false.")
    String recompute;

    @Option(
            longName = "storage",
            usage = "How the base's weights are held: float32 (widened once), stored (16-bit weights stay as they are,"
                    + " in half the memory), or what fits; the result does not depend on these. int8 rounds them to"
                    + " bytes, with a result a little different, int4 to four bits, with one that differs more. Without"
                    + " it, what quantise has written is taken as it is.")
    String storage;

    @Option(longName = "eval-every", usage = "Steps between evaluations on the held-out data; 0 for the end only.")
    Integer interval;

    @Option(
            longName = "eval-epochs",
            usage = "Passes over the data between evaluations, such as 0.25, in place of --eval-every.")
    Double epochInterval;

    @Option(
            longName = "patience",
            usage =
                    "Stops early: the run ends after so many evaluations in turn whose held-out loss does not improve on"
                            + " the least one.")
    Integer patience;

    @Option(longName = "min-delta", usage = "An improvement must be larger than this to count, nats a token.")
    Double minDelta;

    @Option(
            longName = "keep-best",
            usage = "The result is the model with the least held-out loss, in place of the last one: true or false.")
    String keepBest;

    @Option(
            longName = "criterion",
            usage = "The held-out data whose loss decides, by name, where there are several: a file's name without its"
                    + " extension.")
    String criterion;

    @Option(longName = "save-every", usage = "Steps between saved states, from which a killed run resumes; 0 for none.")
    Integer saveInterval;

    @Option(
            longName = "save-epochs",
            usage = "Passes over the data between saved states, such as 0.25, in place of --save-every.")
    Double saveEpochInterval;

    @Option(longName = "seed", usage = "The seed of data order, initialisation and dropout.")
    Long seed;

    @Override
    public List<Condition> conditions() {
        return List.of(
                Condition.of(maxSteps == null, "without --max-steps, which counts in place of it", "epochs"),
                Condition.of(
                        saveEpochInterval == null, "without --save-epochs, which counts in place of it", "save-every"),
                Condition.of(
                        referenceAdapter == null && referenceCheckpoint == null,
                        "without --reference and --reference-checkpoint",
                        "default-reference"));
    }

    /** What the options of evaluations need to act. */
    static Condition evaluating(boolean heldOut, String options) {
        return Condition.of(heldOut, "with " + options, "held-out-rows", "eval-every", "eval-epochs");
    }

    @Override
    public String heading() {
        return "Model and training";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(
                CausalLMTrainer.class, Lora.class, Optimisation.class, Batches.class, MemoryUse.class, HeldOut.class);
    }
}
