package io.github.tribuollm.llm.data.jinja;

import io.github.tribuollm.runtime.UserException;

/** A template that cannot be read or rendered; the message names the template, its line, and what is wrong. */
public final class TemplateException extends UserException {
    private static final long serialVersionUID = 1L;

    private final boolean raised;

    TemplateException(String message) {
        this(message, false);
    }

    TemplateException(String message, boolean raised) {
        super(message);
        this.raised = raised;
    }

    /**
     * {@return whether the template itself refuses what it was given, with {@code raise_exception}}
     */
    public boolean isRaised() {
        return raised;
    }
}
