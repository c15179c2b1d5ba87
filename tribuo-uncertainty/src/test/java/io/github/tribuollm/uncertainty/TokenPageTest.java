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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenPageTest {

    private static final Pattern TOKEN = Pattern.compile(
            "<span class=\"t (c\\d|u)( x)?\" tabindex=\"0\" data-i=\"(\\d+)\" title=\"([^\"]*)\">(.*?)</span>",
            Pattern.DOTALL);

    private static BitSet range(int from, int to) {
        BitSet bits = new BitSet();
        bits.set(from, to);
        return bits;
    }

    private static TokenMeasures measures(List<String> tokens, int completionFrom, BitSet selected, double... loss) {
        Map<String, double[]> measures = new LinkedHashMap<>();
        measures.put("entropy", new double[loss.length]);
        measures.put("loss", loss);
        return new TokenMeasures("example", tokens, range(completionFrom, tokens.size()), measures, selected);
    }

    private static TokenPage page(TokenMeasures... documents) {
        Panel[] panels = new Panel[documents.length];
        for (int i = 0; i < panels.length; i++) {
            panels[i] = new Panel("panel " + i, documents[i], "loss");
        }
        return TokenPage.titled("Title").document("Example", panels);
    }

    /** What a reader sees in the text of the only panel. */
    private static String shownText(String html) {
        String text =
                html.substring(html.indexOf("<div class=\"text\" dir=\"auto\">\n") + 30, html.indexOf("</article>"));
        return text.replaceAll("</div>\n", "")
                .replaceAll("<[^>]*>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    @Test
    void everyTokenAppearsOnceInOrder() {
        List<String> tokens =
                List.of("Q", ": 1 <", " 2?", "\n", "A:", " yes", ",", "\t", "so", "  ", "\n\n", "é😀", "</s>");
        String html = page(measures(tokens, 5, range(6, 8), new double[tokens.size()]))
                .html();
        assertEquals(String.join("", tokens), shownText(html));
        Matcher spans = TOKEN.matcher(html);
        for (int token = 5; token < tokens.size(); token++) {
            assertTrue(spans.find());
            assertEquals(token, Integer.parseInt(spans.group(3)));
            assertEquals(token == 6 || token == 7, spans.group(2) != null, "mark of token " + token);
        }
        assertFalse(spans.find());
    }

    @Test
    void textNeverBecomesMarkup() {
        String evil = "</span><script>alert('x')</script><img src=x onerror=\"alert(1)\">";
        String html = TokenPage.titled(evil)
                .note(evil)
                .table(SummaryTable.captioned(evil, evil, evil).row(evil, 1))
                .unit(evil, evil)
                .document(
                        evil,
                        new Panel(
                                evil,
                                new TokenMeasures(
                                        evil,
                                        List.of(evil, evil),
                                        range(1, 2),
                                        Map.of(evil, new double[] {0, 1}),
                                        range(1, 2)),
                                evil))
                .html();
        assertFalse(html.contains(evil));
        assertFalse(html.contains("<img"));
        assertFalse(html.contains("onerror=\""));
        assertEquals(1, html.split("<script").length - 1, "only the page's own script");
        assertEquals(1, html.split("</script").length - 1);
        String escaped = "&lt;/span&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&lt;img src=x onerror=&quot;";
        assertTrue(html.split(Pattern.quote(escaped)).length > 12);
    }

    @Test
    void controlsCannotHideText() {
        String html = page(measures(List.of("a\u0000\u001bb", "\u202edetrevni", "\ud800"), 0, new BitSet(), 1, 1, 1))
                .html();
        assertEquals("a␀␛b⟨U+202E⟩detrevni\ufffd", shownText(html));
    }

    @Test
    void hoverTellsTheRoundedValues() {
        String html = page(measures(List.of("a", "b", "c", "d"), 0, range(0, 1), 2.31449, Double.NaN, 0.0123456, 1e9))
                .html();
        assertEquals(
                List.of(
                        "loss 2.314 nats · entropy 0 nats · selected",
                        "loss not measured · entropy 0 nats",
                        "loss 0.01235 nats · entropy 0 nats",
                        "loss 1\u202f000\u202f000\u202f000 nats · entropy 0 nats"),
                TOKEN.matcher(html).results().map(span -> span.group(4)).toList());
    }

    @Test
    void panelsShareOneScale() {
        List<String> tokens = List.of("a", "b");
        String html = page(measures(tokens, 0, new BitSet(), 3.5, 6.8), measures(tokens, 0, new BitSet(), 0.2, 3.5))
                .html();
        assertEquals(
                List.of("c3", "c6", "c0", "c3"),
                TOKEN.matcher(html).results().map(span -> span.group(1)).toList());
        assertEquals(1, html.split("class=\"scale\"").length - 1);
        assertTrue(html.contains("mean loss 5.150 nats over 2 tokens"));
    }

    @Test
    void promptValuesDoNotMoveTheScale() {
        String html = page(measures(List.of("a", "b", "c"), 1, new BitSet(), 500, 1, 6.9))
                .html();
        assertTrue(html.contains(">≥ 7</span>"));
    }

    @Test
    void tableRoundsItsColumnsAlike() {
        String html = TokenPage.titled("Title")
                .table(SummaryTable.captioned("Held-out loss", "Objective", "loss", "tokens")
                        .row("MLE", 3.14159, 12345)
                        .row("Masked MLE", 12.5, Double.NaN))
                .html();
        assertTrue(html.contains("<tr><th scope=\"row\">MLE</th><td>3.14</td><td>12\u202f345</td></tr>"));
        assertTrue(html.contains("<tr><th scope=\"row\">Masked MLE</th><td>12.50</td><td>–</td></tr>"));
        assertTrue(html.contains("<caption>Held-out loss</caption>"));
    }

    @Test
    void needsNothingFromOutside(@TempDir Path directory) throws IOException {
        TokenPage page = page(measures(List.of("a", "b"), 1, new BitSet(), 0, 1));
        Path file = directory.resolve("deep/er/page.html");
        page.write(file);
        String html = Files.readString(file);
        assertFalse(Pattern.compile("https?:|src=|href=|@import|url\\(")
                .matcher(html)
                .find());
        assertTrue(html.contains("default-src 'none'"));
        page.write(file);
        assertEquals(html, Files.readString(file));
        assertFalse(html.contains("\r"));
    }

    @Test
    void refusesWhatCannotBeShown() {
        assertThrows(IllegalArgumentException.class, () -> page());
        assertThrows(IllegalArgumentException.class, () -> SummaryTable.captioned("c"));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> SummaryTable.captioned("c", "t", "n").row("MLE"));
        assertEquals("table 'c': row 'MLE' has 0 values for 1 number columns", e.getMessage());
    }
}
