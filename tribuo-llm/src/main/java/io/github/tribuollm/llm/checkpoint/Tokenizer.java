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
package io.github.tribuollm.llm.checkpoint;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A checkpoint's own tokenizer: {@code tokenizer.json}, run by the native Hugging Face library.
 *
 * <p>Special tokens are those that tokenizer_config.json, special_tokens_map.json, config.json and
 * generation_config.json name, in this order. Encoding never adds special tokens; those written in the text are
 * recognised. A lone surrogate in a text counts as U+FFFD. Nothing is ever downloaded or reported: the native library
 * comes from its jar, and unless they are already set the system properties {@code ai.djl.offline} and
 * {@code OPT_OUT_TRACKING} become {@code true} when this class is first used. Safe for use by several threads; closing waits for
 * the calls that run.
 */
public final class Tokenizer implements AutoCloseable {
    /** The file of a fast tokenizer. */
    public static final String FILE = "tokenizer.json";

    static final String CONFIG = "tokenizer_config.json";
    static final long LARGEST_FILE = 512L << 20;

    private final NativeTokenizer library;
    private final Vocabulary vocabulary;
    private final SpecialTokens special;
    private final boolean addsBos;

    private Tokenizer(NativeTokenizer library, Vocabulary vocabulary, SpecialTokens special, CheckpointConfig config) {
        this.library = library;
        this.vocabulary = vocabulary;
        this.special = special;
        this.addsBos = addsBos(config);
    }

    /**
     * Reads the tokenizer of a checkpoint.
     *
     * @param checkpoint the directory with tokenizer.json and, where the checkpoint has them, tokenizer_config.json,
     *     special_tokens_map.json, config.json and generation_config.json; or a GGUF file
     * @return the tokenizer
     * @throws CheckpointException when a file is missing or broken, or a token's id is not below config.json's
     *     {@code vocab_size}
     */
    public static Tokenizer open(Path checkpoint) {
        CheckpointFiles files = CheckpointFiles.of(checkpoint);
        Path file = files.path(FILE);
        if (!files.has(FILE)) {
            throw MissingFile.TOKENIZER.at(file);
        }
        byte[] json = files.bytes(FILE, LARGEST_FILE);
        Vocabulary vocabulary = Vocabulary.read(file, json);
        CheckpointConfig config = files.configIfPresent(CONFIG);
        SpecialTokens.Sources sources = SpecialTokens.Sources.read(files, vocabulary, config);
        int rows = sources.model().integer("vocab_size", Integer.MAX_VALUE);
        if (vocabulary.size() > rows) {
            throw new CheckpointException(file + ": has token id " + (vocabulary.size() - 1) + ", but the model has "
                    + rows + " tokens ('vocab_size' in config.json); take both from the same checkpoint");
        }
        return new Tokenizer(NativeTokenizer.load(file, json), vocabulary, SpecialTokens.of(sources), config);
    }

    private boolean addsBos(CheckpointConfig config) {
        if (config.contains("add_bos_token")) {
            return config.flag("add_bos_token", false) && special.bos().isPresent();
        }
        long[] ids = library.encodeWithSpecialTokens("a").getIds();
        return special.bos().isPresent()
                && ids.length > 0
                && ids[0] == special.bos().getAsInt();
    }

    /**
     * The tokens of a text, without special tokens that the text does not contain.
     *
     * @param text any text
     * @return its token ids
     * @throws CheckpointException if the library gives one that the file does not list
     */
    public int[] encode(String text) {
        return ids(library.encode(wellFormed(text)));
    }

    /**
     * The tokens of a text and where they come from.
     *
     * @param text any text
     * @return its token ids with their places in UTF-16 units of {@code text}
     */
    public Encoded encodeWithOffsets(String text) {
        String sound = wellFormed(text);
        Encoding encoding = library.encode(sound);
        int[] places = utf16Places(sound);
        int[] ids = ids(encoding);
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        CharSpan[] spans = encoding.getCharTokenSpans();
        for (int i = 0; i < ids.length; i++) {
            int before = i == 0 ? 0 : ends[i - 1];
            starts[i] = spans[i] == null ? before : places[spans[i].getStart()];
            ends[i] = spans[i] == null ? before : places[spans[i].getEnd()];
        }
        return new Encoded(ids, starts, ends);
    }

