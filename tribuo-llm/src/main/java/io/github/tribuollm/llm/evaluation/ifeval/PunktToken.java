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
package io.github.tribuollm.llm.evaluation.ifeval;

import java.util.List;
import java.util.regex.Pattern;

/** A word of a text with what Punkt thinks of the period at its end. */
final class PunktToken {
    private static final String NUMBER_TYPE = "##number##";
    private static final Pattern NUMERIC = PythonPattern.compile("-?[\\.,]?\\d[\\d,\\.-]*\\.?");
    private static final Pattern ELLIPSIS = Pattern.compile("\\.{2,}");
    private static final Pattern INITIAL = Pattern.compile("[\\p{L}\\p{Nl}\\p{No}_]\\.");
    private static final String PUNCTUATION = ";:,.!?";
    private static final String ENDS = ".?!";

    private final String text;
    private final String type;
    private boolean abbreviation;
    private boolean sentenceEnd;

    /** A word as its form alone tells. */
    PunktToken(String text, PunktTables tables) {
        this.text = text;
        String lower = PythonText.lower(text);
        type = NUMERIC.matcher(lower).matches() ? NUMBER_TYPE : lower;
        if (text.length() == 1 && ENDS.contains(text)) {
            sentenceEnd = true;
        } else if (endsInPeriod() && !text.endsWith("..")) {
            String word = PythonText.lower(text.substring(0, text.length() - 1));
            abbreviation = tables.abbreviations().contains(word)
                    || tables.abbreviations().contains(word.substring(word.lastIndexOf('-') + 1));
            sentenceEnd = !abbreviation;
        }
    }

    boolean endsSentence() {
        return sentenceEnd;
    }

    /** Thinks again, now that the next word is known. */
    void reconsider(PunktToken next, PunktTables tables) {
        if (!endsInPeriod()) {
            return;
        }
        if (tables.collocations().contains(List.of(typeWithoutPeriod(), next.word()))) {
            becomesAbbreviation();
            return;
        }
        boolean initial = INITIAL.matcher(text).matches();
        Start start = next.start(tables);
        if ((abbreviation || ELLIPSIS.matcher(text).matches()) && !initial) {
            if (start == Start.YES || next.isUpper() && tables.starters().contains(next.word())) {
                sentenceEnd = true;
                return;
            }
        }
        if (initial || typeWithoutPeriod().equals(NUMBER_TYPE)) {
            boolean name =
                    initial && start == Start.UNKNOWN && next.isUpper() && !tables.seen(next.word(), PunktTables.LOWER);
            if (start == Start.NO || name) {
                becomesAbbreviation();
            }
        }
    }

    private void becomesAbbreviation() {
        sentenceEnd = false;
        abbreviation = true;
    }

    /** Whether this word starts a sentence, by the case in which it is written here and elsewhere. */
    private Start start(PunktTables tables) {
        if (text.length() == 1 && PUNCTUATION.contains(text)) {
            return Start.NO;
        }
        if (isUpper() && tables.seen(word(), PunktTables.LOWER) && !tables.seen(word(), PunktTables.MIDDLE_UPPER)) {
            return Start.YES;
        }
        if (isLower() && (tables.seen(word(), PunktTables.UPPER) || !tables.seen(word(), PunktTables.BEGIN_LOWER))) {
            return Start.NO;
        }
        return Start.UNKNOWN;
    }

    private boolean endsInPeriod() {
        return text.endsWith(".");
    }

    private String typeWithoutPeriod() {
        return type.length() > 1 && type.endsWith(".") ? type.substring(0, type.length() - 1) : type;
    }

    /** {@return the type, without the period that ends a sentence} */
    private String word() {
        return sentenceEnd ? typeWithoutPeriod() : type;
    }

    private boolean isUpper() {
        return Character.isUpperCase(text.codePointAt(0));
    }

    private boolean isLower() {
        return Character.isLowerCase(text.codePointAt(0));
    }

    private enum Start {
        YES,
        NO,
        UNKNOWN
    }
}
