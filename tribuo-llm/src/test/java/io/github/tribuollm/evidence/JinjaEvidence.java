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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.data.template.RenderedGoldens;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Renders what {@code reference/render_chat_templates.py} rendered, and prints where texts or assistant spans differ;
 * exits 0 only if they do not. Argument: the file that the script wrote.
 */
public final class JinjaEvidence {
    private JinjaEvidence() {}

    /**
     * Compares.
     *
     * @param arguments the file
     * @throws IOException if it cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        RenderedGoldens goldens = RenderedGoldens.compare(Path.of(arguments[0]));
        goldens.differences().forEach(System.out::println);
        System.out.printf("%s (%.1f s)%n", goldens, (System.nanoTime() - start) / 1e9);
        System.exit(goldens.differences().isEmpty() && goldens.rendered() > 0 ? 0 : 1);
    }
}
