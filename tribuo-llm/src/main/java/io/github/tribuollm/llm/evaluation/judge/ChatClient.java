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
package io.github.tribuollm.llm.evaluation.judge;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.network.Backoff;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.network.TransientFault;
import io.github.tribuollm.llm.network.WatchedStream;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/** Asks an endpoint of chat completions for one token and the log-probabilities of the likeliest. */
final class ChatClient {
    private static final Logger logger = Logger.getLogger(ChatClient.class.getName());
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final int LIKELIEST = 5;
    private static final int LARGEST_RESPONSE = 4 << 20;

    private final URI uri;
    private final String model;
    private final String keyVariable;
    private final Patience patience;
    private final Budget budget;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    /**
     * How much may be asked.
     *
     * @param requests the most requests; 0 for no bound
     * @param sent those that were sent, also by others
     * @param kept where answers are kept, for messages
     */
    record Budget(int requests, AtomicInteger sent, Path kept) {
        /** {@return whether another request may be sent, which then counts as sent} */
        boolean take() {
            return requests == 0 || sent.incrementAndGet() <= requests;
        }
    }

    /**
     * How long is waited.
     *
     * @param silence the longest wait for the answer to begin, and for more of it
     * @param retries how often an attempt is repeated
     */
    record Patience(Duration silence, Retries retries) {}

    ChatClient(URI uri, String model, String keyVariable, Patience patience, Budget budget) {
        this.uri = uri;
        this.model = model;
        this.keyVariable = keyVariable;
        this.patience = patience;
        this.budget = budget;
    }

    /**
     * Asks a question.
     *
     * @throws EvaluationException if it is not answered, with what to do
     */
    JudgeAnswer ask(Conversation question) {
        ProgressListener noting = new ProgressListener() {
            @Override
            public void noted(String note) {
                logger.info(note);
            }
        };
        try {
            return new Backoff(patience.retries(), noting).run(() -> attempt(question));
        } catch (IOException e) {
            throw new EvaluationException(
                    uri + " does not answer after " + patience.retries().attempts() + " attempts (" + Backoff.reason(e)
                            + "). " + goOn("Begin again later"),
                    e);
        }
    }

    private String goOn(String remedy) {
        return remedy + ": what was answered is kept in " + budget.kept() + " and is not asked again";
    }

    private JudgeAnswer attempt(Conversation question) throws IOException {
        if (!budget.take()) {
            throw new EvaluationException("The budget of " + budget.requests() + " requests to " + uri + " is spent. "
                    + goOn("Raise it and begin again"));
        }
        HttpResponse<InputStream> response = send(request(question));
        try (InputStream in = new WatchedStream(response.body(), patience.silence())) {
            String body = new String(in.readNBytes(LARGEST_RESPONSE), StandardCharsets.UTF_8);
            requireOk(response, body);
            return answer(body);
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvaluationException("The judge was interrupted. " + goOn("Begin again"), e);
        }
    }

    private HttpRequest request(Conversation question) {
        JsonArray messages = new JsonArray();
        for (Message message : question.messages()) {
            JsonObject json = new JsonObject();
            json.addProperty("role", message.role());
            json.addProperty("content", message.content());
            messages.add(json);
        }
        JsonObject body = new JsonObject();
        body.addProperty("model", model);
        body.add("messages", messages);
        body.addProperty("max_tokens", 1);
        body.addProperty("temperature", 0);
        body.addProperty("logprobs", true);
        body.addProperty("top_logprobs", LIKELIEST);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(patience.silence())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.toJson(body)));
        String key = System.getenv(keyVariable);
        if (key != null && !key.isBlank()) {
            request.header("Authorization", "Bearer " + key.strip());
        }
        return request.build();
    }

    private void requireOk(HttpResponse<?> response, String body) throws IOException {
        int status = response.statusCode();
        if (status == 200) {
            return;
        }
        String answers = uri + " answers " + status + " (" + printable(body) + ")";
        if (TransientFault.isTransient(status)) {
            throw new TransientFault(answers, response);
        }
        throw new EvaluationException(answers + ". "
                + switch (status) {
                    case 401, 403 -> goOn("Put a valid key into the environment variable " + keyVariable);
                    case 404 -> goOn("Check the endpoint and the model " + model);
                    default -> goOn("Check the model and what it accepts");
                });
    }

    private JudgeAnswer answer(String body) {
        try {
            JsonObject choice = JsonParser.parseString(body)
                    .getAsJsonObject()
                    .getAsJsonArray("choices")
                    .get(0)
                    .getAsJsonObject();
            String text = text(choice.getAsJsonObject("message"));
            Map<String, Double> logProbabilities = logProbabilities(choice.get("logprobs"));
            if (logProbabilities.isEmpty() && !text.isEmpty() && !isRefusal(choice)) {
                throw new EvaluationException(uri + " tells no log-probabilities of " + model + ", which answers \""
                        + printable(text) + "\"; take a judge that does (logprobs, top_logprobs)");
            }
            return new JudgeAnswer(text, logProbabilities);
        } catch (IllegalStateException
                | IndexOutOfBoundsException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException
                | JsonParseException e) {
            throw new EvaluationException(
                    uri + " answers with something else than a chat completion: " + printable(body) + ". "
                            + goOn("Check the endpoint"),
                    e);
        }
    }

    private static boolean isRefusal(JsonObject choice) {
        JsonElement refusal = choice.getAsJsonObject("message").get("refusal");
        JsonElement finish = choice.get("finish_reason");
        return isText(refusal) || isText(finish) && finish.getAsString().equals("content_filter");
    }

    private static String text(JsonObject message) {
        JsonElement content = message.get("content");
        JsonElement refusal = message.get("refusal");
        return isText(content) ? content.getAsString() : isText(refusal) ? refusal.getAsString() : "";
    }

    private static boolean isText(JsonElement value) {
        return value != null && value.isJsonPrimitive();
    }

    /** {@return those of the first token; none where it was cut off before} */
    private static Map<String, Double> logProbabilities(JsonElement told) {
        Map<String, Double> found = new HashMap<>();
        if (told != null && told.isJsonObject() && told.getAsJsonObject().get("content") instanceof JsonArray tokens) {
            for (JsonElement token : tokens.isEmpty() ? tokens : likeliest(tokens.get(0))) {
                JsonObject likely = token.getAsJsonObject();
                found.put(
                        likely.get("token").getAsString(), likely.get("logprob").getAsDouble());
            }
        }
        return found;
    }

    private static JsonArray likeliest(JsonElement token) {
        return token.getAsJsonObject().getAsJsonArray("top_logprobs");
    }

    private static String printable(String text) {
        String plain = text.strip().replaceAll("[^ -~]+", " ");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "...";
    }
}
