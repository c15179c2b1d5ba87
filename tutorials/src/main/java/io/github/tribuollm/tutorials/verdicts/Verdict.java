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
package io.github.tribuollm.tutorials.verdicts;

import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.Locale;

/** What data say of a claim. */
enum Verdict {
    /** The whole interval is on the claim's side. */
    CONFIRMED,
    /** The whole interval is on the other side. */
    CONTRADICTED,
    /** The interval holds zero, or is undefined. */
    UNDECIDED;

    /** Of a quantity that a claim says is positive. */
    static Verdict of(Estimate estimate) {
        return estimate.isAbove(0) ? CONFIRMED : estimate.isBelow(0) ? CONTRADICTED : UNDECIDED;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
