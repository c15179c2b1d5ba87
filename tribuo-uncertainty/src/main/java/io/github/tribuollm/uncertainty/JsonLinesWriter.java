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
package io.github.tribuollm.uncertainty;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * One JSON object a line and document:
 *
 * <ul>
 *   <li>{@code title}: what the document is, for example a file and a row,
 *   <li>{@code tokens}: their texts, which joined are the text,
 *   <li>{@code completion}: for each token whether it belongs to a completion,
 *   <li>{@code selected}: for each token whether it was selected for training; absent if none was,
 *   <li>{@code measures}: the name of a measure to its value for each token, null where it was not measured,
 *   <li>{@code mean} and {@code sum}: the name of a measure to its mean and sum over the measured completion tokens,
 *       null if there are none.
 * </ul>
 *
 * <p>A value that single precision holds is written with the digits that identify it there, any other with those that
 * identify it in double precision. Infinity is written as {@code 1e999}, which reads back as infinity.
 */
public final class JsonLinesWriter implements MeasuresWriter {
    private final Writer out;

    /**
     * Writes to a stream of characters.
     *
     * @param out where to write; closed with this writer
     */
    public JsonLinesWriter(Writer out) {
        this.out = Objects.requireNonNull(out, "out");
    }

    @Override
    public void write(TokenMeasures document) throws IOException {
        JsonWriter json = new JsonWriter(out);
        json.setHtmlSafe(false);
        json.beginObject();
        json.name("title").value(document.title());
        json.name("tokens").beginArray();
        for (String token : document.tokens()) {
            json.value(token);
        }
        json.endArray();
        flags(json, "completion", document.completion(), document.length());
        if (!document.selected().isEmpty()) {
            flags(json, "selected", document.selected(), document.length());
        }
        json.name("measures").beginObject();
        for (Map.Entry<String, double[]> measure : document.measures().entrySet()) {
            json.name(measure.getKey()).beginArray();
            for (double value : measure.getValue()) {
                number(json, value);
            }
            json.endArray();
        }
        json.endObject();
        each(json, "mean", document, document::mean);
        each(json, "sum", document, document::sum);
        json.endObject();
        json.flush();
        out.write('\n');
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static void flags(JsonWriter json, String name, BitSet set, int length) throws IOException {
        json.name(name).beginArray();
        for (int token = 0; token < length; token++) {
            json.value(set.get(token));
        }
        json.endArray();
    }

    private static void each(JsonWriter json, String name, TokenMeasures document, ToDoubleFunction<String> statistic)
            throws IOException {
        json.name(name).beginObject();
        for (String measure : document.measureNames()) {
            json.name(measure);
            number(json, statistic.applyAsDouble(measure));
        }
        json.endObject();
    }

    private static void number(JsonWriter json, double value) throws IOException {
        if (Double.isNaN(value)) {
            json.nullValue();
        } else {
            json.jsonValue(Double.isInfinite(value) ? (value > 0 ? "1e999" : "-1e999") : Figures.plain(value));
        }
    }
}
