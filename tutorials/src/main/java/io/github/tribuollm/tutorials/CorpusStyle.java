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
package io.github.tribuollm.tutorials;

/** Which grammar the word problems of a {@link SyntheticCorpus} come from. */
public enum CorpusStyle {
    /** What the bundled checkpoint is pre-trained on. */
    STANDARD("word-problems.txt"),
    /** Other people, things and stories and longer answers, never part of the pre-training. */
    SHIFTED("shifted-word-problems.txt");

    private final String resource;

    CorpusStyle(String resource) {
        this.resource = resource;
    }

    Grammar grammar() {
        return Grammar.load(resource);
    }
}
