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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Int32Value;
import com.google.protobuf.Struct;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Prediction;
import org.tribuo.VariableInfo;
import org.tribuo.protos.core.OutputProto;
import org.tribuo.test.Helpers;

class TokenTypesTest {

    @Test
    void identityIsTheId() {
        TokenOutput plain = new TokenOutput(7);
        TokenOutput scored = new TokenOutput(7, -0.5, Map.of("entropy", 1.25));
        assertEquals(plain, scored);
        assertEquals(plain.hashCode(), scored.hashCode());
        assertNotEquals(plain, new TokenOutput(8));
        assertFalse(plain.fullEquals(scored));
        assertTrue(scored.fullEquals(new TokenOutput(7, -0.5 + 1e-9, Map.of("entropy", 1.25)), 1e-6));
        assertThrows(IllegalArgumentException.class, () -> new TokenOutput(-1));
        assertThrows(IllegalArgumentException.class, () -> new TokenOutput(1, 0.1));
    }

    @Test
    void outputsRoundTrip() {
        for (TokenOutput token : List.of(
                new TokenOutput(0),
                new TokenOutput(Integer.MAX_VALUE, Double.NEGATIVE_INFINITY),
                new TokenOutput(128_255, -3.25, Map.of("entropy", 0.5, "mutual information", 1e-9)),
                TokenOutput.UNKNOWN)) {
            Output<?> read = Output.deserialize(token.serialize());
            assertTrue(token.fullEquals((TokenOutput) read), token.toString());
        }
    }

    @Test
    void brokenOutputsAreRefused() {
        OutputProto good = new TokenOutput(3).serialize();
        assertThrows(
                IllegalStateException.class,
                () -> Output.deserialize(good.toBuilder().setVersion(9).build()));
        OutputProto empty = good.toBuilder()
                .setSerializedData(Any.pack(Struct.getDefaultInstance()))
                .build();
        assertThrows(IllegalStateException.class, () -> Output.deserialize(empty));
        OutputProto other =
                good.toBuilder().setSerializedData(Any.pack(Int32Value.of(3))).build();
        assertThrows(IllegalStateException.class, () -> Output.deserialize(other));
    }

