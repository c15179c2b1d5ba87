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
package io.github.tribuollm.llm.uncertainty.estimation;

import com.oracle.labs.mlrg.olcut.config.PropertyException;

/** The checks of settings, which constructors and configurations share. */
public final class Settings {
    private Settings() {}

    public static void require(boolean condition, String name, String problem) {
        if (!condition) {
            throw new PropertyException("", name, name + " " + problem);
        }
    }

    /** Runs the check of a configuration for a constructor. */
    public static void check(Runnable postConfig) {
        try {
            postConfig.run();
        } catch (PropertyException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
