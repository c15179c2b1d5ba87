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

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** An endpoint on this machine that answers what it is told: first the prepared answers, then always the same. */
public final class LoopbackJudge implements AutoCloseable {
    private final HttpServer server;
    private final Deque<Reply> replies = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean stalls = new AtomicBoolean();
    private volatile Reply usual = preferring(-0.1, -2.5);

    /** A reply. */
    public record Reply(int status, String body) {}

    public LoopbackJudge() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            String key = exchange.getRequestHeaders().getFirst("Authorization");
            requests.add(key + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Reply reply;
            synchronized (replies) {
                reply = replies.isEmpty() ? usual : replies.remove();
            }
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Retry-After", "0");
            exchange.sendResponseHeaders(reply.status(), body.length);
            if (stalls.getAndSet(false)) {
                exchange.getResponseBody().write(body, 0, body.length / 2);
                exchange.getResponseBody().flush();
                return;
            }
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    public List<String> requests() {
        return requests;
    }

    /** Answers so once, before the usual. */
    public LoopbackJudge then(int status, String body) {
        synchronized (replies) {
            replies.add(new Reply(status, body));
        }
        return this;
    }

    /** Answers so from now on. */
    public LoopbackJudge always(Reply reply) {
        usual = reply;
        return this;
    }

    /** Sends half of the next answer, and keeps its connection. */
    public void stallOnce() {
        stalls.set(true);
    }

    /** Log-probabilities of m and M, and of another word. */
    public static Reply preferring(double first, double second) {
        return new Reply(
                200,
                "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"role\":\"assistant\",\"content\":\"m\"},"
                        + "\"logprobs\":{\"content\":[{\"token\":\"m\",\"logprob\":" + first + ",\"top_logprobs\":["
                        + "{\"token\":\"m\",\"logprob\":" + first + "},{\"token\":\"M\",\"logprob\":" + second
                        + "},{\"token\":\"The\",\"logprob\":-9}]}]}}]}");
    }

    /** A message with other words than a label. */
    public static String saying(String content, String finish) {
        return "{\"choices\":[{\"finish_reason\":\"" + finish + "\",\"message\":{\"content\":\"" + content + "\"},"
                + "\"logprobs\":{\"content\":[{\"token\":\"I\",\"logprob\":-0.1,\"top_logprobs\":["
                + "{\"token\":\"I\",\"logprob\":-0.1}]}]}}]}";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
