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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.test.Helpers;

class ConversationListTest {
    private static final ConversationList LIST = ConversationList.ofPairs("1+1?", "2", "\u00e9 <b>\n?", "\"x\"");

    @TempDir
    private Path directory;

    @Test
    void pairsBecomeConversationsWithAnOrigin() {
        assertEquals(
                List.of(
                        Conversation.of("1+1?", "2", "memory row 1"),
                        Conversation.of("\u00e9 <b>\n?", "\"x\"", "memory row 2")),
                LIST.conversations());
        Conversation named = Conversation.of("q", "a", "mine:7");
        assertEquals(List.of(named), new ConversationList(List.of(named)).conversations());
    }

    @Test
    void whatIsMissingIsNamed() {
        String odd = assertThrows(DataException.class, () -> ConversationList.ofPairs("q", "a", "q2"))
                .getMessage();
        assertEquals("The last of 2 prompts has no completion; give prompts and completions in turns", odd);
        assertThrows(DataException.class, ConversationList::ofPairs);
    }

    @Test
    void theSavedFileHasTheSameConversationsAndTheSameHash() {
        MessagesSource saved = LIST.save(directory.resolve("rows.jsonl"));
        List<List<Message>> messages = new ArrayList<>();
        saved.forEach(conversation -> messages.add(conversation.messages()));
        assertEquals(LIST.conversations().stream().map(Conversation::messages).toList(), messages);
        ConversationSourceProvenance file = (ConversationSourceProvenance) saved.getProvenance();
        assertEquals(LIST.sha256(), file.sha256());
    }

    @Test
    void provenanceHoldsTheHashAndRefusesToMakeThemAgain() {
        Helpers.testProvenanceMarshalling(LIST.getProvenance());
        assertTrue(LIST.getProvenance().toString().contains(LIST.sha256()));
        ConfigurationManager configuration = new ConfigurationManager();
        configuration.addConfiguration(ProvenanceUtil.extractConfiguration(LIST.getProvenance()));
        String name = ProvenanceUtil.computeName(LIST.getProvenance(), 0);
        String refused = assertThrows(PropertyException.class, () -> configuration.lookup(name))
                .getMessage();
        assertTrue(refused.contains("The data were 2 conversations in memory"), refused);
        assertTrue(refused.contains("write them to a file with ConversationList.save"), refused);
    }
}
