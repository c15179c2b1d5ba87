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

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.MeasureChange;
import io.github.tribuollm.uncertainty.SummaryTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A self-contained HTML page that shows documents as flowing text, their completion tokens coloured by a measure such
 * as loss. Panels of one document stand side by side, and every panel of a measure shares one colour scale. A summary
 * of each measure stands on top; what a prompt's template adds is folded. The page needs nothing from the network,
 * reads without JavaScript, prints, and is the same, byte for byte, for the same input.
 *
 * <p>Pages are immutable; each method returns a longer page:
 *
 * <pre>{@code
 * TokenPage.titled("Loss before and after training")
 *         .table(SummaryTable.captioned("Held-out loss (nats a token)", "Objective", "GSM8K").row("MLE", 2.314))
 *         .document("Example 1", new Panel("before", before), new Panel("after", after.since(before)))
 *         .write(Path.of("loss.html"));
 * }</pre>
 */
public final class TokenPage {

    private static final String NATS = "nats";

    private static final int TOKENS = 20_000;

    private final String title;
    private final List<String> notes;
    private final List<SummaryTable> tables;
    private final List<Section> sections;
    private final Map<String, String> units;

    private final int tokens;

    /** A document: panels that show the same text. */
    record Section(String heading, List<Panel> panels) {

        /** {@return the texts of the prompt tokens that begin all panels; none if the panels begin differently} */
        List<String> prompt() {
            List<List<String>> prompts =
                    panels.stream().map(Section::prompt).distinct().toList();
            return prompts.size() == 1 ? prompts.get(0) : List.of();
        }

        private static List<String> prompt(Panel panel) {
            int first = panel.document().completion().nextSetBit(0);
            List<String> tokens = panel.document().tokens();
            return first < 0 ? tokens : tokens.subList(0, first);
        }

        /** {@return how many completion tokens the panels show together} */
        int size() {
            return panels.stream()
                    .mapToInt(panel -> panel.document().completion().cardinality())
                    .sum();
        }
    }

    private TokenPage(
            String title,
            List<String> notes,
            List<SummaryTable> tables,
            List<Section> sections,
            Map<String, String> units,
            int tokens) {
        this.title = title;
        this.notes = notes;
        this.tables = tables;
        this.sections = sections;
        this.units = units;
        this.tokens = tokens;
    }

    /**
     * Starts an empty page.
     *
     * @param title the title of the page
     * @return the page
     */
    public static TokenPage titled(String title) {
        return new TokenPage(Objects.requireNonNull(title, "title"), List.of(), List.of(), List.of(), Map.of(), TOKENS);
    }

    /**
     * Adds a paragraph below the title.
     *
     * @param text plain text
     * @return the longer page
     */
    public TokenPage note(String text) {
        return new TokenPage(title, and(notes, text), tables, sections, units, tokens);
    }

    /**
     * Adds a table above the documents.
     *
     * @param table the table
     * @return the longer page
     */
    public TokenPage table(SummaryTable table) {
        return new TokenPage(title, notes, and(tables, table), sections, units, tokens);
    }

    /**
     * Names the unit of a measure that is neither one of {@link Measure} nor in nats.
     *
     * @param measure the name of a measure
     * @param unit its unit, empty for a pure number
     * @return the page with that unit
     */
    public TokenPage unit(String measure, String unit) {
        Map<String, String> more = new LinkedHashMap<>(units);
        more.put(measure, Objects.requireNonNull(unit, "unit"));
        return new TokenPage(title, notes, tables, sections, more, tokens);
    }

    /**
     * Adds a document.
     *
     * @param heading the heading above the panels
     * @param panels views of the document, side by side where there is room
     * @return the longer page
     * @throws IllegalArgumentException if there is no panel
     */
    public TokenPage document(String heading, Panel... panels) {
        if (panels.length == 0) {
            throw new IllegalArgumentException("document '" + heading + "' has no panel; give at least one");
        }
        Section section = new Section(Objects.requireNonNull(heading, "heading"), List.of(panels));
        return new TokenPage(title, notes, tables, and(sections, section), units, tokens);
    }

    /**
     * Bounds the page. A coloured token takes about 150 bytes and 30 for each measure; what does not fit is left out
     * from the end and counted there, and the summary counts all.
     *
     * @param most how many coloured tokens the page holds, over all panels, at least 1; 20,000 unless said otherwise
     * @return the page with that bound
     * @throws IllegalArgumentException if it is below 1
     */
    public TokenPage withTokens(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a page holds at least 1 coloured token, not " + most);
        }
        return new TokenPage(title, notes, tables, sections, units, most);
    }

    /**
     * {@return the page as HTML}
     */
    public String html() {
        return new PageWriter(this).html();
    }

    /**
     * Writes the page in UTF-8, over what was there.
     *
     * @param file the file to write; its directory is made if missing
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, html(), StandardCharsets.UTF_8);
    }

    /** {@return what the page shows: its title and the number of documents} */
    @Override
    public String toString() {
        return "TokenPage: " + title + " (" + sections.size() + (sections.size() == 1 ? " document)" : " documents)");
    }

    String title() {
        return title;
    }

    List<String> notes() {
        return notes;
    }

    List<SummaryTable> tables() {
        return tables;
    }

    List<Section> sections() {
        return sections;
    }

    int tokens() {
        return tokens;
    }

    String unitOf(String measure) {
        String named = MeasureChange.named(measure).map(MeasureChange::measure).orElse(measure);
        return units.getOrDefault(named, Measure.named(named).map(Measure::unit).orElse(NATS));
    }

    private static <T> List<T> and(List<T> items, T next) {
        List<T> longer = new ArrayList<>(items);
        longer.add(Objects.requireNonNull(next));
        return List.copyOf(longer);
    }
}
