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
package io.github.tribuollm.llm.generation.sampling;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a checkpoint's generation_config.json says about sampling. A field that has an effect in transformers has the same
 * here, or is refused by its name; so is one that transformers does not know.
 *
 * @param sampling how tokens are chosen
 * @param stopping when an answer ends
 */
public record GenerationDefaults(Sampling sampling, Stopping stopping) {
    /** Nothing is set. */
    public static final GenerationDefaults NONE = new GenerationDefaults(new Sampling(), new Stopping());

    private static final String FILE = "generation_config.json";

    /** Fields of the file's history, of how transformers computes or reports, and of searches that it refuses or are off. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "_from_model_config",
            "_commit_hash",
            "transformers_version",
            "use_cache",
            "cache_implementation",
            "cache_config",
            "max_cache_len",
            "return_legacy_cache",
            "prefill_chunk_size",
            "low_memory",
            "compile_config",
            "disable_compile",
            "continuous_batching_config",
            "output_attentions",
            "output_hidden_states",
            "output_scores",
            "output_logits",
            "return_dict_in_generate",
            "pad_token_id",
            "bos_token_id",
            "decoder_start_token_id",
            "renormalize_logits",
            "early_stopping",
            "length_penalty",
            "diversity_penalty",
            "is_assistant",
            "num_assistant_tokens",
            "num_assistant_tokens_schedule",
            "assistant_confidence_threshold",
            "assistant_lookbehind",
            "target_lookbehind",
            "assistant_ensemble_weight",
            "max_matching_ngram_size",
            "speculation_type");

    /** Fields without effect at 1. */
    private static final Set<String> OFF_AT_ONE =
            Set.of("num_beams", "num_beam_groups", "guidance_scale", "encoder_repetition_penalty");

    /** Fields without effect at 0. */
    private static final Set<String> OFF_AT_ZERO = Set.of("encoder_no_repeat_ngram_size", "penalty_alpha");

    /**
     * Reads the file of a checkpoint.
     *
     * @param directory the checkpoint
     * @param vocabulary the number of the model's tokens
     * @return what it says; nothing where there is no such file
     * @throws CheckpointException if a field has a wrong value, a token id that the model lacks, or no counterpart here
     */
    public static GenerationDefaults publishedBy(Path directory, int vocabulary) {
        CheckpointConfig file = CheckpointFiles.of(directory).configIfPresent(FILE);
        Sampling sampling = Unset.filled(new Sampling(), field -> value(file, field));
        Stopping stopping = Unset.filled(new Stopping(), field -> value(file, field));
        file.keys().forEach(key -> requireKnown(file, key));
        try {
            sampling.postConfig();
            stopping.postConfig();
            sampling.requireTokensBelow(vocabulary);
            stopping.requireTokensBelow(vocabulary);
        } catch (PropertyException e) {
            throw new CheckpointException(
                    file.file() + ": the field '" + published(e.getProperty()) + "' " + e.getMsg()
                            + "; correct it, or generate without the checkpoint's defaults",
                    e);
        }
        return new GenerationDefaults(sampling, stopping);
    }

    private static Object value(CheckpointConfig file, Field field) {
        String key = published(field.getName());
        if (!file.contains(key)) {
            return null;
        }
        Class<?> type = field.getType();
        if (type == Boolean.class) {
            return file.flag(key, false);
        }
        if (type == Integer.class) {
            return file.integer(key);
        }
        if (type == Double.class) {
            return file.number(key);
        }
        if (((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0] == Integer.class) {
            return file.integers(key);
        }
        return key.equals("bad_words_ids") ? badWords(file, key) : file.texts(key);
    }

    private static List<String> badWords(CheckpointConfig file, String key) {
        return file.integerLists(key).stream()
                .map(TokenIds::array)
                .map(TokenIds::written)
                .toList();
    }

    /** {@code topK} as {@code top_k}. */
    private static String published(String field) {
        return field.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static void requireKnown(CheckpointConfig file, String key) {
        boolean silent = WITHOUT_EFFECT.contains(key)
                || file.isVoid(key)
                || OFF_AT_ONE.contains(key) && file.number(key) == 1
                || OFF_AT_ZERO.contains(key) && file.number(key) == 0;
        if (!silent && !isSetting(key)) {
            throw new CheckpointException(file.file() + ": the field '" + key + "' (" + file.excerpt(key)
                    + ") is not supported in generation; delete it from the file, or generate without the"
                    + " checkpoint's defaults");
        }
    }

    private static boolean isSetting(String key) {
        return Unset.names(Sampling.class).map(GenerationDefaults::published).anyMatch(key::equals)
                || Unset.names(Stopping.class)
                        .map(GenerationDefaults::published)
                        .anyMatch(key::equals);
    }
}
