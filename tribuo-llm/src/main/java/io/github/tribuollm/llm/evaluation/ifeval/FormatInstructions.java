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
package io.github.tribuollm.llm.evaluation.ifeval;

import java.util.List;
import java.util.regex.Pattern;

/** Marks that can be found in a response: lists, headings, placeholders, JSON. */
final class FormatInstructions {
    private static final Pattern PLACEHOLDER = PythonPattern.compile("\\[.*?\\]");
    private static final Pattern STARRED_ITEM = PythonPattern.compile("^\\s*\\*[^\\*].*$", Pattern.MULTILINE);
    private static final Pattern DASHED_ITEM = PythonPattern.compile("^\\s*-.*$", Pattern.MULTILINE);
    private static final Pattern HIGHLIGHT = PythonPattern.compile("\\*[^\\n\\*]*\\*");
    private static final Pattern DOUBLE_HIGHLIGHT = PythonPattern.compile("\\*\\*[^\\n\\*]*\\*\\*");
    private static final Pattern TITLE = PythonPattern.compile("<<[^\\n]+>>");
    private static final List<String> OPTIONS = List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");
    private static final List<String> FENCES = List.of("```json", "```Json", "```JSON", "```");

    private FormatInstructions() {}

    /** {@code detectable_content:number_placeholders}: at least so many pairs of square brackets. */
    static Instruction placeholders(Arguments arguments) {
        int number = arguments.count("num_placeholders");
        return response -> PythonPattern.count(PLACEHOLDER, response) >= number;
    }

    /** {@code detectable_content:postscript}: a mark such as P.S., in any case, with spaces between its letters. */
    static Instruction postscript(Arguments arguments) {
        String marker = PythonText.strip(arguments.text("postscript_marker"));
        String expression = switch (marker) {
            case "P.P.S" -> "p\\.\\s?p\\.\\s?s";
            case "P.S." -> "p\\.\\s?s\\.";
            default -> PythonText.lower(marker);
        };
        Pattern mark = arguments.pattern("postscript_marker", expression, 0);
        return response -> PythonPattern.isFound(mark, PythonText.lower(response));
    }

    /** {@code detectable_format:number_bullet_lists}: exactly so many lines that start with an asterisk or a dash. */
    static Instruction bullets(Arguments arguments) {
        int number = arguments.count("num_bullets");
        return response ->
                PythonPattern.count(STARRED_ITEM, response) + PythonPattern.count(DASHED_ITEM, response) == number;
    }

    /** {@code detectable_format:constrained_response}: one of three answers occurs. */
    static Instruction constrainedResponse() {
        return response -> OPTIONS.stream().anyMatch(response::contains);
    }

    /** {@code detectable_format:number_highlighted_sections}: at least so many between asterisks, none of them blank. */
    static Instruction highlights(Arguments arguments) {
        int number = arguments.count("num_highlights");
        return response -> highlights(response) >= number;
    }

    private static int highlights(String response) {
        long single = HIGHLIGHT
                .matcher(response)
                .results()
                .filter(found -> !PythonText.isBlank(PythonText.strip(found.group(), '*')))
                .count();
        long twofold = DOUBLE_HIGHLIGHT
                .matcher(response)
                .results()
                .map(found -> PythonText.withoutSuffix(PythonText.withoutPrefix(found.group(), "**"), "**"))
                .filter(found -> !PythonText.isBlank(found))
                .count();
        return (int) (single + twofold);
    }

    /** {@code detectable_format:multiple_sections}: at least so many numbered headings. */
    static Instruction sections(Arguments arguments) {
        String splitter = PythonText.strip(arguments.text("section_spliter"));
        Pattern heading = arguments.pattern("section_spliter", "\\s?" + splitter + "\\s?\\d+\\s?", 0);
        int number = arguments.count("num_sections");
        return response -> PythonPattern.count(heading, response) >= number;
    }

    /** {@code detectable_format:json_format}: JSON, with or without a fence. */
    static Instruction json() {
        return response -> {
            String json = PythonText.strip(response);
            for (String fence : FENCES) {
                json = PythonText.withoutPrefix(json, fence);
            }
            return PythonJson.isValid(PythonText.strip(PythonText.withoutSuffix(json, "```")));
        };
    }

    /** {@code detectable_format:title}: something between double angular brackets. */
    static Instruction title() {
        return response -> TITLE.matcher(response)
                .results()
                .anyMatch(found -> !PythonText.isBlank(
                        found.group().replaceFirst("^<+", "").replaceFirst(">+$", "")));
    }
}
