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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MeasuresWriterTest {

    private static TokenMeasures document(String title, List<String> tokens, int from, double[] loss, int... selected) {
        BitSet completion = new BitSet();
        completion.set(from, tokens.size());
        BitSet chosen = new BitSet();
        for (int token : selected) {
            chosen.set(token);
        }
        return new TokenMeasures(title, tokens, completion, Map.of("loss", loss), chosen);
    }

    private static String written(boolean csv, TokenMeasures... documents) throws IOException {
        StringWriter text = new StringWriter();
        try (MeasuresWriter writer = csv ? new CsvWriter(text) : new JsonLinesWriter(text)) {
            for (TokenMeasures document : documents) {
                writer.write(document);
            }
        }
        return text.toString();
    }

    private static TokenMeasures read(String line) {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        List<String> tokens = json.getAsJsonArray("tokens").asList().stream()
                .map(token -> token.getAsString())
                .toList();
        Map<String, double[]> measures = new LinkedHashMap<>();
        json.getAsJsonObject("measures")
                .asMap()
                .forEach((name, values) -> measures.put(
                        name,
                        values.getAsJsonArray().asList().stream()
                                .mapToDouble(value -> value.isJsonNull() ? Double.NaN : value.getAsDouble())
                                .toArray()));
        return new TokenMeasures(
                json.get("title").getAsString(),
                tokens,
                bits(json.getAsJsonArray("completion")),
                measures,
                bits(json.has("selected") ? json.getAsJsonArray("selected") : new JsonArray()));
    }

    private static BitSet bits(JsonArray flags) {
        BitSet bits = new BitSet();
        for (int i = 0; i < flags.size(); i++) {
            bits.set(i, flags.get(i).getAsBoolean());
        }
        return bits;
    }

    @Test
    void jsonLinesReadBackAsWhatWasWritten() throws IOException {
        TokenMeasures odd = document(
                "a \"title\"\u2028</script>",
                List.of("q", "é", "", "😀", "\n", "\u0000,"),
                1,
                new double[] {Double.NaN, Math.PI, Double.POSITIVE_INFINITY, -1e-300, 0, 7},
                2,
                3);
        TokenMeasures plain = document("b", List.of("x", "y"), 1, new double[] {Double.NaN, 0.25})
                .with("entropy", new double[] {Double.NaN, Math.E});
        String[] lines = written(false, odd, plain).split("\n");
        assertEquals(2, lines.length);
        assertEquals(odd, read(lines[0]));
        assertEquals(plain, read(lines[1]));
        assertFalse(lines[1].contains("selected"));
        JsonObject json = JsonParser.parseString(lines[1]).getAsJsonObject();
        assertEquals(0.25, json.getAsJsonObject("mean").get("loss").getAsDouble());
        assertEquals(Math.E, json.getAsJsonObject("sum").get("entropy").getAsDouble());
    }

    @Test
    void singlePrecisionNeedsFewDigits() throws IOException {
        String line = written(false, document("a", List.of("x", "y"), 0, new double[] {0.1f, 0.1}));
        assertTrue(line.contains("\"loss\":[0.1,0.1]"), line);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1000; i++) {
            float single = (float) random.nextDouble(-3, 3);
            double twice = random.nextDouble();
            assertEquals(single, Float.parseFloat(Figures.plain(single)));
            assertEquals(twice, Double.parseDouble(Figures.plain(twice)));
        }
    }

    @Test
    void csvQuotesTextAndLeavesUnmeasuredFieldsEmpty() throws IOException {
        String text = written(
                true,
                document(
                        "a,b",
                        List.of("q", " 1", "\"", "x\ny"),
                        1,
                        new double[] {Double.NaN, 0.5, Double.POSITIVE_INFINITY, 2},
                        1));
        assertEquals("""
                title,token,text,completion,selected,loss
                "a,b",0,q,0,0,
                "a,b",1," 1",1,1,0.5
                "a,b",2,\"""\",1,0,inf
                "a,b",3,"x
                y",1,0,2.0
                """.replace("\n", "\r\n").replace("x\r\ny", "x\ny"), text);
    }

    @Test
    void csvRefusesOtherColumns() throws IOException {
        TokenMeasures first = document("a", List.of("x"), 0, new double[] {1});
        TokenMeasures other = first.with("entropy", new double[] {1});
        String said = assertThrows(IllegalArgumentException.class, () -> written(true, first, other))
                .getMessage();
        assertTrue(said.contains("[loss, entropy], but the columns are [loss]"), said);
    }

    @Test
    void nothingIsKept() throws IOException {
        TokenMeasures document = document("a", List.of("x".repeat(1000), "y"), 0, new double[] {Double.NaN, 1});
        long[] length = {0};
        Writer counting = new Writer() {
            @Override
            public void write(char[] buffer, int offset, int count) {
                length[0] += count;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (MeasuresWriter writer = new JsonLinesWriter(counting)) {
            writer.write(document);
            long once = length[0];
            for (int i = 1; i < 100; i++) {
                writer.write(document);
                assertEquals(once * (i + 1), length[0], "written at once");
            }
        }
    }
}
