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
package io.github.tribuollm.llm.cli;

import java.nio.file.Path;
import java.util.List;

/** Help for a command, or for all. */
final class HelpText {
    static final String PROGRAM = "java -jar tribuo-llm-cli.jar";
    private static final int WIDTH = 98;
    private static final int INDENT = 27;

    private HelpText() {}

    static String overall(List<Command<?>> commands) {
        StringBuilder text = new StringBuilder();
        text.append("Usage: ").append(PROGRAM).append(" COMMAND [options]\n\n");
        text.append(wrapped(
                "Post-trains language models in Hugging Face's format on the JVM: LoRA adapters or all parameters, under"
                        + " objectives that choose what to learn from each token.",
                0));
        text.append("\nCommands\n");
        commands.forEach(command -> text.append(item(command.name(), command.summary())));
        text.append("\nFirst steps, in a copy of the repository\n");
        text.append("  ").append(PROGRAM).append(" compare --config tutorials/configs/quick-start.xml \\\n");
        text.append("    --output runs/quick-start\n\n");
        text.append("Options of a command: ").append(PROGRAM).append(" COMMAND --help\n");
        text.append("Versions of the program, ONNX Runtime and Java: ")
                .append(PROGRAM)
                .append(" --version\n\n");
        text.append(wrapped(
                "Exit codes: 0 done, 1 failure of the program, 2 wrong options or input, 3 interrupted with the state"
                        + " saved.",
                0));
        return text.toString();
    }

    static String of(Command<?> command) {
        OptionTable table = OptionTable.of(command.options());
        StringBuilder text = new StringBuilder();
        text.append("Usage: ")
                .append(PROGRAM)
                .append(' ')
                .append(command.name())
                .append(" [options]\n\n");
        text.append(wrapped(command.description(), 0));
        for (OptionGroup group : table.groups()) {
            List<OptionTable.Entry> entries = table.entries(group);
            if (!entries.isEmpty()) {
                text.append('\n').append(group.heading()).append('\n');
                entries.forEach(entry -> text.append(item("--" + entry.name() + placeholder(entry), usage(entry))));
            }
        }
        text.append(item("--help", "Prints this text."));
        text.append("\nExamples\n");
        for (Command.Example example : command.examples()) {
            text.append("  # ").append(example.purpose()).append('\n');
            text.append("  ").append(PROGRAM).append(' ').append(command.name()).append(' ');
            text.append(example.line().replace("\n", " \\\n    ")).append('\n');
        }
        return text.toString();
    }

    private static String placeholder(OptionTable.Entry entry) {
        Class<?> type = entry.field().getType();
        if (type == boolean.class) {
            return "";
        } else if (type == Path.class) {
            return " PATH";
        } else if (type == Integer.class || type == int.class || type == Long.class) {
            return " N";
        } else if (type == Double.class) {
            return " X";
        }
        return type == List.class ? " A,B,.." : " NAME";
    }

    private static String usage(OptionTable.Entry entry) {
        String choices = entry.choices().isEmpty() ? "" : " One of " + String.join(", ", entry.choices()) + ".";
        String value = entry.defaultValue();
        return entry.option().usage() + choices + (value.isEmpty() ? "" : " Default: " + value + ".");
    }

    private static String item(String name, String text) {
        String first = "  " + name;
        String body = wrapped(text, INDENT);
        return first.length() < INDENT - 1 ? first + body.substring(first.length()) : first + "\n" + body;
    }

    private static String wrapped(String text, int indent) {
        StringBuilder wrapped = new StringBuilder();
        StringBuilder line = new StringBuilder(" ".repeat(indent));
        for (String word : text.split(" ")) {
            if (line.length() > indent && line.length() + 1 + word.length() > WIDTH) {
                wrapped.append(line).append('\n');
                line = new StringBuilder(" ".repeat(indent));
            }
            line.append(line.length() > indent ? " " : "").append(word);
        }
        return wrapped.append(line).append('\n').toString();
    }
}
