package io.github.tribuollm.llm.data.jinja;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text its text
 * @param value the value of a literal, null for others
 * @param line its line, from 1
 */
record Token(Kind kind, String text, Value value, int line) {
    enum Kind {
        DATA,
        BEGIN_VARIABLE,
        END_VARIABLE,
        BEGIN_BLOCK,
        END_BLOCK,
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the template" : "'" + text + "'";
    }
}
