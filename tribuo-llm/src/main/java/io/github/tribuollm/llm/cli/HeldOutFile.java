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

import io.github.tribuollm.llm.cli.OptionTable.Choices;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A held-out file as it is named on a command line: {@code FILE}, or {@code FORMAT:FILE}. */
record HeldOutFile(Optional<DataFormat> format, Path file) {
    static HeldOutFile parse(String text) {
        int colon = text.indexOf(':');
        Optional<DataFormat> format = Arrays.stream(DataFormat.values())
                .filter(f -> colon > 0 && Choices.written(f.name()).equals(text.substring(0, colon)))
                .findFirst();
        return new HeldOutFile(format, Path.of(format.isPresent() ? text.substring(colon + 1) : text));
    }

    /** The file's name without folder and extension. */
    String name() {
        return file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }
}
