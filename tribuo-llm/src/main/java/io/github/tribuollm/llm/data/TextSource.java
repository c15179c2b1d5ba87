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
package io.github.tribuollm.llm.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Texts without a prompt, to go on with pre-training: all of a text is learned, and the token that ends it. Rows have
 * the text in a field; a plain file, whose name ends in {@code .txt} or {@code .txt.gz}, is one text, bounded as a row
 * is. Laid out by {@link io.github.tribuollm.llm.data.template.PlainTemplate}.
 */
public final class TextSource extends FileConversationSource {
    private static final String TEXT = "text";

    @Config(description = "The field that holds the text.")
    private String textField = TEXT;

    private TextSource() {}

    /**
     * Creates a source over a whole file with the field {@code text}.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public TextSource(Path path) {
        this(path, 0, ALL, TEXT);
    }

    /**
     * Creates a source over a range of a file's rows.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     * @param textField the field that holds the text
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there or the range is wrong
     */
    public TextSource(Path path, int first, int rows, String textField) {
        super(path, first, rows);
        this.textField = textField;
        postConfig();
    }

    @Override
    JsonRows open() {
        String name = path().getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".txt") || name.endsWith(".txt.gz")
                ? JsonRows.ofDocument(path(), textField)
                : super.open();
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        return new Conversation(List.of(new Message(Message.ASSISTANT, row.text(textField))), row.origin());
    }
}
