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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.RowSums;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * The predictive distributions {@code p(x | x_{<t})} of N tokens over a vocabulary of V, and the quantities that
 * objectives are made of. All are differentiable and in nats.
 *
 * <p>Everything is computed from what is small where p is not: how far a logit lies below the largest one, {@code max z
 * - z}, and how far log Z lies above it. Sums over logits themselves, 15 to 25 in a trained model, would multiply
 * every rounding by that. The softmax of ONNX Runtime sums to up to 1 + 1e-5 over 50,000 tokens, so that every use of
 * it is divided by its sum.
 */
public final class TokenDistribution {
    private final Tensor logits;
    private final Optional<BiFunction<Tensor, Tensor, Tensor>> labelLogit;
    private final Tensor softmax;
    private final Tensor mass;
    private final Tensor largest;
    private final Tensor bestNll;

    private TokenDistribution(Tensor logits, Optional<BiFunction<Tensor, Tensor, Tensor>> labelLogit) {
        Graph graph = logits.graph();
        this.logits = logits;
        this.labelLogit = labelLogit;
        this.softmax = graph.withoutGradients(logits::softmax);
        this.mass = graph.withoutGradients(() -> RowSums.sum(softmax));
        this.largest = graph.withoutGradients(() -> logits.max(-1));
        this.bestNll = leastNll();
    }

    /**
     * Distributions from logits.
     *
     * @param logits [N, V]
     * @return the distributions
     */
    public static TokenDistribution ofLogits(Tensor logits) {
        return new TokenDistribution(logits, Optional.of(TokenDistribution::pick));
    }

    /**
     * Distributions from the output layer of a language model. The gradient of a label's logit goes straight to the
     * hidden state and the label's row of the output layer, so that no [N, V] tensor is scattered into.
     *
     * @param hidden [N, D], what enters the output layer
     * @param head [V, D], the output layer
     * @return the distributions
     */
    public static TokenDistribution ofHead(Tensor hidden, Tensor head) {
        return ofHead(hidden, Matrix.of(head), UnaryOperator.identity());
    }

    /**
     * Distributions from an output layer whose logits pass through an elementwise function, such as soft-capping. Where
     * the output layer computes in 16 bits, a label's share of the gradient joins the rest before it is rounded: of
     * p - 1, p rounded first would leave little.
     *
     * @param hidden [N, D], what enters the output layer
     * @param head [V, D], the output layer
     * @param activation maps raw logits of any shape to logits
     * @return the distributions
     */
    public static TokenDistribution ofHead(Tensor hidden, Matrix head, UnaryOperator<Tensor> activation) {
        Tensor logits = activation.apply(head.product(hidden).toFloat());
        return new TokenDistribution(
                logits,
                hidden.type().element().isNarrow()
                        ? Optional.empty()
                        : Optional.of((z, labels) -> pick(z, labels, hidden, head, activation)));
    }

    /**
     * -log p of the most probable token, which is log Z - max z, and neither overflows nor underflows. With max z a
     * constant its gradient is p.
     */
    private Tensor leastNll() {
        return logits.graph()
                .custom(List.of(logits), () -> flat(mass.div(softmax.max(-1)).log()), d -> List.of(probabilities(d)));
    }

    /** p times a factor of each row. */
    private Tensor probabilities(Tensor factors) {
        return softmax.mul(column(factors).div(mass));
    }

    /** {@return max z - z, [N, V], at least 0, without a gradient} */
    private Tensor gaps() {
        return logits.graph().withoutGradients(() -> largest.sub(logits));
    }

    /** The expectation of what is given for each token of the vocabulary, [N]; without a gradient. */
    private Tensor mean(Tensor values) {
        return logits.graph()
                .withoutGradients(() -> RowSums.dot(softmax, values).div(flat(mass)));
    }

    private static Tensor pick(Tensor logits, Tensor labels) {
        long classes = logits.shape().dim(1).factor();
        long[] all = LongStream.range(0, classes).toArray();
        return logits.graph().custom(List.of(logits), () -> logits.pick(labels), d -> {
            Tensor oneHot = column(labels).equalTo(logits.graph().integers(all)).toFloat();
            return List.of(oneHot.mul(column(d)));
        });
    }

