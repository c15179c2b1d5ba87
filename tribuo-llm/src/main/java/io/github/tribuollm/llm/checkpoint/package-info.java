/**
 * Hugging Face checkpoint directories: configuration, memory-mapped weights, tokenizer and identity, read and written.
 *
 * <p>Every file read here is treated as hostile: its size is bounded, its fields are checked and nothing outside the
 * directory is opened by a name that a file supplies. Errors are
 * {@link io.github.tribuollm.llm.checkpoint.CheckpointException}s that name the file, the field and the remedy.
 */
package io.github.tribuollm.llm.checkpoint;
