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

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.configuration.Refusal;
import java.util.Locale;

/** Exceptions of components in words that fit where their values came from. */
final class Explanations {
    private Explanations() {}

    /** A message with the options that set fields in the place of their names: {@code maxNewTokens} has a hump. */
    static String inOptions(String message, OptionTable table) {
        String explained = message;
        for (OptionTable.Entry entry : table.entries()) {
            String field = entry.field().getName();
            if (entry.configured().isPresent() && !field.equals(field.toLowerCase(Locale.ROOT))) {
                explained = explained.replaceAll("(?<![\\w./-])" + field + "(?!\\w)", "--" + entry.name());
            }
        }
        return explained;
    }

    /** A wrong property as the option that sets it: {@code --rank: must be at least 1: 0}. */
    static String of(PropertyException e, OptionTable table) {
        Refusal refusal = Refusal.of(e);
        String property = refusal.field();
        String place = table.setting(property)
                .or(() -> table.entries().stream()
                        .filter(entry -> entry.field().getName().equals(property))
                        .findFirst())
                .map(entry -> "--" + entry.name() + ": ")
                .orElse(property.isEmpty() ? "" : property + ": ");
        return place + inOptions(refusal.message().replaceAll("^'?--?[a-z-]+'? ", ""), table);
    }
}
