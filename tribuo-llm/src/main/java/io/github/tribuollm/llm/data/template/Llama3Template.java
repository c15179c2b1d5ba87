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
package io.github.tribuollm.llm.data.template;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.TurnTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of Llama 3, 3.1, 3.2 and 3.3: {@code <|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|>}, contents
 * trimmed.
 *
 * <p>Since 3.1 the published template always begins with a system message that names two dates; so does this one, with
 * a fixed date, so that a run does not depend on the day it is made. Without a date the layout is that of Llama 3, and
 * of Meta's documentation.
 */
public final class Llama3Template extends TurnTemplate {
    /** The date that Hugging Face's template falls back to. */
    public static final String DEFAULT_DATE = "26 Jul 2024";

    @Config(description = "Today's date in the system message, such as 26 Jul 2024; empty for no dates.")
    private String date = DEFAULT_DATE;

    /** Creates the template with the {@link #DEFAULT_DATE}. */
    public Llama3Template() {}

    /**
     * Creates the template.
     *
     * @param date the date in the system message, empty for a layout without dates
     */
    public Llama3Template(String date) {
        this.date = date;
    }

    @Override
    protected String header(String role) {
        return "<|start_header_id|>" + role + "<|end_header_id|>\n\n";
    }

    @Override
    protected String endOfTurn() {
        return "<|eot_id|>";
    }

    @Override
    protected String gap() {
        return "";
    }

    @Override
    protected List<Message> turns(Conversation conversation) {
        List<Message> turns = new ArrayList<>(trimmed(conversation.messages()));
        if (date.isEmpty()) {
            return turns;
        }
        String system = conversation.startsWithSystem() ? turns.remove(0).content() : "";
        String dates = "Cutting Knowledge Date: December 2023\nToday Date: " + date + "\n\n";
        turns.add(0, new Message(Message.SYSTEM, dates + system));
        return turns;
    }

    @Override
    public String toString() {
        return "Llama3Template(date=" + date + ")";
    }
}
