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
package io.github.tribuollm.llm.evaluation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tribuollm.llm.checkpoint.Sha256;
import java.util.Map;

/**
 * What lm-evaluation-harness writes of one prompt.
 *
 * @param index the number of the prompt in the task, from 0
 * @param document the row of the data as it was read
 * @param target what is right, as text; empty where no one text is
 * @param prompt the text that the model read
 */
public record HarnessSample(int index, JsonObject document, String target, String prompt) {
    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    /**
     * What was read of a response under one filter, and what became of it.
     *
     * @param name the name of the filter
     * @param read what was read
     * @param metrics values by metric, in order
     */
    public record Filtered(String name, JsonElement read, Map<String, JsonElement> metrics) {}

    /**
     * A line of the file of samples.
     *
     * @param settings how the model was asked
     * @param response what it answered
     * @param filtered what was read of that
     */
    public JsonObject line(JsonObject settings, JsonElement response, Filtered filtered) {
        JsonObject sample = new JsonObject();
        sample.addProperty("doc_id", index);
        sample.add("doc", document);
        sample.addProperty("target", target);
        sample.add("arguments", arguments(settings));
        sample.add("resps", list(list(response)));
        sample.add("filtered_resps", list(filtered.read()));
        sample.addProperty("filter", filtered.name());
        sample.add("metrics", JSON.toJsonTree(filtered.metrics().keySet()));
        sample.addProperty("doc_hash", Sha256.of(HarnessFiles.indented(document)));
        sample.addProperty("prompt_hash", Sha256.of(prompt));
        sample.addProperty("target_hash", Sha256.of(target));
        filtered.metrics().forEach(sample::add);
        return sample;
    }

    private JsonObject arguments(JsonObject settings) {
        JsonObject first = new JsonObject();
        first.addProperty("arg_0", prompt);
        first.add("arg_1", settings);
        JsonObject arguments = new JsonObject();
        arguments.add("gen_args_0", first);
        return arguments;
    }

    private static JsonArray list(JsonElement value) {
        JsonArray list = new JsonArray();
        list.add(value);
        return list;
    }
}
