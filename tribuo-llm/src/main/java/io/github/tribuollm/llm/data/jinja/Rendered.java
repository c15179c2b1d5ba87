package io.github.tribuollm.llm.data.jinja;

import java.util.List;

/**
 * What a template makes of its variables.
 *
 * @param text the text
 * @param generations the parts of the text that stand in {@code generation} blocks, in order
 */
public record Rendered(String text, List<Span> generations) {
    /** Creates a result. */
    public Rendered {
        generations = List.copyOf(generations);
    }

    /**
     * A part of a text, in UTF-16 units.
     *
     * @param start where it begins
     * @param end where what follows it begins
     */
    public record Span(int start, int end) {}
}
