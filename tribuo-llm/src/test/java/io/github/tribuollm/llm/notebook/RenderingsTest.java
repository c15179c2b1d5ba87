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
package io.github.tribuollm.llm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.TaskScores;
import io.github.tribuollm.llm.reproduction.ProvenanceDiff;
import io.github.tribuollm.llm.reproduction.ProvenanceDiff.Difference;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.LossHistory;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.charts.CurveChart;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;

/** Objects as JJava's own renderer shows them once the extension is there. */
class RenderingsTest {
    private final Renderer renderer = new Renderer();

    RenderingsTest() {
        Renderings.register(renderer);
    }

    private String html(Object object) {
        return (String) renderer.render(object).getData(MIMEType.TEXT_HTML);
    }

    @Test
    void theKernelFindsTheExtension() {
        assertTrue(ServiceLoader.load(Extension.class).stream()
                .anyMatch(provider -> provider.type() == NotebookExtension.class));
    }

    @Test
    void aChartIsAPicture() throws IOException {
        Estimate one = new Estimate(1, 0.5, 1.5);
        var chart = CurveChart.of(
                "t", "x", "y", List.of(new CurveChart.Curve("c", new double[] {0, 1}, List.of(one, one))));
        DisplayData shown = renderer.render(chart);
        String png = (String) shown.getData(MIMEType.IMAGE_PNG);
        assertEquals(
                1280,
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)))
                        .getWidth());
        assertTrue(shown.hasDataForType(MIMEType.TEXT_PLAIN));
    }

    @Test
    void aPageStaysInItsFrame() {
        BitSet completion = new BitSet();
        completion.set(1);
        var document = new TokenMeasures(
                "d",
                List.of("a", "<b>\"'"),
                completion,
                Map.of(Measure.LOSS.label(), new double[] {Double.NaN, 1}),
                new BitSet());
        String html = html(TokenPage.titled("\" onload=\"x").document("d", new Panel("p", document)));
        assertTrue(html.startsWith("<iframe "));
        assertTrue(html.endsWith("\"></iframe>"));
        String page = html.substring(html.indexOf("srcdoc=\"") + 8, html.length() - "\"></iframe>".length());
        assertFalse(page.contains("\"") || page.contains("<"), "the page would leave its attribute");
    }

    @Test
    void tablesKeepTheirNumbersAndEscapeTheirTexts() {
        String html = html(SummaryTable.captioned("loss & more", "who", "nats").row("<script>", 1.5));
        assertTrue(html.contains("<caption>loss &amp; more</caption>"), html);
        assertTrue(html.contains("&lt;script&gt;") && !html.contains("<script>"), html);
        assertTrue(html.contains("<td>1.5"), html);
    }

    @Test
    void scoresAndDifferencesAreTables() {
        var scores = new TaskScores(
                "gsm8k",
                List.of(List.of(new Judgement("strict-match", "7", Map.of("exact_match", List.of(true))))),
                List.of(new Points("exact_match", "strict-match", new double[] {1}, new double[] {1}, true)));
        assertTrue(html(scores).contains("<td style=\"text-align:left;overflow-wrap:anywhere\">exact_match</td>"));
        assertTrue(html(new ProvenanceDiff(List.of(new Difference("trainer/seed", "1", null))))
                .contains("absent"));
        assertTrue(html(new ProvenanceDiff(List.of())).contains("<caption>no difference</caption>"));
        assertEquals(
                "gsm8k\nmetric             filter   value  standard error  verdicts\n"
                        + "exact_match  strict-match  1.0000               -         1\n",
                renderer.render(scores).getData(MIMEType.TEXT_PLAIN));
    }

    @Test
    void aProvenanceIsATreeThatFolds() {
        Path checkpoint = Path.of(System.getProperty("test.resources"), "tiny-llama");
        ObjectProvenance provenance = new CausalLMTrainer(checkpoint, Objective.maskedMle(0.75)).getProvenance();
        String html = html(provenance);
        assertNotNull(html);
        assertTrue(html.contains("quantile = 0.75"), html);
        assertEquals(html.split("<details", -1).length, html.split("</details>", -1).length);
        assertEquals(html.split("<div", -1).length, html.split("</div>", -1).length);
    }

    @Test
    void whatHasNoPictureYetIsSaidInWords() {
        NotebookProgress progress = new NotebookProgress();
        assertEquals("no steps yet", renderer.render(progress.losses()).getData(MIMEType.TEXT_PLAIN));
        assertFalse(renderer.render(progress.losses()).hasDataForType(MIMEType.IMAGE_PNG));
        assertTrue(html(progress).contains("no training yet"));
        LossHistory losses = new LossHistory();
        losses.evaluated(new EvaluationReport(Stage.only("train"), 0, "problems", 5, 0, 0, 10, Duration.ZERO));
        assertTrue(renderer.render(losses).hasDataForType(MIMEType.IMAGE_PNG));
    }

    @Test
    void aPageAndAChartTellTheirTitlesAsText() {
        assertEquals(
                "TokenPage: loss (0 documents)",
                renderer.render(TokenPage.titled("loss")).getData(MIMEType.TEXT_PLAIN));
        assertEquals(
                "Chart: t",
                renderer.render(CurveChart.of("t", "x", "y", List.of())).getData(MIMEType.TEXT_PLAIN));
    }

    @Test
    void aPageIsShutInAndComesOutAsItIs() {
        TokenPage page = TokenPage.titled("<\u202e&>");
        String html = html(page);
        assertTrue(html.contains(" sandbox=\"allow-scripts\" "), html);
        String source = html.substring(html.indexOf("srcdoc=\"") + 8, html.length() - "\"></iframe>".length());
        assertEquals(
                page.html(),
                source.replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&amp;", "&"));
    }

    @Test
    void headingsOfNumbersStandOverThem() {
        String html = html(SummaryTable.captioned("", "who", "nats", "p")
                .row("one", 87_628, 1e-9)
                .row("two", 1, 0.5));
        assertTrue(html.contains("<th style=\"text-align:left\">who</th><th>nats</th><th>p</th>"), html);
        assertTrue(html.contains("<td>87\u202f628</td><td>&lt; 0.001</td>"), html);
        assertTrue(HtmlTable.of("", "difference")
                .row("0.173 [0.140, 0.206]")
                .html()
                .contains("<th>difference</th>"));
    }

    @Test
    void hostileTextsAreMarked() {
        String html = HtmlTable.of("\u202e", "a").row("b\0c\ud800").html();
        assertTrue(html.contains("⟨U+202E⟩") && html.contains("b␀c�"), html);
    }

    @Test
    void aLongTableIsCut() {
        HtmlTable table = HtmlTable.of("", "n");
        for (int i = 0; i < 50_000; i++) {
            table.row("row " + i);
        }
        assertTrue(table.html().length() < 100_000);
        assertTrue(table.html().contains("and 49 000 more rows"));
        assertTrue(
                table.content().text().endsWith("row 999\nand 49 000 more rows"),
                table.content().text());
    }
}
