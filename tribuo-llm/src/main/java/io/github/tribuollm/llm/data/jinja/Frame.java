package io.github.tribuollm.llm.data.jinja;

import java.util.HashMap;
import java.util.Map;

/** The names that a stretch of a template sets, over those that it sees. */
final class Frame {
    private final Rendering rendering;
    private final Frame outer;
    private final Map<String, Value> names = new HashMap<>();

    private Frame(Rendering rendering, Frame outer) {
        this.rendering = rendering;
        this.outer = outer;
    }

    static Frame of(Rendering rendering) {
        return new Frame(rendering, null);
    }

    Frame inner() {
        return new Frame(rendering, this);
    }

    Rendering rendering() {
        return rendering;
    }

    Budget budget() {
        return rendering.budget();
    }

    void set(String name, Value value) {
        names.put(name, value);
    }

    Value get(String name) {
        for (Frame frame = this; frame != null; frame = frame.outer) {
            Value value = frame.names.get(name);
            if (value != null) {
                return value;
            }
        }
        return rendering.global(name);
    }
}
