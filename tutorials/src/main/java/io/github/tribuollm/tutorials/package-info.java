/**
 * What the tutorials and the quick start run on: text that this project generates itself, in the formats of GSM8K and
 * Alpaca.
 */
package io.github.tribuollm.tutorials;
