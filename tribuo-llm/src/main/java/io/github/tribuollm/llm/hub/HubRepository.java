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
package io.github.tribuollm.llm.hub;

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A revision of a model repository, written {@code hf://owner/name@revision}.
 *
 * @param owner the user or organisation
 * @param name the repository
 * @param revision a branch, a tag or a commit
 */
record HubRepository(String owner, String name, String revision) {
    /** How a location in a hub begins. */
    static final String SCHEME = "hf://";

    /** The revision of a location that names none. */
    static final String DEFAULT_REVISION = "main";

    private static final Pattern LOCATION = Pattern.compile("([^/@]+)/([^/@]+)(?:@(.+))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?|_[A-Za-z0-9._-]*");
    private static final Pattern REVISION =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final int LONGEST_ID = 96;
    private static final int LONGEST_REVISION = 255;

    /**
     * Checks the names.
     *
     * @param owner the user or organisation
     * @param name the repository
     * @param revision a branch, a tag or a commit
     * @throws CheckpointException if a hub could not have them
     */
    HubRepository {
        requireName(owner);
        requireName(name);
        if (name.endsWith(".git") || owner.length() + 1 + name.length() > LONGEST_ID) {
            throw bad(
                    owner + "/" + name,
                    "a repository's name has at most " + LONGEST_ID + " characters and does not end in .git");
        }
        if (!REVISION.matcher(revision).matches()
                || revision.contains("..")
                || revision.endsWith(".lock")
                || revision.length() > LONGEST_REVISION) {
            throw bad(revision, "a revision is the name of a branch or tag, or a commit of 40 hexadecimal digits");
        }
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches() || name.contains("--") || name.contains("..")) {
            throw bad(name, "names are made of letters, digits, '-', '_' and '.', without '--' or '..'");
        }
    }

    private static CheckpointException bad(String what, String rule) {
        return new CheckpointException("'" + what + "' is not a name in a hub: " + rule
                + "; write hf://owner/name or hf://owner/name@revision");
    }

    /**
     * Reads a location.
     *
     * @param location {@code hf://owner/name} or {@code hf://owner/name@revision}
     * @return the repository, at {@value #DEFAULT_REVISION} where the location names no revision
     * @throws CheckpointException if it is no such location
     */
    static HubRepository parse(String location) {
        Matcher parts = LOCATION.matcher(location.startsWith(SCHEME) ? location.substring(SCHEME.length()) : "");
        if (!parts.matches()) {
            throw bad(location, "it has an owner and a name, and may have a revision");
        }
        String revision = parts.group(3) == null ? DEFAULT_REVISION : parts.group(3);
        return new HubRepository(parts.group(1), parts.group(2), revision);
    }

    /** {@return {@code owner/name}} */
    String id() {
        return owner + "/" + name;
    }

    /**
     * The same repository at another revision.
     *
     * @param other a branch, a tag or a commit
     * @return the repository there
     */
    HubRepository at(String other) {
        return new HubRepository(owner, name, other);
    }

    /** {@return whether the revision is a commit, which never changes} */
    boolean isPinned() {
        return isCommit(revision);
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** {@return the location, which {@link #parse} reads} */
    @Override
    public String toString() {
        return SCHEME + id() + "@" + revision;
    }
}
