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

import com.oracle.labs.mlrg.olcut.config.Option;

/** The options of {@code chat}. */
final class ChatOptions implements CommandOptions {
    @Option(longName = "system", usage = "What the system says before the conversation.")
    String system;

    @Option(
            longName = "template",
            usage = "How the conversation is laid out as text: auto, the chat template that the checkpoint publishes"
                    + " (auto:NAME, one of several); a Jinja file; or alpaca, gemma, gemma3, llama3, phi3, qwen2, qwen3"
                    + " or vicuna.")
    String template = "auto";

    @Option(longName = "scores", usage = "Says after each answer how sure the model was; larger is less sure.")
    boolean scores;

    final ModelOptions model = new ModelOptions();
    final SamplingOptions sampling = new SamplingOptions();
    final TokenUncertaintyOptions uncertainty = new TokenUncertaintyOptions();
    final StorageOptions storage = new StorageOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public GeneralOptions general() {
        return general;
    }
}
