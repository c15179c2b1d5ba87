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
package io.github.tribuollm.runtime;

import com.oracle.labs.mlrg.olcut.config.PropertyException;

/** The checks of a component's fields, which constructors, {@code with} copies and configurations share. */
public final class Settings {
    private Settings() {}

    /**
     * Checks a field.
     *
     * @throws PropertyException naming the field, if the condition does not hold
     */
    public static void require(String field, boolean holds, String problem) {
        if (!holds) {
            throw new PropertyException("", field, problem);
        }
    }

    /**
     * Checks that a field has a value.
     *
     * @return the value
     * @throws PropertyException naming the field, if the value is null
     */
    public static <T> T requireGiven(String field, T value) {
        require(field, value != null, "is missing");
        return value;
    }
}