    private static Tensor pick(
            Tensor logits, Tensor labels, Tensor hidden, Matrix head, UnaryOperator<Tensor> activation) {
        Tensor rows = head.rows(labels);
        Tensor dot = activation.apply(hidden.mul(rows).sum(-1).reshape(labels.shape()));
        return logits.graph().custom(List.of(dot), () -> logits.pick(labels), List::of);
    }

    private static Tensor column(Tensor vector) {
        return vector.reshape(vector.shape().dim(0), Dim.ONE);
    }

    private static Tensor flat(Tensor column) {
        return column.reshape(column.shape().dim(0));
    }

    /** {@return z, [N, V]} */
    public Tensor logits() {
        return logits;
    }

    /** {@return p, [N, V]} */
    public Tensor probabilities() {
        return logits.graph()
                .custom(
                        List.of(logits),
                        () -> softmax.div(mass),
                        d -> List.of(d.sub(column(mean(d))).mul(softmax.div(mass))));
    }

    /**
     * The negative log-likelihood -log p(label).
     *
     * @param labels int64 [N], ids in [0, V)
     * @return [N], at least 0
     */
    public Tensor nll(Tensor labels) {
        if (labels.type().element() != ElementType.INT64
                || !labels.shape().equals(Shape.of(logits.shape().dim(0)))) {
            throw new IllegalArgumentException(
                    "Labels must be int64 [N], one for each row of " + logits + ": " + labels);
        }
        return labelLogit
                .map(logit -> bestNll.add(flat(largest).sub(logit.apply(logits, labels))))
                .orElseGet(() -> crossEntropy(alone(labels)));
    }

    /** All probability on the label. */
    private static SparseDistribution alone(Tensor labels) {
        Tensor ids = column(labels);
        return new SparseDistribution(ids, labels.graph().constant(1f).expand(ids.shape()));
    }

    /** {@return the most probable token of each row, int64 [N]; the lowest id in a tie} */
    public Tensor best() {
        return logits.argMax();
    }

    /**
     * Whether no token is more probable than the label; without a gradient.
     *
     * @param labels int64 [N]
     * @return [N], 1 or 0
     */
    public Tensor hits(Tensor labels) {
        return logits.graph()
                .withoutGradients(
                        () -> flat(largest).greater(logits.pick(labels)).not().toFloat());
    }

    /**
     * The entropy to a few 1e-6, without a gradient and without a tensor [N, V] of its own: for a log beside a loss.
     *
     * @return [N]
     */
    public Tensor roughEntropy() {
        return logits.graph().withoutGradients(() -> bestNll.add(flat(largest)).sub(mean(logits)));
    }

    /** {@return -log p of the most probable token, [N], at least 0} */
    public Tensor bestNll() {
        return bestNll;
    }

    /**
     * {@return the probability of the most probable token minus that of the next, [N], in [0, 1]; without a gradient}
     */
    public Tensor margin() {
        Tensor two = top(2).probabilities();
        return two.slice(1, 0, 1).sub(two.slice(1, 1, 2)).reshape(logits.shape().dim(0));
    }

    /**
     * The entropy -sum p log p.
     *
     * @return [N], in [0, log V]
     */
    public Tensor entropy() {
        return expectation(gaps(), bestNll::add);
    }

    /**
     * The cross-entropy -sum q log p to another distribution; no gradient reaches q.
     *
     * @param teacher q, of the same rows and vocabulary
     * @return [N], at least the teacher's entropy
     */
    public Tensor crossEntropy(TokenDistribution teacher) {
        return towards(teacher, () -> bestNll.add(teacher.mean(gaps())));
    }

    /** What is least where p is the teacher's q: its gradient is p - q. */
    private Tensor towards(TokenDistribution teacher, Supplier<Tensor> value) {
        return logits.graph()
                .custom(List.of(logits), value, d -> List.of(probabilities(d).sub(teacher.probabilities(d))));
    }

    /**
     * The cross-entropy -sum q log p to a distribution with few entries. Its gradient (sum q) p - q is p with k
     * entries of each row changed.
     *
     * @param target q, of the same rows and vocabulary
     * @return [N]
     */
    public Tensor crossEntropy(SparseDistribution target) {
        Tensor q = target.probabilities();
        Tensor ids = target.ids();
        return logits.graph()
                .custom(
                        List.of(logits),
                        () -> flat(column(bestNll)
                                .add(largest.sub(logits.pick(ids)))
                                .mul(q)
                                .sum(-1)),
                        d -> List.of(probabilities(flat(q.sum(-1)).mul(d))
                                .scatterAdd(ids, q.mul(column(d)).neg())));
    }

