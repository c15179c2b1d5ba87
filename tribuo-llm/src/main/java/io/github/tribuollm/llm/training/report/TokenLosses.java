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
package io.github.tribuollm.llm.training.report;

import io.github.tribuollm.llm.data.TokenSequence;
import java.util.Arrays;
import java.util.List;

/**
 * What an evaluation on held-out data found of each token.
 *
 * @param step the number of optimiser steps done before it
 * @param dataset the name of the held-out data
 * @param documents the held-out data
 * @param losses for each document the loss of each of its tokens, in nats; NaN for tokens that are not completion
 */
public record TokenLosses(int step, String dataset, List<TokenSequence> documents, List<double[]> losses) {
    /**
     * Losses to be filled in.
     *
     * @param documents the documents
     * @return NaN for each of their tokens
     */
    public static List<double[]> unmeasured(List<TokenSequence> documents) {
        return documents.stream()
                .map(document -> {
                    double[] losses = new double[document.length()];
                    Arrays.fill(losses, Double.NaN);
                    return losses;
                })
                .toList();
    }
}
