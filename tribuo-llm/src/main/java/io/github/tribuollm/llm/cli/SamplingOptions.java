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
package io.github.tribuollm.llm.cli;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.generation.sampling.Sampling;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How tokens are chosen, and when an answer ends; what is not given is as the checkpoint says. */
final class SamplingOptions implements OptionGroup {
    @Option(longName = "do-sample", usage = "Draws tokens.")
    boolean doSample;

    @Option(longName = "greedy", usage = "Takes the likeliest token each time, even if the checkpoint says to draw.")
    boolean greedy;

    @Option(longName = "temperature", usage = "Logits are divided by it before a draw; positive.")
    Double temperature;

    @Option(longName = "top-k", usage = "Draws from so many likeliest tokens; 0 from all. Default: 50.")
    Integer topK;

    @Option(longName = "top-p", usage = "Draws from the fewest likeliest tokens that have this probability.")
    Double topP;

    @Option(longName = "min-p", usage = "Draws from tokens with this share of the likeliest one's probability.")
    Double minP;

    @Option(
            longName = "typical-p",
            usage = "Draws from the tokens nearest to the expected information that have this probability.")
    Double typicalP;

    @Option(longName = "epsilon-cutoff", usage = "Draws from tokens with at least this probability.")
    Double epsilonCutoff;

    @Option(longName = "eta-cutoff", usage = "Like the epsilon cutoff, lowered where the prediction is uncertain.")
    Double etaCutoff;

    @Option(longName = "repetition-penalty", usage = "Makes tokens of prompt and answer less likely if above 1.")
    Double repetitionPenalty;

    @Option(longName = "presence-penalty", usage = "Taken off the logits of tokens of the answer; from -2 to 2.")
    Double presencePenalty;

    @Option(
            longName = "frequency-penalty",
            usage = "Taken off the logits of tokens of the answer for each time; from -2 to 2.")
    Double frequencyPenalty;

    @Option(longName = "no-repeat-ngram-size", usage = "No so many tokens in a row come twice; 0 allows it.")
    Integer noRepeatNgramSize;

    @Option(
            longName = "bad-words-ids",
            usage = "Sequences of tokens that never come, with commas, each as ids separated by spaces.")
    List<String> badWordsIds;

    @Option(longName = "suppress-tokens", usage = "Ids of tokens that never come, with commas.")
    List<Integer> suppressTokens;

    @Option(longName = "begin-suppress-tokens", usage = "Ids of tokens that do not come first, with commas.")
    List<Integer> beginSuppressTokens;

    @Option(longName = "forced-bos-token-id", usage = "The token that comes after a prompt of one token.")
    Integer forcedBosTokenId;

    @Option(
            longName = "forced-eos-token-id",
            usage = "Tokens one of which comes last where the length ends an answer, with commas.")
    List<Integer> forcedEosTokenId;

    @Option(longName = "samples", usage = "How many answers are drawn for each prompt.")
    Integer numReturnSequences;

    @Option(longName = "seed", usage = "Draws are a function of it, of the prompt and of the sample's number.")
    Long seed;

    @Option(longName = "max-new-tokens", usage = "The most tokens of an answer. Default: 256.")
    Integer maxNewTokens;

    @Option(longName = "max-length-with-prompt", usage = "The most tokens of prompt and answer.")
    Integer maxLength;

    @Option(longName = "min-new-tokens", usage = "The fewest tokens of an answer before an end token.")
    Integer minNewTokens;

    @Option(longName = "min-length-with-prompt", usage = "The fewest tokens of prompt and answer before an end token.")
    Integer minLength;

    @Option(longName = "eos-token-id", usage = "The tokens that end an answer, with commas.")
    List<Integer> eosTokenId;

    @Option(
            longName = "stop-strings",
            usage = "Texts that end an answer, which is cut where the first of them begins; with commas. \\n is a line"
                    + " break, \\t a tab, \\, a comma.")
    String stopTexts;

    @Option(
            longName = "no-checkpoint-defaults",
            usage = "What is not given is as transformers has it, whatever generation_config.json says.")
    boolean noCheckpointDefaults;

    @Override
    public String heading() {
        return "Sampling";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(Sampling.class, Stopping.class);
    }

    Map<String, Property> sampling() {
        if (doSample && greedy) {
            throw new UsageError("--do-sample and --greedy exclude each other");
        }
        Map<String, Property> given = new HashMap<>(OptionTable.properties(this, Sampling.class));
        if (greedy) {
            given.put("doSample", new SimpleProperty("false"));
        }
        return given;
    }

    Map<String, Property> stopping() {
        Map<String, Property> given = new HashMap<>(OptionTable.properties(this, Stopping.class));
        if (stopTexts != null) {
            given.put(
                    "stopStrings",
                    new ListProperty(
                            texts(stopTexts).stream().map(SimpleProperty::new).toList()));
        }
        return given;
    }

    /** The texts between commas. */
    static List<String> texts(String written) {
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c == ',') {
                texts.add(text.toString());
                text.setLength(0);
            } else if (c == '\\' && i + 1 < written.length()) {
                text.append(escaped(written.charAt(++i)));
            } else {
                text.append(c);
            }
        }
        texts.add(text.toString());
        if (texts.contains("")) {
            throw new UsageError("--stop-strings: a stop string is empty in '" + written + "'; every text begins with"
                    + " it, so that there would be no answers");
        }
        return texts;
    }

    private static String escaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case ',', '\\' -> Character.toString(c);
            default -> "\\" + c;
        };
    }
}
