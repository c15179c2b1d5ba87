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
package io.github.tribuollm.llm.data.template;

import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.TurnTemplate;

/** Turns of {@code <start_of_turn>user\nQ<end_of_turn>\n<start_of_turn>model\nA<end_of_turn>\n}. */
abstract class GemmaTurns extends TurnTemplate {
    @Override
    protected String header(String role) {
        return "<start_of_turn>" + (role.equals(Message.ASSISTANT) ? "model" : role) + "\n";
    }

    @Override
    protected String endOfTurn() {
        return "<end_of_turn>";
    }

    @Override
    protected String gap() {
        return "\n";
    }
}
