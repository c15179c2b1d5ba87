package io.github.tribuollm.llm.data.jinja;

/** What goes wrong while a template is rendered, before its place is known. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean raised;

    Failure(String message) {
        this(message, false);
    }

    private Failure(String message, boolean raised) {
        super(message, null, false, false);
        this.raised = raised;
    }

    /** The template itself refuses, with {@code raise_exception}. */
    static Failure raised(String message) {
        return new Failure(message, true);
    }

    boolean isRaised() {
        return raised;
    }
}
