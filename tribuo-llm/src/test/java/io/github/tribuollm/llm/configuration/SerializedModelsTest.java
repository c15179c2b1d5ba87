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
package io.github.tribuollm.llm.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.ObjectProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.protos.CausalLMModelProto;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.SequenceModelProto;

class SerializedModelsTest {
    private static final Path MODEL = Path.of(System.getProperty("test.resources"), "golden/0.1.0/model.tribuo");
    private static final String PLANTED = "hostile.Planted";

    @TempDir
    private Path directory;

    @AfterEach
    void nothingRan() {
        assertNull(System.getProperty("hostile.ran"), "a class that a file names has run");
    }

    private static SequenceModelProto golden() throws IOException {
        return SequenceModelProto.parseFrom(Files.readAllBytes(MODEL));
    }

    private Path written(SequenceModelProto model) throws IOException {
        return Files.write(directory.resolve("model.tribuo"), model.toByteArray());
    }

    /** The golden model with something else in what Tribuo keeps of it. */
    private Path changed(Consumer<ModelDataProto.Builder> change) throws IOException {
        SequenceModelProto model = golden();
        CausalLMModelProto own = model.getSerializedData().unpack(CausalLMModelProto.class);
        ModelDataProto.Builder data = own.getMetadata().unpack(ModelDataProto.class).toBuilder();
        change.accept(data);
        CausalLMModelProto other =
                own.toBuilder().setMetadata(Any.pack(data.build())).build();
        return written(model.toBuilder().setSerializedData(Any.pack(other)).build());
    }

    private void assertRefused(Path file, String named) {
        for (Consumer<Path> reader : List.<Consumer<Path>>of(CausalLMModel::read, ModelReproduction::ofModel)) {
            ConfigurationException refused = assertThrows(ConfigurationException.class, () -> reader.accept(file));
            assertTrue(refused.getMessage().contains(named), refused.getMessage());
        }
    }

    @Test
    void aModelOfAnotherClassDoesNotRun() throws IOException {
        assertRefused(written(golden().toBuilder().setClassName(PLANTED).build()), PLANTED);
    }

    @Test
    void domainsOfAnotherClassDoNotRun() throws IOException {
        assertRefused(changed(data -> data.getFeatureDomainBuilder().setClassName(PLANTED)), PLANTED);
        assertRefused(changed(data -> data.getOutputDomainBuilder().setClassName(PLANTED)), PLANTED);
    }

    @Test
    void provenancesOfAnotherClassDoNotRun() throws IOException {
        assertRefused(
                changed(data -> {
                    List<ObjectProvenanceProto.Builder> objects =
                            data.getProvenanceBuilder().getOmpBuilderList();
                    objects.get(objects.size() - 1).setProvenanceClassName(PLANTED);
                }),
                PLANTED);
        assertRefused(changed(data -> anEnum(data).setAdditional(PLANTED)), PLANTED);
    }

    private static SimpleProvenanceProto.Builder anEnum(ModelDataProto.Builder data) {
        return data.getProvenanceBuilder().getSmpBuilderList().stream()
                .filter(one -> one.getProvenanceClassName().endsWith("EnumProvenance"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void componentsOfAnotherClassAreNotMade() throws InvalidProtocolBufferException, IOException {
        SequenceModelProto.Builder model = golden().toBuilder();
        CausalLMModelProto.Builder own = model.getSerializedData().unpack(CausalLMModelProto.class).toBuilder();
        ModelDataProto.Builder data = own.getMetadata().unpack(ModelDataProto.class).toBuilder();
        data.getProvenanceBuilder().getSmpBuilderList().stream()
                .filter(one -> one.getValue().endsWith("CausalLMTrainer"))
                .forEach(one -> one.setValue(PLANTED));
        data.getProvenanceBuilder().getOmpBuilderList().stream()
                .filter(one -> one.getObjectClassName().endsWith("CausalLMTrainer"))
                .forEach(one -> one.setObjectClassName(PLANTED));
        own.setMetadata(Any.pack(data.build())).clearSha256();
        Path file = written(
                model.setVersion(0).setSerializedData(Any.pack(own.build())).build());
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> ModelReproduction.ofModel(file));
        assertTrue(refused.getMessage().contains(PLANTED), refused.getMessage());
        assertTrue(refused.getMessage().contains("ModelReproduction.ofModel(file, packages)"), refused.getMessage());
    }

    @Test
    void whatCannotBeLookedIntoIsRefused() throws IOException {
        Any unknown =
                Any.newBuilder().setTypeUrl("type.googleapis.com/some.Thing").build();
        assertRefused(written(golden().toBuilder().setSerializedData(unknown).build()), "some.Thing");
    }

    @Test
    void whatWasWrittenIsRead() {
        try (CausalLMModel model = CausalLMModel.read(MODEL, List.of("another"))) {
            assertEquals(64, model.adapter().orElseThrow().sha256().length());
        }
    }
}
