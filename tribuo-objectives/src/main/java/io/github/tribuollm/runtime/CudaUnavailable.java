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

/** CUDA was asked for and cannot be used. */
public final class CudaUnavailable extends UserException {
    private static final long serialVersionUID = 1L;

    /**
     * A GPU that cannot be used.
     *
     * @param message why, and what to do about it
     */
    CudaUnavailable(String message) {
        super(message);
    }
}
