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
package io.github.tribuollm.objectives.target;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.TokenDistribution;

/**
 * A distribution that was computed before: a cached teacher, or an oracle that knows the label's true distribution
 * (w(x) = p_oracle(x)). The loss is the cross-entropy.
 */
public final class SparseTarget implements Target {
    @Config(mandatory = true, description = "Where the distributions come from.")
    private SparseTeacher teacher;

    private SparseTarget() {}

    /**
     * A distribution that was computed before.
     *
     * @param teacher where it comes from
     */
    public SparseTarget(SparseTeacher teacher) {
        this.teacher = teacher;
    }

    @Override
    public Tensor loss(TokenDistribution student, Context context) {
        return student.crossEntropy(context.sparse(teacher));
    }

    @Override
    public String toString() {
        return teacher.toString();
    }
}
