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
package io.github.tribuollm.llm;

import com.google.protobuf.ByteString;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LayerSelection;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraScale;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.lora.ModuleNames;
import io.github.tribuollm.llm.lora.Replacement;
import io.github.tribuollm.llm.protos.AdapterProto;
import io.github.tribuollm.llm.protos.LowRankProto;
import io.github.tribuollm.llm.protos.PatternProto;
import io.github.tribuollm.llm.protos.ReplacementProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** An adapter inside a serialised model. */
final class SerializedAdapter {
    private SerializedAdapter() {}

    static AdapterProto of(Adapter adapter) {
        LoraConfig config = adapter.config();
        AdapterProto.Builder proto = AdapterProto.newBuilder()
                .setRank(config.rank())
                .setAlpha(config.alpha())
                .setDropout(config.dropout())
                .addAllLayers(config.layers().layers())
                .addAllLayersPatterns(config.layers().layersPatterns())
                .setRankStabilised(config.exceptions().rankStabilised())
                .setTied(adapter.tied());
        write(config.layers().targets(), proto::addAllTargetModules, proto::setTargetExpression);
        write(config.layers().excluded(), proto::addAllExcludedModules, proto::setExcludedExpression);
        config.exceptions().ranks().forEach((name, rank) -> proto.addRanks(pattern(name, rank)));
        config.exceptions().alphas().forEach((name, alpha) -> proto.addAlphas(pattern(name, alpha)));
        adapter.modules().forEach((module, pair) -> proto.addModules(write(module, pair)));
        adapter.replaced().forEach((name, replacement) -> proto.addReplaced(write(name, replacement)));
        return proto.build();
    }

    private static void write(ModuleNames names, Consumer<List<String>> list, Consumer<String> expression) {
        if (names instanceof ModuleNames.Expression some) {
            expression.accept(some.source());
        } else if (names instanceof ModuleNames.Ends some) {
            list.accept(some.names());
        } else {
            list.accept(List.of(ModuleNames.ALL_LINEAR));
        }
    }

    private static PatternProto pattern(String name, double value) {
        return PatternProto.newBuilder().setPattern(name).setValue(value).build();
    }

    private static LowRankProto write(String module, LowRank pair) {
        LowRankProto.Builder proto = LowRankProto.newBuilder()
                .setModule(module)
                .setIn(pair.in())
                .setOut(pair.out())
                .setA(bytes(pair.a()))
                .setB(bytes(pair.b()));
        pair.bias().map(SerializedAdapter::bytes).ifPresent(proto::setBias);
        pair.magnitude().map(SerializedAdapter::bytes).ifPresent(proto::setMagnitude);
        return proto.build();
    }

    private static ReplacementProto write(String name, Replacement replacement) {
        ReplacementProto.Builder proto =
                ReplacementProto.newBuilder().setTensor(name).setValues(bytes(replacement.values()));
        Arrays.stream(replacement.shape()).forEach(proto::addShape);
        if (replacement instanceof Replacement.Rows some) {
            Arrays.stream(some.rows()).forEach(proto::addRows);
        }
        return proto.build();
    }

    private static ByteString bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return ByteString.copyFrom(buffer);
    }

    /**
     * Reads the serialised form.
     *
     * @throws IllegalArgumentException if sizes contradict each other, or a number is not finite
     */
    static Adapter read(AdapterProto proto, String baseSha256) {
        LayerSelection layers = new LayerSelection(
                names(proto.getTargetModulesList(), proto.getTargetExpression()),
                names(proto.getExcludedModulesList(), proto.getExcludedExpression()),
                proto.getLayersList(),
                proto.getLayersPatternsList());
        LoraScale exceptions = new LoraScale(
                proto.getRankStabilised(),
                patterns(proto.getRanksList(), pattern -> (int) pattern.getValue()),
                patterns(proto.getAlphasList(), PatternProto::getValue));
        LoraConfig config = new LoraConfig(proto.getRank(), proto.getAlpha(), proto.getDropout(), layers, exceptions);
        SortedMap<String, LowRank> modules = new TreeMap<>();
        proto.getModulesList().forEach(pair -> modules.put(pair.getModule(), read(pair, config)));
        SortedMap<String, Replacement> replaced = new TreeMap<>();
        proto.getReplacedList().forEach(fresh -> replaced.put(fresh.getTensor(), read(fresh)));
        return new Adapter(config, modules, replaced, proto.getTied(), baseSha256);
    }

    private static ModuleNames names(List<String> list, String expression) {
        return expression.isEmpty() ? ModuleNames.of(list) : ModuleNames.matching(expression);
    }

    private static <T> Map<String, T> patterns(List<PatternProto> list, Function<PatternProto, T> value) {
        Map<String, T> patterns = new LinkedHashMap<>();
        list.forEach(pattern -> patterns.put(pattern.getPattern(), value.apply(pattern)));
        return patterns;
    }

    private static LowRank read(LowRankProto proto, LoraConfig config) {
        return new LowRank(
                proto.getIn(),
                proto.getOut(),
                config.rank(proto.getModule()),
                floats(proto.getModule(), proto.getA()),
                floats(proto.getModule(), proto.getB()),
                vector(proto.getModule(), proto.getBias()),
                vector(proto.getModule(), proto.getMagnitude()));
    }

    private static Replacement read(ReplacementProto proto) {
        long[] shape = proto.getShapeList().stream().mapToLong(Long::longValue).toArray();
        int[] rows = proto.getRowsList().stream().mapToInt(Integer::intValue).toArray();
        float[] values = floats(proto.getTensor(), proto.getValues());
        return rows.length == 0
                ? new Replacement.Whole(shape, values)
                : new Replacement.Rows(rows, (int) shape[shape.length - 1], values);
    }

    private static Optional<float[]> vector(String name, ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(floats(name, bytes));
    }

    private static float[] floats(String name, ByteString bytes) {
        float[] values = new float[bytes.size() / 4];
        bytes.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("the adapter's " + name + " holds " + value
                        + ", so that it is damaged or its training has diverged; train it again");
            }
        }
        return values;
    }
}
