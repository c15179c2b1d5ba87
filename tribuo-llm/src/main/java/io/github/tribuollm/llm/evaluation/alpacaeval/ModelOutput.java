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
package io.github.tribuollm.llm.evaluation.alpacaeval;

/**
 * What a model answered to an instruction.
 *
 * @param instruction what was asked
 * @param output the answer, which may be empty
 * @param generator the name of the model
 */
public record ModelOutput(String instruction, String output, String generator) {
    /** {@return the length of the answer in code points, as Python counts} */
    int length() {
        return output.codePointCount(0, output.length());
    }
}
