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
package io.github.tribuollm.tutorials;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Segment;
import java.io.IOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.stream.Collectors;

/** A file format in which the rows of a {@link SyntheticCorpus} can be written. */
public enum CorpusFormat {
    /** JSON lines with {@code question} and {@code answer}, for word problems. */
    GSM8K(CorpusKind.WORD_PROBLEMS) {
        @Override
        void write(SyntheticCorpus corpus, Writer out) throws IOException {
            for (Iterator<SyntheticCorpus.Generated> rows = corpus.generate(); rows.hasNext(); ) {
                Row row = rows.next().row();
                out.write(JSON.toJson(object("question", row.instruction(), "answer", row.output())) + "\n");
            }
        }
    },
    /** One JSON array of {@code instruction}, {@code input} and {@code output}, for instructions. */
    ALPACA(CorpusKind.INSTRUCTIONS) {
        @Override
        void write(SyntheticCorpus corpus, Writer out) throws IOException {
            String separator = "[\n";
            for (Iterator<SyntheticCorpus.Generated> rows = corpus.generate(); rows.hasNext(); separator = ",\n") {
                Row row = rows.next().row();
                out.write(separator
                        + JSON.toJson(object(
                                "instruction", row.instruction(), "input", row.input(), "output", row.output())));
            }
            out.write("\n]\n");
        }
    },
    /** JSON lines with {@code text}: rows as {@link PretrainingTemplate} lays them out, without special tokens. */
    TEXT(null) {
        @Override
        void write(SyntheticCorpus corpus, Writer out) throws IOException {
            PretrainingTemplate template = new PretrainingTemplate();
            for (Conversation conversation : corpus) {
                String text = template.render(conversation, "").stream()
                        .map(Segment::text)
                        .collect(Collectors.joining());
                out.write(JSON.toJson(object("text", text)) + "\n");
            }
        }
    };

    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private final CorpusKind only;

    CorpusFormat(CorpusKind only) {
        this.only = only;
    }

    abstract void write(SyntheticCorpus corpus, Writer out) throws IOException;

    /** Refuses a corpus whose rows have no place in the format. */
    void check(SyntheticCorpus corpus) {
        if (only != null && corpus.kind() != only) {
            throw new DataException(this + " files hold " + only + ", not " + corpus.kind() + "; choose --kind " + only
                    + " or --format TEXT");
        }
    }

    private static JsonObject object(String... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.addProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
