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

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a GPU cannot be used, read from what ONNX Runtime says, with the remedy. */
public enum CudaProblem {
    NO_PROVIDER(
            "Failed to find CUDA shared provider|not compiled with CUDA|CUDA execution provider is not enabled",
            "this build of ONNX Runtime has no CUDA provider",
            "build with the Maven profile gpu, which takes onnxruntime_gpu in place of onnxruntime"),
    NO_DRIVER(
            "libcuda\\.so\\.1|CUDA driver version is insufficient|CUDA failure 35\\b",
            "NVIDIA's driver is missing or too old",
            "install one for this build's CUDA version, and see that nvidia-smi lists the GPU"),
    NO_CUDNN(
            "cuDNN is (?:unavailable|not available)",
            "the library libcudnn.so.9 or one beside it is missing",
            "install cuDNN 9 for this build's CUDA version, and put its directory into LD_LIBRARY_PATH"),
    NO_LIBRARY(
            "(lib[\\w.+-]+\\.so[.\\d]*): cannot open shared object file",
            "the library $1 is missing",
            "install the CUDA toolkit of this build's CUDA version, and put its directory into LD_LIBRARY_PATH"),
    NO_DEVICE(
            "no CUDA-capable device|CUDA failure 100\\b",
            "there is no GPU",
            "see whether nvidia-smi lists one, and what CUDA_VISIBLE_DEVICES hides"),
    NO_SUCH_DEVICE(
            "(?i)invalid device (?:ordinal|id)|CUDA failure 101\\b",
            "there is no GPU of this number",
            "set device to one that nvidia-smi lists, counted from 0");

    private final Pattern said;
    private final String problem;
    private final String remedy;

    CudaProblem(String said, String problem, String remedy) {
        this.said = Pattern.compile(said);
        this.problem = problem;
        this.remedy = remedy;
    }

    /**
     * A problem in one line.
     *
     * @param device which GPU
     * @param message what ONNX Runtime says
     * @return what is wrong and what to do; what ONNX Runtime says where it is not known
     */
    public static String of(int device, String message) {
        for (CudaProblem known : values()) {
            Matcher matcher = known.said.matcher(message);
            if (matcher.find()) {
                String library = matcher.groupCount() > 0 ? matcher.group(1) : null;
                return named(
                        device, library == null ? known.problem : known.problem.replace("$1", library), known.remedy);
            }
        }
        String bare = message.replaceFirst("(?s).*\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ", "");
        return named(device, bare.strip().replaceAll("\\s+", " "), "see what nvidia-smi says, or take the CPU");
    }

    public static String named(int device, String problem, String remedy) {
        return "CUDA device " + device + " cannot be used: " + problem + "; " + remedy;
    }
}