    /**
     * The generalised Jensen-Shannon divergence from a teacher P to this Q: with {@code M = beta P + (1 - beta) Q},
     * {@code beta KL(P || M) + (1 - beta) KL(Q || M)}; at the ends, where that is 0, {@code KL(P || Q)} for beta 0 and
     * {@code KL(Q || P)} for beta 1. No gradient reaches P. With {@code g = log Q - log M}, times 1 - beta where the
     * divergence is mixed, the gradient is {@code Q (g - sum Q g)}.
     *
     * @param teacher P, of the same rows and vocabulary
     * @param beta in [0, 1]
     * @return [N], at least 0, nats
     */
    public Tensor divergence(TokenDistribution teacher, double beta) {
        if (beta == 0) {
            return towards(teacher, () -> teacher.mean(gapRatio(teacher)).add(leastRatio(teacher)));
        }
        return beta == 1
                ? expectation(teacher.gapRatio(this), mean -> mean.sub(leastRatio(teacher)))
                : jensenShannon(teacher, beta);
    }

    /** log P - log Q of a teacher P up to a constant in each row, [N, V], without a gradient. */
    private Tensor gapRatio(TokenDistribution teacher) {
        return logits.graph().withoutGradients(() -> gaps().sub(teacher.gaps()));
    }

    /** That constant, [N]. */
    private Tensor leastRatio(TokenDistribution teacher) {
        return bestNll.sub(teacher.bestNll);
    }

    /** With u = log P - log Q, log M is log max(P, Q) + log((1 - beta) e^-max(u, 0) + beta e^min(u, 0)). */
    private Tensor jensenShannon(TokenDistribution teacher, double beta) {
        Graph graph = logits.graph();
        Tensor ratio = graph.withoutGradients(() -> gapRatio(teacher).add(column(leastRatio(teacher))));
        Tensor above = graph.withoutGradients(ratio::relu);
        Tensor below = graph.withoutGradients(() -> ratio.sub(above));
        Tensor mixture = graph.withoutGradients(() -> above.neg()
                .exp()
                .mul((float) (1 - beta))
                .add(below.exp().mul((float) beta))
                .log());
        Tensor own = graph.withoutGradients(() -> above.add(mixture).mul((float) (beta - 1)));
        return expectation(
                own, mean -> teacher.mean(below.sub(mixture)).mul((float) beta).add(mean));
    }

    /**
     * What has the gradient p (g - sum p g).
     *
     * @param g [N, V], a constant
     * @param value maps sum p g, [N], to the value
     */
    private Tensor expectation(Tensor g, UnaryOperator<Tensor> value) {
        Tensor mean = mean(g);
        return logits.graph()
                .custom(
                        List.of(logits),
                        () -> value.apply(mean),
                        d -> List.of(g.sub(column(mean)).mul(probabilities(d))));
    }

    /**
     * The k most probable tokens of each row; without a gradient.
     *
     * @param k how many, at least 1; the whole vocabulary if it is smaller
     * @return their ids and probabilities, the most probable first, the lowest id in a tie
     */
    public SparseDistribution top(int k) {
        return logits.graph().withoutGradients(() -> {
            List<Tensor> top = softmax.top(atMost(k));
            return new SparseDistribution(top.get(1), top.get(0).div(mass));
        });
    }

    /**
     * The entropy among the k most probable tokens of each row, their probabilities scaled to the sum 1; without a
     * gradient.
     *
     * @param k how many, at least 1; the whole vocabulary if it is smaller
     * @return [N], in [0, log k]
     */
    public Tensor topEntropy(int k) {
        return logits.graph()
                .withoutGradients(() -> ofLogits(logits.top(atMost(k)).get(0)).entropy());
    }

    private long atMost(int k) {
        return Math.min(k, logits.shape().dim(1).factor());
    }

    /**
     * The distributions softmax(z / T).
     *
     * @param temperature T, above 0
     * @return the distributions; this one if T is 1
     */
    public TokenDistribution atTemperature(double temperature) {
        if (temperature == 1) {
            return this;
        }
        float scale = (float) (1 / temperature);
        return new TokenDistribution(
                logits.mul(scale),
                labelLogit.map(
                        logit -> (scaled, labels) -> logit.apply(logits, labels).mul(scale)));
    }
}
