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
package io.github.tribuollm.objectives;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.util.function.DoubleFunction;

/**
 * An objective of the paper by its name, for configurations:
 *
 * <pre>{@code
 * <component name="objective" type="io.github.tribuollm.objectives.PaperObjective">
 *   <property name="method" value="MASKED_MLE_DISTILL"/>
 *   <property name="quantile" value="0.75"/>
 * </component>
 * }</pre>
 *
 * <p>It is the same to the bit as the terms that it stands for. Its provenance holds them too, so that it says what was
 * minimised; where both are given, they have to agree.
 */
public final class PaperObjective extends Objective {
    /** The quarter of the tokens with the highest loss, as in the paper. */
    private static final double QUANTILE = 0.75;

    /** The objectives of the paper. */
    public enum Method {
        /** {@link Objective#mle()}. */
        MLE(false, quantile -> mle()),

        /** {@link Objective#maskedMle(double)}. */
        MASKED_MLE(true, Objective::maskedMle),

        /** {@link Objective#maskedMleDistill(double)}. */
        MASKED_MLE_DISTILL(true, Objective::maskedMleDistill),

        /** {@link Objective#distill()}. */
        DISTILL(false, quantile -> distill());

        private final boolean selects;
        private final DoubleFunction<Objective> objective;

        Method(boolean selects, DoubleFunction<Objective> objective) {
            this.selects = selects;
            this.objective = objective;
        }
    }

    @Config(mandatory = true, description = "MLE, MASKED_MLE, MASKED_MLE_DISTILL or DISTILL.")
    private Method method;

    @Config(description = "Of the masked methods: the quantile of the loss above which a token is selected, in (0, 1).")
    private double quantile = QUANTILE;

    private PaperObjective() {}

    /**
     * Puts the terms in place.
     *
     * @throws PropertyException if the quantile is out of range or does nothing, or there are other terms
     */
    @Override
    public void postConfig() {
        if (!method.selects && quantile != QUANTILE) {
            throw new PropertyException(
                    "",
                    "quantile",
                    "does nothing beside the method " + method + ", which selects no tokens: " + quantile);
        }
        Objective written = method.objective.apply(quantile);
        if (!terms().isEmpty() && !written.toString().equals(toString())) {
            throw new PropertyException(
                    "", "terms", "are not those of the method " + method + "; delete them, or take an Objective");
        }
        take(written);
    }
}
