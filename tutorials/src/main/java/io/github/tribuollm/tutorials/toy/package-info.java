/**
 * The paper's toy experiments on this project's graph, gradients and objectives: linear regression on subsets of the data
 * or of the parameters (Figure 11, Appendix C.1), what one datum's uncertainty says of training on it (Figure 2C,
 * Appendix C.1.1), and MNIST by quantiles of the loss (Figure 12, Appendix C.2). {@code RunToy} runs one from its
 * configuration.
 */
package io.github.tribuollm.tutorials.toy;