    @Test
    void factoryMakesAndRefusesTokens() {
        TokenFactory factory = new TokenFactory();
        assertEquals(new TokenOutput(12), factory.generateOutput(12));
        assertEquals(new TokenOutput(12), factory.generateOutput("12"));
        assertThrows(IllegalArgumentException.class, () -> factory.generateOutput("cat"));
        assertEquals(factory, OutputFactory.deserialize(factory.serialize()));
        Helpers.testProvenanceMarshalling(factory.getProvenance());
        Helpers.testConfigurableRoundtrip(factory);
        assertEquals(
                new TokenInfo(2),
                factory.constructInfoForExternalModel(Map.of(new TokenOutput(0), 0, new TokenOutput(1), 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> factory.constructInfoForExternalModel(Map.of(new TokenOutput(0), 1, new TokenOutput(1), 0)));
    }

    @Test
    void outputDomainIsTheVocabulary() {
        TokenInfo info = new TokenInfo(5);
        assertEquals(5, info.size());
        assertEquals(4, info.getID(new TokenOutput(4, -1)));
        assertEquals(-1, info.getID(new TokenOutput(5)));
        assertEquals(-1, info.getID(TokenOutput.UNKNOWN));
        assertNull(info.getOutput(5));
        assertEquals(new TokenOutput(0), info.getOutput(0));
        assertEquals(5, info.getDomain().size());
        assertTrue(info.getDomain().contains(new TokenOutput(3)));
        List<Integer> ids = new ArrayList<>();
        for (Pair<Integer, TokenOutput> pair : info) {
            assertEquals(pair.getA(), pair.getB().id());
            ids.add(pair.getA());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), ids);
        assertTrue(info.domainAndIDEquals(new TokenInfo(5)));
        assertFalse(info.domainAndIDEquals(new TokenInfo(6)));
    }

    @Test
    void aDomainOf128256TokensIsAFewBytes() {
        TokenInfo info = new TokenInfo(128_256);
        assertTrue(info.serialize().getSerializedSize() < 200);
        Helpers.testProtoSerialization(info);
        VocabularyFeatureMap features = new VocabularyFeatureMap(128_256);
        assertTrue(features.serialize().getSerializedSize() < 200);
        Helpers.testProtoSerialization(features);
    }

    @Test
    void mutableDomainCountsAndFreezes() {
        MutableOutputInfo<TokenOutput> info = new TokenFactory().generateInfo();
        assertThrows(IllegalStateException.class, info::generateImmutableOutputInfo);
        info.observe(new TokenOutput(9));
        info.observe(new TokenOutput(9));
        info.observe(new TokenOutput(2));
        info.observe(TokenOutput.UNKNOWN);
        assertEquals(2, info.size());
        assertEquals(1, info.getUnknownCount());
        ImmutableOutputInfo<TokenOutput> frozen = info.generateImmutableOutputInfo();
        assertEquals(9, frozen.getID(new TokenOutput(9)));
        assertEquals(10, frozen.size());
        Helpers.testProtoSerialization(info);
        assertEquals(
                new TokenInfo(4), new TokenInfo(4).generateMutableOutputInfo().generateImmutableOutputInfo());
    }

    @Test
    void featureNamesKeepTheOrderOfTheIds() {
        VocabularyFeatureMap map = new VocabularyFeatureMap(1_000_003);
        assertEquals(1_000_003, map.size());
        assertEquals("t:0000000", VocabularyFeatureMap.name(0));
        assertEquals("t:1000002", VocabularyFeatureMap.name(1_000_002));
        for (int id : new int[] {0, 7, 10, 99_999, 1_000_002}) {
            assertEquals(id, map.getID(VocabularyFeatureMap.name(id)));
            assertEquals(id, map.get(VocabularyFeatureMap.name(id)).getID());
            assertEquals(VocabularyFeatureMap.name(id), map.get(id).getName());
        }
        for (String wrong : new String[] {"t:1000003", "t:7", "x:0000007", "t:00000x7", "t:-000007", ""}) {
            assertEquals(-1, map.getID(wrong), wrong);
            assertNull(map.get(wrong), wrong);
        }
        List<String> names = new ArrayList<>(new VocabularyFeatureMap(1234).keySet());
        List<String> sorted = new ArrayList<>(names);
        Collections.sort(sorted);
        assertEquals(sorted, names);
        assertEquals(1234, names.size());
    }

    @Test
    void featureMapAgreesWithTribuosOwn() {
        VocabularyFeatureMap ours = new VocabularyFeatureMap(50);
        List<VariableInfo> infos = new ArrayList<>();
        ours.forEach(infos::add);
        ImmutableFeatureMap tribuo = new ImmutableFeatureMap(infos);
        for (int id = 0; id < 50; id++) {
            assertEquals(tribuo.get(id).getName(), ours.get(id).getName());
        }
        assertTrue(ours.domainEquals(tribuo));
        assertTrue(tribuo.domainEquals(ours));
        assertFalse(ours.domainEquals(new VocabularyFeatureMap(51)));
    }

    @Test
    void evaluationCountsOnlyWhatCarriesWeight() {
        List<Prediction<TokenOutput>> predictions =
                List.of(prediction(3, 3, -0.5, 1), prediction(3, 4, -1.5, 1), prediction(0, 1, -100, 0));
        TokenEvaluation evaluation = new TokenEvaluation(predictions, null);
        assertEquals(1.0, evaluation.nll(), 1e-12);
        assertEquals(Math.E, evaluation.perplexity(), 1e-12);
        assertEquals(0.5, evaluation.accuracy(), 1e-12);
        assertEquals(2.0, evaluation.weight());
        assertEquals(3, evaluation.asMap().size());
        assertSame(predictions.get(0), evaluation.getPredictions().get(0));
    }

    private static Prediction<TokenOutput> prediction(int target, int predicted, double targetScore, float weight) {
        TokenOutput output = new TokenOutput(predicted, -0.25);
        TokenOutput scored = new TokenOutput(target, targetScore);
        return new Prediction<>(output, Map.of(scored.name(), scored), 1, new TokenExample(0, target, weight), true);
    }
}
