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
 * The paper's toy experiments on this project's graph, gradients and objectives: linear regression on subsets of the data
 * or of the parameters (Figure 11, Appendix C.1), what one datum's uncertainty says of training on it (Figure 2C,
 * Appendix C.1.1), and MNIST by quantiles of the loss (Figure 12, Appendix C.2). {@code RunToy} runs one from its
 * configuration.
 */
package io.github.tribuollm.tutorials.toy;
