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
package io.github.tribuollm.llm.lora;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** From an adapter to PEFT's configuration and tensors. Fields that say what PEFT takes for granted are left out. */
final class PeftWriter {
    private final Adapter adapter;

    PeftWriter(Adapter adapter) {
        this.adapter = adapter;
    }

    /** The tensors under the names that PEFT gives them. */
    List<Entry> tensors() {
        List<Entry> entries = new ArrayList<>();
        AdapterForm form = adapter.form();
        adapter.modules().forEach((module, pair) -> {
            List<String> names = List.copyOf(form.shapes(module).keySet());
            List<long[]> shapes = List.copyOf(form.shapes(module).values());
            for (int i = 0; i < names.size(); i++) {
                entries.add(Entry.of(
                        PeftTensor.key(names.get(i)),
                        DType.F32,
                        shapes.get(i),
                        pair.values().get(i)));
            }
        });
        adapter.replaced()
                .forEach((name, replacement) -> entries.add(Entry.of(
                        PeftTensor.key(stored(name, replacement)),
                        DType.F32,
                        replacement.shape(),
                        replacement.values())));
        return entries;
    }

    /** PEFT tells the bias of a layer that has an update by the name of what wraps it. */
    private String stored(String name, Replacement replacement) {
        String module = AdapterForm.module(name);
        if (replacement instanceof Replacement.Rows) {
            return AdapterForm.fresh(name, true);
        }
        return adapter.modules().containsKey(module) ? module + ".base_layer.bias" : name;
    }

    /** The configuration. */
    String config(String baseNameOrPath) {
        LoraConfig lora = adapter.config();
        JsonObject json = new JsonObject();
        json.addProperty("peft_type", "LORA");
        json.addProperty("task_type", "CAUSAL_LM");
        json.addProperty("base_model_name_or_path", baseNameOrPath);
        json.addProperty("inference_mode", true);
        json.addProperty("r", lora.rank());
        json.addProperty("lora_alpha", shortest(lora.alpha()));
        json.addProperty("lora_dropout", lora.dropout());
        json.addProperty("bias", bias());
        json.addProperty("fan_in_fan_out", false);
        json.addProperty("init_lora_weights", true);
        json.add("target_modules", texts(adapter.modules().keySet()));
        exceptions(json, lora.exceptions());
        extensions(json);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
    }

    private static void exceptions(JsonObject json, LoraScale exceptions) {
        if (exceptions.rankStabilised()) {
            json.addProperty("use_rslora", true);
        }
        addUnlessEmpty(json, "rank_pattern", exceptions.ranks());
        addUnlessEmpty(json, "alpha_pattern", exceptions.alphas());
    }

    private static void addUnlessEmpty(JsonObject json, String field, Map<String, ? extends Number> values) {
        if (!values.isEmpty()) {
            JsonObject pattern = new JsonObject();
            values.forEach((name, value) -> pattern.addProperty(name, shortest(value.doubleValue())));
            json.add(field, pattern);
        }
    }

    private void extensions(JsonObject json) {
        Collection<LowRank> updates = adapter.modules().values();
        if (updates.stream().anyMatch(pair -> pair.bias().isPresent())) {
            json.addProperty("lora_bias", true);
        }
        if (updates.stream().anyMatch(pair -> pair.magnitude().isPresent())) {
            json.addProperty("use_dora", true);
        }
        List<String> saved = wholeModules().toList();
        if (!saved.isEmpty()) {
            json.add("modules_to_save", texts(saved));
        }
        JsonObject tokens = tokens();
        if (tokens.size() > 0) {
            json.add("trainable_token_indices", tokens);
        }
        if (adapter.tied() && tokens.size() == 0) {
            json.addProperty("ensure_weight_tying", true);
        }
    }

    /** The modules all of whose tensors are new; a bias alone is the field bias's. */
    private Stream<String> wholeModules() {
        return adapter.replaced().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Replacement.Whole)
                .map(Map.Entry::getKey)
                .filter(name -> name.endsWith(".weight"))
                .map(AdapterForm::module);
    }

    private String bias() {
        List<String> alone = adapter.replaced().keySet().stream()
                .filter(name -> name.endsWith(".bias"))
                .map(AdapterForm::module)
                .filter(Predicate.not(module -> adapter.replaced().containsKey(module + ".weight")))
                .toList();
        return alone.isEmpty() ? "none" : adapter.modules().keySet().containsAll(alone) ? "lora_only" : "all";
    }

    private JsonObject tokens() {
        JsonObject tokens = new JsonObject();
        adapter.replaced().forEach((name, replacement) -> {
            if (replacement instanceof Replacement.Rows rows) {
                String module = AdapterForm.module(name);
                tokens.add(module.substring(module.lastIndexOf('.') + 1), integers(rows.rows()));
            }
        });
        return tokens;
    }

    private static JsonArray integers(int[] values) {
        return array(Arrays.stream(values).mapToObj(JsonPrimitive::new));
    }

    private static JsonArray texts(Collection<String> values) {
        return array(values.stream().map(JsonPrimitive::new));
    }

    private static JsonArray array(Stream<? extends JsonElement> elements) {
        JsonArray array = new JsonArray();
        elements.forEach(array::add);
        return array;
    }

    private static Number shortest(double value) {
        return value == Math.rint(value) && value < 1L << 31 ? (Number) (long) value : (Number) value;
    }
}
