/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.llm.data.jinja;

import io.github.tribuollm.llm.data.jinja.Parser.Parsed;
import java.time.LocalDateTime;
import java.util.Map;

/**
 * A chat template. It sees its variables and nothing else, and one rendering costs a bounded number of steps and
 * characters. Safe for use by several threads.
 */
public final class Template {
    /** The longest template, in characters. */
    public static final int LONGEST = 1 << 20;

    private final String name;
    private final Parsed parsed;

    private Template(String name, Parsed parsed) {
        this.name = name;
        this.parsed = parsed;
    }

    /**
     * Reads a template.
     *
     * @param name where it comes from, for messages
     * @param source its text
     * @return the template
     * @throws TemplateException if it is too long, is not Jinja, or has tags, filters or tests that are not supported
     */
    public static Template parse(String name, String source) {
        if (source.length() > LONGEST) {
            throw new TemplateException(name + ": the template is longer than " + LONGEST + " characters");
        }
        try {
            return new Template(name, Parser.parse(source));
        } catch (SyntaxFailure e) {
            throw new TemplateException(name + " line " + e.line() + ": " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new TemplateException(name + ": the template is nested too deeply");
        }
    }

    /**
     * Renders the template.
     *
     * @param variables the names that it sees, beside {@code range}, {@code dict}, {@code namespace}, {@code
     *     raise_exception} and {@code strftime_now}
     * @param now what {@code strftime_now} takes for the present
     * @return the text, and what of it stands in {@code generation} blocks
     * @throws TemplateException if the template refuses the variables, fails on them, or costs too much
     */
    public Rendered render(Map<String, Value> variables, LocalDateTime now) {
        Rendering rendering = new Rendering(variables, now);
        try {
            Statement.run(parsed.body(), Frame.of(rendering), rendering.output());
            return new Rendered(rendering.output().toString(), rendering.generations());
        } catch (Failure e) {
            throw new TemplateException(place(rendering) + e.getMessage(), e.isRaised());
        } catch (StackOverflowError e) {
            throw new TemplateException(place(rendering) + "the template is nested too deeply");
        }
    }

    private String place(Rendering rendering) {
        return name + " line " + rendering.line() + ": ";
    }

    /**
     * Tells whether the template speaks of something: a variable, an attribute, or a string in it has this name.
     *
     * @param word the name
     * @return whether it is anywhere in a tag
     */
    public boolean mentions(String word) {
        return parsed.words().contains(word);
    }

    /** {@return whether the template marks what the model says, with {@code generation} blocks} */
    public boolean marksGenerations() {
        return parsed.generations();
    }

    /** {@return the template's name} */
    @Override
    public String toString() {
        return name;
    }
}
