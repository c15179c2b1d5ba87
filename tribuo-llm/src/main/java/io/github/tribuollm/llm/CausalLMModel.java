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
package io.github.tribuollm.llm;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointIdentity;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.configuration.SerializedModels;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.llm.protos.CausalLMModelProto;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.SerializedVersion;
import io.github.tribuollm.llm.token.TokenExamples;
import io.github.tribuollm.llm.token.TokenInfo;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceExample;
import io.github.tribuollm.llm.token.VocabularyFeatureMap;
import io.github.tribuollm.llm.training.RunFacts;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Settings;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tribuo.Example;
import org.tribuo.Prediction;
import org.tribuo.impl.ModelDataCarrier;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.SequenceModelProto;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.impl.EmptyDatasetProvenance;
import org.tribuo.provenance.impl.EmptyTrainerProvenance;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/**
 * A causal language model: a base checkpoint on disk and, usually, an adapter on it.
 *
 * <p>The model keeps the adapter and the identity of the base (location and SHA-256), never the base's weights, which
 * are mapped from the checkpoint when first needed and released by {@link #close()}.
 */
public final class CausalLMModel extends SequenceModel<TokenOutput> implements AutoCloseable {
    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 1;

    /** From this version on a file says what its content is, so that a damaged one is not read with other numbers. */
    private static final int HASHED_VERSION = 1;

    private static final long serialVersionUID = 1L;

    private final String checkpointLocation;
    private final String baseSha256;
    private final transient Optional<Adapter> adapter;
    private transient Checkpoint checkpoint;
    private transient TokenScorer predictor;
    private transient int predictorLength;
    private transient Execution execution = new Execution();

    CausalLMModel(
            ModelProvenance provenance,
            int vocabularySize,
            String checkpointLocation,
            String baseSha256,
            Optional<Adapter> adapter) {
        this(
                "causal-lm",
                provenance,
                new VocabularyFeatureMap(vocabularySize),
                new TokenInfo(vocabularySize),
                checkpointLocation,
                baseSha256,
                adapter);
    }

    /**
     * The model that a checkpoint is, to measure it before training.
     *
     * @param location a directory, or {@code hf://owner/name@revision}
     * @throws CheckpointException if the checkpoint cannot be read
     */
    public static CausalLMModel of(String location) {
        return of(location, checkpoint -> Optional.empty());
    }

    /** The model that a checkpoint is, see {@link #of(String)}. */
    public static CausalLMModel of(Path directory) {
        return of(Settings.requireGiven("directory", directory).toString());
    }

    /**
     * A checkpoint with an adapter.
     *
     * @param location a directory, or {@code hf://owner/name@revision}
     * @param adapter a directory with the adapter, in PEFT's format
     * @throws CheckpointException if one cannot be read, or the adapter was made for another base
     */
    public static CausalLMModel of(String location, Path adapter) {
        Settings.requireGiven("adapter", adapter);
        return of(location, checkpoint -> Optional.of(PeftFiles.load(adapter, checkpoint)));
    }

    /** A checkpoint with an adapter, see {@link #of(String, Path)}. */
    public static CausalLMModel of(Path directory, Path adapter) {
        return of(Settings.requireGiven("directory", directory).toString(), adapter);
    }

    private static CausalLMModel of(String place, Function<Checkpoint, Optional<Adapter>> adapterOf) {
        CheckpointLocation location = CheckpointLocation.of(place);
        try (Checkpoint checkpoint = Checkpoint.open(location.place())) {
            int vocabulary = Architectures.of(checkpoint).vocabularySize();
            String sha256 = checkpoint.identity().sha256();
            Optional<Adapter> adapter = adapterOf.apply(checkpoint);
            RunFacts facts = RunFacts.none().with("origin", "read from files").with("base-sha256", sha256);
            RunFacts all =
                    adapter.map(a -> facts.with("adapter-sha256", a.sha256())).orElse(facts);
            ModelProvenance provenance = new ModelProvenance(
                    CausalLMModel.class.getName(),
                    OffsetDateTime.now(),
                    new EmptyDatasetProvenance(),
                    new EmptyTrainerProvenance(),
                    all.provenance(Map.of("checkpoint", new StringProvenance("checkpoint", location.name()))));
            return new CausalLMModel(provenance, vocabulary, location.name(), sha256, adapter);
        }
    }

