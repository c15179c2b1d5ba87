/**
 * AlpacaEval 2.0: a judge says which of two answers it prefers, and its log-probabilities say how much. Win rates are
 * adjusted for the length of answers by a logistic regression (Dubois et al., 2024). The judge is whoever answers {@link
 * io.github.tribuollm.llm.evaluation.alpacaeval.JudgePrompt}s; {@link
 * io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAgreement} says how far it may be believed.
 */
package io.github.tribuollm.llm.evaluation.alpacaeval;
