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

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/**
 * What JJava installs when this library joins the class path of a notebook: charts, pages of tokens, tables, evaluations,
 * data sets, answers and provenances show themselves, and what the library logs appears below the cell.
 */
public final class NotebookExtension implements Extension {
    private final NotebookLog log = new NotebookLog();

    /** Made by the kernel. */
    public NotebookExtension() {}

    @Override
    public void install(BaseKernel kernel) {
        Renderings.register(kernel.getRenderer());
        log.install();
    }

    @Override
    public void uninstall(BaseKernel kernel) {
        log.uninstall();
    }
}