    private CausalLMModel(
            String name,
            ModelProvenance provenance,
            VocabularyFeatureMap features,
            TokenInfo outputs,
            String checkpointLocation,
            String baseSha256,
            Optional<Adapter> adapter) {
        super(name, provenance, features, outputs);
        this.checkpointLocation = checkpointLocation;
        this.baseSha256 = baseSha256;
        this.adapter = adapter;
    }

    /**
     * Reads a model from its file.
     *
     * @param file what {@link #serializeToFile} wrote
     * @return the model, which runs on the CPU in float32
     * @throws CheckpointException if there is no such file, or it holds something else
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if it names classes of other packages than
     *     this project's and Tribuo's
     */
    public static CausalLMModel read(Path file) {
        return read(file, List.of());
    }

    /**
     * Reads a model whose data came from a source of another package.
     *
     * @param file what {@link #serializeToFile} wrote
     * @param packages whose classes may be loaded, beside this project's and Tribuo's
     * @return the model, which runs on the CPU in float32
     * @throws CheckpointException if there is no such file, or it holds something else
     * @throws io.github.tribuollm.llm.configuration.ConfigurationException if it names classes of other packages
     */
    public static CausalLMModel read(Path file, List<String> packages) {
        Settings.requireGiven("file", file);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("There is no file " + file + "; give the model.tribuo of a training");
        }
        try {
            if (SerializedModels.read(file, packages) instanceof CausalLMModel model) {
                return model;
            }
            throw new CheckpointException(file + " holds another kind of Tribuo model, not a causal language model");
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new CheckpointException(
                    file + " is no model (" + e.getMessage() + "); give the model.tribuo of a training", e);
        }
    }

    /**
     * The same model whose base lies elsewhere now.
     *
     * @param location a directory, or {@code hf://owner/name@revision}; it must hold the same checkpoint
     * @return the model
     */
    public CausalLMModel withBaseAt(String location) {
        CausalLMModel moved = new CausalLMModel(
                getName(),
                getProvenance(),
                (VocabularyFeatureMap) getFeatureIDMap(),
                (TokenInfo) getOutputIDInfo(),
                location,
                baseSha256,
                adapter);
        return moved.setExecution(execution());
    }

    /** {@return the adapter; empty if the checkpoint itself is the model} */
    public Optional<Adapter> adapter() {
        return adapter;
    }

    /** {@return the SHA-256 that identifies the base, see {@link CheckpointIdentity}} */
    public String baseSha256() {
        return baseSha256;
    }

    /** {@return where the base is: an absolute path, or a location in a hub at its commit} */
    public String checkpointLocation() {
        return checkpointLocation;
    }

    /**
     * Sets where and in which precision the model runs. It is no part of the model: one that a trainer returns runs
     * where the trainer did, one that is read from a file on the CPU in float32.
     *
     * @param choice the choice
     * @return this
     */
    public synchronized CausalLMModel setExecution(Execution choice) {
        Settings.requireGiven("execution", choice);
        closePredictor();
        execution = choice;
        return this;
    }

    /** {@return where and in which precision the model runs, as it was chosen} */
    public synchronized Execution execution() {
        return execution;
    }

    private Backend backend() {
        return execution().backend();
    }

    /**
     * The base, opened and checked when first needed.
     *
     * @return the base checkpoint, closed with this model
     * @throws CheckpointException if the directory no longer holds the base that the model was made with
     */
    public synchronized Checkpoint checkpoint() {
        if (checkpoint == null) {
            Checkpoint opened =
                    Checkpoint.open(CheckpointLocation.of(checkpointLocation).place());
            String found = opened.identity().sha256();
            if (!found.equals(baseSha256)) {
                opened.close();
                throw new CheckpointException(checkpointLocation + " holds another checkpoint (SHA-256 " + found
                        + ") than the one this model was made with (" + baseSha256 + ")");
            }
            checkpoint = opened;
        }
        return checkpoint;
    }

    private TokenScorer scorer(List<TokenMeasure> measures, List<TokenSequence> data, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("A batch has at least 1 sequence, not " + batchSize);
        }
        if (measures.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to score; name a measure, such as TokenMeasure.NLL");
        }
        data.forEach(this::requireKnownTokens);
        return scorer(
                measures,
                ScoredModel.longest(data),
                Math.min(batchSize, Math.max(1, data.size())),
                GraphSession.Arena.KEPT);
    }

    private void requireKnownTokens(TokenSequence sequence) {
        sequence.requireVocabulary(getOutputIDInfo().size());
    }

    private TokenScorer scorer(List<TokenMeasure> measures, int maxLength, int maxSequences, GraphSession.Arena rest) {
        ScoredModel model = ScoredModel.of(checkpoint(), adapter, maxLength).on(backend());
        return TokenScorer.of(model.inBatchesOf(maxSequences), measures, rest);
    }

    /** Receives the scores of one batch. */
    @FunctionalInterface
    public interface ScoreConsumer {
        /**
         * Takes the scores of one batch.
         *
         * @param batch the batch
         * @param scores of its completion tokens
         */
        void accept(MicroBatch batch, Scores scores);
    }

    /**
     * Scores the completion tokens of sequences, in their order.
     *
     * @param data the sequences
     * @param measures what is computed
     * @param batchSize sequences that are processed together
     * @param consumer is given every batch
     */
    public void score(List<TokenSequence> data, List<TokenMeasure> measures, int batchSize, ScoreConsumer consumer) {
        Work work = TokenScorer.work(data);
        try (TokenScorer scorer = scorer(measures, data, batchSize)) {
            int together = Math.min(batchSize, data.size());
            for (int from = 0; from < data.size(); from += together) {
                int to = Math.min(data.size(), from + together);
                MicroBatch batch = MicroBatch.of(
                        data, java.util.stream.IntStream.range(from, to).toArray());
                consumer.accept(batch, scorer.score(batch));
                work.add(batch.completionTokens());
            }
        }
    }

    /**
     * Generates text with this model.
     *
     * @return a generator with the checkpoint's settings, which runs where this model does
     */
    public Generator generator() {
        return new Generator(checkpointLocation)
                .withAdapter(adapter, getProvenance())
                .withExecution(execution());
    }

    /**
     * The mean loss of the completion tokens of a data set.
     *
     * @param data the sequences
     * @param batchSize sequences that are processed together
     * @return nats for each completion token
     */
    public TokenScorer.MeanLoss meanLoss(List<TokenSequence> data, int batchSize) {
        try (TokenScorer scorer = scorer(List.of(TokenMeasure.NLL), data, batchSize)) {
            return scorer.meanLoss(data);
        }
    }

    /**
     * Predicts each next token: the most probable one, with the log-probability of it and of the example's own token.
     *
     * @param example tokens as features, next tokens as outputs
     * @return one prediction for each position
     */
    @Override
    public synchronized List<Prediction<TokenOutput>> predict(SequenceExample<TokenOutput> example) {
        int[] tokens = tokens(example);
        BitSet all = new BitSet();
        all.set(1, tokens.length);
        List<TokenSequence> data = List.of(new TokenSequence(tokens, all, 1, "example"));
        requireKnownTokens(data.get(0));
        List<Prediction<TokenOutput>> predictions = new ArrayList<>();
        MicroBatch batch = MicroBatch.of(data, new int[] {0});
        Scores scores = predictor(tokens.length).score(batch);
        float[] bestTokens = scores.of(TokenMeasure.BEST);
        float[] bestNll = scores.of(TokenMeasure.BEST_NLL);
        float[] nll = scores.of(TokenMeasure.NLL);
        for (int i = 0; i < batch.completionTokens(); i++) {
            TokenOutput best = new TokenOutput((int) bestTokens[i], -bestNll[i]);
            TokenOutput label = new TokenOutput((int) batch.labels()[i], -nll[i]);
            Map<String, TokenOutput> outputs = new LinkedHashMap<>();
            outputs.put(best.name(), best);
            outputs.put(label.name(), label);
            predictions.add(new Prediction<>(best, outputs, 1, example.get(i), false));
        }
        return predictions;
    }

    /** A scorer of single sequences, kept from call to call; made anew for one that is longer than all before. */
    private TokenScorer predictor(int length) {
        if (predictor == null || predictorLength < length) {
            closePredictor();
            int roomy = Math.max(64, Integer.highestOneBit(length - 1) << 1);
            predictorLength = Math.max(
                    length, Math.min(roomy, Architectures.of(checkpoint()).maxPositions()));
            predictor = scorer(
                    List.of(TokenMeasure.NLL, TokenMeasure.BEST, TokenMeasure.BEST_NLL),
                    predictorLength,
                    1,
                    GraphSession.Arena.RELEASED);
        }
        return predictor;
    }

    private void closePredictor() {
        if (predictor != null) {
            predictor.close();
            predictor = null;
        }
    }

    private static int[] tokens(SequenceExample<TokenOutput> example) {
        if (example instanceof TokenSequenceExample own) {
            return own.sequence().tokens();
        }
        if (example.size() == 0) {
            throw new DataException("The example has no position, so that there is no token to predict after");
        }
        int[] tokens = new int[example.size() + 1];
        for (int i = 0; i < example.size(); i++) {
            Example<TokenOutput> position = example.get(i);
            tokens[i] = TokenExamples.token(position, "position " + i);
        }
        int last = example.get(example.size() - 1).getOutput().id();
        tokens[example.size()] = Math.max(0, last);
        return tokens;
    }

    /**
     * The text of predicted tokens.
     *
     * @param predictions the predictions of consecutive positions
     * @return the texts of the most probable tokens, joined
     */
    public String text(List<Prediction<TokenOutput>> predictions) {
        return checkpoint()
                .tokenizer()
                .decode(predictions.stream()
                        .mapToInt(prediction -> prediction.getOutput().id())
                        .toArray());
    }

    /**
     * The text of a token.
     *
     * @param token a token of this model's vocabulary
     * @return its text
     */
    public String text(TokenOutput token) {
        return checkpoint().tokenizer().decode(new int[] {token.id()});
    }

    /**
     * Nothing: the features of a language model are the tokens themselves.
     *
     * @param n ignored
     * @return an empty map
     */
    @Override
    public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
        return Map.of();
    }

    /** {@return base, adapter, objective and data, a line each, and how to see more} */
    @Override
    public String toString() {
        return String.join(
                "\n",
                "CausalLMModel of " + checkpointLocation + " (SHA-256 " + baseSha256.substring(0, 8) + "...)",
                "  " + adapter.map(Adapter::toString).orElse("no adapter"),
                "  " + ModelSummary.of(getProvenance()),
                "  more: getProvenance(), adapter(), meanLoss(...), score(...)");
    }

    /** Releases the base's weights; they are mapped again when needed. */
    @Override
    public synchronized void close() {
        closePredictor();
        if (checkpoint != null) {
            checkpoint.close();
            checkpoint = null;
        }
    }

    @Override
    public SequenceModelProto serialize() {
        CausalLMModelProto.Builder proto = CausalLMModelProto.newBuilder()
                .setMetadata(Any.pack(createDataCarrier().serialize()))
                .setCheckpoint(checkpointLocation)
                .setBaseSha256(baseSha256);
        adapter.ifPresent(a -> proto.setAdapter(SerializedAdapter.of(a)));
        return SequenceModelProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(CausalLMModel.class.getName())
                .setSerializedData(
                        Any.pack(proto.setSha256(sha256(proto.build())).build()))
                .build();
    }

    private static String sha256(CausalLMModelProto content) {
        return new Sha256().add(content.toByteArray()).hex();
    }

    /**
     * Writes the model: its adapter, provenance, and what identifies its base.
     *
     * @param file the file, created with its directories, or replaced when the new one is whole
     * @throws CheckpointException if it cannot be written
     */
    @Override
    public void serializeToFile(Path file) {
        Settings.requireGiven("file", file);
        AtomicFile.write(file, channel -> serialize().writeTo(Channels.newOutputStream(channel)));
    }

    /** Java's serialisation would lose the adapter. */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(CausalLMModel.class.getName() + "; use serializeToFile");
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that was serialised
     * @param message a {@link CausalLMModelProto}
     * @return the model
     * @throws InvalidProtocolBufferException if the message is malformed
     * @throws IllegalArgumentException if the version or a part is not known here, or sizes contradict each other
     */
    public static CausalLMModel deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        CausalLMModelProto proto = message.unpack(CausalLMModelProto.class);
        if (version >= HASHED_VERSION
                && !proto.getSha256()
                        .equals(sha256(proto.toBuilder().clearSha256().build()))) {
            throw new IllegalArgumentException(
                    "its content is not what was written, by the SHA-256 that it holds: the file is damaged");
        }
        ModelDataCarrier<?> carrier =
                ModelDataCarrier.deserialize(proto.getMetadata().unpack(ModelDataProto.class));
        if (!(carrier.featureDomain() instanceof VocabularyFeatureMap features)
                || !(carrier.outputDomain() instanceof TokenInfo outputs)) {
            throw new IllegalArgumentException("The serialised " + className + " has no token vocabulary");
        }
        Optional<Adapter> adapter = proto.hasAdapter()
                ? Optional.of(SerializedAdapter.read(proto.getAdapter(), proto.getBaseSha256()))
                : Optional.empty();
        return new CausalLMModel(
                carrier.name(),
                carrier.provenance(),
                features,
                outputs,
                proto.getCheckpoint(),
                proto.getBaseSha256(),
                adapter);
    }
}
