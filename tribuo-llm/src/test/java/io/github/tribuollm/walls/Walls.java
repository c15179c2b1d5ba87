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

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rooms of the project and what may lead from one to another. */
final class Walls {
    static final String PROJECT = "io.github.tribuollm";

    /** All packages, the lowest first: a class looks into its own package and into those before it, never after. */
    static final List<String> FLOORS = List.of(
            "graph",
            "runtime.cuda",
            "runtime",
            "objectives.token",
            "objectives.target",
            "objectives.weight",
            "objectives",
            "uncertainty",
            "uncertainty.statistics",
            "uncertainty.charts",
            "uncertainty.pages",
            "llm.progress",
            "llm.checkpoint",
            "llm.network",
            "llm.hub",
            "llm.architecture",
            "llm.lora",
            "llm.data.jinja",
            "llm.data",
            "llm.data.template",
            "llm.data.rollout",
            "llm.evaluation",
            "llm.evaluation.gsm8k",
            "llm.evaluation.ifeval",
            "llm.evaluation.alpacaeval",
            "llm.token",
            "llm.generation.sampling",
            "llm.graphs",
            "llm.memory",
            "llm.scoring",
            "llm.uncertainty.estimation",
            "llm.uncertainty.dropout",
            "llm.generation.decoding",
            "llm.teacher",
            "llm.training.report",
            "llm.training",
            "llm.generation",
            "llm.evaluation.judge",
            "llm.evaluation.run",
            "llm.configuration",
            "llm.reproduction",
            "llm",
            "llm.uncertainty",
            "llm.notebook",
            "llm.cli");

    /** What protoc makes of the messages of serialised models belongs to whoever reads and writes them. */
    private static final String GENERATED = PROJECT + ".llm.protos";

    private static final Map<String, Integer> FLOOR = IntStream.range(0, FLOORS.size())
            .boxed()
            .collect(Collectors.toMap(i -> PROJECT + "." + FLOORS.get(i), Function.identity()));

    private Walls() {}

    static ArchRule everyPackageHasAFloor() {
        return classes()
                .that()
                .resideOutsideOfPackage(GENERATED)
                .should()
                .resideInAnyPackage(FLOOR.keySet().toArray(new String[0]));
    }

    static ArchRule nothingLooksUp() {
        return classes().that().resideOutsideOfPackage(GENERATED).should(lookDown());
    }

    static ArchRule nothingGoesRound() {
        return slices().matching(PROJECT + ".(**)").should().beFreeOfCycles();
    }

    static ArchRule graphsKnowNoTribuo() {
        return noClasses()
                .that()
                .resideInAPackage(PROJECT + ".graph..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.tribuo..", "com.oracle.labs.mlrg.olcut..", "ai.onnxruntime..");
    }

    static ArchRule nothingKnowsTheCommandLine() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(PROJECT + ".llm.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROJECT + ".llm.cli");
    }

    static List<ArchRule> all() {
        return List.of(
                everyPackageHasAFloor(),
                nothingLooksUp(),
                nothingGoesRound(),
                graphsKnowNoTribuo(),
                nothingKnowsTheCommandLine());
    }

    private static ArchCondition<JavaClass> lookDown() {
        return new ArchCondition<>("depend on their own package and on lower ones only") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    String target = dependency.getTargetClass().getPackageName();
                    boolean up = FLOOR.getOrDefault(target, -1) > FLOOR.getOrDefault(from.getPackageName(), -1);
                    if (up) {
                        events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
