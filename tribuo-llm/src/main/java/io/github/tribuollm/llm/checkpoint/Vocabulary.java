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

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens that a tokenizer.json lists, by id and by text. */
final class Vocabulary {
    private static final int LARGEST_ID = 1 << 24;

    /** The library's time to load an added token grows with the square of its length. */
    private static final int LONGEST_ADDED = 1024;

    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> tokens = new HashMap<>();
    private final List<String> added = new ArrayList<>();
    private int size;
    private int longest = 1;

    private Vocabulary() {}

    static Vocabulary read(Path file, byte[] json) {
        Vocabulary vocabulary = new Vocabulary();
        StrictJson.parse(file, json, reader -> {
            StrictJson.forEachName(reader, name -> {
                switch (name) {
                    case "model" -> vocabulary.readModel(reader);
                    case "added_tokens" -> vocabulary.readAdded(reader);
                    default -> StrictJson.skip(reader);
                }
            });
            return null;
        });
        if (vocabulary.size == 0) {
            throw new CheckpointException(file + ": the fields 'model.vocab' and 'added_tokens' list no token");
        }
        return vocabulary;
    }

    private void readModel(JsonReader reader) throws IOException {
        StrictJson.forEachName(reader, name -> {
            if (!name.equals("vocab")) {
                StrictJson.skip(reader);
            } else if (reader.peek() == JsonToken.BEGIN_ARRAY) {
                readScored(reader);
            } else {
                StrictJson.forEachName(reader, token -> add(token, StrictJson.natural(reader), reader));
            }
        });
    }

    /** The unigram form: pairs of token and score, in id order. */
    private void readScored(JsonReader reader) throws IOException {
        reader.beginArray();
        for (int id = 0; reader.hasNext(); id++) {
            reader.beginArray();
            add(StrictJson.text(reader), id, reader);
            reader.nextDouble();
            reader.endArray();
        }
        reader.endArray();
    }

    /** One added token while it is being read. */
    private static final class Added {
        String content;
        long id = -1;
    }

    private void readAdded(JsonReader reader) throws IOException {
        reader.beginArray();
        while (reader.hasNext()) {
            Added added = new Added();
            StrictJson.forEachName(reader, name -> {
                switch (name) {
                    case "content" -> added.content = StrictJson.text(reader);
                    case "id" -> added.id = StrictJson.natural(reader);
                    default -> StrictJson.skip(reader);
                }
            });
            if (added.content == null || added.id < 0) {
                throw new MalformedJsonException("an added token needs id and content before " + reader.getPath());
            }
            if (added.content.length() > LONGEST_ADDED) {
                throw new MalformedJsonException("an added token of " + added.content.length()
                        + " characters, more than " + LONGEST_ADDED + ", before " + reader.getPath());
            }
            add(added.content, added.id, reader);
            this.added.add(added.content);
        }
        reader.endArray();
    }

    private void add(String token, long id, JsonReader reader) throws IOException {
        if (id > LARGEST_ID) {
            throw new MalformedJsonException("token id " + id + " is too large at " + reader.getPath());
        }
        ids.put(token, (int) id);
        tokens.put((int) id, token);
        size = Math.max(size, (int) id + 1);
        longest = Math.max(longest, token.length());
    }

    /** One more than the largest id. */
    int size() {
        return size;
    }

    /** The characters of the longest token. */
    int longest() {
        return longest;
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The tokens that are read whole wherever a text spells them. */
    List<String> added() {
        return Collections.unmodifiableList(added);
    }

    /** The token of an id, null where the vocabulary has a hole. */
    String token(int id) {
        return tokens.get(id);
    }
}
