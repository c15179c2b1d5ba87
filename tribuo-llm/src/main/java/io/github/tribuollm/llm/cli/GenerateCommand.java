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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.generation.Answer;
import io.github.tribuollm.llm.generation.AnswerScore;
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.llm.generation.GenerationJob;
import io.github.tribuollm.llm.generation.GenerationJson;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationPage;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.GenerationTable;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.Prompt;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** Answers a prompt, or a file of prompts. */
final class GenerateCommand implements Command<GenerateOptions> {
    @Override
    public String name() {
        return "generate";
    }

    @Override
    public String summary() {
        return "Answers a prompt or a file of prompts, and says how sure the model is.";
    }

    @Override
    public String description() {
        return "Generates answers, several at once. Of one prompt the answer is printed while it grows. A file of"
                + " prompts becomes one JSON object a line: origin, prompt, reference (the answer that the row has),"
                + " answers (text, finish, length, scores: larger is less sure; with --tokens each token with its"
                + " log-probability, entropy, likeliest alternatives and with --uncertainty measures), and scores of"
                + " several samples. A file that ends in .csv gets one row an answer instead. Until all is answered, what"
                + " there is stands in OUTPUT.part: the same command begun again goes on there and ends in the same file.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "One question to a chat model",
                        "--checkpoint models/SmolLM2-135M-Instruct\n--prompt 'What is the capital of France?'"),
                new Example(
                        "The bundled model on the bundled word problems, as a page too",
                        "--checkpoint test-resources/tiny-llama --format gsm8k\n"
                                + "--data test-resources/data/word-problems-heldout.jsonl\n"
                                + "--template question-answer --max-new-tokens 64\n"
                                + "--output answers.jsonl --html answers.html"),
                new Example(
                        "Ten samples of each prompt of a file, cut at the next question",
                        "--model runs/gsm8k/model.tribuo\n"
                                + "--data gsm8k/test.jsonl --format gsm8k\n"
                                + "--template question-answer --do-sample --temperature 0.7 --samples 10\n"
                                + "--stop-strings 'Question:' --output samples.csv"),
                new Example(
                        "Epistemic and aleatoric uncertainty of each token, by 10 samples of dropout",
                        "--checkpoint test-resources/tiny-llama\n--template plain --prompt '12+30='\n"
                                + "--uncertainty mc-dropout --uncertainty-samples 10 --places all-linear\n"
                                + "--output answer.jsonl --tokens --html answer.html"));
    }

    @Override
    public GenerateOptions options() {
        return new GenerateOptions();
    }

    @Override
    public void run(GenerateOptions options, ConfigurationManager configuration, Terminal terminal) {
        if ((options.prompt == null) == (options.prompts.data == null)) {
            throw new UsageError("Give either --prompt TEXT or --data FILE: what is to be answered");
        }
        UsageError.requirePositive("--html-documents", options.htmlDocuments);
        WrittenFiles files = new WrittenFiles().reading("--data", options.prompts.data);
        options.output = files.writing("--output", options.output);
        options.html = files.writing("--html", options.html);
        boolean texts = options.prompt == null && "text".equals(options.prompts.format);
        String template = options.prompts.template == null ? (texts ? "plain" : "auto") : options.prompts.template;
        Generator generator = Generators.of(options.model, template, options.sampling, options.execution, configuration)
                .withStorage(options.storage.choice())
                .withBatchSize(options.batchSize)
                .withAlternatives(options.alternatives)
                .withTruth(options.truth)
                .withUncertainty(Generators.uncertainty(options.uncertainty, configuration));
        try (GenerationSession session = generator.open()) {
            if (options.prompt != null) {
                answer(session, options, terminal);
            } else {
                answerFile(session, options, configuration, terminal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the answers: " + e.getMessage(), e);
        }
    }

    private static void answer(GenerationSession session, GenerateOptions options, Terminal terminal)
            throws IOException {
        boolean alone = options.sampling.numReturnSequences == null || options.sampling.numReturnSequences == 1;
        GenerationListener growing = alone ? new GrowingAnswer(terminal) : GenerationListener.NONE;
        Generation generation = session.generate(session.asked(asked(options.prompt)), growing);
        terminal.out().println();
        if (!alone) {
            generation
                    .answers()
                    .forEach(answer -> terminal.out()
                            .println((answer.sample() + 1) + ": " + answer.text() + System.lineSeparator()));
        }
        generation.answers().forEach(answer -> terminal.err().println(scores(answer)));
        Results results = new Results(options, session);
        if (options.output != null) {
            results.write(List.of(generation)::forEach);
        }
        results.writePage(List.of(generation)::forEach);
    }

    private static Conversation asked(String prompt) {
        return new Conversation(List.of(new Message(Message.USER, prompt)), "--prompt");
    }

    private static String scores(Answer answer) {
        StringJoiner line = new StringJoiner(", ", answer.tokens().size() + " tokens; ", "");
        for (AnswerScore score : AnswerScore.values()) {
            double value = answer.score(score);
            if (!Double.isNaN(value)) {
                line.add(String.format(Locale.ROOT, "%s %.4g", score.label(), value));
            }
        }
        for (Measure measure : answer.measures()) {
            line.add(String.format(Locale.ROOT, "mean %s %.4g", measure.label(), answer.mean(measure)));
        }
        return line.toString();
    }

    private static void answerFile(
            GenerationSession session, GenerateOptions options, ConfigurationManager configuration, Terminal terminal)
            throws IOException {
        List<Prompt> prompts = prompts(session, options.prompts.asData(), configuration);
        try (GenerationJob job = job(session, prompts, options)) {
            Interruption.Section section = terminal.interruption().section();
            try {
                if (!job.run(terminal.interruption()::requested)) {
                    throw new InterruptedRun(stopped(options, job, prompts.size()));
                }
            } finally {
                section.close();
            }
            Results results = new Results(options, session);
            if (options.output == null) {
                job.forEach(generation -> terminal.out().println(results.line(generation)));
            } else {
                results.write(job::forEach);
            }
            results.writePage(job::forEach);
            job.forget();
        }
        terminal.err().println(prompts.size() == 1 ? "1 prompt answered" : prompts.size() + " prompts answered");
    }

    private static String stopped(GenerateOptions options, GenerationJob job, int prompts) {
        return isKept(options)
                ? "Stopped: " + job.done() + " of " + prompts + " prompts are kept, and the same command goes on from"
                        + " there (" + job.file() + ")"
                : "Stopped: nothing is kept without --output FILE, which the same command could go on from";
    }

    /** A device or a pipe has no file beside it. */
    private static boolean isKept(GenerateOptions options) {
        return options.output != null && WrittenFiles.isOrdinary(options.output);
    }

    private static GenerationJob job(GenerationSession session, List<Prompt> prompts, GenerateOptions options) {
        return isKept(options)
                ? new GenerationJob(
                        session, prompts, options.output.resolveSibling(options.output.getFileName() + ".part"))
                : GenerationJob.temporary(session, prompts);
    }

    private static List<Prompt> prompts(
            GenerationSession session, DataOptions options, ConfigurationManager configuration) {
        DataFormat format = Experiment.formatOf(options);
        new Components(configuration).rows("prompts", "data", options.data, format, options);
        List<Prompt> prompts = new ArrayList<>();
        for (Conversation conversation : (ConversationSource) configuration.lookup("prompts")) {
            prompts.add(session.asked(format == DataFormat.TEXT ? spokenByUser(conversation) : conversation));
        }
        if (prompts.isEmpty()) {
            throw new UsageError("--data: " + options.data + " has no rows to answer");
        }
        return prompts;
    }

    /** A text is a prompt here. */
    private static Conversation spokenByUser(Conversation text) {
        return text.withMessages(
                List.of(new Message(Message.USER, text.messages().get(0).content())));
    }

    /** Prints an answer while it grows. */
    private record GrowingAnswer(Terminal terminal) implements GenerationListener {
        @Override
        public void added(Prompt prompt, int sample, String text) {
            terminal.out().print(text);
            terminal.out().flush();
        }
    }

    /** What gives each generation to who wants it. */
    private interface All {
        void forEach(Consumer<Generation> use);
    }

    /** Writes generations in the form that options ask for. */
    private record Results(GenerateOptions options, GenerationSession session) {
        void write(All all) {
            boolean table = options.table();
            StringBuilder text = new StringBuilder(table ? GenerationTable.header(session.measures()) + "\n" : "");
            all.forEach(generation -> {
                if (table) {
                    GenerationTable.rows(generation, session.measures())
                            .forEach(row -> text.append(row).append('\n'));
                } else {
                    text.append(line(generation)).append('\n');
                }
            });
            AtomicFile.write(options.output, text.toString());
        }

        String line(Generation generation) {
            return options.tokens || options.alternatives > 0
                    ? GenerationJson.line(generation, session.tokenizer())
                    : GenerationJson.line(generation);
        }

        void writePage(All all) throws IOException {
            if (options.html == null) {
                return;
            }
            TokenPage[] page = {
                TokenPage.titled("Generated answers")
                        .note("Each generated token is coloured by the measure chosen; hover over a token, or move"
                                + " to it with the Tab key, for its figures.")
            };
            int[] left = {options.htmlDocuments};
            all.forEach(generation -> {
                if (left[0]-- > 0) {
                    page[0] = GenerationPage.with(page[0], generation, session.tokenizer());
                }
            });
            AtomicFile.write(options.html, page[0].html());
        }
    }
}
