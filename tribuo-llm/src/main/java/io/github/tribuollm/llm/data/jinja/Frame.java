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
        budget().frame();
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
