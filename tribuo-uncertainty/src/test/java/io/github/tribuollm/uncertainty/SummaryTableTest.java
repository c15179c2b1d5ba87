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
package io.github.tribuollm.uncertainty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SummaryTableTest {

    @Test
    void tableIsTextAndDataToo() {
        SummaryTable table = SummaryTable.captioned("Held-out loss", "Objective", "loss", "tokens")
                .row("MLE, \"plain\"", 3.14159, 12345)
                .row("Masked", 12.5, Double.NaN);
        assertEquals("""
                Held-out loss
                Objective      loss  tokens
                MLE, "plain"   3.14  12\u202f345
                Masked        12.50       –
                """, table.text());
        assertEquals(
                "Objective,loss,tokens\r\n\"MLE, \"\"plain\"\"\",3.14159,12345.0\r\nMasked,12.5,\r\n", table.csv());
        assertEquals(
                "{\"caption\":\"Held-out loss\",\"header\":[\"Objective\",\"loss\",\"tokens\"],\"rows\":"
                        + "[[\"MLE, \\\"plain\\\"\",3.14159,12345.0],[\"Masked\",12.5,null]]}",
                table.json());
    }

    @Test
    void refusesRowsThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> SummaryTable.captioned("c"));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> SummaryTable.captioned("c", "t", "n").row("MLE"));
        assertEquals("table 'c': row 'MLE' has 0 values for 1 number columns", e.getMessage());
    }
}
