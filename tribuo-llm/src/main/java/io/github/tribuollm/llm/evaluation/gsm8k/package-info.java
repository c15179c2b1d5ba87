/** GSM8K, asked, read and scored as the tasks of lm-evaluation-harness do. */
package io.github.tribuollm.llm.evaluation.gsm8k;
