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
package hostile;

import com.google.protobuf.Any;
import com.oracle.labs.mlrg.olcut.config.Configurable;

/** What a hostile file could name: a class that runs as soon as it is loaded. */
public final class Planted implements Configurable {
    static {
        System.setProperty("hostile.ran", "yes");
    }

    /** Runs. */
    public static Planted deserializeFromProto(int version, String className, Any message) {
        return new Planted();
    }
}
