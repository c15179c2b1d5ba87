package io.github.tribuollm.llm.data.jinja;

/** Text that grows within the bounds. */
final class Output {
    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    Output(Budget budget) {
        this.budget = budget;
    }

    void add(String part) {
        budget.characters(part.length());
        if ((long) text.length() + part.length() > Budget.CHARACTERS) {
            throw new Failure("the text is longer than " + Budget.CHARACTERS + " characters");
        }
        text.append(part);
    }

    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
