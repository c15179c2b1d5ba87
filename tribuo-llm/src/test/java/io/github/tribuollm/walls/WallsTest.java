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
package io.github.tribuollm.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.uncertainty.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls hold, and each falls when an import goes through it. */
final class WallsTest {
    /** Where the classes of the three modules lie, tests apart. */
    private static final List<Location> MODULES = Stream.of(Graph.class, Measure.class, CausalLMTrainer.class)
            .map(type -> Location.of(type.getProtectionDomain().getCodeSource().getLocation()))
            .toList();

    @TempDir
    private Path directory;

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        classes = new ClassFileImporter().importLocations(MODULES);
    }

    private static JavaClasses with(Location intruder) {
        List<Location> all = new ArrayList<>(MODULES);
        all.add(intruder);
        return new ClassFileImporter().importLocations(all);
    }

    static List<ArchRule> rules() {
        return Walls.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(classes);
    }

    @Test
    void everyFloorIsThere() {
        List<String> empty = Walls.FLOORS.stream()
                .filter(floor -> !classes.containPackage(Walls.PROJECT + "." + floor))
                .toList();
        assertEquals(List.of(), empty);
    }

    @Test
    void aLookUpIsSeen() throws IOException {
        assertFalls(Walls.nothingLooksUp(), "llm.graphs", "io.github.tribuollm.llm.training.TrainingRun");
    }

    @Test
    void aWayRoundIsSeen() throws IOException {
        assertFalls(Walls.nothingGoesRound(), "graph", "io.github.tribuollm.runtime.Execution");
    }

    @Test
    void tribuoInTheGraphIsSeen() throws IOException {
        assertFalls(Walls.graphsKnowNoTribuo(), "graph", "org.tribuo.Output");
    }

    @Test
    void theCommandLineBelowItselfIsSeen() throws IOException {
        assertFalls(Walls.nothingKnowsTheCommandLine(), "llm.training", "io.github.tribuollm.llm.cli.Main");
    }

    @Test
    void aRoomWithoutAFloorIsSeen() throws IOException {
        assertFalls(Walls.everyPackageHasAFloor(), "llm.attic", "io.github.tribuollm.graph.Graph");
    }

    /** The rule holds today, and no longer when a class of that package looks at that type. */
    private void assertFalls(ArchRule rule, String room, String type) throws IOException {
        assertFalse(rule.evaluate(classes).hasViolation());
        assertTrue(rule.evaluate(with(intruder(room, type))).hasViolation());
    }

    private Location intruder(String room, String type) throws IOException {
        Path source = directory.resolve("Intruder.java");
        Files.writeString(
                source,
                "package " + Walls.PROJECT + "." + room + "; public class Intruder { public " + type + " seen; }");
        String classPath = System.getProperty("java.class.path");
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classPath, "-d", directory.toString(), source.toString());
        assertEquals(0, failed);
        return Location.of(directory.resolve(Walls.PROJECT.replace('.', '/')));
    }
}
