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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.lora.Adapter;
import java.util.Optional;

/**
 * What a training made.
 *
 * @param location where the model's checkpoint is: an absolute path, or a location in a hub at its commit
 * @param baseSha256 what identifies that checkpoint
 * @param adapter the adapter on it; empty if the checkpoint itself is the result
 * @param facts what the training found out about itself
 */
public record Trained(String location, String baseSha256, Optional<Adapter> adapter, RunFacts facts) {}
