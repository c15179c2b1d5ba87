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
package io.github.tribuollm.tutorials.verdicts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.github.tribuollm.uncertainty.charts.TaskChart;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts of small evaluations that were counted by hand. */
class VerdictReportTest {
    private static final Gson JSON = new Gson();

    @TempDir
    Path directory;

    /** Losses of rows of two and of four tokens, in nats a token. */
    private void losses(String run, String task, String model, double first, double second) throws IOException {
        write(
                run,
                task,
                model,
                "loglikelihood",
                "\"nll\":false",
                sample("{\"tokens\":2}", "none", "nll", first + ""),
                sample("{\"tokens\":4}", "none", "nll", second + ""));
    }

    private void write(String run, String task, String model, String type, String better, String... samples)
            throws IOException {
        Path folder = Files.createDirectories(directory.resolve(run).resolve(model));
        Files.writeString(
                folder.resolve("results_" + task + ".json"),
                "{\"results\":{\"" + task + "\":{}},\"configs\":{\"" + task + "\":{\"output_type\":\"" + type
                        + "\"}},\"higher_is_better\":{\"" + task + "\":{" + better + "}}}");
        Files.write(folder.resolve("samples_" + task + "_" + task + ".jsonl"), List.of(samples));
    }

    private static String sample(String document, String filter, String metric, String value) {
        return sample(document, document, filter, metric, value);
    }

    private static String sample(String hash, String document, String filter, String metric, String value) {
        return "{\"doc_hash\":" + JSON.toJson(hash) + ",\"doc\":" + document + ",\"filter\":\"" + filter
                + "\",\"metrics\":[\"" + metric + "\"],\"" + metric + "\":" + value + "}";
    }

    private List<Panel> panels() throws IOException {
        return EvaluatedRuns.read(directory);
    }

    private void everything() throws IOException {
        for (int seed = 1; seed <= 2; seed++) {
            losses("alpaca/loss-" + seed, "held_out_alpaca", "mle", 2, 1);
            losses("alpaca/loss-" + seed, "held_out_alpaca", "masked-mle", 3, 2);
            losses("alpaca/loss-" + seed, "held_out_gsm8k", "mle", 1, 1);
            losses("alpaca/loss-" + seed, "held_out_gsm8k", "masked-mle", 2, 2);
        }
        losses("alpaca/loss-1", "held_out_alpaca", "masked-mle-distill", 1, 0.5);
        losses("alpaca/loss-1", "held_out_gsm8k", "masked-mle-distill", 1, 1);
    }

    @Test
    void rowsCountByTheirTokensAndASmallerLossIsAGain() throws IOException {
        everything();
        Contrast masked = panels().get(0).contrast("masked-mle", "mle");
        assertEquals("alpaca: held_out_alpaca, nll", masked.panel().title());
        assertEquals(2, masked.seeds());
        assertEquals(8.0 / 6, masked.rivalScore(), 1e-12);
        assertEquals(14.0 / 6, masked.score(), 1e-12);
        assertEquals(-6.0 / 8, masked.gain().value(), 1e-12);
        assertFalse(masked.beats());
        // A resample of one row alone: 3 beside 2, or 2 beside 1.
        assertEquals(-1, masked.gain().low(), 1e-12);
        assertEquals(-0.5, masked.gain().high(), 1e-12);
        assertEquals(Verdict.CONTRADICTED, masked.verdict());
        Contrast distill = panels().get(0).contrast("masked-mle-distill", "mle");
        assertEquals(1, distill.seeds(), "the seeds of both");
        assertEquals(0.5, distill.gain().value(), 1e-12);
        assertEquals(Verdict.CONFIRMED, distill.verdict());
    }

