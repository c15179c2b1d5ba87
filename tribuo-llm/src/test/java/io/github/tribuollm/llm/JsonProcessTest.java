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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonProcessTest {
    private static final String READY = "echo '{\"ready\": true}'; ";

    private static JsonProcess shell(String program) throws IOException {
        return new JsonProcess(List.of("bash", "-c", READY + program));
    }

    @Test
    void answersAreObjectsAndOtherLinesArePassedBy() throws IOException {
        try (JsonProcess process =
                shell("read question; echo noise; echo \"{\\\"asked\\\": \\\"$question\\\"}\"; read quit")) {
            assertTrue(process.ready().get("ready").getAsBoolean());
            assertEquals("how", process.ask("how").get("asked").getAsString());
        }
    }

    @Test
    void anEndIsAnErrorThatNamesTheStatusAndTheQuestion() throws IOException {
        try (JsonProcess process = shell("read question; exit 7")) {
            IOException e = assertThrows(IOException.class, () -> process.ask("run 3"));
            assertEquals("The process ended with status 7: run 3", e.getMessage());
        }
    }

    @Test
    void aCrashIsAnError() throws IOException {
        try (JsonProcess process = shell("read question; kill -SEGV $$")) {
            IOException e = assertThrows(IOException.class, () -> process.ask("run 3"));
            assertEquals("The process ended with status 139: run 3", e.getMessage());
        }
    }

    @Test
    void whatHangsIsEnded() throws IOException {
        try (JsonProcess process = shell("read question; sleep 600")) {
            IOException e = assertThrows(IOException.class, () -> process.ask("run 3", Duration.ofSeconds(1)));
            assertEquals("No answer within 1 s: run 3", e.getMessage());
        }
    }

    @Test
    void anErrorIsTheProcessesOwn() throws IOException {
        try (JsonProcess process = shell("read question; echo '{\"error\": \"no batch 3\"}'; read quit")) {
            assertEquals(
                    "no batch 3",
                    assertThrows(IOException.class, () -> process.ask("run 3")).getMessage());
        }
    }
}
