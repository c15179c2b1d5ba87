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
 * Chat templates in Jinja, rendered as transformers renders them.
 *
 * <p>A {@link io.github.tribuollm.llm.data.jinja.Template} is a program from a stranger. This is an interpreter of our
 * own, over {@linkplain io.github.tribuollm.llm.data.jinja.Value values} that are strings, numbers, truth values, lists
 * and dictionaries, all immutable, and a namespace. It has no access to Java because there is none to have: behind a dot
 * stands a key, or a method from a fixed list, and no value holds anything of Java. There are no files, includes or
 * imports. A rendering costs at most 20 million steps, 2<sup>23</sup> characters and 100 macros within one another; the
 * bounds count, they do not measure time, so that a template is refused everywhere or nowhere.
 *
 * <p>Why not a library: Jinjava 2.8.3, with five adaptations still to make, rendered 82 to 96 of 100 conversations of
 * the templates that TRL ships as transformers does. What was left are Python's semantics under its expressions (white
 * space, string methods, named parameters of {@code tojson}, undefined values, markup), which it would take changes
 * inside the library to have, and it brings 9 MB whose expressions reach Java's methods and had ways out of their
 * sandbox. This interpreter renders all 72 templates times 73 conversations, with and without a generation prompt, with
 * equal text and equal assistant spans, or refuses what transformers refuses: 10,512 of 10,512.
 *
 * <p>What Jinja has and chat templates do not need is refused by name when a template is read: includes, imports,
 * inheritance, and filters for web pages. Numbers beyond 64 bits are refused. A template is read by the {@code Lexer} and
 * the {@code Parser}, which make {@code Statement}s of {@code Expression}s; each runs itself in a {@code Frame} of names,
 * and {@code Python}, {@code Arithmetic} and {@code TextMethods} say what Python would do.
 */
package io.github.tribuollm.llm.data.jinja;
