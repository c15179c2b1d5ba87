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
package io.github.tribuollm.llm.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import io.github.tribuollm.llm.generation.sampling.FinishReason;
import io.github.tribuollm.llm.generation.sampling.GenerationException;
import io.github.tribuollm.llm.generation.sampling.Sampling;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.SinglePass;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.UserException;
import io.github.tribuollm.uncertainty.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.test.Helpers;

/** Prompts are answered, the answers measured, and made again. */
final class GenerationTest {
    @TempDir
    private Path directory;

    private Generator generator;

    @BeforeEach
    void write() {
        generator = new Generator(TinyModel.checkpoint(directory.resolve("base"), 1))
                .withTemplate(new QuestionAnswerTemplate())
                .withStopping(new Stopping().withMaxNewTokens(12));
    }

    private static List<Prompt> prompts(GenerationSession session) {
        return IntStream.range(0, 9)
                .mapToObj(i -> session.continued("12+" + "34".repeat(i) + "=?"))
                .toList();
    }

    private static List<int[]> ids(Generations generations) {
        return generations.list().stream()
                .flatMap(generation -> generation.answers().stream())
                .map(Answer::ids)
                .toList();
    }

    private static void assertSame(List<int[]> expected, List<int[]> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "answer " + i);
        }
    }

    private Generations generate(Generator with) {
        try (GenerationSession session = with.open()) {
            return session.generate(prompts(session), GenerationListener.NONE);
        }
    }

    @Test
    void answersAreTheSameInBatchesOfAnySizeAndInAnyOrder() {
        Generator drawing = generator.withSampling(new Sampling()
                .withDoSample(true)
                .withTopK(0)
                .withNumReturnSequences(2)
                .withSeed(5));
        for (Generator with : List.of(generator, drawing)) {
            List<int[]> alone = ids(generate(with.withBatchSize(1)));
            assertSame(alone, ids(generate(with.withBatchSize(4))));
            assertSame(alone, ids(generate(with.withBatchSize(64))));
            try (GenerationSession session = with.withBatchSize(3).open()) {
                List<Prompt> reversed = new ArrayList<>(prompts(session));
                Collections.reverse(reversed);
                List<Generation> answers = new ArrayList<>(
                        session.generate(reversed, GenerationListener.NONE).list());
                Collections.reverse(answers);
                assertSame(
                        alone,
                        answers.stream()
                                .flatMap(generation -> generation.answers().stream())
                                .map(Answer::ids)
                                .toList());
            }
        }
    }

    /** So that a model is opened anew a few times only, and what is kept of a conversation is not computed again. */
    @Test
    void whatOutgrowsItsRoomGetsTwiceAsMuch() throws IOException {
        Path config = directory.resolve("base/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\"max_position_embeddings\": *128", "\"max_position_embeddings\": 4096"));
        try (GenerationSession session =
                generator.withStopping(new Stopping().withMaxNewTokens(1)).open()) {
            assertEquals(640, roomAfter(session, 500));
            assertEquals(1280, roomAfter(session, 700));
            assertEquals(1280, roomAfter(session, 900));
            assertEquals(1280, roomAfter(session, 1200));
            assertEquals(2560, roomAfter(session, 1400));
            session.forget();
            assertEquals(640, roomAfter(session, 100));
        }
    }

    /** A token is a digit. */
    private static int roomAfter(GenerationSession session, int digits) {
        session.generate(session.continued("1".repeat(digits - 1)), GenerationListener.NONE);
        return session.room();
    }

    @Test
    void samplesAndSeedsDiffer() {
        Sampling drawn = new Sampling().withDoSample(true).withTopK(0).withNumReturnSequences(2);
        Generation one = generate(generator.withSampling(drawn)).list().get(0);
        Generation other =
                generate(generator.withSampling(drawn.withSeed(2))).list().get(0);
        assertNotEquals(one.answers().get(0).text(), one.answers().get(1).text());
        assertNotEquals(one.answers().get(0).text(), other.answers().get(0).text());
    }

    @Test
    void measuresAreThoseOfScoringTheSameTokens() {
        Generations generations = generate(generator);
        try (CausalLMModel model = CausalLMModel.of(directory.resolve("base"))) {
            for (Generation generation : generations.list()) {
                int[] prompt = generation.prompt().tokens();
                Answer answer = generation.answers().get(0);
                int[] ids = answer.ids();
                int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(ids))
                        .toArray();
                BitSet completion = new BitSet();
                completion.set(prompt.length, all.length);
                List<TokenSequence> data = List.of(new TokenSequence(all, completion, 1, "answer"));
                model.score(data, List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY), 1, (batch, scores) -> {
                    for (int i = 0; i < ids.length; i++) {
                        ChosenToken token = answer.tokens().get(i);
                        assertEquals(scores.of(TokenMeasure.NLL)[i], -token.logProbability(), 1e-4);
                        assertEquals(scores.of(TokenMeasure.ENTROPY)[i], token.entropy(), 1e-4);
                    }
                });
            }
        }
    }

    /** Several answers to a prompt, in batches of another size than the texts that are scored. */
    @Test
    void uncertaintyIsThatOfScoringTheSameTokens() {
        MonteCarloDropout dropout = new MonteCarloDropout(4, 0.2, DropoutPlaces.ALL_LINEAR, 3);
        Generations generations = generate(generator
                .withUncertainty(dropout)
                .withTruth(true)
                .withBatchSize(2)
                .withSampling(new Sampling().withDoSample(true).withTopK(0).withNumReturnSequences(2)));
        List<Answer> answers = new ArrayList<>();
        List<TokenSequence> texts = new ArrayList<>();
        for (Generation generation : generations.list()) {
            for (Answer answer : generation.answers()) {
                int[] prompt = generation.prompt().tokens();
                int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(answer.ids()))
                        .toArray();
                BitSet completion = new BitSet();
                completion.set(prompt.length, all.length);
                answers.add(answer);
                texts.add(new TokenSequence(all, completion, 1, "answer " + texts.size()));
            }
        }
        Map<TokenSequence, Map<Measure, double[]>> scored = new HashMap<>();
        try (Checkpoint base = Checkpoint.open(directory.resolve("base"))) {
            new UncertaintyEvaluator(dropout).measure(ScoredModel.of(base, Optional.empty(), 128), texts, scored::put);
        }
        for (int i = 0; i < texts.size(); i++) {
            assertMeasured(answers.get(i), scored.get(texts.get(i)));
        }
    }

    private static void assertMeasured(Answer answer, Map<Measure, double[]> scored) {
        assertEquals(EnumSet.of(Measure.TOTAL, Measure.ALEATORIC, Measure.EPISTEMIC), answer.measures());
        for (Measure measure : answer.measures()) {
            double[] values = scored.get(measure);
            int first = values.length - answer.tokens().size();
            double sum = 0;
            for (int i = 0; i < answer.tokens().size(); i++) {
                float told = answer.tokens().get(i).measures().get(measure);
                assertEquals(values[first + i], told, 1e-4, measure + " of token " + i);
                sum += told;
            }
            assertEquals(sum / answer.tokens().size(), answer.mean(measure), 1e-6);
            assertTrue(answer.mean(measure) > 1e-5, measure + ": " + answer.mean(measure));
        }
    }

    @Test
    void uncertaintyIsWrittenAndReadAgain() {
        Generator with = generator.withUncertainty(new MonteCarloDropout(3, 0.1, DropoutPlaces.ALL_LINEAR, 1));
        try (GenerationSession session = with.open()) {
            Generation generation = session.generate(session.continued("1+2="), GenerationListener.NONE);
            String line = GenerationJson.line(generation, session.tokenizer());
            assertTrue(line.contains("\"mean_epistemic\":") && line.contains("\"measures\":{\"total\":"), line);
            assertEquals(generation, GenerationJson.read(line));
            String header = GenerationTable.header(session.measures());
            assertTrue(
                    header.endsWith("lexical_similarity,mean_total,mean_aleatoric,mean_epistemic,reference"), header);
            assertEquals(
                    header.split(",").length,
                    GenerationTable.rows(generation, session.measures()).get(0).split(",", -1).length);
        }
    }

    @Test
    void whatDoesNotMeasureWhileTokensComeIsRefused() {
        UncertaintyEstimator scoring = new SinglePass();
        assertThrows(PropertyException.class, () -> generator.withUncertainty(scoring));
        Generator measuring = generator.withUncertainty(new MonteCarloDropout());
        assertThrows(PropertyException.class, () -> measuring.withMeasured(false));
    }

    @Test
    void answersThatThePositionsCutAreWarnedOfOnce() {
        List<String> warnings = new ArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord line) {
                warnings.add(line.getMessage());
            }
        };
        Logger logger = Logger.getLogger(GenerationSession.class.getName());
        logger.addHandler(handler);
        try (GenerationSession session =
                generator.withStopping(new Stopping().withMaxNewTokens(200)).open()) {
            session.generate(prompts(session), GenerationListener.NONE);
            session.generate(session.continued("1+2="), GenerationListener.NONE);
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(
                List.of("prompts and the new tokens that are asked for exceed the model's 128 positions; answers end"
                        + " there"),
                warnings);
    }

    @Test
    void aSessionThatAnsweredOnePromptAnswersMore() {
        try (GenerationSession session = generator.open()) {
            List<Prompt> prompts = prompts(session);
            Generation one = session.generate(prompts.get(0), GenerationListener.NONE);
            List<Generation> all =
                    session.generate(prompts, GenerationListener.NONE).list();
            assertEquals(
                    one.answers().get(0).text(), all.get(0).answers().get(0).text());
            assertEquals(prompts.size(), all.size());
        }
    }

    @Test
    void whatIsToldGrowsIntoTheAnswers() {
        Map<String, StringBuilder> told = new HashMap<>();
        List<Generation> done = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void added(Prompt prompt, int sample, String text) {
                told.computeIfAbsent(prompt.question() + "/" + sample, key -> new StringBuilder())
                        .append(text);
            }

            @Override
            public void generated(Generation generation) {
                done.add(generation);
            }
        };
        Generator with = generator
                .withBatchSize(3)
                .withSampling(new Sampling().withDoSample(true).withTopK(0).withNumReturnSequences(3))
                .withStopping(new Stopping().withMaxNewTokens(40).withStopStrings("1", "+"));
        try (GenerationSession session = with.open()) {
            List<Generation> generations =
                    session.generate(prompts(session), listener).list();
            assertEquals(generations.size(), done.size());
            assertTrue(done.containsAll(generations));
            int stopped = 0;
            for (Generation generation : generations) {
                for (Answer answer : generation.answers()) {
                    StringBuilder text = told.getOrDefault(
                            generation.prompt().question() + "/" + answer.sample(), new StringBuilder());
                    assertEquals(answer.text(), text.toString());
                    assertTrue(answer.text().indexOf('1') < 0 && answer.text().indexOf('+') < 0, answer.text());
                    stopped += answer.finish() == FinishReason.STOP_STRING ? 1 : 0;
                }
            }
            assertTrue(stopped > 0, "no answer was stopped");
        }
    }

    @Test
    void whoeverListensCanStopAnAnswer() {
        int[] left = {5};
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean goesOn() {
                return left[0]-- > 0;
            }
        };
        try (GenerationSession session = generator.open()) {
            Answer answer = session.generate(session.continued("1+2"), listener)
                    .answers()
                    .get(0);
            assertEquals(FinishReason.STOPPED, answer.finish());
            assertEquals(5, answer.tokens().size());
        }
    }

    @Test
    void aConversationIsLaidOutUpToTheAnswer() {
        try (GenerationSession session = generator.open()) {
            Prompt prompt = session.asked(Conversation.of("1+2?", "3", "here"));
            assertEquals("1+2?", prompt.question());
            assertEquals("3", prompt.reference().orElseThrow());
            String laidOut = session.tokenizer().decode(prompt.tokens());
            assertTrue(laidOut.contains("1+2?") && !laidOut.contains("3"), laidOut);
            assertArrayEquals(prompt.tokens(), session.asked("1+2?").tokens());
        }
    }

    @Test
    void truthIsTheProbabilityOfSayingSo() {
        try (GenerationSession session =
                generator.withTruth(true).withBatchSize(2).open()) {
            List<Generation> generations = session.generate(
                            List.of(session.continued("1+2="), session.continued("2+2=")), GenerationListener.NONE)
                    .list();
            for (Generation generation : generations) {
                Answer answer = generation.answers().get(0);
                Prompt question =
                        session.continued(TruthQuestion.text(generation.prompt().question(), answer.text()));
                int token = session.tokenizer().encode(" True")[0];
                try (GenerationSession forced = generator
                        .withStopping(new Stopping().withMaxNewTokens(1).withForcedEosTokenId(token))
                        .open()) {
                    ChosenToken said = forced.generate(question, GenerationListener.NONE)
                            .answers()
                            .get(0)
                            .tokens()
                            .get(0);
                    assertEquals(token, said.token());
                    assertEquals(said.logProbability(), answer.truth().orElseThrow(), 1e-5);
                    assertEquals(-said.logProbability(), answer.score(AnswerScore.P_TRUE), 1e-5);
                }
            }
        }
    }

    @Test
    void scoresAreLargerWhereTheModelIsLessSure() {
        Answer sure = answer(0, "it is so", -0.1, 0.2, -0.1, 0.1);
        Answer unsure = answer(1, "It is not so!", -2, 1.5, -1, 2.5);
        assertEquals(0.2, sure.score(AnswerScore.SEQUENCE_PROBABILITY), 1e-12);
        assertEquals(0.1, sure.score(AnswerScore.NORMALISED_PROBABILITY), 1e-12);
        assertEquals(Math.exp(1.5), unsure.score(AnswerScore.PERPLEXITY), 1e-12);
        assertEquals(2, unsure.score(AnswerScore.MEAN_TOKEN_ENTROPY), 1e-12);
        assertEquals(2.5, unsure.score(AnswerScore.MAX_TOKEN_ENTROPY), 1e-12);
        assertTrue(Double.isNaN(sure.score(AnswerScore.P_TRUE)));
        for (AnswerScore score : AnswerScore.values()) {
            assertTrue(score == AnswerScore.P_TRUE || sure.score(score) < unsure.score(score), score.label());
        }
        Generation two = new Generation(prompt(), List.of(sure, unsure));
        assertEquals(1.6, two.score(SampleScore.SEQUENCE_ENTROPY), 1e-12);
        assertEquals(0.8, two.score(SampleScore.NORMALISED_SEQUENCE_ENTROPY), 1e-12);
        assertEquals(-2.0 * 3 / 7, two.score(SampleScore.LEXICAL_SIMILARITY), 1e-12);
        Generation same = new Generation(prompt(), List.of(sure, sure));
        assertEquals(-1, same.score(SampleScore.LEXICAL_SIMILARITY), 1e-12);
        assertTrue(Double.isNaN(new Generation(prompt(), List.of(sure)).score(SampleScore.SEQUENCE_ENTROPY)));
    }

    @Test
    void rougeLIsTheSharedOrderOfWords() {
        RougeL text = RougeL.of("The cat sat on the mat.");
        assertEquals(1, text.similarity(RougeL.of("the CAT, sat on the mat")));
        assertEquals(2.0 * 3 / 12, text.similarity(RougeL.of("the mat on the cat sat")), 1e-12);
        assertEquals(0, text.similarity(RougeL.of("...")));
        assertEquals(1, RougeL.of("...").similarity(RougeL.of("...")));
        assertEquals(0, RougeL.of("").similarity(text));
    }

    private static Prompt prompt() {
        return new Prompt("here", Prompt.Layout.PLAIN, "?", Optional.empty(), new int[] {1});
    }

    /** An answer of tokens with a log-probability and an entropy each. */
    private static Answer answer(int sample, String text, double... numbers) {
        List<ChosenToken> tokens = IntStream.range(0, numbers.length / 2)
                .mapToObj(i -> new ChosenToken(i, numbers[2 * i], 0, numbers[2 * i + 1], List.of()))
                .toList();
        return new Answer(sample, text, tokens, FinishReason.END_TOKEN, OptionalDouble.empty());
    }

    @Test
    void aGenerationIsMadeAgainFromItsProvenance() {
        Generator whole = generator
                .withSampling(new Sampling()
                        .withDoSample(true)
                        .withTemperature(1.5)
                        .withTopK(0)
                        .withSeed(11))
                .withStopping(new Stopping().withMaxNewTokens(9).withStopStrings("7"))
                .withAlternatives(2)
                .withUncertainty(new MonteCarloDropout(3, 0.1, DropoutPlaces.ALL_LINEAR, 1));
        Helpers.testConfigurableRoundtrip(whole);
        Generations first = generate(whole);
        Helpers.testProvenanceMarshalling(first.getProvenance());
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(
                ProvenanceUtil.extractConfiguration(first.getProvenance().generator()));
        Generator again = manager.lookupSingleton(Generator.class, false);
        Generations second = generate(again);
        assertEquals(first.list(), second.list());
        assertEquals(first.provenance().baseSha256(), second.provenance().baseSha256());
    }

    @Test
    void aModelGivesAGenerator() {
        try (CausalLMModel model = CausalLMModel.of(directory.resolve("base"))) {
            Generator of = model.generator().withStopping(new Stopping().withMaxNewTokens(12));
            Generations generations = generate(of);
            assertSame(ids(generate(generator)), ids(generations));
            assertEquals(model.getProvenance(), generations.provenance().model().orElseThrow());
            assertEquals(model.baseSha256(), generations.provenance().baseSha256());
        }
    }

    @Test
    void aTemplateWithoutAGenerationPromptIsRefused() throws IOException {
        Path base = directory.resolve("base");
        Path file = base.resolve("chat_template.jinja");
        Generator published = new Generator(base);
        Files.writeString(file, "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}");
        try (GenerationSession session = published.open()) {
            assertRefused(DataException.class, "no generation prompt", () -> session.asked("1+1?"));
        }
        String[] sound = {
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
                    + "{% if add_generation_prompt %}<assistant>{% endif %}",
            "{% for m in messages %}{% if m.role == 'user' %}[{{ m.content }}]{% else %} {{ m.content }}{% endif %}"
                    + "{% endfor %}"
        };
        for (String template : sound) {
            Files.writeString(file, template);
            try (GenerationSession session = published.open()) {
                assertTrue(session.asked("1+1?").length() > 4);
            }
        }
    }

    @Test
    void badInputIsNamed() {
        try (GenerationSession session = generator.open()) {
            assertRefused(GenerationException.class, "The prompt is empty", () -> session.continued(""));
            assertRefused(GenerationException.class, "the message to answer is empty", () -> session.asked(" "));
            assertRefused(
                    GenerationException.class,
                    "here: there is no message to answer",
                    () -> session.asked(new Conversation(List.of(new Message(Message.ASSISTANT, "hi")), "here")));
            assertRefused(
                    GenerationException.class,
                    "the model has 128 positions",
                    () -> session.generate(session.continued("1".repeat(200)), GenerationListener.NONE));
        }
        try (GenerationSession session = new Generator(directory.resolve("base")).open()) {
            assertRefused(DataException.class, "publishes no chat template", () -> session.asked("1+1?"));
        }
        assertThrows(PropertyException.class, () -> new Generator(directory.resolve("nowhere")));
        assertThrows(PropertyException.class, () -> generator.withBatchSize(0));
        assertThrows(PropertyException.class, () -> generator.withAlternatives(-1));
        assertThrows(
                PropertyException.class, () -> generator.withAlternatives(1).withMeasured(false));
    }

    private static void assertRefused(Class<? extends UserException> type, String part, Executable action) {
        String message = assertThrows(type, action).getMessage();
        assertTrue(message.contains(part), message);
    }
}
