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
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuollm.llm.configuration.ConfigurationFile;
import io.github.tribuollm.llm.configuration.SerializedModels;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.runtime.UserException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.tribuo.Output;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceModel;
import org.tribuo.sequence.SequenceTrainer;

/**
 * How a sequence model was made, so that it can be made again: its data source, its trainer, the number of the
 * trainer's invocation, and the SHA-256 of everything that went in and came out.
 *
 * <p>It comes from a model's provenance or from a configuration file that {@link #save} wrote, in the same JVM or
 * another. The inputs are compared before training starts and the results after it:
 *
 * <pre>{@code
 * ModelReproduction<TokenOutput> reproduction = ModelReproduction.of(model.getProvenance());
 * reproduction.save(Path.of("experiment.xml"));
 * boolean same = reproduction.reproduce().identical();
 * }</pre>
 *
 * <p>The data source and the trainer have to be configurable, and the data set to be the source's own: made by no
 * transformation.
 *
 * @param <T> the output type
 */
public final class ModelReproduction<T extends Output<T>> implements Configurable {
    private static final String COMPONENT = "reproduction";
    private static final String SHA256 = "-sha256";
    private static final String DATA = "data/";
    private static final String TRAINER = "trainer/";

    @Config(mandatory = true, description = "Where the training data come from.")
    private Configurable source;

    @Config(mandatory = true, description = "The trainer, as it was configured.")
    private SequenceTrainer<T> trainer;

    @Config(description = "How often the trainer had been invoked before.")
    private int invocationCount = 0;

    @Config(description = "SHA-256 of the inputs and the results, by name.")
    private Map<String, String> sha256 = new HashMap<>();

    private ConfigurationManager configuration;
    private Optional<ModelProvenance> provenance = Optional.empty();

    private ModelReproduction() {}

    /**
     * From a model's provenance.
     *
     * @param <T> the model's output type
     * @param provenance the provenance
     * @return how the model was made
     * @throws ReproductionException if the provenance is not of a sequence model with a configurable source, or if one
     *     of its files is no longer there
     */
    public static <T extends Output<T>> ModelReproduction<T> of(ModelProvenance provenance) {
        ConfiguredObjectProvenance sourceProvenance = sourceOf(provenance);
        ConfigurationManager configuration = new ConfigurationManager();
        configuration.addConfiguration(ProvenanceUtil.extractConfiguration(provenance));
        ProvenanceUtil.ProvenanceOrdering order = ProvenanceUtil.orderProvenances(provenance);
        Map<String, Property> fields = new HashMap<>();
        fields.put("source", name(order, sourceProvenance));
        fields.put("trainer", name(order, provenance.getTrainerProvenance()));
        fields.put(
                "invocationCount",
                new SimpleProperty(Integer.toString(invocations(provenance.getTrainerProvenance()))));
        fields.put("sha256", MapProperty.createFromStringMap(recorded(provenance, sourceProvenance)));
        configuration.addConfiguration(
                List.of(new ConfigurationData(COMPONENT, ModelReproduction.class.getName(), fields)));
        ModelReproduction<T> reproduction = again(configuration);
        reproduction.provenance = Optional.of(provenance);
        for (ObjectProvenance part : order.traversalOrder) {
            if (part instanceof TrainerProvenance inner) {
                Object made = configuration.lookup(name(order, inner).getValue());
                setInvocationCount(made, invocations(inner));
            }
        }
        return reproduction;
    }

    /**
     * From a serialised model.
     *
     * @param file what {@link SequenceModel#serializeToFile} wrote
     * @return how the model was made
     * @throws ReproductionException as for a provenance, or if the file cannot be read
     */
    public static ModelReproduction<?> ofModel(Path file) {
        return ofModel(file, List.of());
    }

