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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.evaluation.gsm8k.Gsm8kGolden;
import java.nio.file.Path;

/** Prints where {@link Gsm8kGolden} differs; exits 0 only if it does not. Arguments: the golden file and the data. */
public final class Gsm8kEvidence {
    private static final int SHOWN = 20;

    private Gsm8kEvidence() {}

    /**
     * Compares all tasks.
     *
     * @param arguments what make_gsm8k.py wrote, and the folder of train.jsonl and test.jsonl
     */
    public static void main(String[] arguments) {
        Path data = Path.of(arguments[1]);
        Gsm8kGolden golden =
                Gsm8kGolden.compare(Path.of(arguments[0]), data.resolve("train.jsonl"), data.resolve("test.jsonl"));
        golden.differences().stream().limit(SHOWN).forEach(System.out::println);
        System.out.println(golden.summary());
        System.exit(golden.differences().isEmpty() && golden.prompts() > 0 ? 0 : 1);
    }
}
