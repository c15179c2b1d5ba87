/**
 * From a row of logits to the next token: penalties, bans and warpers with the names, the order and the numbers of
 * transformers' {@code generate}, draws that are a pure function of a seed, and when an answer ends.
 */
package io.github.tribuollm.llm.generation.sampling;
