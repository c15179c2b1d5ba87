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
package io.github.tribuollm.llm.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Why a file is not there, as far as its neighbours tell, and what to do about it. */
public enum MissingFile {
    /** The description of a checkpoint. */
    CONFIG(
            "take the file from the original checkpoint",
            new Neighbour(
                    "adapter_config\\.json",
                    "so this is an adapter; name the checkpoint that it was trained on, and the adapter beside it")),
    /** The weights of a checkpoint. */
    WEIGHTS(
            "save the model with safe_serialization=True",
            new Neighbour(
                    ".+-\\d+-of-\\d+\\.safetensors", "its index " + Weights.INDEX + " is missing; download that too"),
            new Neighbour(
                    "quantised\\.safetensors",
                    "whose config.json has lost the field " + Quantisation.FIELD + "; take the one that was written"
                            + " with it"),
            new Neighbour(
                    ".+\\.(bin|pt|pth|ckpt)",
                    "which can hold a program and is never read; load the model in Python and save it with"
                            + " safe_serialization=True"),
            new Neighbour(".+\\.gguf", "a checkpoint by itself; name that file")),
    /** The weights of a checkpoint that was quantised. */
    QUANTISED("copy the whole directory that quantise has written"),
    /** The fast tokenizer of a checkpoint. */
    TOKENIZER(
            "save the checkpoint's fast tokenizer beside it",
            new Neighbour(
                    "tokenizer\\.model|vocab\\.json|merges\\.txt|tekken\\.json",
                    "which is the slow tokenizer's; in Python, AutoTokenizer.from_pretrained(d).save_pretrained(d)"
                            + " writes the fast one's file")),
    /** The matrices of an adapter. */
    ADAPTER(
            "copy the whole directory that PEFT has written",
            new Neighbour(
                    ".+\\.(bin|pt)",
                    "which can hold a program and is never read; load the adapter with PEFT and save it with"
                            + " safe_serialization=True"));

    /** The first bytes of the few lines of text that Git LFS leaves where it has not fetched a file. */
    private static final byte[] LFS_POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

    private final String remedy;
    private final List<Neighbour> neighbours;

    MissingFile(String remedy, Neighbour... neighbours) {
        this.remedy = remedy;
        this.neighbours = List.of(neighbours);
    }

    /** A file that people have in place of the missing one. */
    private record Neighbour(Pattern name, String says) {
        Neighbour(String name, String says) {
            this(Pattern.compile(name), says);
        }
    }

    /**
     * The error.
     *
     * @param file what is missing
     * @return says whether it is a link to nothing, what stands in its place, and the remedy
     */
    CheckpointException at(Path file) {
        if (Files.isSymbolicLink(file)) {
            return deadLink(file);
        }
        return instead(file.toAbsolutePath().getParent())
                .map(found -> new CheckpointException(file + ": no such file; there is " + found))
                .orElseGet(() -> new CheckpointException(file + ": no such file; " + remedy));
    }

    private static CheckpointException deadLink(Path file) {
        return new CheckpointException(
                file + ": is a link to " + target(file) + ", which is not there; copy or download the file again");
    }

    /** The error of a file that nothing is known to stand in for. */
    static CheckpointException unknown(Path file) {
        return Files.isSymbolicLink(file) ? deadLink(file) : new CheckpointException(file + ": no such file");
    }

    /** Refuses the content of a file that Git LFS has not fetched. */
    static void requireNoPointer(Path file, byte[] content) {
        int length = LFS_POINTER.length;
        if (content.length >= length && Arrays.equals(content, 0, length, LFS_POINTER, 0, length)) {
            throw new CheckpointException(
                    file + ": is a pointer of Git LFS, not the file itself; run git lfs pull, or download the file");
        }
    }

    private Optional<String> instead(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            return neighbours.stream()
                    .flatMap(neighbour -> names.stream()
                            .filter(name -> neighbour.name.matcher(name).matches())
                            .map(name -> name + ", " + neighbour.says))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "another file";
        }
    }

    /** Whether something of that name is there, be it a link to nothing. */
    static boolean isNamed(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
