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
import java.util.UUID;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** A place in a notebook whose content may be replaced. */
interface Display {
    /**
     * Shows something, in place of what was there.
     *
     * @param html a fragment of HTML
     * @param text the same for readers of plain text
     */
    void show(String html, String text);

    /** {@return a new place below the cell that runs; empty outside of a kernel} */
    static Optional<Display> below() {
        try {
            return Optional.of(Below.of(BaseKernel.notebookKernel()));
        } catch (NoClassDefFoundError | NullPointerException e) { // the kernel's way to say that none is running
            return Optional.empty();
        }
    }

    /**
     * A display of the kernel.
     *
     * @param kernel the kernel
     * @param id its name
     */
    record Below(BaseKernel kernel, String id) implements Display {
        static Below of(BaseKernel kernel) {
            Below below = new Below(kernel, UUID.randomUUID().toString());
            kernel.getIO().display.display(below.content("", ""));
            return below;
        }

        @Override
        public void show(String html, String text) {
            kernel.getIO().display.updateDisplay(id, content(html, text));
        }

        private DisplayData content(String html, String text) {
            DisplayData content = new DisplayData();
            content.setDisplayId(id);
            content.putHTML(html);
            content.putText(text);
            return content;
        }
    }
}
