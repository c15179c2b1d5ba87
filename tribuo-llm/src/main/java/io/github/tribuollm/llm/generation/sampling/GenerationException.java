package io.github.tribuollm.llm.generation.sampling;

import io.github.tribuollm.runtime.UserException;

/** A prompt, a setting or a model from which no text can be generated. */
public final class GenerationException extends UserException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the refusal.
     *
     * @param message what is wrong, where, and what to do
     */
    public GenerationException(String message) {
        super(message);
    }
}
