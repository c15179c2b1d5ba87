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

import io.github.tribuollm.llm.data.ChatGoldens;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Prints where {@link ChatGoldens} differ; exits 0 only if they do not. Argument: a folder of families, if not ours.
 */
public final class ChatTemplateEvidence {
    private static final Logger logger = Logger.getLogger("io.github.tribuollm");

    private ChatTemplateEvidence() {}

    /**
     * Compares all families of a folder.
     *
     * @param arguments the folder, if it is not that of the fixtures
     */
    public static void main(String[] arguments) {
        logger.setLevel(Level.WARNING);
        Path folder = arguments.length == 0 ? ChatGoldens.FIXTURES : Path.of(arguments[0]);
        List<Path> families = ChatGoldens.families(folder);
        int compared = 0;
        int identical = 0;
        for (Path family : families) {
            ChatGoldens goldens = ChatGoldens.compare(family, ChatGoldens.published(family));
            goldens.differences().forEach(System.out::println);
            System.out.printf(
                    "%-9s %d of %d conversations identical (%d refused by both); learned tokens are transformers' own"
                            + " assistant mask in %d of %d%n",
                    family.getFileName(),
                    goldens.conversations() - goldens.differing(),
                    goldens.conversations(),
                    goldens.refused(),
                    goldens.theirMask(),
                    goldens.answered());
            compared += goldens.conversations();
            identical += goldens.conversations() - goldens.differing();
        }
        System.out.printf("%d of %d conversations identical, %d chat formats%n", identical, compared, families.size());
        System.exit(identical == compared && compared > 0 ? 0 : 1);
    }
}
