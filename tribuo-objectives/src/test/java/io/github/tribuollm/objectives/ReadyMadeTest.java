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
package io.github.tribuollm.objectives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each ready-made objective against PyTorch in float64, and through a configuration file. */
public class ReadyMadeTest {
    private static final Map<String, double[]> FIXTURES = TokenBatch.fixtures();

    private static double worstLoss;
    private static double worstCosine = 1;

    static Stream<Arguments> batchesAndObjectives() {
        return Stream.of("flat", "peaked")
                .flatMap(batch -> ReadyMade.objectives().entrySet().stream()
                        .map(e -> Arguments.of(batch, e.getKey(), e.getValue())));
    }

    static Stream<Arguments> objectives() {
        return ReadyMade.objectives().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{1}, {0}")
    @MethodSource("batchesAndObjectives")
    void agreesWithPyTorch(String batch, String name, Objective objective) {
        TokenBatch.Result actual = TokenBatch.of(FIXTURES, batch).evaluate(objective);
        double loss = FIXTURES.get(batch + "." + name + ".loss")[0];
        double[] gradient = FIXTURES.get(batch + "." + name + ".gradient");
        double cosine = Gradient.cosine(actual.gradient(), gradient);
        worstLoss = Math.max(worstLoss, Math.abs(actual.loss() / loss - 1));
        worstCosine = Math.min(worstCosine, cosine);
        assertEquals(loss, actual.loss(), 1e-5 * Math.abs(loss));
        assertTrue(cosine >= 0.99999, "cosine " + cosine);
        assertEquals(1, Gradient.norm(actual.gradient()) / Gradient.norm(gradient), 1e-5);
    }

    /** A chunk of rows, or a micro-batch, may turn out empty. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("objectives")
    void noTokensLoseNothing(String name, Objective objective) {
        TokenBatch.Result result = TokenBatch.of(FIXTURES, "flat").first(0).evaluate(objective);
        assertEquals(0, result.loss());
        assertEquals(0, result.gradient().length);
    }

    @AfterAll
    static void printWorst() {
        System.out.printf(
                Locale.ROOT,
                "ready-made objectives: %d, each on 2 batches; loss %.1e relative at worst, 1 - cosine %.1e%n",
                ReadyMade.objectives().size(),
                worstLoss,
                1 - worstCosine);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objectives")
    void configurationRoundTripsThroughProvenance(String name, Objective objective, @TempDir Path directory)
            throws IOException {
        Objective read = throughFile(objective, directory.resolve("first.xml"));
        assertEquals(objective.getProvenance(), read.getProvenance());
        assertEquals(objective.toString(), read.toString());
        Objective again = throughFile(read, directory.resolve("second.xml"));
        assertEquals(read.getProvenance(), again.getProvenance());
    }

    public static Objective throughFile(Objective objective, Path file) throws IOException {
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(ProvenanceUtil.extractConfiguration(objective.getProvenance()));
        manager.save(file.toFile(), true);
        return new ConfigurationManager(file.toString())
                .lookupAll(Objective.class)
                .get(0);
    }
}
