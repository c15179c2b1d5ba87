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
package io.github.tribuollm.objectives.weight;

import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.Component;
import java.util.List;
import java.util.Optional;

/** A weight for each token; no gradient passes through it. Masks are the weights 0 and 1. */
public interface TokenWeight extends Component {
    /**
     * The weights.
     *
     * @param statistics what is known of the tokens
     * @return [N], finite
     */
    Tensor of(TokenStatistics statistics);

    /** {@return among which tokens this weight ranks; empty if it looks at each token alone} */
    Optional<Scope> scope();

    /**
     * The tokens that this mask leaves.
     *
     * @return the complement of this mask
     */
    default TokenWeight not() {
        return new Complement(this);
    }

    /**
     * The tokens that both masks take; in general the product of the weights.
     *
     * @param other the other mask
     * @return the intersection
     */
    default TokenWeight and(TokenWeight other) {
        return new Intersection(this, other);
    }

    /**
     * The tokens that either mask takes.
     *
     * @param other the other mask
     * @return the union
     */
    default TokenWeight or(TokenWeight other) {
        return not().and(other.not()).not();
    }

    /** {@return the selections that this weight is made of; none if no token is left out} */
    default List<Selection> selections() {
        return List.of();
    }

    /** {@return the weights whose product this is} */
    default List<TokenWeight> factors() {
        return List.of(this);
    }

    /**
     * Whether it is certain that no token has both weights: a factor of one is the complement of a factor of the other.
     *
     * @param other the other weight
     * @return false if a token may have both
     */
    default boolean excludes(TokenWeight other) {
        return factors().stream().anyMatch(a -> other.factors().stream().anyMatch(b -> opposed(a, b)));
    }

    private static boolean opposed(TokenWeight a, TokenWeight b) {
        return a instanceof Complement c && c.mask().sameAs(b)
                || b instanceof Complement d && d.mask().sameAs(a);
    }
}
