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

import io.github.tribuollm.objectives.target.ClippedRatioTarget;
import io.github.tribuollm.objectives.target.DivergenceTarget;
import io.github.tribuollm.objectives.target.KlEstimateTarget;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.target.ReferenceTarget;
import io.github.tribuollm.objectives.target.SparseTarget;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.target.TopReferenceTarget;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.ColumnScore;
import io.github.tribuollm.objectives.weight.ExcessLossScore;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LogRatioScore;
import io.github.tribuollm.objectives.weight.ProbabilityScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Score;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.SoftFunction;
import io.github.tribuollm.objectives.weight.SoftWeight;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopEntropyScore;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.List;

/**
 * Ready-made objectives of the literature, each a composition. Where a method is usually run on the model's own
 * samples, the data must hold them: its columns give what a rollout brings along.
 */
public final class Objectives {
    private Objectives() {}

    private static Objective single(Target target, TokenWeight weight, Normaliser normaliser) {
        return new Objective(List.of(new Term(target, weight, normaliser, 1)));
    }

    private static Selection top(Score score, double quantile, Granularity granularity) {
        return new Selection(score, new TopQuantile(quantile), granularity, Scope.OPTIMISER_STEP);
    }

    private static SoftWeight advantage() {
        return new SoftWeight(new ColumnScore(ColumnNames.ADVANTAGE));
    }

    /**
     * Masked MLE by any score: the mean of -log p over the tokens of an optimiser step with the highest score.
     *
     * @param score what tokens are ranked by
     * @param quantile above which a token is trained on, in (0, 1)
     * @return the objective
     */
    public static Objective maskedMle(Score score, double quantile) {
        return Objective.maskedMle(top(score, quantile, Granularity.TOKEN));
    }

    /**
     * Selection of whole documents: the mean of -log p over the documents of an optimiser step with the highest mean
     * score.
     *
     * @param score what documents are ranked by
     * @param quantile above which a document is trained on, in (0, 1)
     * @return the objective
     */
    public static Objective documentSelection(Score score, double quantile) {
        return Objective.maskedMle(top(score, quantile, Granularity.DOCUMENT));
    }

    /**
     * Bayesian active learning: the tokens of highest epistemic uncertainty, the mutual information of label and
     * parameters (Houlsby et al., "Bayesian Active Learning for Classification and Preference Learning", 2011,
     * equation 2), which the column {@value ColumnNames#EPISTEMIC} holds.
     *
     * @param quantile above which a token is trained on, in (0, 1)
     * @return the objective
     */
    public static Objective bayesianActiveLearning(double quantile) {
        return maskedMle(new ColumnScore(ColumnNames.EPISTEMIC), quantile);
    }

    /**
     * Rho-1: the tokens of highest excess loss over the reference model (Lin et al., "Rho-1: Not All Tokens Are What
     * You Need", 2024).
     *
     * @param quantile above which a token is trained on, in (0, 1); 0.4 in the paper
     * @return the objective
     */
    public static Objective rho1(double quantile) {
        return maskedMle(new ExcessLossScore(), quantile);
    }

    /**
     * RHO-LOSS: the documents of highest reducible loss, the reference model having been trained on held-out data
     * (Mindermann et al., "Prioritized Training on Points that are Learnable, Worth Learning, and Not Yet Learnt",
     * 2022, Algorithm 1).
     *
     * @param quantile above which a document is trained on, in (0, 1); 0.9 in the paper
     * @return the objective
     */
    public static Objective rhoLoss(double quantile) {
        return documentSelection(new ExcessLossScore(), quantile);
    }

    /**
     * Knowledge distillation: the cross-entropy to the teacher at a temperature, times the temperature's square
     * (Hinton et al., "Distilling the Knowledge in a Neural Network", 2015, Section 2).
     *
     * @param temperature of both models, above 0
     * @return the objective
     */
    public static Objective knowledgeDistillation(double temperature) {
        return new Objective(List.of(new Term(
                new ReferenceTarget(temperature), new AllTokens(), Normaliser.VALID, temperature * temperature)));
    }

