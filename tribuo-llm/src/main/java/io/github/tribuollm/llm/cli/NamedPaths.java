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
package io.github.tribuollm.llm.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of an option of the form {@code NAME=PATH}. */
final class NamedPaths {
    private NamedPaths() {}

    /**
     * Reads them.
     *
     * @param option the option, for the message
     * @param values what was given
     * @return the paths by name, in their order
     * @throws UsageError if one has no name or no path, or a name comes twice
     */
    static Map<String, String> of(String option, List<String> values) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            if (equals < 1 || equals == value.length() - 1) {
                throw new UsageError(option + ": expected NAME=PATH, but there is '" + value + "'");
            }
            if (paths.put(value.substring(0, equals), value.substring(equals + 1)) != null) {
                throw new UsageError(option + ": " + value.substring(0, equals) + " is given twice; give it once");
            }
        }
        return paths;
    }
}
