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
        return html.substring(html.indexOf("<section"), html.indexOf("</article>"))
                .replaceAll("<(h[23]|p)[^>]*>.*?</\\1>\n", "")
                .replaceAll("<(/?div|section|article)[^>]*>\n", "")
                .replaceAll("</div>\n", "")
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
                List.of("c4", "c7", "c0", "c4"),
                TOKEN.matcher(html).results().map(span -> span.group(1)).toList());
        assertEquals(1, html.split("class=\"scale\"").length - 1);
        assertTrue(html.contains("mean loss <span class=\"mean c6\">5.150</span> nats over 2 tokens"), html);
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
                List.of("m0-2 m1-7", "m0-7 m1-u", "c2", "c7"),
                TOKEN.matcher(html).results().map(span -> span.group(1)).toList());
        assertTrue(html.contains("id=\"m0\" aria-label=\"Colour by loss\" checked>"));
        assertTrue(html.contains("id=\"m1\" aria-label=\"Colour by epistemic\">"));
        assertTrue(html.contains("<label for=\"m1\">epistemic</label>"));
        assertTrue(html.contains("#m1:checked~main .m1-6{background-color:"
                + Palette.SEQUENTIAL.colours().get(6) + "}"));
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
        assertTrue(html.contains("<b>5</b></span></span></div>"), html);
    }

    @Test
    void tableRoundsItsColumnsAlike() {
        String html = TokenPage.titled("Title")
                .table(SummaryTable.captioned("Held-out loss", "Objective", "loss", "tokens")
                        .row("MLE", 3.14159, 12345)
                        .row("Masked MLE", 12.5, Double.NaN))
                .html();
        assertTrue(
                html.contains(
                        "<tr><th scope=\"row\">MLE</th><td data-label=\"loss\">3.14</td><td data-label=\"tokens\">12\u202f345</td></tr>"));
        assertTrue(html.contains("<th scope=\"row\">Masked MLE</th><td data-label=\"loss\">12.50</td>"
                + "<td data-label=\"tokens\">–</td></tr>"));
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
    void theSummaryCountsEachMeasureUnderEachHeading() {
        List<String> tokens = List.of("q", "a", "b", "c");
        TokenMeasures before = measures(tokens, 1, new BitSet(), Double.NaN, 1, 2, 6);
        TokenMeasures after = measures(tokens, 1, new BitSet(), Double.NaN, 0, 1, Double.NaN);
        String html = page(before, after).html();
        assertEquals(
                List.of(
                        "3", "3.000", "1.100", "2.000", "5.600", "6.000", "2", "0.500", "0.050", "0.500", "0.950",
                        "1.000"),
                Pattern.compile("<td data-label=\"[^\"]*\">(.*?)</td>")
                        .matcher(html)
                        .results()
                        .map(cell -> cell.group(1))
                        .toList());
        assertTrue(html.contains("loss (nats)</span> <span class=\"meaning\">panel 1</span></th>"), html);
        assertEquals(2, html.split("<svg").length - 1);
        assertTrue(html.contains("aria-label=\"tokens in each step, from low to high: 1, 0, 0, 1, 0, 0, 0, 0\""), html);
        assertTrue(html.indexOf("<svg") < html.indexOf("<section"));
    }

    @Test
    void changesGoBothWaysAndMayBeChosen() {
        List<String> tokens = List.of("a", "b", "c");
        TokenMeasures before = measures(tokens, 0, new BitSet(), 4, 2, 1);
        TokenMeasures after = measures(tokens, 0, new BitSet(), 0, 2, 2).since(before);
        String html = TokenPage.titled("Title")
                .document(
                        "Example",
                        new Panel("before", before, List.of("loss", "entropy")),
                        new Panel("after", after, List.of("loss", "change of loss")))
                .html();
        assertEquals(
                List.of("m0-7 m1-0", "m0-4 m1-0", "m0-2 m1-0", "m0-0 m2-d0", "m0-4 m2-d4", "m0-4 m2-d5"),
                TOKEN.matcher(html).results().map(span -> span.group(1)).toList());
        assertTrue(html.contains("<p class=\"sum s2\">no change of loss here</p>"), html);
        assertTrue(html.contains("change of loss −4 nats"), html);
        assertTrue(html.contains("blue fell, red rose"));
        assertTrue(html.contains("#m2:checked~main .m2-d8{background-color:#e76364}"));
    }

    @Test
    void aPromptThatPanelsShareStandsOnceAboveThem() {
        TokenMeasures document = measures(List.of("Why?", "a"), 1, new BitSet(), Double.NaN, 1);
        String html = page(document, document).html();
        assertEquals(1, html.split("Why\\?").length - 1);
        assertTrue(html.indexOf("Why?") < html.indexOf("<div class=\"panels\">"));
        String apart = page(document, measures(List.of("How?", "a"), 1, new BitSet(), Double.NaN, 1))
                .html();
        assertTrue(apart.indexOf("<div class=\"panels\">") < apart.indexOf("Why?"));
        assertTrue(apart.indexOf("Why?") < apart.indexOf("How?"));
    }

    @Test
    void theLegendTellsOnlySignsThatOccur() {
        String plain = page(measures(List.of("a", "b"), 0, new BitSet(), 1, 2)).html();
        assertTrue(plain.contains("<div class=\"signs\"></div>"));
        String all = page(measures(
                        List.of("q", "a\n", "", "é", "\t", "  "), 1, range(1, 2), Double.NaN, 1, Double.NaN, 1, 1, 1))
                .html();
        for (String sign :
                List.of("underlined", "hatched", "part of a char", "line break", "tab", "spaces", "prompt")) {
            assertTrue(all.substring(all.indexOf("<div class=\"signs\">")).contains(sign), sign);
        }
    }

    @Test
    void aBigPageIsBoundedAndSaysSo() {
        TokenMeasures document = measures(List.of("q", "a", "b", "c"), 1, new BitSet(), Double.NaN, 1, 2, 3);
        TokenPage page = TokenPage.titled("Title");
        for (int i = 0; i < 5; i++) {
            page = page.document("Row " + i, new Panel("x", document, "loss"), new Panel("y", document, "loss"));
        }
        String html = page.withTokens(10).html();
        assertEquals(10, TOKEN.matcher(html).results().count());
        assertTrue(html.contains("<p class=\"cut\">1 more tokens are not shown.</p>"), html);
        assertTrue(html.contains("3 more documents are not shown: the page holds 10 coloured tokens."), html);
        assertTrue(html.contains("<td data-label=\"tokens\">15</td>"), "the summary counts all");
        assertFalse(page.html().contains("not shown"));
        TokenPage any = page;
        assertThrows(IllegalArgumentException.class, () -> any.withTokens(0));
    }

    @Test
    void refusesADocumentWithoutPanels() {
        assertThrows(IllegalArgumentException.class, () -> page());
    }
}
