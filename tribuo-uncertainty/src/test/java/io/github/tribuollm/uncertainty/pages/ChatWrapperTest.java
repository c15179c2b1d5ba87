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
package io.github.tribuollm.uncertainty.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChatWrapperTest {

    private static List<String> prompt(String... words) {
        return Stream.of(
                        Stream.of("<|im_start|>", "system", "\n", "You", " help", "<|im_end|>", "\n"),
                        Stream.of("<|im_start|>", "user", "\n"),
                        Stream.of(words),
                        Stream.of("<|im_end|>", "\n", "<|im_start|>", "assistant", "\n"))
                .flatMap(part -> part)
                .toList();
    }

    @Test
    void whatAllPromptsShareIsNotTheirWords() {
        List<String> prompt = prompt("Why", "?");
        ChatWrapper wrapper = ChatWrapper.around(
                List.of(prompt, List.of("another", " template"), prompt("How", " many", "?"), prompt, List.of()));
        assertEquals("Why?", wrapper.first(prompt).words(), "the question mark is common to both, but begins no part");
        assertEquals("How many?", wrapper.first(prompt("How", " many", "?")).words());
    }

    @Test
    void onePromptAloneTellsOnlyItsSigns() {
        List<String> prompt = prompt("Why", "?");
        ChatWrapper wrapper = ChatWrapper.around(List.of(prompt, prompt, List.of()));
        assertEquals(
                "system\nYou help\nuser\nWhy?\nassistant", wrapper.first(prompt).words());
    }

    @Test
    void theFoldHoldsTheWholePrompt() {
        List<String> prompt = prompt("Why", " <", "?");
        String html =
                ChatWrapper.around(List.of(prompt, prompt("How"))).first(prompt).html();
        assertTrue(html.startsWith("<details class=\"fold\"><summary>"), html);
        assertTrue(html.contains("<span class=\"what\">Prompt, 18 tokens</span>"), html);
        assertTrue(html.contains("<span class=\"gist\">Why &lt;?</span>"), html);
        assertTrue(html.contains("<div class=\"q\">&lt;|im_start|&gt;system"), html);
    }

    @Test
    void whatFitsIsNotFolded() {
        String html = ChatWrapper.later(List.of("Question:", " Why?", "\n", "Answer:"))
                .html();
        assertFalse(html.contains("<details"), html);
        assertEquals("", ChatWrapper.later(List.of()).html());
        assertEquals("", ChatWrapper.later(List.of("")).html());
    }

    @Test
    void aLongPromptIsCut() {
        String html = ChatWrapper.later(List.of("a".repeat(50_000))).html();
        assertTrue(html.length() < 25_000, "length " + html.length());
        assertTrue(html.contains("30\u202f000 more characters are not shown."));
    }
}
