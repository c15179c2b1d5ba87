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
package io.github.tribuollm.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ONNX Runtime 1.28.0 says where a GPU cannot be used, word by word, and what is made of it. */
final class CudaProblemTest {
    private static final String OPTIONS =
            "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc:62"
                    + " static onnxruntime::CUDAExecutionProviderInfo"
                    + " onnxruntime::CUDAExecutionProviderInfo::FromProviderOptions(const onnxruntime::ProviderOptions&)"
                    + " [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option"
                    + " \"device_id\": ";
    private static final String LIBRARY =
            "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988"
                    + " onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to"
                    + " load library /natives/libonnxruntime_providers_cuda.so with error: ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error code - ORT_EP_FAIL - message: Failed to find CUDA shared provider"
                        + " | this build of ONNX Runtime has no CUDA provider | profile gpu",
                LIBRARY + "libcublasLt.so.12: cannot open shared object file: No such file or directory"
                        + " | the library libcublasLt.so.12 is missing | LD_LIBRARY_PATH",
                LIBRARY + "libcublasLt.so.13: cannot open shared object file: No such file or directory"
                        + " | the library libcublasLt.so.13 is missing | CUDA toolkit",
                "Error code - ORT_NOT_IMPLEMENTED - message: Non-zero status code returned while running ReduceMax node."
                        + " Name:'ReduceMax_1' Status Message: cuDNN is unavailable for CUDA Execution Provider: dlopen"
                        + " failed for libcudnn.so: libcudnn.so: cannot open shared object file: No such file or directory"
                        + " | the library libcudnn.so.9 or one beside it is missing | cuDNN 9",
                OPTIONS + "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0 ;"
                        + " | NVIDIA's driver is missing or too old | nvidia-smi",
                OPTIONS + "CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; hostname=vm ;"
                        + " | there is no GPU | CUDA_VISIBLE_DEVICES",
                OPTIONS + "cuda_execution_provider_info.cc:70 operator() Invalid device ID: 2, must be between 0"
                        + " (inclusive) and 1 (exclusive)."
                        + " | there is no GPU of this number | from 0"
            })
    void theProblemAndItsRemedyAreNamed(String said, String problem, String remedy) {
        String explained = CudaProblem.of(2, said);
        assertTrue(explained.startsWith("CUDA device 2 cannot be used: " + problem + "; "), explained);
        assertTrue(explained.contains(remedy), explained);
    }

    @Test
    void whatIsNotKnownIsPassedOnInOneLine() {
        assertEquals(
                "CUDA device 0 cannot be used: CUDA failure 2: out of memory ; GPU=0 ;; see what nvidia-smi says, or take the"
                        + " CPU",
                CudaProblem.of(
                        0,
                        "Error code - ORT_FAIL - message: /src/x.cc:1 f() [ONNXRuntimeError] : 1 : FAIL : CUDA failure 2:"
                                + " out of memory ;\nGPU=0 ;\n"));
    }
}
