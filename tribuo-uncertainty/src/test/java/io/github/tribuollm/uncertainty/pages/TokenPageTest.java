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
package io.github.tribuollm.uncertainty.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.TokenMeasures;
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
            "<span class=\"t ([^\"]*?)( x)?\" tabindex=\"0\" data-i=\"(\\d+)\" title=\"([^\"]*)\">(.*?)</span>",
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
        assertTrue(html.contains("mean loss <span class=\"mean c5\">5.150</span> nats over 2 tokens"));
    }

    @Test
    void theReaderChoosesAmongMeasuresWithoutAScript() {
        TokenMeasures document = measures(List.of("q", "a", "b"), 1, new BitSet(), Double.NaN, 2, 6.8)
                .with("epistemic", new double[] {Double.NaN, 0.68, Double.NaN});
        String html = TokenPage.titled("Title")
                .document(
                        "Example",
                        new Panel("all", document, List.of("loss", "epistemic")),
                        new Panel("one", document, "loss"))
                .html();
        assertEquals(
                List.of("m0-2 m1-6", "m0-6 m1-u", "c2", "c6"),
                TOKEN.matcher(html).results().map(span -> span.group(1)).toList());
        assertTrue(html.contains("id=\"m0\" aria-label=\"Colour by loss\" checked>"));
        assertTrue(html.contains("id=\"m1\" aria-label=\"Colour by epistemic\">"));
        assertTrue(html.contains("<label for=\"m1\">epistemic</label>"));
        assertTrue(html.contains("#m1:checked~main .m1-6{background-color:" + ColourScale.RAMP.get(6) + "}"));
        assertTrue(html.contains("#m1:not(:checked)~main .s1{display:none}"));
        assertTrue(html.contains("<p class=\"sum s1\">mean epistemic"));
        assertTrue(html.contains("<div class=\"scale\">"), "the legend of a fixed panel stays");
        assertTrue(html.contains("<div class=\"scale s1\">"));
        assertTrue(html.indexOf("<input") < html.indexOf("<main>"));
        assertTrue(html.contains("loss 2 nats · epistemic 0.680 nats · entropy 0 nats"), html);
    }

    @Test
    void aFixedMeasureNeedsNoChoice() {
        assertFalse(page(measures(List.of("a"), 0, new BitSet(), 1)).html().contains("<input"));
    }

    @Test
    void tokensThatShareACharacterStandTogether() {
        List<String> tokens = List.of("a", "", "é!", "", "", "", "😀", "", "b", "");
        String html = page(measures(tokens, 0, new BitSet(), new double[tokens.size()]))
                .html();
        assertEquals(String.join("", tokens), shownText(html));
        assertEquals(2, html.split("<span class=\"g\">").length - 1);
        List<String> titles = TOKEN.matcher(html)
                .results()
                .map(span -> span.group(4).split(" · ")[0])
                .toList();
        assertEquals("part 1 of 2 of “é”", titles.get(1));
        assertEquals("part 2 of 2 of “é”", titles.get(2));
        assertEquals("part 1 of 4 of “😀”", titles.get(3));
        assertEquals("part 4 of 4 of “😀”", titles.get(6));
        assertEquals("loss 0 nats", titles.get(7), "an ASCII character has no parts");
        assertEquals("loss 0 nats", titles.get(9));
        assertTrue(html.contains("<i class=\"p\" data-p=\"3⁄4\"></i>"));
        String boundary = page(measures(tokens, 4, new BitSet(), new double[tokens.size()]))
                .html();
        assertEquals(boundary.split("<span").length, boundary.split("</span").length);
        assertEquals(String.join("", tokens), shownText(boundary));
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
    void refusesADocumentWithoutPanels() {
        assertThrows(IllegalArgumentException.class, () -> page());
    }
}