    /**
     * Truncated KL: distillation of the teacher's most probable tokens (Appendix B of the paper).
     *
     * @param k how many, at least 1
     * @param renormalise whether their probabilities are scaled to the sum 1
     * @return the objective
     */
    public static Objective truncatedKl(int k, boolean renormalise) {
        return single(new TopReferenceTarget(k, renormalise, 1), new AllTokens(), Normaliser.VALID);
    }

    /**
     * Distillation of a cached teacher (Anshumann et al., "Sparse Logit Sampling: Accelerating Knowledge Distillation
     * in LLMs", 2025): unbiased if the cache holds samples, biased if it holds the most probable tokens.
     *
     * @param teacher the cache
     * @return the objective
     */
    public static Objective sparseDistillation(SparseTeacher teacher) {
        return single(new SparseTarget(teacher), new AllTokens(), Normaliser.VALID);
    }

    /**
     * Oracle label noise: the cross-entropy to the label's true distribution (Appendix B of the paper).
     *
     * @param oracle the distribution of each label
     * @return the objective
     */
    public static Objective oracleLabelNoise(SparseTeacher oracle) {
        return sparseDistillation(oracle);
    }

    /**
     * Generalised knowledge distillation (Agarwal et al., "On-Policy Distillation of Language Models: Learning from
     * Self-Generated Mistakes", 2024).
     *
     * @param beta 0 for forward KL, 1 for reverse KL, between for the generalised Jensen-Shannon divergence
     * @param temperature of both models, above 0
     * @return the objective
     */
    public static Objective gkd(double beta, double temperature) {
        return single(new DivergenceTarget(beta, temperature), new AllTokens(), Normaliser.VALID);
    }

    /**
     * Dynamic fine-tuning: each token's loss times its probability (Wu et al., "On the Generalization of SFT: A
     * Reinforcement Learning Perspective with Reward Rectification", 2025).
     *
     * @return the objective
     */
    public static Objective dft() {
        return single(new LabelTarget(), new SoftWeight(new ProbabilityScore()), Normaliser.VALID);
    }

    /**
     * Anchored supervised fine-tuning: dynamic fine-tuning, held to the reference model, usually the bare base, by
     * the reverse KL divergence (Zhu et al., "Anchored Supervised Fine-Tuning", 2025).
     *
     * @param anchor the divergence's coefficient, 0.05 or so
     * @return the objective
     */
    public static Objective asft(double anchor) {
        return dft().plus(new Term(new DivergenceTarget(1, 1), new AllTokens(), Normaliser.VALID, anchor));
    }

    /**
     * Entropy-adaptive fine-tuning: each token's loss times the entropy among its k most probable tokens, relative to
     * the largest, log k (Diao et al., "Entropy-Adaptive Fine-Tuning: Resolving Confident Conflicts to Mitigate
     * Forgetting", 2026).
     *
     * @param k how many tokens count, at least 2; 20 in the paper
     * @return the objective
     */
    public static Objective eaft(int k) {
        SoftWeight entropy = new SoftWeight(new TopEntropyScore(k), SoftFunction.IDENTITY, 1 / Math.log(k));
        return single(new LabelTarget(), entropy, Normaliser.VALID);
    }

    /**
     * Importance-weighted fine-tuning: each token's loss times p / p_ref, clipped from above (Qin and Springenberg,
     * "Supervised Fine Tuning on Curated Data is Reinforcement Learning (and can be improved)", 2025), by token rather
     * than by sequence.
     *
     * @param maximum the largest weight, above 0
     * @return the objective
     */
    public static Objective importanceWeightedSft(double maximum) {
        SoftWeight ratio = new SoftWeight(new LogRatioScore(Policy.REFERENCE), SoftFunction.EXP, 1);
        return single(new LabelTarget(), ratio.clipped(0, maximum), Normaliser.VALID);
    }