    /** The library numbers added tokens anew where their ids leave holes, so that they are others than the file says. */
    private int[] ids(Encoding encoding) {
        int[] ids = LongStream.of(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
        for (int id : ids) {
            if (id >= vocabulary.size()) {
                throw new CheckpointException(FILE + ": a text has the token " + id + ", but the largest id that"
                        + " 'model.vocab' and 'added_tokens' list is " + (vocabulary.size() - 1)
                        + "; take the file as it was published");
            }
        }
        return ids;
    }

    /** The library counts code points: element i is the UTF-16 index of code point i. */
    private static int[] utf16Places(String text) {
        int points = text.codePointCount(0, text.length());
        int[] places = new int[points + 1];
        for (int i = 0, at = 0; i < points; i++) {
            at += Character.charCount(text.codePointAt(at));
            places[i + 1] = at;
        }
        return places;
    }

    private static String wellFormed(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text;
        }
        StringBuilder sound = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }

    /**
     * The text of tokens, special tokens included.
     *
     * @param ids token ids
     * @return their text; bytes that are not UTF-8 become U+FFFD
     * @throws IllegalArgumentException for an id that is not in {@code [0, vocabularySize())}
     */
    public String decode(int[] ids) {
        return decode(ids, false);
    }

    /**
     * The text of tokens.
     *
     * @param ids token ids
     * @param skipSpecial whether special tokens are left out
     * @return their text; bytes that are not UTF-8 become U+FFFD
     * @throws IllegalArgumentException for an id that is not in {@code [0, vocabularySize())}
     */
    public String decode(int[] ids, boolean skipSpecial) {
        for (int id : ids) {
            requireId(id);
        }
        return library.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    }

    private String decodeKnown(int... ids) {
        return decode(ids, false);
    }

    /**
     * The text of tokens that come one after the other, special tokens included.
     *
     * @return a new stream, which refuses an id that is not in {@code [0, vocabularySize())}
     */
    public TextStream stream() {
        return new TextStream(this::decodeKnown);
    }

    /** {@return the characters of the longest token, as the file writes it, at least 1} */
    public int longestToken() {
        return vocabulary.longest();
    }

    private void requireId(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw new IllegalArgumentException("token " + id + " is not in [0, " + vocabulary.size() + ")");
        }
    }

    /**
     * The text that each token adds; joined, these are {@link #decode(int[])} of all tokens. A character whose bytes
     * are spread over several tokens is shown at the one that completes it, the others show nothing.
     *
     * @param ids token ids
     * @return one text for each token
     * @throws IllegalArgumentException for an id that is not in {@code [0, vocabularySize())}
     */
    public List<String> display(int[] ids) {
        String whole = decode(ids);
        List<String> pieces = new TokenTexts(ids, this::decodeKnown).pieces(whole);
        return List.copyOf(pieces);
    }

    /**
     * A token as the vocabulary writes it, for example {@code Ġthe}, {@code ▁the} or {@code <0x0A>}.
     *
     * @param id a token id
     * @return its text, empty where the vocabulary has a hole
     * @throws IllegalArgumentException for an id that is not in {@code [0, vocabularySize())}
     */
    public String token(int id) {
        requireId(id);
        String token = vocabulary.token(id);
        return token == null ? "" : token;
    }

    /**
     * The id of a token as the vocabulary writes it.
     *
     * @param token a token's text, for example {@code <|im_end|>}
     * @return its id, empty when there is no such token
     */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /** {@return the token that begins a text} */
    public OptionalInt bos() {
        return special.bos();
    }

    /** {@return the token that ends a text} */
    public OptionalInt eos() {
        return special.eos();
    }

    /** {@return the padding token; often the same as {@link #eos()}, so it never says which tokens count in a loss} */
    public OptionalInt pad() {
        return special.pad();
    }

    /** {@return all tokens that end generation: EOS and those that generation_config.json and config.json add} */
    public Set<Integer> stopIds() {
        return special.stops();
    }

    /** {@return one more than the largest token id; at most the model's number of tokens} */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** {@return whether texts for this model begin with {@link #bos()}: add_bos_token, else the post-processor} */
    public boolean addsBos() {
        return addsBos;
    }

    /** Waits for running calls and releases the native tokenizer; nothing can be encoded or decoded after this. */
    @Override
    public void close() {
        library.close();
    }
}
