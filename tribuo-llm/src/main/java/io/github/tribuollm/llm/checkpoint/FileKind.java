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

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a file is by its first bytes, where it is no text in UTF-8: whoever is given the wrong file is told which one it
 * is, and what makes the right one of it.
 */
public enum FileKind {
    /** What {@code gzip} makes. */
    GZIP("compressed with gzip", "unpack it with: gunzip -k %s", "1f8b"),
    /** An Excel sheet, a zip archive with a name of its own. */
    XLSX(
            "an Excel sheet",
            "convert it with: python3 -c \"import pandas; pandas.read_excel('%s')"
                    + ".to_json('rows.jsonl', orient='records', lines=True)\"",
            "504b0304"),
    /** Any other zip archive. */
    ZIP("a zip archive", "unpack it with: unzip %s", "504b0304", "504b0506"),
    /** A table of Apache Parquet. */
    PARQUET(
            "a Parquet table",
            "convert it with: python3 -c \"import pandas; pandas.read_parquet('%s')"
                    + ".to_json('rows.jsonl', orient='records', lines=True)\"",
            "50415231"),
    /** A table of Apache Arrow, as the datasets library caches them. */
    ARROW(
            "an Arrow table",
            "convert it with: python3 -c \"import datasets; datasets.Dataset.from_file('%s').to_json('rows.jsonl')\"",
            "4152524f5731",
            "ffffffff"),
    /** What {@code zstd} makes. */
    ZSTD("compressed with zstd", "unpack it with: unzstd %s", "28b52ffd"),
    /** What {@code bzip2} makes. */
    BZIP2("compressed with bzip2", "unpack it with: bunzip2 -k %s", "425a68"),
    /** What {@code xz} makes. */
    XZ("compressed with xz", "unpack it with: unxz -k %s", "fd377a585a00"),
    /** A text of 16 bits a character. */
    UTF_16("text in UTF-16", "convert it with: iconv -f UTF-16 -t UTF-8 %s > rows.jsonl", "fffe", "feff"),
    /** A document for print. */
    PDF("a PDF document", "take its text out first, for instance with: pdftotext %s", "25504446"),
    /** A database. */
    SQLITE(
            "an SQLite database",
            "export its table as JSON with: sqlite3 -json %s 'select * from ...'",
            "53514c69746520"),
    /** Python objects; reading them would run what the file says. */
    PICKLE(
            "a Python pickle, as torch.save writes it",
            "save its content as text or as safetensors",
            "8002",
            "8004",
            "8005"),
    /** Weights for llama.cpp. */
    GGUF("a GGUF file of llama.cpp", "name it where a checkpoint is asked for", "47475546"),
    /** What stands for a large file until it is fetched. */
    LFS_POINTER(
            "a Git LFS pointer, which stands for a file that was not fetched",
            "fetch it with: git lfs pull",
            hex("version https://git-lfs.github.com/spec/")),
    /** A page for people in place of the file. */
    HTML(
            "a web page",
            "download the file itself; on Hugging Face its address has /resolve/ in place of /blob/, and may ask for a"
                    + " login",
            hex("<!doctype html"),
            hex("<html"));

    private static final int LONGEST = 64;

    private final String what;
    private final String remedy;
    private final List<byte[]> beginnings;

    FileKind(String what, String remedy, String... beginnings) {
        this.what = what;
        this.remedy = remedy;
        this.beginnings =
                Arrays.stream(beginnings).map(HexFormat.of()::parseHex).toList();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Recognises a file.
     *
     * @param file the file
     * @return what it is; empty for what is none of these, or cannot be read
     */
    public static Optional<FileKind> of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in.readNBytes(LONGEST), file);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Recognises a file by what a stream gives first.
     *
     * @param in the stream, which stays at its place
     * @param file the file's name
     * @return what it is; empty for what is none of these
     * @throws IOException if the stream cannot be read
     */
    public static Optional<FileKind> of(BufferedInputStream in, Path file) throws IOException {
        in.mark(LONGEST);
        byte[] head = in.readNBytes(LONGEST);
        in.reset();
        return of(head, file);
    }

    private static Optional<FileKind> of(byte[] head, Path file) {
        byte[] text = new String(head, StandardCharsets.ISO_8859_1)
                .stripLeading()
                .toLowerCase(Locale.ROOT)
                .getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.stream(values())
                .filter(kind -> kind.begins(kind == HTML ? text : head))
                .filter(kind ->
                        kind != XLSX || file.toString().toLowerCase(Locale.ROOT).endsWith(".xlsx"))
                .findFirst();
    }

    private boolean begins(byte[] head) {
        return beginnings.stream()
                .anyMatch(b -> head.length >= b.length && Arrays.equals(b, 0, b.length, head, 0, b.length));
    }

    /** {@return what a file of this kind is, after "is"} */
    public String what() {
        return what;
    }

    /**
     * What turns a file of this kind into one that can be used.
     *
     * @param file the file
     * @return a half-sentence
     */
    public String remedy(Path file) {
        return remedy.replace("%s", file.toString());
    }
}
