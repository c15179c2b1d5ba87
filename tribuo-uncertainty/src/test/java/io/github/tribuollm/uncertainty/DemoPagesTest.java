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

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.pages.CurriculumPage;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import io.github.tribuollm.uncertainty.statistics.Curriculum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Writes pages with all that they can show, for a browser to check; the figures are made up. */
class DemoPagesTest {
    private static final Path DIRECTORY = Path.of("target/demo-pages");
    private static final int SAMPLES = 100;

    private static final List<String> WORDS =
            List.of(("Question|:| Nata|lia| sold| clips| to| |4|8| of| her| friends| in| April|,|"
                            + " and| then| she| sold| half| as| many| clips| in| May|.| How| many| clips| did| Nata|lia| sell|"
                            + " altogether|?|\n|Answer|:|"
                            + " Nata|lia| sold| |4|8|/|2| =| <<|48|/|2|=|24|>>|24| clips| in| May|.|\n\n|She| sold| |48|+|24| =| |72| clips|"
                            + " altogether|.|\t|caf||é| is| ||||😀|  |<b>bold</b>| naïve| ||—| Donaudampfschifffahrtsgesellschaftskapitän|\n|"
                            + "####| 72|</s>")
                    .split("\\|"));

    private static TokenMeasures document(int row, double skill) {
        return document(row, WORDS, WORDS.indexOf("Answer") + 2, skill);
    }

    private static TokenMeasures document(int row, List<String> words, int prompt, double skill) {
        BitSet completion = new BitSet();
        completion.set(prompt, words.size());
        Random random = new Random(row);
        double[][] values = new double[5][words.size()];
        for (int i = 0; i < words.size(); i++) {
            double loss = Math.pow(random.nextDouble(), 3) * 9 * skill;
            double entropy = random.nextDouble() * 4 * skill;
            double epistemic = 0.2 * loss * random.nextDouble();
            double aleatoric = entropy * (0.3 + 0.7 * random.nextDouble());
            double[] token = {loss, entropy, aleatoric + epistemic, aleatoric, epistemic};
            for (int m = 0; m < token.length; m++) {
                values[m][i] = completion.get(i) && i != prompt + 5 ? token[m] : Double.NaN;
            }
        }
        BitSet selected = new BitSet();
        double[] sorted =
                Arrays.stream(values[0]).filter(v -> !Double.isNaN(v)).sorted().toArray();
        completion.stream()
                .filter(i -> values[0][i] >= sorted[sorted.length * 3 / 4])
                .forEach(selected::set);
        return new TokenMeasures("Row " + row, words, completion, Map.of(), selected)
                .with("loss", values[0])
                .with("entropy", values[1])
                .with("total", values[2])
                .with("aleatoric", values[3])
                .with("epistemic", values[4]);
    }

    private static TokenPage uncertainty() {
        TokenPage page = TokenPage.titled("Uncertainty of each token: a page with all that it can show")
                .note("The figures are made up. Choose what colours the tokens; hover over one, or move to it with the"
                        + " Tab key, for its exact figures.")
                .table(SummaryTable.captioned(
                                "Means over completion tokens, in nats",
                                "model",
                                "loss",
                                "entropy",
                                "aleatoric",
                                "epistemic",
                                "n")
                        .row("before", 2.314, 1.21, 1.18, 0.0312, 12345)
                        .row("after", 1.104, 0.93, 0.92, 0.0101, 12345));
        for (int row = 1; row <= 2; row++) {
            TokenMeasures before = document(row, 1);
            page = page.document(
                    "Row " + row,
                    new Panel("Before", before),
                    new Panel("After", document(row, 0.4).since(before)));
        }
        TokenMeasures document = document(3, 1);
        return page.document(
                "Row 3, four measures side by side",
                new Panel("Loss", document, "loss"),
                new Panel("Entropy", document, "entropy"),
                new Panel("Aleatoric", document, "aleatoric"),
                new Panel("Epistemic", document, "epistemic"));
    }

    /** Prompts in a chat wrapper, one of them long; a second measure beside the first, and a bound. */
    private static TokenPage chat() {
        List<String> questions =
                List.of("How many legs have three ants and two spiders?", "Why is the sky blue? ".repeat(40));
        TokenPage page = TokenPage.titled("Answers of a chat model").withTokens(2 * WORDS.size());
        for (int row = 0; row < questions.size(); row++) {
            List<String> words = new ArrayList<>(List.of(("<|im_start|>|system|\n|You are| a| helpful| assistant,|"
                            + " who| answers| in| full| sentences| and| shows| every| step|.|<|im_end|>|\n|<|im_start|>|user|\n")
                    .replace("<|im_start|>", "<im_start>")
                    .replace("<|im_end|>", "<im_end>")
                    .split("\\|")));
            words.add(questions.get(row));
            words.addAll(List.of("<im_end>", "\n", "<im_start>", "assistant", "\n"));
            int prompt = words.size();
            words.addAll(WORDS.subList(WORDS.indexOf("Answer") + 2, WORDS.size()));
            page = page.document("Conversation " + (row + 1), new Panel("Answer", document(row, words, prompt, 1)));
        }
        return page.document("Conversation 3", new Panel("Answer", document(3, 1)))
                .document("Conversation 4", new Panel("Answer", document(4, 1)));
    }

    private static TokenPage curriculum() {
        Curriculum curriculum = Curriculum.of("loss");
        for (int step : new int[] {0, 50, 200, 800}) {
            double skill = 1 / (1 + step / 100.0);
            curriculum = curriculum.and(step, List.of(document(1, skill), document(2, skill)));
        }
        return CurriculumPage.of("What is hard early and late", curriculum);
    }

    private static TokenPage many() {
        TokenPage page = TokenPage.titled("Many documents");
        for (int row = 0; row < SAMPLES; row++) {
            page = page.document("Row " + row, new Panel("loss", document(row, 1)));
        }
        return page;
    }

    @Test
    void demoPagesAreWritten() throws IOException {
        List<Path> files = new ArrayList<>();
        Map<String, TokenPage> pages =
                Map.of("uncertainty", uncertainty(), "chat", chat(), "curriculum", curriculum(), "many", many());
        for (Map.Entry<String, TokenPage> page : pages.entrySet()) {
            Path file = DIRECTORY.resolve(page.getKey() + ".html");
            page.getValue().write(file);
            files.add(file);
        }
        for (Path file : files) {
            assertTrue(Files.size(file) > 10_000, file.toString());
        }
    }
}
