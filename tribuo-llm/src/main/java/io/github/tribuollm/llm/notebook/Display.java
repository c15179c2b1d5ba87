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

import java.util.Optional;
import org.dflib.jjava.jupyter.kernel.BaseNotebookStatics;

/** A place in a notebook whose content may be replaced. */
interface Display {
    /**
     * What is shown.
     *
     * @param html a fragment of HTML
     * @param text the same for readers of plain text
     */
    record Content(String html, String text) {}

    /**
     * Shows something, in place of what was there.
     *
     * @param content what is shown
     */
    void show(Content content);

    /** {@return a new place below the cell that runs; empty outside of a kernel} */
    static Optional<Display> below() {
        try {
            return Optional.of(new Below(BaseNotebookStatics.display(new Content("", ""))));
        } catch (NoClassDefFoundError | NullPointerException e) { // the kernel's way to say that none is running
            return Optional.empty();
        }
    }

    /**
     * A display of the kernel.
     *
     * @param id its name
     */
    record Below(String id) implements Display {
        @Override
        public void show(Content content) {
            BaseNotebookStatics.updateDisplay(id, content);
        }
    }
}
