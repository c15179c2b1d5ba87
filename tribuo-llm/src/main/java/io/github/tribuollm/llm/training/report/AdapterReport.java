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
package io.github.tribuollm.llm.training.report;

import io.github.tribuollm.llm.lora.Adapter;
import java.util.function.Supplier;

/**
 * The adapter as an evaluation found it.
 *
 * @param stage the run that trains it
 * @param step the number of optimiser steps done, 0 before training
 * @param adapter gives a copy of it, while the listener is called
 */
public record AdapterReport(Stage stage, int step, Supplier<Adapter> adapter) {}
