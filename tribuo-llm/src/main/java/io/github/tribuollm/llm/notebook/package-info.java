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
 * Notebooks of the JJava kernel: objects that show themselves, the progress of a training in place, log lines.
 *
 * <p>The kernel finds {@link io.github.tribuollm.llm.notebook.NotebookExtension} when the library joins the class path.
 * Its classes come with the kernel; without one only {@link io.github.tribuollm.llm.notebook.NotebookProgress} is of use,
 * which then writes lines.
 */
package io.github.tribuollm.llm.notebook;