    @Test
    void claimsAreJudgedOnTheirSideOfTheDistribution() throws IOException {
        everything();
        Contrast worse = Claim.MASKED_OUT.contrasts(panels()).get(0);
        assertEquals("alpaca: held_out_gsm8k, nll", worse.panel().title());
        assertEquals(0.5, worse.gain().value(), 1e-12);
        assertEquals(Verdict.CONFIRMED, worse.verdict());
        Contrast same = Claim.DISTILL_OUT.contrasts(panels()).get(0);
        assertEquals(Verdict.UNDECIDED, same.verdict());
        assertTrue(Claim.FINER_RHO.contrasts(panels()).isEmpty());
        VerdictReport report = VerdictReport.of(panels());
        report.write(directory.resolve("report"));
        String text = Files.readString(directory.resolve("report/verdicts.md"));
        assertTrue(
                text.contains("| 3 | Masked MLE beats MLE in distribution | alpaca: held_out_alpaca, nll | 2 |"
                        + " -0.750 [-1.000, -0.500] | contradicted |"),
                text);
        assertTrue(text.contains("| masked-mle-distill | 0.500 [0.500, 0.500] |"), text);
        assertTrue(text.contains("| 0.500 [0.500, 0.500] | confirmed |"), text);
        assertEquals(
                5, Files.readAllLines(directory.resolve("report/gains.csv")).size());
        for (String figure : List.of("3-nll", "5-nll", "6")) {
            Path picture = directory.resolve("report/figure-" + figure + ".png");
            assertTrue(ImageIO.read(picture.toFile()).getWidth() > 300);
        }
    }

    @Test
    void verdictsAreCountedByTheFirstMetricUnderTheFirstFilter() throws IOException {
        for (String model : List.of("mle", "entropy-tokens")) {
            String second = model.equals("mle") ? "0.0" : "1.0";
            write(
                    "gsm8k/answers-1",
                    "gsm8k",
                    model,
                    "generate_until",
                    "\"exact_match\":true",
                    sample("{}", "strict-match", "exact_match", "1.0"),
                    sample("{}", "flexible-extract", "exact_match", "0.0"),
                    sample("{}", "strict-match", "exact_match", second));
            write(
                    "gsm8k/answers-1",
                    "ifeval",
                    model,
                    "generate_until",
                    "\"inst_level_strict_acc\":true",
                    sample("{}", "none", "inst_level_strict_acc", "[true,false,true]"),
                    sample("{}", "none", "inst_level_strict_acc", "[" + model.equals("mle") + "]"));
        }
        Contrast answers = panels().get(0).contrast("entropy-tokens", "mle");
        assertTrue(answers.panel().inDistribution());
        assertEquals(0.5, answers.rivalScore());
        assertEquals(1, answers.gain().value());
        Contrast instructions = panels().get(1).contrast("entropy-tokens", "mle");
        assertEquals(0.75, instructions.rivalScore());
        assertEquals(0.5, instructions.score());
        BeatenShare share = BeatenShare.of(List.of(answers, instructions));
        assertEquals(0.5, share.share().value());
        write(
                "gsm8k/answers-1",
                "gsm8k",
                "mle",
                "generate_until",
                "\"exact_match\":true",
                sample("{}", "strict-match", "exact_match", "0.0"),
                sample("{}", "strict-match", "exact_match", "0.0"));
        Contrast nothing = panels().get(0).contrast("entropy-tokens", "mle");
        assertTrue(Double.isNaN(nothing.gain().value()), "no gain over nothing");
        assertEquals(Verdict.CONFIRMED, nothing.verdict());
    }

    @Test
    void onePromptDecidesNothing() throws IOException {
        for (String model : List.of("mle", "masked-mle")) {
            String loss = model.equals("mle") ? "2" : "1";
            write(
                    "alpaca/loss-1",
                    "held_out_alpaca",
                    model,
                    "loglikelihood",
                    "\"nll\":false",
                    sample("{\"tokens\":2}", "none", "nll", loss));
        }
        Contrast contrast = panels().get(0).contrast("masked-mle", "mle");
        assertEquals(1, contrast.difference().value());
        assertTrue(contrast.beats());
        assertEquals(Verdict.UNDECIDED, contrast.verdict());
        BeatenShare share = BeatenShare.of(List.of(contrast));
        assertEquals(new Estimate(1, Double.NaN, Double.NaN), share.share());
        assertEquals(new Estimate(0, Double.NaN, Double.NaN), share.minus(share));
    }

