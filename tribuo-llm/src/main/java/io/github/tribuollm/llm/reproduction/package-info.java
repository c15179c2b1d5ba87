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
/**
 * Training a model again from what its provenance records.
 *
 * <p>{@link io.github.tribuollm.llm.reproduction.ModelReproduction} turns a provenance into a configuration file that
 * another JVM can load, refuses to start where a file is not what it was, trains, and compares the hashes of the
 * results. {@link io.github.tribuollm.llm.reproduction.ProvenanceDiff} says in what two provenances differ. Both work
 * for any sequence model, where Tribuo's own reproduction works for models of single examples.
 */
package io.github.tribuollm.llm.reproduction;
