/**
 * Chat templates in Jinja, as transformers renders them: an interpreter over strings, numbers, truth values, lists and
 * dictionaries.
 */
package io.github.tribuollm.llm.data.jinja;
