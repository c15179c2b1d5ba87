package io.github.tribuollm.llm.data.jinja;

/** A template that cannot be read, with the line. */
final class SyntaxFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    SyntaxFailure(String message, int line) {
        super(message, null, false, false);
        this.line = line;
    }

    int line() {
        return line;
    }
}
