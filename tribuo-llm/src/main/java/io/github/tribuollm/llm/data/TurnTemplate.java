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

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Layouts in which every message stands between a header and an end-of-turn token. */
public abstract class TurnTemplate implements PromptTemplate {

    /** Returns what stands before a message of this role. */
    protected abstract String header(String role);

    /** Returns the token that ends a message; the model learns it. */
    protected abstract String endOfTurn();

    /** Returns what stands between the end of a message and the next header. */
    protected abstract String gap();

    /** Returns the messages as the layout shows them, or throws where it has no place for them. */
    protected abstract List<Message> turns(Conversation conversation);

    /** Returns what ends the text of a finished conversation. */
    protected String closing(String eos) {
        return "";
    }

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        List<Segment> segments = segments(conversation);
        segments.add(Segment.read(closing(eos)));
        return segments;
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        StringBuilder text = new StringBuilder();
        segments(conversation).forEach(segment -> text.append(segment.text()));
        return text.append(header(Message.ASSISTANT)).toString();
    }

    private List<Segment> segments(Conversation conversation) {
        List<Segment> segments = new ArrayList<>();
        for (Message message : turns(conversation)) {
            segments.add(Segment.read(header(message.role())));
            segments.add(new Segment(message.content() + endOfTurn(), message.learned()));
            segments.add(Segment.read(gap()));
        }
        return segments;
    }

    protected static List<Message> trimmed(List<Message> messages) {
        return messages.stream()
                .map(message -> message.withContent(stripped(message.content(), TurnTemplate::isSpace)))
                .toList();
    }

    /** Removes characters at both ends. */
    protected static String stripped(String text, IntPredicate removed) {
        int end = text.length();
        while (end > 0 && removed.test(text.charAt(end - 1))) {
            end--;
        }
        return strippedAtStart(text.substring(0, end), removed);
    }

    /** Removes characters at the beginning. */
    protected static String strippedAtStart(String text, IntPredicate removed) {
        int start = 0;
        while (start < text.length() && removed.test(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    /** What Python trims: unlike {@link String#strip()} also the no-break spaces and U+0085. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return getClass().getSimpleName();
    }
}
