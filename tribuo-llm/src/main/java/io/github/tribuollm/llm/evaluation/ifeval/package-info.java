/**
 * IFEval (Zhou et al., 2023): instructions whose fulfilment a program can check. The 25 checks follow the published
 * ones, which are written in Python, down to what Python takes for white space, letters and lines.
 */
package io.github.tribuollm.llm.evaluation.ifeval;