    private void preferences(String model, String... values) throws IOException {
        String[] samples = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            samples[i] = sample("{\"instruction\":" + i + "}", "none", "win_rate", values[i]);
        }
        write("alpaca/answers-1", "alpaca_eval", model, "generate_until", "\"win_rate\":true", samples);
    }

    @Test
    void promptsWithoutAPreferenceOnEitherSideAreLeftOut() throws IOException {
        preferences("mle", "0.5", "null", "0.2", "0.3");
        preferences("masked-mle", "0.9", "0.1", "null", "0.5");
        Contrast contrast = panels().get(0).contrast("masked-mle", "mle");
        assertEquals(0.4, contrast.rivalScore(), 1e-12);
        assertEquals(0.7, contrast.score(), 1e-12);
        assertEquals(0.3, contrast.difference().value(), 1e-12);
        preferences("mle", "0.5", "null", "null", "null");
        preferences("masked-mle", "null", "0.1", "0.2", "0.3");
        assertEquals(
                Verdict.UNDECIDED, panels().get(0).contrast("masked-mle", "mle").verdict());
    }

    @Test
    void moreTasksThanAPictureTellsApartGetSeveral() throws IOException {
        for (int task = 0; task <= TaskChart.MOST_TASKS; task++) {
            for (String model : List.of("mle", "masked-mle")) {
                losses("alpaca/loss-1", "held_out_alpaca_" + task, model, 2, 1);
            }
        }
        VerdictReport.of(panels()).write(directory.resolve("report"));
        assertTrue(Files.exists(directory.resolve("report/figure-3-nll.png")));
        assertTrue(Files.exists(directory.resolve("report/figure-3-nll-2.png")));
    }

    @Test
    void otherPromptsOfTheSameNumberAreNamed() throws IOException {
        for (int seed = 1; seed <= 2; seed++) {
            write(
                    "alpaca/answers-" + seed,
                    "ifeval",
                    "mle",
                    "generate_until",
                    "\"acc\":true",
                    sample("a", "{}", "none", "acc", "1"),
                    sample(seed == 1 ? "b" : "c", "{}", "none", "acc", "1"));
        }
        assertRefused("alpaca/answers-1/mle/samples_ifeval_ifeval.jsonl differ in the prompt of sample 2");
    }

    @Test
    void whatCannotBeComparedIsNamed() throws IOException {
        assertRefused("There is no evaluation in");
        losses("alpaca/loss-1", "held_out_alpaca", "mle", 2, 1);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> VerdictReport.of(panels()))
                .getMessage()
                .contains("No evaluation has mle beside"));
        losses("alpaca/again-1", "held_out_alpaca", "mle", 2, 1);
        assertRefused("is in another evaluation too");
        try (Stream<Path> files = Files.list(directory.resolve("alpaca/again-1/mle"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        write(
                "alpaca/loss-1",
                "held_out_alpaca",
                "masked-mle",
                "loglikelihood",
                "\"nll\":false",
                sample("{\"tokens\":2}", "none", "nll", "1"));
        assertRefused("differ in the prompt of sample 2");
        Files.writeString(directory.resolve("alpaca/loss-1/mle/results_held_out_alpaca.json"), "[]");
        assertRefused("results_held_out_alpaca.json is not what evaluate writes");
    }

    private void assertRefused(String expected) {
        String message =
                assertThrows(IllegalArgumentException.class, this::panels).getMessage();
        assertTrue(message.contains(expected), message);
    }
}