    /**
     * From a serialised model, made with components of other packages than this project's and Tribuo's.
     *
     * @param file what {@link SequenceModel#serializeToFile} wrote
     * @param packages whose classes may run, beside this project's and Tribuo's
     * @return how the model was made
     * @throws ReproductionException as for a provenance, or if the file cannot be read
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if it names classes of other packages
     */
    public static ModelReproduction<?> ofModel(Path file, List<String> packages) {
        if (!Files.isRegularFile(file)) {
            throw new ReproductionException("There is no file " + file + "; give the model.tribuo of a training");
        }
        try {
            ModelProvenance provenance = SerializedModels.read(file, packages).getProvenance();
            SerializedModels.requireTrusted(file, ProvenanceUtil.extractConfiguration(provenance), packages);
            return erased(provenance);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new ReproductionException(
                    file + " is no model (" + e.getMessage() + "); give the model.tribuo of a training", e);
        }
    }

    private static <T extends Output<T>> ModelReproduction<T> erased(ModelProvenance provenance) {
        return of(provenance);
    }

    /**
     * From a configuration file that {@link #save} wrote.
     *
     * @param <T> the model's output type
     * @param file an XML file
     * @return how the model was made
     * @throws ReproductionException if the file cannot be read, or one that it names is no longer there
     */
    public static <T extends Output<T>> ModelReproduction<T> load(Path file) {
        return load(file, List.of());
    }

    /**
     * From a configuration file that {@link #save} wrote, with components of other packages than this project's and
     * Tribuo's.
     *
     * @param <T> the model's output type
     * @param file an XML file
     * @param packages whose classes may run, beside this project's and Tribuo's
     * @return how the model was made
     * @throws ReproductionException if the file does not say how a model was made
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if the file is wrong, or one that it names
     *     is no longer there
     */
    public static <T extends Output<T>> ModelReproduction<T> load(Path file, List<String> packages) {
        ConfigurationFile experiment = ConfigurationFile.read(file, packages);
        ConfigurationManager configuration = experiment.manager();
        if (configuration.getConfigurationData(COMPONENT).isEmpty()
                || !(configuration.listAll(ModelReproduction.class).contains(COMPONENT))) {
            throw new ReproductionException(file + ": has no component '" + COMPONENT + "' of the type "
                    + ModelReproduction.class.getName()
                    + ", which says how a model was made; give the config.xml of a run");
        }
        try {
            ModelReproduction<T> reproduction = lookup(configuration);
            setInvocationCount(reproduction.trainer, reproduction.invocationCount);
            return reproduction;
        } catch (PropertyException e) {
            throw experiment
                    .explain(e)
                    .<UserException>map(explained -> explained)
                    .orElseGet(() -> new ReproductionException(file + ": cannot be set up again: " + reason(e), e));
        }
    }

