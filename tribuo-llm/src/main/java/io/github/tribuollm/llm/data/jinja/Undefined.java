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
