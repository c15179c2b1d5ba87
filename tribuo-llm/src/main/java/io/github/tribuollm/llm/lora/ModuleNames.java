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
package io.github.tribuollm.llm.lora;

import java.util.List;
import java.util.Locale;

/**
 * Modules as PEFT's configurations name them: by a list of whole paths or their ends, by a regular expression of the
 * whole path, or all linear layers but the output layer.
 */
public sealed interface ModuleNames {
    /** The word for {@link #allLinear}. */
    String ALL_LINEAR = "all-linear";

    /**
     * Whether a module is named.
     *
     * @param module its path, such as {@code model.layers.0.self_attn.q_proj}
     * @return whether it is
     * @throws IllegalArgumentException if an expression takes too long to compare
     */
    boolean name(String module);

    /**
     * Paths or their ends.
     *
     * @param names such as {@code q_proj}; {@code all-linear} alone stands for all linear layers
     * @return the modules
     * @throws IllegalArgumentException if a name is blank, or {@code all-linear} is not alone
     */
    static ModuleNames of(List<String> names) {
        return names.equals(List.of(ALL_LINEAR)) ? allLinear() : new Ends(names);
    }

    /**
     * A regular expression of whole paths, in Python's language.
     *
     * @param expression such as {@code .*layers\.[0-9]\..*_proj}; {@code all-linear} stands for all linear layers
     * @return the modules
     * @throws IllegalArgumentException if it cannot be read
     */
    static ModuleNames matching(String expression) {
        return expression.toLowerCase(Locale.ROOT).equals(ALL_LINEAR) ? allLinear() : new Expression(expression);
    }

    /** {@return every linear layer but the output layer} */
    static ModuleNames allLinear() {
        return new AllLinear();
    }

    /** {@return no module} */
    static ModuleNames none() {
        return new Ends(List.of());
    }

    /** {@return whether no module can be named} */
    default boolean isEmpty() {
        return false;
    }

    /**
     * A list.
     *
     * @param names whole paths or their ends
     */
    record Ends(List<String> names) implements ModuleNames {
        /**
         * Checks the names and takes a copy.
         *
         * @param names whole paths or their ends
         */
        public Ends {
            names = List.copyOf(names);
            if (names.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("a LoRA target module's name is blank");
            }
            if (names.contains(ALL_LINEAR)) {
                throw new IllegalArgumentException(
                        "\"" + ALL_LINEAR + "\" cannot be combined with other LoRA target modules");
            }
        }

        @Override
        public boolean name(String module) {
            return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
        }

        @Override
        public boolean isEmpty() {
            return names.isEmpty();
        }

        @Override
        public String toString() {
            return String.join(", ", names);
        }
    }

    /**
     * A regular expression.
     *
     * @param source in Python's language
     */
    record Expression(String source) implements ModuleNames {
        /**
         * Checks the expression.
         *
         * @param source in Python's language
         */
        public Expression {
            PythonPattern.of(source);
        }

        @Override
        public boolean name(String module) {
            return PythonPattern.of(source).matches(module);
        }

        @Override
        public String toString() {
            return "/" + source + "/";
        }
    }

    /** Every linear layer; what has no output layer and no embedding among its candidates asks this. */
    record AllLinear() implements ModuleNames {
        @Override
        public boolean name(String module) {
            return !module.equals("lm_head") && !module.endsWith("embed_tokens");
        }

        @Override
        public String toString() {
            return ALL_LINEAR;
        }
    }
}
