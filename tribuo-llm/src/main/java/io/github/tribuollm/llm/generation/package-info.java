/** Answers of a model to prompts, and how sure it is of them. */
package io.github.tribuollm.llm.generation;
