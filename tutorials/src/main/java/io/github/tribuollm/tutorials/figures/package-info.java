/**
 * The paper's figures of token-level uncertainty on a pretrained model: coloured tokens (2A, 7, 8), correlations (2B),
 * the spread of losses over tokens and documents (9), and epistemic uncertainty by the rate of dropout (10). {@link
 * io.github.tribuollm.tutorials.figures.RunFigures} draws them from a configuration, and goes on where it was
 * interrupted.
 */
package io.github.tribuollm.tutorials.figures;
