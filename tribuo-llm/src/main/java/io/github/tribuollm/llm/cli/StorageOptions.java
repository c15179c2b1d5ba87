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
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.cli.OptionTable.Choices;

/** How the weights of a model that is not trained are held. */
final class StorageOptions implements OptionGroup {
    @Option(
            longName = "storage",
            usage =
                    "How the weights are held: auto, float32 (widened once), stored (16-bit weights stay as they are, in"
                            + " half the memory), int8 (rounded to bytes, with results a little different) or int4"
                            + " (rounded to four bits, with results that differ more). auto takes what quantise has"
                            + " written as it is.")
    String storage = "auto";

    @Override
    public String heading() {
        return "Weights";
    }

    /** The choice. */
    Storage choice() {
        return Choices.among("--storage", storage, Storage.class);
    }
}