    private static <T extends Output<T>> ModelReproduction<T> again(ConfigurationManager configuration) {
        try {
            return lookup(configuration);
        } catch (PropertyException e) {
            throw new ReproductionException(
                    "Cannot set the experiment up again: " + reason(e) + "; where files have moved, write their new"
                            + " places into the config.xml of the run and reproduce that: what they hold is compared",
                    e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Output<T>> ModelReproduction<T> lookup(ConfigurationManager configuration) {
        ModelReproduction<T> reproduction = (ModelReproduction<T>) configuration.lookup(COMPONENT);
        reproduction.configuration = configuration;
        return reproduction;
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    /**
     * Checks the parts.
     *
     * @throws PropertyException if the source is none of sequences, or the count is negative
     */
    @Override
    public void postConfig() {
        if (!(source instanceof SequenceDataSource)) {
            throw new PropertyException("", "source", source.getClass().getName() + " is no source of sequences");
        }
        if (invocationCount < 0) {
            throw new PropertyException("", "invocationCount", "must not be negative: " + invocationCount);
        }
    }

    private static ConfiguredObjectProvenance sourceOf(ModelProvenance provenance) {
        DatasetProvenance dataset = provenance.getDatasetProvenance();
        DataProvenance source = dataset.getSourceProvenance();
        if (!dataset.isSequence()) {
            throw new ReproductionException(provenance.getClassName() + " was not trained on sequences");
        }
        if (!dataset.getTransformationProvenance().getList().isEmpty()) {
            throw new ReproductionException("The data set was transformed, and a transformed one is not made again");
        }
        if (!(source instanceof ConfiguredObjectProvenance configured)) {
            throw new ReproductionException("The provenance does not say how to make the data: " + source.getClassName()
                    + " is not configurable; train on a data set made of one source, such as"
                    + " new TokenSequenceDataset(source)");
        }
        return configured;
    }

    private static SimpleProperty name(ProvenanceUtil.ProvenanceOrdering order, ConfiguredObjectProvenance part) {
        return new SimpleProperty(ProvenanceUtil.computeName(part, order.provenanceTracker.get(part)));
    }

    private static int invocations(TrainerProvenance trainer) {
        for (var pair : trainer) {
            if (pair.getA().equals(TrainerProvenance.TRAIN_INVOCATION_COUNT)) {
                return Integer.parseInt(pair.getB().toString());
            }
        }
        return 0;
    }

    /** Tribuo's trainers of sequences count, but their interface does not say how to set the count. */
    private static void setInvocationCount(Object trainer, int count) {
        try {
            trainer.getClass().getMethod("setInvocationCount", int.class).invoke(trainer, count);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            if (count > 0) {
                throw new ReproductionException(
                        trainer.getClass().getName() + " has no method setInvocationCount, so its invocation " + count
                                + " cannot be repeated",
                        e);
            }
        } catch (InvocationTargetException e) {
            throw new ReproductionException("Cannot set the invocation count to " + count + ": " + reason(e), e);
        }
    }

    private static Map<String, String> recorded(ModelProvenance provenance, ObjectProvenance source) {
        Map<String, String> hashes = new TreeMap<>();
        hashes(DATA, source).forEach((name, input) -> hashes.put(name, input.sha256()));
        hashes(TRAINER, provenance.getTrainerProvenance()).forEach((name, input) -> hashes.put(name, input.sha256()));
        hashes.putAll(ofRun(provenance));
        return hashes;
    }

    /** What the trainer recorded beside its configuration. */
    private static SortedMap<String, String> ofRun(ModelProvenance provenance) {
        SortedMap<String, String> hashes = new TreeMap<>();
        for (var pair : provenance.getInstanceProvenance()) {
            Provenance value = pair.getB();
            if (pair.getA().endsWith(SHA256) && value instanceof StringProvenance hash) {
                hashes.put(pair.getA(), hash.getValue());
            }
        }
        return hashes;
    }

    private static SortedMap<String, HashedInput> hashes(String prefix, ObjectProvenance provenance) {
        FlatProvenance flat = FlatProvenance.of(provenance);
        SortedMap<String, HashedInput> hashes = new TreeMap<>();
        flat.leaves().forEach((path, leaf) -> {
            if (leaf instanceof HashProvenance hash) {
                String place = flat.files().getOrDefault(path, path);
                hashes.put(prefix + path, new HashedInput(place, hash.getValue()));
            }
        });
        return hashes;
    }

    /** {@return the source of the training data, set up again} */
    @SuppressWarnings("unchecked")
    public SequenceDataSource<T> source() {
        return (SequenceDataSource<T>) source;
    }

    /** {@return the trainer, set up again with its invocation count} */
    public SequenceTrainer<T> trainer() {
        return trainer;
    }

    /**
     * Trains with a copy of the trainer that writes its result, tells of its progress or runs elsewhere.
     *
     * @param <S> the class of trainers that have such copies; one of another class stays as it is
     * @param change makes the copy; the invocation count of the trainer goes over to it
     * @return this
     */
    @SuppressWarnings("unchecked") // one class of trainers has one type of outputs
    public <S extends SequenceTrainer<?>> ModelReproduction<T> with(Class<S> type, UnaryOperator<S> change) {
        if (type.isInstance(trainer)) {
            int count = trainer.getInvocationCount();
            trainer = (SequenceTrainer<T>) change.apply(type.cast(trainer));
            setInvocationCount(trainer, count);
        }
        return this;
    }

    /** {@return the data, the trainer and the number of the recorded hashes} */
    @Override
    public String toString() {
        return String.join(
                "\n",
                "ModelReproduction of the data " + source,
                trainer.toString(),
                sha256.size() + " recorded hashes");
    }

    /** {@return the SHA-256 of the inputs and the results, by name, as they were} */
    SortedMap<String, String> recordedHashes() {
        return new TreeMap<>(sha256);
    }

    /**
     * Writes the experiment as an OLCUT configuration that {@link #load} reads: the parts, the invocation count and the
     * hashes. Invocation counts of trainers within the trainer are not written.
     *
     * @param file the XML file
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if it cannot be written
     */
    public void save(Path file) {
        ConfigurationXml.save(configuration, file);
    }

    /**
     * Compares the inputs with what they were: data, tokenizer, held-out data, and what a {@link HashedInputs} trainer
     * reads, which is the base checkpoint and given adapters. Reads all of these files.
     *
     * @return the inputs that have changed
     */
    public List<ChangedInput> changedInputs() {
        return ChangedInput.among(sha256, inputs());
    }

    private SortedMap<String, HashedInput> inputs() {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        inputs.putAll(hashes(DATA, source().getProvenance()));
        inputs.putAll(hashes(TRAINER, trainer.getProvenance()));
        if (trainer instanceof HashedInputs hashed) {
            inputs.putAll(hashed.inputs());
        }
        return inputs;
    }

    /**
     * Compares the inputs and stops where one has changed.
     *
     * @throws ReproductionException naming every changed file and its hashes
     */
    public void requireUnchangedInputs() {
        ChangedInput.requireNone(changedInputs(), "The model");
    }

    /**
     * A model trained again.
     *
     * @param <T> its output type
     * @param model the model
     * @param results the recorded results, compared
     * @param differences in what the provenances differ, times left out; empty if the former one is not known because
     *     the experiment came from a file
     */
    public record Reproduction<T extends Output<T>>(
            SequenceModel<T> model, List<ComparedResult> results, Optional<ProvenanceDiff> differences) {
        /** {@return whether there are recorded results, and all of them came out the same to the bit} */
        public boolean identical() {
            return !results.isEmpty() && results.stream().allMatch(ComparedResult::same);
        }
    }

    /**
     * Trains again, if no input has changed. May be called once.
     *
     * @return the model and how it compares with the former one
     * @throws ReproductionException if an input has changed
     */
    public Reproduction<T> reproduce() {
        requireUnchangedInputs();
        Set<String> inputs = inputs().keySet();
        SequenceModel<T> model = trainer.train(dataset());
        SortedMap<String, String> found = ofRun(model.getProvenance());
        List<ComparedResult> results = recordedHashes().entrySet().stream()
                .filter(e -> !inputs.contains(e.getKey()))
                .map(e -> new ComparedResult(e.getKey(), e.getValue(), found.get(e.getKey())))
                .toList();
        Optional<ProvenanceDiff> differences = provenance.map(
                before -> ProvenanceDiff.between(before, model.getProvenance(), ProvenanceDiff.Times.IGNORED));
        return new Reproduction<>(model, results, differences);
    }

    @SuppressWarnings("unchecked")
    private SequenceDataset<T> dataset() {
        return source instanceof TokenSource tokens
                ? (SequenceDataset<T>) (SequenceDataset<?>) new TokenSequenceDataset(tokens)
                : new MutableSequenceDataset<>(source());
    }
}
