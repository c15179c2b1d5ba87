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

import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.FileConversationSource;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.MessagesSource;
import io.github.tribuollm.llm.data.PromptCompletionSource;
import io.github.tribuollm.llm.data.ShareGptSource;
import io.github.tribuollm.llm.data.TextSource;
import java.util.Optional;

/** What the rows of a file look like. */
enum DataFormat {
    ALPACA(AlpacaSource.class, TemplateName.ALPACA),
    GSM8K(Gsm8kSource.class, TemplateName.QUESTION_ANSWER),
    SHAREGPT(ShareGptSource.class, TemplateName.VICUNA),
    MESSAGES(MessagesSource.class, null),
    PROMPT_COMPLETION(PromptCompletionSource.class, TemplateName.QUESTION_ANSWER),
    TEXT(TextSource.class, TemplateName.PLAIN);

    private final Class<? extends FileConversationSource> source;
    private final TemplateName template;

    DataFormat(Class<? extends FileConversationSource> source, TemplateName template) {
        this.source = source;
        this.template = template;
    }

    Class<? extends FileConversationSource> source() {
        return source;
    }

    /** The layout that rows of this format usually have. */
    Optional<TemplateName> template() {
        return Optional.ofNullable(template);
    }
}
