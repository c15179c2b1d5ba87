/**
 * Low-rank adapters (LoRA), new values of the base's own tensors beside them, and their exchange with PEFT and
 * transformers.
 *
 * <p>A linear layer y = x W^T becomes y = x W^T + s (x A^T) B^T with A of shape [rank, in], B of shape [out, rank] and
 * s = alpha / rank, or alpha / sqrt(rank).
 */
package io.github.tribuollm.llm.lora;
