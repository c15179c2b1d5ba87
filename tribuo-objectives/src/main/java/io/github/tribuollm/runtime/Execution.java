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
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;

/** The choice of where and in which precision graphs run; by default on the CPU in float32. */
public final class Execution implements Configurable, Provenancable<ConfiguredObjectProvenance> {
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

    /** The CPU in float32. */
    public Execution() {}

    /**
     * A choice.
     *
     * @param provider what computes
     * @param device which GPU, from 0
     * @param memoryLimit the most memory that a session may take on the GPU, in bytes; 0 for all there is
     * @param tf32 whether the GPU may multiply float32 matrices with 11 significant bits
     * @param computeType the type of matrix products and of the activations between them
     */
    public Execution(ExecutionProvider provider, int device, long memoryLimit, boolean tf32, ComputeType computeType) {
        this.provider = provider;
        this.device = device;
        this.memoryLimit = memoryLimit;
        this.tf32 = tf32;
        this.computeType = computeType;
    }

    /** {@return where graphs run} */
    public Backend backend() {
        return new Backend(provider, device, memoryLimit, tf32, computeType);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Execution");
    }
}
