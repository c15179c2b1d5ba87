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
package io.github.tribuollm.llm.data;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.Iterator;
import java.util.function.Supplier;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * Conversations from somewhere, in a fixed order; every iteration starts again from the first.
 *
 * <p>Implementations read lazily and throw {@link DataException} for a row that lacks what they need.
 */
public interface ConversationSource
        extends Configurable, Provenancable<ConfiguredDataSourceProvenance>, Iterable<Conversation> {
    /**
     * The rows before they are read, for those who go on after a row that cannot be used.
     *
     * @return the rows in their order; each gives its conversation, or throws {@link DataException}, when it is asked
     */
    default Iterator<Supplier<Conversation>> rows() {
        Iterator<Conversation> all = iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Supplier<Conversation> next() {
                Conversation conversation = all.next();
                return () -> conversation;
            }
        };
    }
}
