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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * The choice of where and in which precision graphs run; by default on the CPU in float32. The same in a configuration,
 * on the command line and in code.
 */
public final class Execution implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    private static final Logger LOGGER = Logger.getLogger(Execution.class.getName());

    @Config(description = "What computes: CPU, CUDA, or AUTO, which takes CUDA where it works.")
    private ExecutionProvider provider = ExecutionProvider.CPU;

    @Config(description = "CUDA: which GPU, from 0.")
    private int device = 0;

    @Config(description = "CUDA: the most memory that a session may take on the GPU, in bytes; 0 for all there is.")
    private long memoryLimit = 0;

    @Config(description = "CUDA: whether float32 matrices may be multiplied with 11 significant bits (TF32).")
    private boolean tf32 = false;

    @Config(
            description =
                    "The type of matrix products and of the activations between them: FLOAT32, FLOAT16 or BFLOAT16."
                            + " Norms, softmax, losses and trained parameters are float32 under each.")
    private ComputeType computeType = ComputeType.FLOAT32;

    private Backend backend;

    /** The CPU in float32. */
    public Execution() {}

    /**
     * A choice; the first GPU, with all its memory.
     *
     * @param provider what computes
     * @param computeType the type of matrix products and of the activations between them
     */
    public Execution(ExecutionProvider provider, ComputeType computeType) {
        this(provider, 0, 0, false, computeType);
    }

    /**
     * A choice.
     *
     * @param provider what computes
     * @param device which GPU, from 0
     * @param memoryLimit the most memory that a session may take on the GPU, in bytes; 0 for all there is
     * @param tf32 whether the GPU may multiply float32 matrices with 11 significant bits
     * @param computeType the type of matrix products and of the activations between them
     * @throws PropertyException if a number is negative, or a setting cannot act
     */
    public Execution(ExecutionProvider provider, int device, long memoryLimit, boolean tf32, ComputeType computeType) {
        this.provider = provider;
        this.device = device;
        this.memoryLimit = memoryLimit;
        this.tf32 = tf32;
        this.computeType = computeType;
        postConfig();
    }

    /** The same with another provider. */
    public Execution withProvider(ExecutionProvider choice) {
        return new Execution(choice, device, memoryLimit, tf32, computeType);
    }

    /**
     * The same on another GPU.
     *
     * @param number from 0
     * @throws PropertyException if it is negative, or the provider is the CPU
     */
    public Execution withDevice(int number) {
        return new Execution(provider, number, memoryLimit, tf32, computeType);
    }

    /**
     * The same with another limit of a session's memory on the GPU.
     *
     * @param bytes the most; 0 for all there is
     * @throws PropertyException if it is negative, or the provider is the CPU
     */
    public Execution withMemoryLimit(long bytes) {
        return new Execution(provider, device, bytes, tf32, computeType);
    }

    /**
     * The same with or without TF32.
     *
     * @param allowed whether the GPU may multiply float32 matrices with 11 significant bits
     * @throws PropertyException if the provider is the CPU, or the compute type has 16 bits
     */
    public Execution withTf32(boolean allowed) {
        return new Execution(provider, device, memoryLimit, allowed, computeType);
    }

    /** The same in another precision. */
    public Execution withComputeType(ComputeType type) {
        return new Execution(provider, device, memoryLimit, tf32, type);
    }

    /**
     * Checks that each setting can act. Under {@link ExecutionProvider#AUTO} those of a GPU act where one is taken.
     *
     * @throws PropertyException naming the field
     */
    @Override
    public void postConfig() {
        Settings.require("device", device >= 0, "must not be negative: " + device);
        Settings.require("memoryLimit", memoryLimit >= 0, "must not be negative: " + memoryLimit);
        boolean gpu = provider != ExecutionProvider.CPU;
        Settings.require("device", gpu || device == 0, "chooses a GPU, but the provider is CPU; take CUDA or AUTO");
        Settings.require(
                "memoryLimit",
                gpu || memoryLimit == 0,
                "limits the memory of a GPU, but the provider is CPU; take CUDA or AUTO");
        Settings.require("tf32", gpu || !tf32, "is a mode of a GPU, but the provider is CPU; take CUDA or AUTO");
        Settings.require(
                "tf32",
                !tf32 || computeType == ComputeType.FLOAT32,
                "is a mode of float32, but the compute type is " + computeType + "; take one of both");
    }

    /** {@return what computes, as it was asked for} */
    public ExecutionProvider provider() {
        return provider;
    }

    /**
     * Where graphs run. A GPU is tried before it is taken, once in a process; what was found stays.
     *
     * @return the backend
     * @throws CudaUnavailable if CUDA was asked for and cannot be used, naming what is missing
     */
    public synchronized Backend backend() {
        if (backend == null) {
            backend = resolved();
            backend.reason().ifPresent(why -> LOGGER.info(backend.description()));
        }
        return backend;
    }

    private Backend resolved() {
        if (provider == ExecutionProvider.CPU) {
            return Backend.cpu(computeType);
        }
        Backend cuda = new Backend(ExecutionProvider.CUDA, device, memoryLimit, tf32, computeType);
        Optional<String> problem = CudaProbe.problem(device, computeType);
        if (provider == ExecutionProvider.AUTO) {
            return problem.map(Backend.cpu(computeType)::because).orElseGet(() -> cuda.because("it works"));
        }
        problem.ifPresent(why -> {
            throw new CudaUnavailable(why);
        });
        return cuda;
    }

    @Override
    public String toString() {
        return provider + " in " + computeType + (tf32 ? " with TF32" : "") + (device == 0 ? "" : ", device " + device)
                + (memoryLimit == 0 ? "" : ", at most " + memoryLimit + " bytes");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Execution");
    }
}
