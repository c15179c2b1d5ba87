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
package io.github.tribuollm.llm.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The special tokens of a checkpoint, as its own files name them. */
record SpecialTokens(OptionalInt bos, OptionalInt eos, OptionalInt pad, Set<Integer> stops) {
    /** The files that may speak about special tokens, those that come first have the first word. */
    record Sources(
            Vocabulary vocabulary,
            CheckpointConfig tokenizer,
            CheckpointConfig map,
            CheckpointConfig model,
            CheckpointConfig generation) {
        static Sources read(CheckpointFiles files, Vocabulary vocabulary, CheckpointConfig tokenizer) {
            return new Sources(
                    vocabulary,
                    tokenizer,
                    files.configIfPresent("special_tokens_map.json"),
                    files.configIfPresent(Checkpoint.CONFIG),
                    files.configIfPresent("generation_config.json"));
        }

        OptionalInt find(String kind) {
            String key = kind + "_token";
            if (tokenizer.keys().contains(key)) {
                return named(tokenizer, key);
            }
            if (map.contains(key)) {
                return named(map, key);
            }
            return numbered(key + "_id").stream().mapToInt(Integer::intValue).findFirst();
        }

        List<Integer> numbered(String key) {
            CheckpointConfig source = model.contains(key) ? model : generation;
            return checked(source, key);
        }

        List<Integer> checked(CheckpointConfig source, String key) {
            List<Integer> ids = source.integers(key);
            for (int id : ids) {
                if (id < 0 || id >= Math.max(vocabulary.size(), model.integer("vocab_size", 0))) {
                    throw new CheckpointException(source.file() + ": the field '" + key + "' names token " + id
                            + ", but the tokenizer has only " + vocabulary.size() + "; correct the id");
                }
            }
            return ids;
        }

        private OptionalInt named(CheckpointConfig source, String key) {
            if (!source.contains(key)) {
                return OptionalInt.empty();
            }
            String token = source.isText(key)
                    ? source.text(key)
                    : source.section(key).orElseThrow().text("content");
            OptionalInt id = vocabulary.id(token);
            if (id.isEmpty()) {
                throw new CheckpointException(source.file() + ": the field '" + key + "' is '" + token + "', which "
                        + Tokenizer.FILE + " does not have; take both from the same checkpoint");
            }
            return id;
        }
    }

    static SpecialTokens of(Sources sources) {
        OptionalInt eos = sources.find("eos");
        if (eos.isEmpty()) {
            eos = sources.numbered("eos_token_id").stream()
                    .mapToInt(Integer::intValue)
                    .findFirst();
        }
        Set<Integer> stops = new TreeSet<>();
        eos.ifPresent(stops::add);
        stops.addAll(sources.checked(sources.model(), "eos_token_id"));
        stops.addAll(sources.checked(sources.generation(), "eos_token_id"));
        return new SpecialTokens(sources.find("bos"), eos, sources.find("pad"), Collections.unmodifiableSet(stops));
    }
}
