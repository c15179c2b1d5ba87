package io.github.tribuollm.llm.data.jinja;

/**
 * What a name, a key or an element that is not there gives: empty as text, false, without elements, and a failure in
 * everything else.
 *
 * @param reason what is not there
 */
record Undefined(String reason) implements Value {
    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    static Undefined attribute(Value of, String name) {
        return new Undefined("'" + Python.type(of) + "' has no attribute '" + name + "'");
    }

    Failure failure() {
        return new Failure(reason);
    }
}
