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

/** The options of {@code quantise}. */
final class QuantiseOptions implements CommandOptions {
    @Option(
            longName = "checkpoint",
            usage = "The checkpoint to round: a directory or GGUF file, or hf://owner/name@revision.")
    String checkpoint;

    @Option(
            longName = "storage",
            usage =
                    "How linear layers are rounded: int8 (bytes with a scale for each row) or int4 (four bits with a scale"
                            + " and an offset for each block of a row).")
    String storage;

    @Option(longName = "output", usage = "A new directory for the rounded checkpoint.")
    Path output;

    final GeneralOptions general = new GeneralOptions();

    @Override
    public GeneralOptions general() {
        return general;
    }
}
