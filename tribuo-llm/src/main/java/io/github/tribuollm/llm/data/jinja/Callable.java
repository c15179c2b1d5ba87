package io.github.tribuollm.llm.data.jinja;

/** What a template can call: a macro, a method of a value, a function that templates are given. */
non-sealed interface Callable extends Value {
    /** Calls it. */
    Value call(Rendering rendering, Arguments arguments);
}
