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

import java.nio.file.Path;

/**
 * Conversations from the rows of a file. A subclass says how a row becomes a conversation, and is all that another file
 * format takes.
 *
 * <p>In every format {@code weight} says how much a row counts beside others, a finite number of at least 0 that its
 * losses are multiplied by; 0, and {@code train} false or 0, switch it off. Fields that would change what is learned and
 * are not honoured, such as {@code rejected}, {@code images} or {@code loss_scale}, are refused by name; the others are
 * ignored.
 */
public abstract class FileConversationSource extends RowSource<Conversation> implements ConversationSource {
    /** For OLCUT, which sets the fields and calls {@link #postConfig()}. */
    protected FileConversationSource() {}

    /**
     * Creates a source over a range of a file's rows; the subclass's constructor ends with {@link #postConfig()}.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     */
    protected FileConversationSource(Path path, int first, int rows) {
        super(path, first, rows);
    }

    /**
     * Makes a conversation of a row.
     *
     * @param row the row, whose accessors refuse a wrong field with its place and name
     * @return the conversation, with the row's origin
     */
    protected abstract Conversation conversation(JsonRow row);

    @Override
    protected final Conversation item(JsonRow row) {
        RowFields.requireHonoured(row);
        return conversation(row).withWeight(RowFields.weight(row));
    }
}
