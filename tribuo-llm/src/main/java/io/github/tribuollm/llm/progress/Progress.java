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
package io.github.tribuollm.llm.progress;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.StringJoiner;

/**
 * How far work has come.
 *
 * @param what what is done, such as a file's name or {@code encoding}
 * @param unit what it is counted in
 * @param before how much was there when it began, such as what an interrupted download left
 * @param done how much is there now, {@code before} included
 * @param total how much there will be; empty where nobody knows
 * @param elapsed the time since it began
 */
public record Progress(String what, Unit unit, long before, long done, OptionalLong total, Duration elapsed) {
    /** {@return whether all is done; never where the total is not known} */
    public boolean isComplete() {
        return total.isPresent() && done >= total.getAsLong();
    }

    /** {@return how much is done in a second, in the unit; 0 where nothing is yet} */
    public double perSecond() {
        return (done - before) / Math.max(1e-3, elapsed.toNanos() / 1e9);
    }

    /** {@return the time that the rest will take at this rate; zero where rate or total is not known} */
    public Duration remaining() {
        double rate = perSecond();
        return rate > 0 && total.isPresent()
                ? Duration.ofMillis(Math.round(1000 * Math.max(0, total.getAsLong() - done) / rate))
                : Duration.ZERO;
    }

    /** {@return one line for people, such as {@code model.safetensors  512.0 of 2471.6 MB  48.3 MB/s  ETA 41s}} */
    @Override
    public String toString() {
        StringJoiner line = new StringJoiner("  ").add(what);
        String of = total.isPresent() ? " of " + unit.amount(total.getAsLong()) : "";
        line.add(unit.amount(done) + of + " " + unit.plural());
        line.add(unit.rate(perSecond()) + " " + unit.plural() + "/s");
        if (isComplete() || total.isEmpty()) {
            line.add("in " + Durations.text(elapsed));
        } else if (done > before) {
            line.add("ETA " + Durations.text(remaining()));
        }
        return line.toString();
    }
}
