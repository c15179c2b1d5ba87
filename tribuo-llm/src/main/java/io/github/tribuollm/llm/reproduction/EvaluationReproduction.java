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
package io.github.tribuollm.llm.reproduction;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.MapProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import io.github.tribuollm.llm.configuration.ConfigurationFile;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.evaluation.run.Evaluation;
import io.github.tribuollm.llm.evaluation.run.EvaluationResults;
import io.github.tribuollm.runtime.UserException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How an evaluation was made, so that it can be made again: its parts, and the SHA-256 of its data, of its models and of
 * each file of samples. It is the component {@value #COMPONENT} of the {@value #FILE} that an evaluation leaves.
 */
public final class EvaluationReproduction implements Configurable {
    /** The file that an evaluation leaves in its directory. */
    public static final String FILE = "config.xml";

    private static final String COMPONENT = "evaluation-reproduction";

    @Config(mandatory = true, description = "What was measured by what.")
    private Evaluation evaluation;

    @Config(description = "SHA-256 of data and models, by name.")
    private Map<String, String> inputs = new HashMap<>();

    @Config(description = "SHA-256 of the samples, by model/benchmark.")
    private Map<String, String> results = new HashMap<>();

    private ConfigurationManager configuration;

    private EvaluationReproduction() {}

    /**
     * From an evaluation's results.
     *
     * @param found the results
     */
    public static EvaluationReproduction of(EvaluationResults found) {
        ConfiguredObjectProvenance provenance = found.evaluation().getProvenance();
        ConfigurationManager configuration = new ConfigurationManager();
        configuration.addConfiguration(ProvenanceUtil.extractConfiguration(provenance));
        ProvenanceUtil.ProvenanceOrdering order = ProvenanceUtil.orderProvenances(provenance);
        Map<String, Property> fields = new HashMap<>();
        fields.put(
                "evaluation",
                new SimpleProperty(ProvenanceUtil.computeName(provenance, order.provenanceTracker.get(provenance))));
        Map<String, String> inputs = new HashMap<>();
        inputs(found.evaluation()).forEach((name, input) -> inputs.put(name, input.sha256()));
        fields.put("inputs", MapProperty.createFromStringMap(inputs));
        fields.put("results", MapProperty.createFromStringMap(found.sha256()));
        configuration.addConfiguration(
                List.of(new ConfigurationData(COMPONENT, EvaluationReproduction.class.getName(), fields)));
        return lookup(configuration);
    }

    private static EvaluationReproduction lookup(ConfigurationManager configuration) {
        EvaluationReproduction reproduction = (EvaluationReproduction) configuration.lookup(COMPONENT);
        reproduction.configuration = configuration;
        return reproduction;
    }

    /**
     * From the configuration that an evaluation left.
     *
     * @param file the file
     * @param packages whose classes may run, beside this project's and Tribuo's
     * @return empty if the file says how something else was made
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if the file is wrong, or one that it names is
     *     no longer there
     */
    public static Optional<EvaluationReproduction> load(Path file, List<String> packages) {
        ConfigurationFile written = ConfigurationFile.read(file, packages);
        ConfigurationManager configuration = written.manager();
        if (configuration.getConfigurationData(COMPONENT).isEmpty()
                || !configuration.listAll(EvaluationReproduction.class).contains(COMPONENT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(lookup(configuration));
        } catch (PropertyException e) {
            throw written.explain(e)
                    .<UserException>map(explained -> explained)
                    .orElseGet(
                            () -> new ReproductionException(file + ": cannot be set up again: " + e.getMessage(), e));
        }
    }

    /**
     * Writes the configuration, whole or not at all: the file says that the evaluation is finished.
     *
     * @param file the file
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if it cannot be written
     */
    public void save(Path file) {
        ConfigurationXml.save(configuration, file);
    }

    /** {@return what was measured by what} */
    public Evaluation evaluation() {
        return evaluation;
    }

    /**
     * Compares data and models with what they were.
     *
     * @throws ReproductionException naming every changed file and its hashes
     */
    public void requireUnchangedInputs() {
        SortedMap<String, HashedInput> now = inputs(evaluation);
        requireSame("inputs", inputs.keySet(), now.keySet());
        ChangedInput.requireNone(ChangedInput.among(inputs, now), "The evaluation");
    }

    private static void requireSame(String field, Set<String> recorded, Set<String> needed) {
        Set<String> differing = new TreeSet<>(needed);
        differing.addAll(recorded);
        differing.removeIf(name -> recorded.contains(name) && needed.contains(name));
        if (!differing.isEmpty()) {
            throw new ReproductionException(
                    "The field " + field + " of " + COMPONENT + " does not name what the evaluation" + " has: "
                            + differing + " is only in one of the two; take the configuration as it was written");
        }
    }

    /**
     * Compares results with what they were.
     *
     * @param found the results of the same evaluation
     * @throws ReproductionException if the configuration does not say what each of them was
     */
    public List<ComparedResult> compared(EvaluationResults found) {
        SortedMap<String, String> now = found.sha256();
        requireSame("results", results.keySet(), now.keySet());
        return new TreeMap<>(results)
                .entrySet().stream()
                        .map(before -> new ComparedResult(before.getKey(), before.getValue(), now.get(before.getKey())))
                        .toList();
    }

    /** {@return the hashes in the provenance of the parts, and those of models and of what benchmarks read besides} */
    private static SortedMap<String, HashedInput> inputs(Evaluation evaluation) {
        SortedMap<String, HashedInput> inputs = new TreeMap<>(evaluation.inputs());
        FlatProvenance provenance = FlatProvenance.of(evaluation.getProvenance());
        provenance.leaves().forEach((path, leaf) -> {
            if (leaf instanceof HashProvenance hash) {
                inputs.put(path, new HashedInput(provenance.files().getOrDefault(path, path), hash.getValue()));
            }
        });
        return inputs;
    }
}
