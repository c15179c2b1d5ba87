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
package io.github.tribuollm.llm;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.EncodingReport;
import io.github.tribuollm.llm.data.TokenSequence;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.tribuo.OutputFactory;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceExample;

/** Token sequences of a checkpoint's vocabulary, encoded once, when first asked for. */
public interface TokenSource extends SequenceDataSource<TokenOutput>, Configurable {
    /** {@return the checkpoint directory whose tokenizer is used} */
    Path checkpoint();

    /**
     * {@return the sequences, in the order of their rows}
     *
     * @throws DataException if a row cannot be used or no row is left
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the tokenizer cannot be read
     */
    List<TokenSequence> sequences();

    /**
     * {@return what became of the rows}
     *
     * @throws DataException if a row cannot be used or no row is left
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the tokenizer cannot be read
     */
    EncodingReport report();

    /**
     * {@return how many tokens the checkpoint's model knows, by its config.json}
     *
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if config.json cannot be read
     */
    default int vocabularySize() {
        return CheckpointConfig.read(checkpoint().resolve("config.json")).integer("vocab_size");
    }

    /** {@return the configuration, the rows' provenance and the hash of the tokenizer} */
    @Override
    TokenSequenceSourceProvenance getProvenance();

    @Override
    default OutputFactory<TokenOutput> getOutputFactory() {
        return new TokenFactory();
    }

    @Override
    default Iterator<SequenceExample<TokenOutput>> iterator() {
        return sequences().stream()
                .<SequenceExample<TokenOutput>>map(TokenSequenceExample::new)
                .iterator();
    }
}
