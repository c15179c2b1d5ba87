package io.github.tribuollm.llm.generation.sampling;

/** Why an answer ended. */
public enum FinishReason {
    /** The model said that it is done: an end token came. */
    END_TOKEN,
    /** A stop string was complete. */
    STOP_STRING,
    /** There was no room for more tokens, by the settings or in the model's positions. */
    LENGTH,
    /** Whoever listened wanted no more. */
    STOPPED
}
