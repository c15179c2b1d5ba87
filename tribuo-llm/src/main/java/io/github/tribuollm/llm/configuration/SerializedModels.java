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

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int32Value;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.primitives.EnumProvenance;
import io.github.tribuollm.llm.protos.CausalLMModelProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tribuo.protos.core.CategoricalInfoProto;
import org.tribuo.protos.core.SequenceModelProto;
import org.tribuo.sequence.SequenceModel;

/** Reads Tribuo's model files, whose messages name classes that Tribuo then loads and runs: only trusted ones. */
public final class SerializedModels {
    private static final int DEEPEST = 32;

    /** Whose provenance classes hold texts, numbers and lists. */
    private static final String PROVENANCE = "com.oracle.labs.mlrg.olcut.provenance.";

    private static final TypeRegistry KNOWN = TypeRegistry.newBuilder()
            .add(messagesBeside(SequenceModelProto.getDescriptor()))
            .add(messagesBeside(CategoricalInfoProto.getDescriptor()))
            .add(messagesBeside(RootProvenanceProto.getDescriptor()))
            .add(messagesBeside(CausalLMModelProto.getDescriptor()))
            .add(messagesBeside(Int32Value.getDescriptor()))
            .build();

    private final Path file;
    private final TrustedPackages trusted;

    private SerializedModels(Path file, TrustedPackages trusted) {
        this.file = file;
        this.trusted = trusted;
    }

    private static List<Descriptor> messagesBeside(Descriptor message) {
        return message.getFile().getMessageTypes();
    }

    /**
     * Reads a model.
     *
     * @param file what {@link SequenceModel#serializeToFile} wrote
     * @param packages whose classes it may name, beside this project's and Tribuo's
     * @return the model
     * @throws ConfigurationException if it names another class, or holds a message that could name any
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException or {@link IllegalStateException} if it says what no such file says
     */
    public static SequenceModel<?> read(Path file, List<String> packages) throws IOException {
        SequenceModelProto model;
        try (InputStream in = Files.newInputStream(file)) {
            model = SequenceModelProto.parseFrom(in);
        }
        new SerializedModels(file, TrustedPackages.and(packages)).require(model, 0);
        return SequenceModel.deserialize(model);
    }

    /**
     * Requires that components are of trusted packages, before one is made.
     *
     * @param file where they come from
     * @param components as a provenance describes them
     * @param packages whose classes may run, beside this project's and Tribuo's
     * @throws ConfigurationException naming the first class that is of another package
     */
    public static void requireTrusted(Path file, List<ConfigurationData> components, List<String> packages) {
        SerializedModels named = new SerializedModels(file, TrustedPackages.and(packages));
        components.forEach(component -> named.requireTrusted(component.getClassName()));
    }

    private void require(Message message, int depth) throws InvalidProtocolBufferException {
        if (depth > DEEPEST) {
            throw new ConfigurationException(file + ": its messages are nested more than " + DEEPEST + " deep");
        }
        if (message.getDescriptorForType().equals(Any.getDescriptor())) {
            require(unpacked(Any.parseFrom(message.toByteString())), depth + 1);
            return;
        }
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            require(message, field.getKey(), field.getValue(), depth);
        }
    }

    private void require(Message message, FieldDescriptor field, Object value, int depth)
            throws InvalidProtocolBufferException {
        if (field.getJavaType() == JavaType.MESSAGE) {
            for (Object one : value instanceof List<?> several ? several : List.of(value)) {
                require((Message) one, depth + 1);
            }
        } else if (namesClass(message, field)) {
            requireTrusted((String) value);
        }
    }

    /** An enum's provenance says of which class it is; what a provenance is of is not loaded here. */
    private static boolean namesClass(Message message, FieldDescriptor field) {
        return switch (field.getName()) {
            case "class_name", "provenance_class_name" -> true;
            case "additional" ->
                EnumProvenance.class
                        .getName()
                        .equals(message.getField(message.getDescriptorForType()
                                .findFieldByNumber(SimpleProvenanceProto.PROVENANCE_CLASS_NAME_FIELD_NUMBER)));
            default -> false;
        };
    }

    private Message unpacked(Any any) throws InvalidProtocolBufferException {
        String name = any.getTypeUrl().substring(any.getTypeUrl().lastIndexOf('/') + 1);
        Descriptor type = KNOWN.find(name);
        if (type == null) {
            throw new ConfigurationException(file + ": holds a message of the type " + name
                    + ", which is not known here and could name any class; if you know where the file comes from, read"
                    + " it with Tribuo's SequenceModel.deserializeFromFile");
        }
        return DynamicMessage.parseFrom(type, any.getValue());
    }

    private void requireTrusted(String className) {
        if (!className.isEmpty() && !className.startsWith(PROVENANCE) && !trusted.hold(className)) {
            throw new ConfigurationException(file + ": names the class " + className
                    + ", which is in no trusted package; trusted are " + trusted
                    + ", for the command reproduce those of --trust-packages, and in Java those given to"
                    + " ModelReproduction.ofModel(file, packages)");
        }
    }
}
