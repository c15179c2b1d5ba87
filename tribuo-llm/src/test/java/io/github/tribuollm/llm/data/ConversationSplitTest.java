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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.data.ConversationSplit.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.test.Helpers;

class ConversationSplitTest {
    @TempDir
    private Path directory;

    private Gsm8kSource rows(int count) {
        StringBuilder lines = new StringBuilder();
        IntStream.range(0, count)
                .forEach(i -> lines.append("{\"question\": \"").append(i).append("\", \"answer\": \"a\"}\n"));
        try {
            return new Gsm8kSource(Files.writeString(directory.resolve(count + ".jsonl"), lines));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Integer> numbers(ConversationSource source) {
        List<Integer> numbers = new ArrayList<>();
        source.forEach(row -> numbers.add(Integer.valueOf(row.messages().get(0).content())));
        return numbers;
    }

    private static ConversationSplit part(ConversationSource source, double heldOut, long seed, Part part) {
        return new ConversationSplit(source, heldOut, seed, part);
    }

    @Test
    void thePartsAreComplementsInTheOrderOfTheSource() {
        for (int count : new int[] {2, 3, 10, 997}) {
            Gsm8kSource source = rows(count);
            List<Integer> train = numbers(part(source, 0.2, 5, Part.TRAIN));
            List<Integer> heldOut = numbers(part(source, 0.2, 5, Part.HELD_OUT));
            assertEquals(Math.max(1, Math.round(0.2 * count)), heldOut.size());
            TreeSet<Integer> all = new TreeSet<>(train);
            assertEquals(List.copyOf(all), train);
            assertEquals(List.copyOf(new TreeSet<>(heldOut)), heldOut);
            all.addAll(heldOut);
            assertEquals(count, all.size());
            assertEquals(count, train.size() + heldOut.size());
        }
    }

    @Test
    void theSeedDecidesAndIterationsAgree() {
        Gsm8kSource source = rows(100);
        ConversationSplit split = part(source, 0.5, 1, Part.TRAIN);
        assertEquals(numbers(split), numbers(split));
        assertEquals(numbers(split), numbers(part(source, 0.5, 1, Part.TRAIN)));
        assertNotEquals(numbers(split), numbers(part(source, 0.5, 2, Part.TRAIN)));
    }

    @Test
    void aConfigurationMakesTheSamePartAgain() {
        ConversationSplit split = part(rows(50), 0.3, 7, Part.HELD_OUT);
        Helpers.testProvenanceMarshalling(split.getProvenance());
        ConfigurationManager configuration = new ConfigurationManager();
        configuration.addConfiguration(ProvenanceUtil.extractConfiguration(split.getProvenance()));
        ProvenanceUtil.ProvenanceOrdering order = ProvenanceUtil.orderProvenances(split.getProvenance());
        String name =
                ProvenanceUtil.computeName(split.getProvenance(), order.provenanceTracker.get(split.getProvenance()));
        assertEquals(numbers(split), numbers((ConversationSource) configuration.lookup(name)));
    }

    @Test
    void whatCannotBeSplitIsRefused() {
        Gsm8kSource one = rows(1);
        String few = assertThrows(
                        DataException.class, () -> part(one, 0.5, 1, Part.TRAIN).iterator())
                .getMessage();
        assertTrue(few.contains("has 1 rows, which cannot be split"), few);
        for (double wrong : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThrows(PropertyException.class, () -> part(one, wrong, 1, Part.TRAIN));
        }
    }

    @Test
    void aSourceThatGrewSinceItWasSplitIsRefused() throws IOException {
        Gsm8kSource source = rows(10);
        ConversationSplit split = part(source, 0.3, 1, Part.TRAIN);
        assertEquals(7, numbers(split).size());
        Path more = directory.resolve("10.jsonl");
        Files.writeString(more, Files.readString(more).repeat(2));
        DataException refused = assertThrows(DataException.class, () -> numbers(split));
        assertTrue(refused.getMessage().contains("more rows than the 10"), refused.getMessage());
    }

    @Test
    void aMissingPartIsNamed() {
        assertThrows(PropertyException.class, () -> part(rows(3), 0.5, 1, null));
        assertThrows(PropertyException.class, () -> part(null, 0.5, 1, Part.TRAIN));
    }
}
