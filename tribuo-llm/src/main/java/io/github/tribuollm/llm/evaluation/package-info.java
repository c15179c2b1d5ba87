/**
 * Benchmarks of answers. An {@link io.github.tribuollm.llm.evaluation.EvaluationTask} is a source of prompts, a way to
 * ask, and a judge of answers: whoever generates takes its {@link io.github.tribuollm.llm.evaluation.Query queries},
 * and hands the answers to {@link io.github.tribuollm.llm.evaluation.TaskScores}, which judges them and adds them up
 * with standard errors. A new task is one class.
 */
package io.github.tribuollm.llm.evaluation;
