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
/**
 * From files of conversations to token sequences with a loss mask.
 *
 * <p>A {@link io.github.tribuollm.llm.data.ConversationSource} reads rows, a {@link
 * io.github.tribuollm.llm.data.PromptTemplate} lays a conversation out as text and says which parts of it are learned,
 * and a {@link io.github.tribuollm.llm.data.SequenceEncoder} turns that text into {@link
 * io.github.tribuollm.llm.data.TokenSequence}s. A new file format or prompt layout is one class.
 */
package io.github.tribuollm.llm.data;
