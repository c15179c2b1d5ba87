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
package io.github.tribuollm.llm.token;

import com.google.protobuf.Any;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.util.Map;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableOutputInfo;
import org.tribuo.OutputFactory;
import org.tribuo.evaluation.Evaluator;
import org.tribuo.protos.core.OutputFactoryProto;
import org.tribuo.provenance.OutputFactoryProvenance;

/** Makes {@link TokenOutput}s and their domains. Has no state; all factories are equal. */
public final class TokenFactory implements OutputFactory<TokenOutput> {
    private static final long serialVersionUID = 1L;

    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 0;

    /** Creates a factory. */
    public TokenFactory() {}

    /**
     * Makes a token of a number or of its decimal digits.
     *
     * @param label a {@link Number}, or an object whose {@code toString} is a token id
     * @param <V> the type of the label
     * @return the token
     * @throws IllegalArgumentException if the label is no token id
     */
    @Override
    public <V> TokenOutput generateOutput(V label) {
        if (label instanceof TokenOutput token) {
            return token;
        }
        try {
            return new TokenOutput(Integer.parseInt(label.toString()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + label + "\" is no token id; use the tokenizer to make ids", e);
        }
    }

    @Override
    public TokenOutput getUnknownOutput() {
        return TokenOutput.UNKNOWN;
    }

    @Override
    public MutableOutputInfo<TokenOutput> generateInfo() {
        return new MutableTokenInfo();
    }

    @Override
    public ImmutableOutputInfo<TokenOutput> constructInfoForExternalModel(Map<TokenOutput, Integer> mapping) {
        OutputFactory.validateMapping(mapping);
        mapping.forEach((token, id) -> {
            if (token.id() != id) {
                throw new IllegalArgumentException(
                        "A token's output id is its own id, but " + token + " maps to " + id);
            }
        });
        return new TokenInfo(mapping.size());
    }

    /**
     * {@return an evaluator of next-token predictions}
     */
    @Override
    public Evaluator<TokenOutput, TokenEvaluation> getEvaluator() {
        return new TokenEvaluator();
    }

    @Override
    public Class<TokenOutput> getTypeWitness() {
        return TokenOutput.class;
    }

    @Override
    public OutputFactoryProvenance getProvenance() {
        return new TokenFactoryProvenance();
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that wrote it
     * @param message empty
     * @return the factory
     * @throws IllegalArgumentException if the version is unknown
     */
    public static TokenFactory deserializeFromProto(int version, String className, Any message) {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        return new TokenFactory();
    }

    @Override
    public OutputFactoryProto serialize() {
        return OutputFactoryProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TokenFactory.class.getName())
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenFactory;
    }

    @Override
    public int hashCode() {
        return TokenFactory.class.hashCode();
    }

    @Override
    public String toString() {
        return "TokenFactory";
    }

    /** The provenance of a {@link TokenFactory}. */
    public static final class TokenFactoryProvenance implements OutputFactoryProvenance {
        private static final long serialVersionUID = 1L;

        TokenFactoryProvenance() {}

        /**
         * Deserialisation constructor.
         *
         * @param map the provenances by name, of which none is needed
         */
        public TokenFactoryProvenance(Map<String, Provenance> map) {}

        @Override
        public String getClassName() {
            return TokenFactory.class.getName();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof TokenFactoryProvenance;
        }

        @Override
        public int hashCode() {
            return 31;
        }

        @Override
        public String toString() {
            return generateString("OutputFactory");
        }
    }
}
