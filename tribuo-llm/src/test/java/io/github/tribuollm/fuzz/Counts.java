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
package io.github.tribuollm.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many mutants of a parser were accepted and refused.
 *
 * @param accepted read
 * @param refused as documented
 * @param findings neither
 */
record Counts(int accepted, int refused, int findings) {
    static final Counts NONE = new Counts(0, 0, 0);

    int all() {
        return accepted + refused + findings;
    }

    Counts plus(Counts more) {
        return new Counts(accepted + more.accepted, refused + more.refused, findings + more.findings);
    }

    /** What an earlier process has noted of a parser. */
    static Counts noted(Path notes, String target) throws IOException {
        Counts counts = NONE;
        if (Files.exists(notes)) {
            for (String line : Files.readAllLines(notes)) {
                String[] words = line.split("\t");
                if (words.length == 4 && words[0].equals(target)) {
                    counts = counts.plus(new Counts(
                            Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3])));
                }
            }
        }
        return counts;
    }

    void note(Path notes, String target) throws IOException {
        String line = String.join("\t", target, "" + accepted, "" + refused, "" + findings);
        Files.writeString(notes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
