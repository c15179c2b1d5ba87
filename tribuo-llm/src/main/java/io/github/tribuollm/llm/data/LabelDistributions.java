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
package io.github.tribuollm.llm.data;

/**
 * What the completion tokens of one sequence could have been, and how probably. The arrays are not copied.
 *
 * @param origin the sequence's origin, to check that the row belongs to it; empty where the file does not say
 * @param counts the number of possible labels of each completion token
 * @param ids their ids, token by token
 * @param probabilities their probabilities, in the same order
 * @param row where they come from, for error messages
 */
public record LabelDistributions(String origin, int[] counts, int[] ids, float[] probabilities, String row) {}
