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
package io.github.tribuollm.llm.notebook;

import io.github.tribuollm.uncertainty.pages.Markup;
import io.github.tribuollm.uncertainty.pages.TokenPage;

/**
 * A whole page in a frame of its own, whose style sheet and script do not touch the notebook around it, and cannot: the
 * frame has another origin.
 */
final class PageFrame {
    private static final int HEIGHT = 720;

    private PageFrame() {}

    static String html(TokenPage page) {
        return "<iframe sandbox=\"allow-scripts\" title=\"measured tokens\" style=\"width:100%;height:" + HEIGHT
                + "px;border:1px solid #ccc;resize:vertical\" srcdoc=\"" + Markup.escape(page.html())
                + "\"></iframe>";
    }
}
