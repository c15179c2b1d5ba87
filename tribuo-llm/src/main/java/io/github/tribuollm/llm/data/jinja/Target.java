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

import java.util.List;

/** What can be set: a name, an attribute of a namespace, or several of them. */
sealed interface Target {
    void set(Value value, Frame frame);

    /** A name. */
    record Name(String name) implements Target {
        @Override
        public void set(Value value, Frame frame) {
            frame.set(name, value);
        }
    }

    /** {@code namespace.name}. */
    record Attribute(String namespace, String name) implements Target {
        @Override
        public void set(Value value, Frame frame) {
            if (!(frame.get(namespace) instanceof Namespace variables)) {
                throw new Failure("cannot set '" + namespace + "." + name + "': '" + namespace + "' is no namespace");
            }
            variables.set(name, value);
        }
    }

    /** {@code a, b}. */
    record Several(List<Target> targets) implements Target {
        @Override
        public void set(Value value, Frame frame) {
            List<Value> values = Python.elements(value, frame.budget());
            if (values.size() != targets.size()) {
                throw new Failure("there are " + values.size() + " values for " + targets.size() + " names");
            }
            for (int i = 0; i < values.size(); i++) {
                targets.get(i).set(values.get(i), frame);
            }
        }
    }
}
