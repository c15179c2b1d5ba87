/**
 * Low-rank adapters (LoRA) on linear layers, and their exchange with PEFT and transformers.
 *
 * <p>A linear layer y = x W^T becomes y = x W^T + s (x A^T) B^T with A of shape [rank, in], B of shape [out, rank] and
 * s = alpha / rank.
 */
package io.github.tribuollm.llm.lora;
