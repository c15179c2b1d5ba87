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
 * Checkpoints from a Hugging Face hub, in the cache that Python's huggingface_hub shares.
 *
 * <p>{@link io.github.tribuollm.llm.hub.CheckpointLocation} is where the rest of the library comes in. Everything that
 * a server says is checked before it is believed: sizes are bounded, file names come from a fixed list, a file appears
 * under its name only after its size and hash were found right, and the token goes to the endpoint and nowhere else.
 * Errors are {@link io.github.tribuollm.llm.checkpoint.CheckpointException}s.
 */
package io.github.tribuollm.llm.hub;
