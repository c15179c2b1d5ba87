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
package io.github.tribuollm.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExecutionTest {
    private static Execution of(ExecutionProvider provider) {
        return new Execution(provider, ComputeType.FLOAT32);
    }

    private static void assumeNoCudaInThisBuild() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "this build has CUDA");
    }

    @Test
    void theProcessorInFloat32IsTheDefault() {
        assertEquals(Backend.cpu(), new Execution().backend());
        assertEquals(
                "CPU, " + Onnx.threads() + " threads, ONNX Runtime " + Onnx.version(),
                new Execution().backend().description());
        String emulated = new Execution(ExecutionProvider.CPU, ComputeType.BFLOAT16)
                .backend()
                .description();
        assertTrue(emulated.contains("emulated bfloat16"), emulated);
    }

    @ParameterizedTest
    @CsvSource({
        "CPU, 1, 0, false, FLOAT32, device",
        "CPU, 0, 1, false, FLOAT32, memoryLimit",
        "CPU, 0, 0, true, FLOAT32, tf32",
        "CUDA, 0, 0, true, BFLOAT16, tf32",
        "AUTO, 0, 0, true, FLOAT16, tf32",
        "CUDA, -1, 0, false, FLOAT32, device",
        "AUTO, 0, -1, false, FLOAT32, memoryLimit"
    })
    void whatCannotActIsRefused(
            ExecutionProvider provider, int device, long memoryLimit, boolean tf32, ComputeType type, String field) {
        PropertyException refused =
                assertThrows(PropertyException.class, () -> new Execution(provider, device, memoryLimit, tf32, type));
        assertEquals(field, refused.getProperty(), refused.getMessage());
    }

    @Test
    void underAutoTheSettingsOfAGpuMayStand() {
        assumeNoCudaInThisBuild();
        Backend backend = new Execution(ExecutionProvider.AUTO, 1, 1 << 30, true, ComputeType.FLOAT32).backend();
        assertEquals(ExecutionProvider.CPU, backend.provider());
        assertEquals(0, backend.device());
        assertTrue(backend.exact(), "the processor has no TF32");
        assertTrue(backend.description().contains("CUDA device 1 cannot be used"), backend.description());
    }

    @Test
    void autoSaysWhyItTookTheProcessor() {
        assumeNoCudaInThisBuild();
        Execution auto = of(ExecutionProvider.AUTO);
        assertEquals(ExecutionProvider.CPU, auto.backend().provider());
        String description = auto.backend().description();
        assertTrue(description.startsWith("CPU, "), description);
        assertTrue(description.contains("AUTO: CUDA device 0 cannot be used: this build of ONNX Runtime has no CUDA"));
        assertSame(auto.backend(), auto.backend());
    }

    @Test
    void cudaIsNoSilentProcessor() {
        assumeNoCudaInThisBuild();
        CudaUnavailable refused = assertThrows(CudaUnavailable.class, of(ExecutionProvider.CUDA)::backend);
        assertTrue(refused.getMessage().contains("no CUDA provider"), refused.getMessage());
        assertTrue(refused.getMessage().contains("Maven profile gpu"), refused.getMessage());
    }

    @Test
    void aGpuIsDescribed() {
        String version = "ONNX Runtime " + Onnx.version();
        assertEquals(
                "CUDA device 1, bfloat16, " + version,
                new Backend(ExecutionProvider.CUDA, 1, 0, false, ComputeType.BFLOAT16).description());
        assertEquals(
                "CUDA device 0, tf32, " + version + " (AUTO: it works)",
                new Backend(ExecutionProvider.CUDA, 0, 0, true, ComputeType.FLOAT32)
                        .because("it works")
                        .description());
    }

    @Test
    void nothingRunsBeforeTheProviderIsDecided() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Backend(ExecutionProvider.AUTO, 0, 0, false, ComputeType.FLOAT32));
    }

    /** The provider of the build for GPUs loads on any machine, up to the first of CUDA's libraries that is missing. */
    @Test
    void theMissingLibraryIsNamed() throws IOException, InterruptedException, URISyntaxException {
        assumeTrue(Files.notExists(Path.of("/proc/driver/nvidia")), "this machine has a GPU");
        assumeTrue(System.getProperty("os.name").equals("Linux"), "libraries have other names here");
        Path jar = gpuJar();
        assumeTrue(
                Files.exists(jar),
                "skipped: " + jar.getFileName()
                        + " is not in the local Maven repository; a build with -Pgpu fetches it");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        jar + File.pathSeparator + System.getProperty("java.class.path"),
                        Probed.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> lines = child.inputReader().lines().toList();
        assertEquals(0, child.waitFor(), lines::toString);
        String last = lines.get(lines.size() - 1);
        assertTrue(last.matches("CUDA device 0 cannot be used: the library lib\\w+\\.so\\.\\d+ is missing; .*"), last);
    }

    private static Path gpuJar() throws URISyntaxException {
        Path jar = Path.of(OrtEnvironment.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path version = jar.getParent();
        return version.getParent()
                .resolveSibling("onnxruntime_gpu")
                .resolve(version.getFileName())
                .resolve("onnxruntime_gpu-" + version.getFileName() + ".jar");
    }

    /** Prints why CUDA cannot be used. */
    static final class Probed {
        private Probed() {}

        /** Ends with code 1 if it can. */
        public static void main(String[] arguments) {
            System.out.println(CudaProbe.problem(0, ComputeType.FLOAT32).orElseThrow());
        }
    }
}
