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
package io.github.tribuollm.llm.graphs;

/** The names of the inputs and outputs of the graphs in this package. */
public final class Names {
    static final String TOKENS = "tokens";
    static final String POSITIONS = "positions";
    static final String OWNERS = "owners";
    static final String ROWS = "rows";
    static final String LABELS = "labels";
    static final String DOCUMENTS = "documents";
    static final String DOCUMENT_IDS = "document_ids";
    static final String DOCUMENT_WEIGHTS = "document_weights";
    static final String ALL_TOKENS = "all_tokens";
    public static final String NLL = "nll";
    static final String LOSS_SCALE = "loss_scale";
    public static final String LOGITS = "logits";
    public static final String OFFSETS = "offsets";
    static final String MICRO_BATCHES = "micro_batches";
    static final String OWN_DOCUMENTS = "own_documents";
    public static final String SELECTED = "selected";
    public static final String CARRYING = "carrying";
    public static final String HITS = "hits";
    public static final String ENTROPY = "entropy";
    public static final String TOTAL_WEIGHT = "total_weight";
    public static final String REFERENCE = "reference.";

    private Names() {}

    public static String measure(int index) {
        return "measure." + index;
    }

    static String referenceMeasure(int index) {
        return "reference_measure." + index;
    }

    static String column(String name) {
        return "column." + name;
    }

    public static String sparseIds(int index) {
        return "sparse." + index + ".ids";
    }

    public static String sparseProbabilities(int index) {
        return "sparse." + index + ".probabilities";
    }

    static String external(int index) {
        return "external." + index;
    }

    public static String score(int selection) {
        return "score." + selection;
    }

    public static String mask(int selection) {
        return "mask." + selection;
    }

    public static String raw(int term) {
        return "raw." + term;
    }

    public static String weight(int term) {
        return "weight." + term;
    }

    public static String loss(int term) {
        return "loss." + term;
    }

    public static String gradient(String parameter) {
        return "gradient." + parameter;
    }
}
