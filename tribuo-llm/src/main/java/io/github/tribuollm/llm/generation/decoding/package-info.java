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
 * Continues token sequences, several at once: the room below samplers, texts and files.
 *
 * <p>A {@link io.github.tribuollm.llm.generation.decoding.Decoder} opens a model for a number of rows of a longest length.
 * {@link io.github.tribuollm.llm.generation.decoding.Decoder#run} draws
 * {@link io.github.tribuollm.llm.generation.decoding.Continuation}s from an iterator as rows become free, so that a
 * finished row never waits for others. A continuation is whoever wants an answer: it has the prompt's tokens, is given
 * the logits of each next token as a {@link io.github.tribuollm.llm.generation.decoding.Prediction}, and answers with a
 * {@link io.github.tribuollm.llm.generation.decoding.Choice}: a token and more, a last token, or none. What it chooses
 * from, streams or measures is its own affair.
 *
 * <p>On the processor it is a {@link io.github.tribuollm.llm.generation.decoding.DecodingSession}. One that
 * {@link io.github.tribuollm.llm.generation.decoding.DecodingSession#measuring measures} also says how uncertain the
 * model is of each next token, by samples of dropout, or members of an ensemble, that read along.
 *
 * <p>On a device a session would move keys and values for each token. A
 * {@link io.github.tribuollm.llm.generation.decoding.DecodingLoop} keeps them there: it goes on with the most probable
 * tokens, and the choices are made afterwards. From where another token is chosen, the sequence is computed again.
 *
 * <p>All continuations of a step are asked one after another, on the thread that runs the session. The logits of a row
 * do not depend on which rows are beside it, but for rounding: the order in which ONNX Runtime adds up a matrix product
 * depends on the number of rows, and moves a logit in its last digits. So a choice ends to be the same where it hangs
 * on those: where two logits, or a random number and a limit of the cumulative distribution, are as close as that.
 */
package io.github.tribuollm.llm.generation.decoding;
