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

import java.nio.file.InvalidPathException;
import java.util.List;

/**
 * Names of files that Java cannot read, because its locale has no letters but those of English: the default of many
 * containers.
 */
final class FileNames {
    /** What Java puts in place of a letter that it cannot read. */
    private static final char UNREADABLE = '\uFFFD';

    private FileNames() {}

    /**
     * Checks the arguments and the directory that the program runs in.
     *
     * @throws UsageError with the remedy if one has letters that Java could not read
     */
    static void requireReadable(List<String> arguments) {
        for (String argument : arguments) {
            requireReadable("the argument", argument);
        }
        requireReadable("the current directory", System.getProperty("user.dir"));
    }

    private static void requireReadable(String what, String text) {
        if (text.indexOf(UNREADABLE) >= 0) {
            throw new UsageError("Letters of " + what + " " + text + " are lost, because" + remedy());
        }
    }

    /** What a name that cannot be used means. */
    static String explained(InvalidPathException e) {
        boolean ascii = e.getInput().chars().allMatch(c -> c < 128);
        return ascii
                ? "'" + e.getInput() + "' is not the name of a file: " + e.getReason()
                : "The name " + e.getInput() + " cannot be used, because" + remedy();
    }

    private static String remedy() {
        return " Java reads names of files as " + System.getProperty("sun.jnu.encoding")
                + "; set a locale with UTF-8 before the command, such as LC_ALL=C.UTF-8";
    }
}
