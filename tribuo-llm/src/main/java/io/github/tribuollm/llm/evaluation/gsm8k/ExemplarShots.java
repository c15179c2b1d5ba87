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
package io.github.tribuollm.llm.evaluation.gsm8k;

import com.google.gson.Gson;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.evaluation.Shot;
import io.github.tribuollm.runtime.Settings;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * The eight worked examples of Wei et al., <i>Chain-of-Thought Prompting Elicits Reasoning in Large Language Models</i>
 * (2022), in their order. Immutable.
 */
public final class ExemplarShots implements Shots {
    private static final List<Exemplar> EXEMPLARS = read();

    @Config(description = "How many of the eight examples go before each question.")
    private int count = EXEMPLARS.size();

    /** All eight. */
    public ExemplarShots() {}

    /**
     * The same with fewer examples.
     *
     * @param shots from 0 to 8; the first ones are taken
     * @throws PropertyException if it is out of range
     */
    public ExemplarShots withCount(int shots) {
        ExemplarShots changed = new ExemplarShots();
        changed.count = shots;
        changed.postConfig();
        return changed;
    }

    /**
     * Checks the field.
     *
     * @throws PropertyException if the count is out of range
     */
    @Override
    public void postConfig() {
        Settings.require(
                "count",
                count >= 0 && count <= EXEMPLARS.size(),
                "must be from 0 to " + EXEMPLARS.size() + ", the examples there are: " + count);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public boolean ofRows() {
        return false;
    }

    @Override
    public Supplier<List<Shot>> draws(Gsm8kFormat format) {
        List<Shot> shots = EXEMPLARS.stream()
                .limit(count)
                .map(e -> new Shot(format.ask(e.question()), format.conclusion(e.reasoning(), e.answer())))
                .toList();
        return () -> shots;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Shots");
    }

    @Override
    public String toString() {
        return count + " worked examples";
    }

    private static List<Exemplar> read() {
        try (Reader in = new InputStreamReader(
                ExemplarShots.class.getResourceAsStream("chain-of-thought.json"), StandardCharsets.UTF_8)) {
            return List.of(new Gson().fromJson(in, Exemplars.class).exemplars());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Exemplars(String source, Exemplar[] exemplars) {}

    private record Exemplar(String question, String reasoning, String answer) {}
}
