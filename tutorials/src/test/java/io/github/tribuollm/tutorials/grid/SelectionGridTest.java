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
package io.github.tribuollm.tutorials.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionGridTest {
    private static final GridSetting SETTING = new GridSetting(64, 32, 256, 16, 8, 1e-3);

    @Test
    void aFinishedCellIsFoundAgainButNotForAnotherSize(@TempDir Path output) {
        GridCell cell = new GridCell("tiny", GridData.GSM8K, GridMethod.LOSS_TOKENS, 3);
        assertEquals(Optional.empty(), cell.finished(output, SETTING));
        GridCell.Result result = new GridCell.Result(SETTING, 1.25, 2.5, 3);
        cell.save(output, result);
        assertEquals(Optional.of(result), cell.finished(output, SETTING));
        GridSetting other = new GridSetting(65, 32, 256, 16, 8, 1e-3);
        assertThrows(IllegalStateException.class, () -> cell.finished(output, other));
    }

    @Test
    void theReportFindsADifferenceThatIsThereAndDrawsIt(@TempDir Path output) throws Exception {
        Map<GridCell, GridCell.Result> results = new HashMap<>();
        for (GridData data : GridData.values()) {
            for (GridMethod method : GridMethod.values()) {
                for (int seed = 0; seed < 3; seed++) {
                    double gain = method == GridMethod.LOSS_TOKENS ? 0.5 + 1e-4 * seed : 1e-3 * (seed - 1);
                    double loss = method == GridMethod.MLE ? 2 + seed : 2 + seed - gain;
                    results.put(new GridCell("tiny", data, method, seed), new GridCell.Result(SETTING, loss, 3, 1));
                }
            }
        }
        Map<GridData, Double> before = Map.of(GridData.GSM8K, 5.0, GridData.ALPACA, 6.0);
        GridReport report = new GridReport(SETTING, 3, Map.of("tiny", before), results);
        report.write(output);
        assertTrue(report.text().contains("in distribution 2 better and 0 worse, out of distribution 0 better"));
        assertTrue(Files.size(output.resolve("grid.png")) > 10_000);
    }
}
