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
package io.github.tribuollm.objectives.token;

/** The names of columns of the data that have a meaning: a number for each token. */
public final class ColumnNames {
    /** How much better than expected a sampled token turned out. */
    public static final String ADVANTAGE = "advantage";

    /** The log-probability of a sampled token under the policy that sampled it, nats. */
    public static final String OLD_LOG_PROBABILITY = "old_log_probability";

    /** How much of the uncertainty about a token more data would remove, nats. */
    public static final String EPISTEMIC = "epistemic";

    /** How much of the uncertainty about a token would stay, nats. */
    public static final String ALEATORIC = "aleatoric";

    /** The loss of a token under a reference model, nats. */
    public static final String REFERENCE_LOSS = "reference_loss";

    /** How much a token counts beside others, in (0, 1]: less for tokens of prompts that are learned too. */
    public static final String TOKEN_WEIGHT = "token_weight";

    private ColumnNames() {}
}