    /**
     * Proximal supervised fine-tuning: PPO's clipped ratio with the advantage 1 on the data's tokens (Zhu et al.,
     * "Proximal Supervised Fine-Tuning", 2025).
     *
     * @param policy the policy that the ratio is taken to
     * @param clip how far above 1 the ratio may rise, in (0, 1]
     * @return the objective
     */
    public static Objective psft(Policy policy, double clip) {
        return single(new ClippedRatioTarget(policy, clip, clip), new AllTokens(), Normaliser.VALID);
    }

    /**
     * REINFORCE: -A log p (Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement
     * Learning", 1992), the mean over tokens.
     *
     * @return the objective
     */
    public static Objective reinforce() {
        return single(new LabelTarget(), advantage(), Normaliser.VALID);
    }

    /**
     * Proximal policy optimisation: the clipped surrogate, the mean over tokens (Schulman et al., "Proximal Policy
     * Optimization Algorithms", 2017, equation 7).
     *
     * @param clip how far the ratio may leave 1, in (0, 1]; 0.2 in the paper
     * @return the objective
     */
    public static Objective ppo(double clip) {
        return policyGradient(clip, clip, Normaliser.VALID, 1);
    }

    /**
     * Group relative policy optimisation without its penalty: the mean over each sequence, then over sequences (Shao et
     * al., "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models", 2024, equation 3).
     *
     * @param clip how far the ratio may leave 1, in (0, 1]
     * @return the objective
     */
    public static Objective grpo(double clip) {
        return policyGradient(clip, clip, Normaliser.SEQUENCE_MEAN, 1);
    }

    /**
     * GRPO with its penalty, the estimated divergence from the reference model (equations 3 and 4).
     *
     * @param clip how far the ratio may leave 1, in (0, 1]
     * @param penalty the divergence's coefficient; 0.04 in the paper
     * @return the objective
     */
    public static Objective grpo(double clip, double penalty) {
        return grpo(clip).plus(penalty(Policy.REFERENCE, penalty, Normaliser.SEQUENCE_MEAN));
    }

    /**
     * GRPO without its bias to short answers: sums over sequences, divided by one constant length (Liu et al.,
     * "Understanding R1-Zero-Like Training: A Critical Perspective", 2025, Section 3).
     *
     * @param clip how far the ratio may leave 1, in (0, 1]
     * @param length what every sequence's sum is divided by, such as the longest answer's number of tokens, above 0
     * @return the objective
     */
    public static Objective drGrpo(double clip, double length) {
        return policyGradient(clip, clip, Normaliser.SEQUENCES, 1 / length);
    }

    /**
     * Decoupled clip and dynamic sampling: GRPO with a higher upper bound, the mean over all tokens (Yu et al., "DAPO:
     * An Open-Source LLM Reinforcement Learning System at Scale", 2025).
     *
     * @param low how far below 1 the ratio may fall, in (0, 1]; 0.2 in the paper
     * @param high how far above 1 it may rise, above 0; 0.28 in the paper
     * @return the objective
     */
    public static Objective dapo(double low, double high) {
        return policyGradient(low, high, Normaliser.VALID, 1);
    }

    private static Objective policyGradient(double low, double high, Normaliser normaliser, double coefficient) {
        Target clipped = new ClippedRatioTarget(Policy.OLD, low, high);
        return new Objective(List.of(new Term(clipped, advantage(), normaliser, coefficient)));
    }

    /**
     * A term that holds the model to a policy by the estimated divergence, for {@link Objective#plus(Term)}.
     *
     * @param policy the policy that the model is held to
     * @param coefficient the divergence's coefficient
     * @param normaliser that of the objective's own term
     * @return the term
     */
    public static Term penalty(Policy policy, double coefficient, Normaliser normaliser) {
        return new Term(new KlEstimateTarget(policy), new AllTokens(), normaliser, coefficient);
    }
}
