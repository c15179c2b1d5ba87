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
import java.util.ArrayList;
import java.util.List;

/** Whose code a configuration may run. */
final class TrustOptions implements OptionGroup {
    @Option(
            longName = "trust-packages",
            usage = "Packages, with those below them, whose components a configuration may name, beside this project's"
                    + " and Tribuo's. A component is code: name only what you know.")
    List<String> packages = new ArrayList<>();

    @Override
    public String heading() {
        return "Trust";
    }
}
