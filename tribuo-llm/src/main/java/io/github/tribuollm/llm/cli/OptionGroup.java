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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import java.util.List;

/**
 * Options of one subject. A field that is null was not given; a field that has the name of a field of a configured
 * class sets that one, and has its default and its choices.
 */
interface OptionGroup {
    /** {@return what the options are about, for the help text} */
    String heading();

    /** {@return the classes whose fields these options set} */
    default List<Class<? extends Configurable>> configures() {
        return List.of();
    }

    /** {@return what options need to act, once all are set; one that is given without it is refused} */
    default List<Condition> conditions() {
        return List.of();
    }
}
