package io.github.tribuollm.llm.data.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one thing that templates can change: names and values that outlive a loop. */
final class Namespace implements Value {
    private final Map<String, Value> values = new LinkedHashMap<>();

    Value get(String name) {
        Value value = values.get(name);
        return value == null ? Undefined.attribute(this, name) : value;
    }

    void set(String name, Value value) {
        if (name.startsWith("_")) {
            throw new Failure("a namespace takes no attribute that begins with an underscore, such as '" + name + "'");
        }
        values.put(name, value);
    }
}
