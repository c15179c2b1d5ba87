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
package io.github.tribuollm.llm.teacher;

import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.FileStamp;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.objectives.Objective;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of predictions that an objective reads. */
public record CachedTeachers(Objective objective) {
    private static final String HASH = "cached-teacher-sha256";

    /** {@return the files, by the names under which a model's provenance records their hashes} */
    public SortedMap<String, HashedInput> inputs() {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        for (DataBound teacher : all(DataBound.class)) {
            String name = inputs.isEmpty() ? HASH : HASH + "-" + (inputs.size() + 1);
            inputs.put(
                    name,
                    new HashedInput(
                            teacher.path().toString(),
                            FileStamp.of(teacher.path()).sha256()));
        }
        return inputs;
    }

    /**
     * Checks that they were made with a checkpoint's tokenizer.
     *
     * @param checkpoint the directory of the checkpoint
     * @throws io.github.tribuollm.llm.graphs.TrainingException naming the file that was not
     */
    public void requireTokenizerOf(Path checkpoint) {
        List<CachedTeacher> teachers = all(CachedTeacher.class);
        if (!teachers.isEmpty()) {
            String sha256 = CheckpointFiles.of(checkpoint).sha256(Tokenizer.FILE);
            teachers.forEach(teacher -> teacher.requireTokenizer(sha256));
        }
    }

    private <T> List<T> all(Class<T> kind) {
        return objective.requirements().sparseTeachers().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
