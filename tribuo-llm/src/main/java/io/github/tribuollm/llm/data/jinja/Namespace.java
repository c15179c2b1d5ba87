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
