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
import java.nio.file.Path;

/** A trained model, or a checkpoint with or without an adapter. */
final class ModelOptions implements OptionGroup {
    @Option(longName = "model", usage = "A model that train wrote: the file model.tribuo.")
    Path model;

    @Option(
            longName = "checkpoint",
            usage =
                    "A base model: a directory, a GGUF file or hf://owner/name@revision. With --model: where its base is"
                            + " now, if it was moved.")
    String checkpoint;

    @Option(longName = "adapter", usage = "With --checkpoint: a directory with an adapter in PEFT's format.")
    Path adapter;

    @Override
    public String heading() {
        return "Model";
    }
}
