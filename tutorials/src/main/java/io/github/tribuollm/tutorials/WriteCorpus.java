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
package io.github.tribuollm.tutorials;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import com.oracle.labs.mlrg.olcut.config.UsageException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Logger;

/** Writes the rows of a {@link SyntheticCorpus} to a file. */
public final class WriteCorpus {
    private static final Logger logger = Logger.getLogger(WriteCorpus.class.getName());

    private WriteCorpus() {}

    /** What to write, and where. */
    public static final class CorpusOptions implements Options {
        /** What rows. */
        @Option(charName = 'k', longName = "kind", usage = "What rows: WORD_PROBLEMS, INSTRUCTIONS or MIXED.")
        public CorpusKind kind = CorpusKind.MIXED;

        /** The grammar of the word problems. */
        @Option(charName = 's', longName = "style", usage = "The grammar of the word problems: STANDARD or SHIFTED.")
        public CorpusStyle style = CorpusStyle.STANDARD;

        /** Which part of all possible rows. */
        @Option(charName = 'p', longName = "split", usage = "Which part of all possible rows: TRAIN or HELD_OUT.")
        public CorpusSplit split = CorpusSplit.TRAIN;

        /** How many rows. */
        @Option(charName = 'n', longName = "rows", usage = "How many rows.")
        public int rows = 1000;

        /** The seed of the random choices. */
        @Option(charName = 'r', longName = "seed", usage = "The seed of the random choices.")
        public long seed = 1;

        /** The file format. */
        @Option(charName = 'f', longName = "format", usage = "The file format: GSM8K, ALPACA or TEXT.")
        public CorpusFormat format = CorpusFormat.TEXT;

        /** The file to write. */
        @Option(charName = 'o', longName = "output", usage = "The file to write.")
        public Path output;

        /** Creates the options with their defaults. */
        public CorpusOptions() {}

        @Override
        public String getOptionsDescription() {
            return "Writes generated word problems or instructions to a file.";
        }
    }

    /**
     * Writes a file.
     *
     * @param args the options of {@link CorpusOptions}; {@code --help} lists them
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] args) throws IOException {
        CorpusOptions options = new CorpusOptions();
        try {
            parse(args, options);
        } catch (UsageException e) {
            logger.info(e.getMessage());
            return;
        }
        write(
                new SyntheticCorpus(options.kind, options.style, options.split, options.rows, options.seed),
                options.format,
                options.output);
    }

    private static void parse(String[] args, CorpusOptions options) {
        ConfigurationManager manager = new ConfigurationManager(args, options);
        if (options.output == null) {
            throw new UsageException("Say which file to write with --output FILE.\n" + manager.usage());
        }
    }

    static void write(SyntheticCorpus corpus, CorpusFormat format, Path file) throws IOException {
        format.check(corpus);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            format.write(corpus, out);
        }
        logger.info(() -> "Wrote " + corpus + " to " + file + " as " + format);
    }
}
