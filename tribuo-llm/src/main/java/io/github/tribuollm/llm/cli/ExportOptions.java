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

/** The options of {@code export}. */
final class ExportOptions implements CommandOptions {
    @Option(longName = "peft", usage = "A new directory for the adapter in PEFT's format.")
    Path peft;

    @Option(
            longName = "merged",
            usage = "A new directory for a checkpoint with the adapter folded into its weights, which transformers"
                    + " loads.")
    Path merged;

    @Option(
            longName = "dtype",
            usage = "The number format of the merged weights: f32, bf16 or f16. Default: that of the base, f32 of a"
                    + " quantised one.")
    String dtype;

    final ModelOptions model = new ModelOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public GeneralOptions general() {
        return general;
    }
}
