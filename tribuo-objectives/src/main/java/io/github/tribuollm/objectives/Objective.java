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
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.target.ReferenceTarget;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.Component;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.Complement;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Scopes;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What training minimises: a sum of {@link Term}s over the completion tokens of an optimiser step.
 *
 * <p>The paper's three objectives are {@link #mle()}, {@link #maskedMle(double)} and
 * {@link #maskedMleDistill(double)}, in a configuration {@link PaperObjective}; {@link Objectives} has those of others.
 */
public sealed class Objective implements Component permits PaperObjective {
    @Config(description = "The terms whose sum is minimised, at least one.")
    private List<Term> terms = new ArrayList<>();

    @Config(description = "Whether no token may be taken by two terms, which their masks must make certain.")
    private boolean exclusive = false;

    /** Whether the data say how much each token counts; not configured, because the data decide. */
    private boolean counted = false;

    /** For OLCUT and for the short form, which set the fields. */
    Objective() {}

    /**
     * A sum of terms.
     *
     * @param terms at least one
     * @throws PropertyException if there is no term, or selections cannot be made together
     */
    public Objective(List<Term> terms) {
        this(terms, false);
    }

    private Objective(List<Term> terms, boolean exclusive) {
        this.terms = List.copyOf(terms);
        this.exclusive = exclusive;
        postConfig();
    }

    /**
     * A sum of terms that share out the tokens: none may be taken by two.
     *
     * @param terms at least one
     * @return the objective
     * @throws PropertyException if it is not certain that two terms' masks have no token in common
     */
    public static Objective exclusive(List<Term> terms) {
        return new Objective(terms, true);
    }

    /**
     * This objective with another term.
     *
     * @param term what is added
     * @return the sum
     */
    public Objective plus(Term term) {
        Objective sum =
                new Objective(Stream.concat(terms.stream(), Stream.of(term)).toList(), exclusive);
        return counted ? sum.counted() : sum;
    }

    /**
     * This objective over data that say how much each token counts beside others, in the column {@link
     * ColumnNames#TOKEN_WEIGHT}: every term's weights are multiplied by it, and every normaliser that counts tokens
     * adds it up, so that a token of weight 1/2 is half a token. Selections rank all tokens alike.
     *
     * @return the objective, which asks the data for the column
     */
    public Objective counted() {
        Objective other = new Objective(terms, exclusive);
        other.counted = true;
        return other;
    }

    /** {@return whether this asks the data how much each token counts} */
    public boolean isCounted() {
        return counted;
    }

    @Override
    public void postConfig() {
        if (terms.isEmpty()) {
            throw new PropertyException("", "terms", "an objective needs at least one term");
        }
        scope();
        if (exclusive) {
            requireDisjoint();
        }
    }

    /** Takes the terms of another objective. */
    final void take(Objective other) {
        terms = other.terms;
        exclusive = other.exclusive;
    }

    private void requireDisjoint() {
        for (int i = 0; i < terms.size(); i++) {
            for (int j = 0; j < i; j++) {
                TokenWeight earlier = terms.get(j).weight();
                TokenWeight later = terms.get(i).weight();
                if (!earlier.excludes(later)) {
                    throw new PropertyException(
                            "",
                            "terms",
                            "two terms may take the same token: " + earlier + "; " + later
                                    + ". Let the later one have the rest: later.and(earlier.not())");
                }
            }
        }
    }

    /**
     * Vanilla maximum likelihood: the mean of -log p(x_t) over the completion tokens.
     *
     * @return the objective
     */
    public static Objective mle() {
        return new Objective(List.of(new Term(new LabelTarget(), new AllTokens(), Normaliser.VALID, 1)));
    }

    /**
     * Masked MLE (Section 4.2): the mean of -log p(x_t) over the tokens of an optimiser step with the highest loss.
     *
     * @param quantile the quantile of the loss above which a token is trained on; 0.75 in the paper
     * @return the objective
     */
    public static Objective maskedMle(double quantile) {
        return maskedMle(highLoss(quantile));
    }

    /**
     * The mean of -log p(x_t) over the tokens that a mask takes.
     *
     * @param mask which tokens are trained on
     * @return the objective
     */
    public static Objective maskedMle(TokenWeight mask) {
        return new Objective(List.of(new Term(new LabelTarget(), mask, Normaliser.SELECTED, 1)));
    }

    /**
     * Masked MLE + Distill (Section 4.3): -log p(x_t) on the tokens with the highest loss, the cross-entropy to the
     * reference model on the others; the mean over the completion tokens.
     *
     * @param quantile the quantile of the loss above which a token is trained by its label; 0.75 in the paper
     * @return the objective
     */
    public static Objective maskedMleDistill(double quantile) {
        TokenWeight highLoss = highLoss(quantile);
        return exclusive(List.of(
                new Term(new LabelTarget(), highLoss, Normaliser.VALID, 1),
                new Term(new ReferenceTarget(), highLoss.not(), Normaliser.VALID, 1)));
    }

    /**
     * Self-distillation: the mean cross-entropy to the reference model over the completion tokens.
     *
     * @return the objective
     */
    public static Objective distill() {
        return new Objective(List.of(new Term(new ReferenceTarget(), new AllTokens(), Normaliser.VALID, 1)));
    }

    private static TokenWeight highLoss(double quantile) {
        return new Selection(new LossScore(), new TopQuantile(quantile), Granularity.TOKEN, Scope.OPTIMISER_STEP);
    }

    /** {@return the terms, in order} */
    public List<Term> terms() {
        return List.copyOf(terms);
    }

    /** {@return among which tokens this objective's selections rank; empty if it has none} */
    public Optional<Scope> scope() {
        return Scopes.common(terms.stream().map(Term::weight));
    }

    /**
     * Whether a part of an optimiser step tells the weights of its own tokens, but for a factor: the share of its
     * completion tokens in the step's. That is where no token is ranked among those of other parts, and all terms are
     * divided by the number of completion tokens.
     *
     * @return whether documents can be weighed without the others of a step
     */
    public boolean weighsPartsAlone() {
        boolean ranks = scope().filter(scope -> scope == Scope.OPTIMISER_STEP || scope == Scope.DATASET)
                .isPresent();
        return !ranks && !counted && terms.stream().allMatch(term -> term.normaliser() == Normaliser.VALID);
    }

    /** {@return the selections in the weights of the terms, in order; equal ones occur once} */
    public List<Selection> selections() {
        List<Selection> distinct = new ArrayList<>();
        terms.stream().flatMap(term -> term.weight().selections().stream()).forEach(selection -> {
            if (distinct.stream().noneMatch(selection::sameAs)) {
                distinct.add(selection);
            }
        });
        return distinct;
    }

    /** {@return what this objective needs besides the tokens} */
    public Requirements requirements() {
        return Requirements.of(this);
    }

    /** {@return whether a reference model is needed} */
    public boolean needsReference() {
        return requirements().needsReference();
    }

    /**
     * Whether it is certain that no token is left out by a selection: some term takes all of them, or two terms share
     * them.
     *
     * @return true if no token is left out; false if some may be
     */
    public boolean coversEveryToken() {
        List<TokenWeight> weights = terms.stream().map(Term::weight).toList();
        return weights.stream()
                .anyMatch(w -> w.selections().isEmpty()
                        || w instanceof Complement c && weights.stream().anyMatch(c.mask()::sameAs));
    }

    /**
     * The weights of each term before they are divided by its normaliser.
     *
     * @param statistics the tokens of the scope
     * @return [N] for each term
     */
    public List<Tensor> weights(TokenStatistics statistics) {
        return terms.stream().map(term -> term.weight().of(statistics)).toList();
    }

    /**
     * Divides the weights by the normalisers.
     *
     * @param weights [N] for each term, over a whole optimiser step
     * @param statistics the tokens of the step
     * @return [N] for each term
     */
    public List<Tensor> normalise(List<Tensor> weights, TokenStatistics statistics) {
        List<Tensor> normalised = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            normalised.add(normalise(terms.get(i), weights.get(i), statistics));
        }
        return normalised;
    }

    private Tensor normalise(Term term, Tensor weights, TokenStatistics statistics) {
        return counted
                ? term.normaliseCounted(weights, statistics.column(ColumnNames.TOKEN_WEIGHT), statistics)
                : term.normalise(weights, statistics);
    }

    /**
     * The weighted loss of each token under each term.
     *
     * @param student the model's predictions of N tokens
     * @param context their labels, the reference model's predictions and what else the data gives
     * @param weights the normalised weights, [N] for each term
     * @return [N] for each term
     */
    public List<Tensor> weightedLosses(TokenDistribution student, Target.Context context, List<Tensor> weights) {
        List<Tensor> losses = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            losses.add(terms.get(i).target().weightedLoss(student, context, weights.get(i)));
        }
        return losses;
    }

    /**
     * The weighted loss of each term.
     *
     * @param student the model's predictions of N tokens
     * @param context their labels, the reference model's predictions and what else the data gives
     * @param weights the normalised weights, [N] for each term
     * @return a scalar for each term; their sum is minimised
     */
    public List<Tensor> losses(TokenDistribution student, Target.Context context, List<Tensor> weights) {
        return weightedLosses(student, context, weights).stream()
                .map(Tensor::sum)
                .toList();
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(" + "));
    }
}
