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
package io.github.tribuollm.llm.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * Items from a UTF-8 file that holds one JSON array of objects, or one JSON object a line, plain or compressed with
 * gzip. A row holds at most {@code 16777216} characters. A subclass says how a row becomes an item.
 *
 * @param <T> what a row becomes
 */
public abstract class RowSource<T> implements Configurable, Provenancable<ConfiguredDataSourceProvenance>, Iterable<T> {
    /** The value of {@code rows} that means all. */
    public static final int ALL = 0;

    @Config(mandatory = true, description = "The JSON or JSON-lines file.")
    private Path path;

    @Config(description = "How many rows to skip at the beginning of the file.")
    private int first = 0;

    @Config(description = "How many rows to use after the skipped ones, 0 for all.")
    private int rows = ALL;

    private ConfiguredDataSourceProvenance provenance;

    /** For OLCUT, which sets the fields and calls {@link #postConfig()}. */
    protected RowSource() {}

    /**
     * Creates a source over a range of a file's rows; the subclass's constructor ends with {@link #postConfig()}.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     */
    protected RowSource(Path path, int first, int rows) {
        this.path = path;
        this.first = first;
        this.rows = rows;
    }

    /**
     * Checks the configuration.
     *
     * @throws PropertyException if the file is not there or the range is wrong
     */
    @Override
    public void postConfig() {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new PropertyException("", "path", "There is no readable file " + path.toAbsolutePath() + published());
        }
        if (first < 0) {
            throw new PropertyException("", "first", "Cannot skip " + first + " rows of " + path + "; use 0 or more");
        }
        if (rows < 0) {
            throw new PropertyException("", "rows", "Cannot use " + rows + " rows of " + path + "; use 0 for all");
        }
    }

    /**
     * {@return where such a file comes from and how it is laid out, as the end of the message that it is missing; empty
     * where any file may serve}
     */
    protected String published() {
        return "";
    }

    /**
     * Makes an item of a row.
     *
     * @param row the row, whose accessors refuse a wrong field with its place and name
     * @return the item
     */
    protected abstract T item(JsonRow row);

    /**
     * {@return the file that is read}
     */
    public Path path() {
        return path;
    }

    /** The rows of the file, of which a subclass may think otherwise. */
    JsonRows open() {
        return JsonRows.open(path);
    }

    /**
     * {@return the rows of the range, told apart as they are asked for; each is read, or refused with a {@link
     * DataException}, by its own method, and the next one can be read after a refusal}
     */
    public Iterator<Supplier<T>> rows() {
        return new Range(open());
    }

    /**
     * {@return the items of the range, read from the file as they are asked for; its methods throw {@link
     * DataException} for a row that cannot be used}
     */
    @Override
    public Iterator<T> iterator() {
        return new Items(new Range(open()));
    }

    @Override
    public synchronized ConfiguredDataSourceProvenance getProvenance() {
        if (provenance == null) {
            provenance = new ConversationSourceProvenance(this, path);
        }
        return provenance;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + path + range() + ")";
    }

    private String range() {
        if (rows == ALL) {
            return first == 0 ? "" : ", rows from " + (first + 1L);
        }
        return ", rows " + (first + 1L) + " to " + ((long) first + rows);
    }

    private final class Range implements Iterator<Supplier<T>> {
        private final JsonRows all;
        private int left = rows == ALL ? Integer.MAX_VALUE : rows;

        Range(JsonRows all) {
            this.all = all;
            for (int i = 0; i < first && all.hasNext(); i++) {
                all.next();
            }
            if (!all.hasNext()) {
                throw new DataException(path + " has no rows" + (first == 0 ? "" : " after the first " + first));
            }
        }

        @Override
        public boolean hasNext() {
            return left > 0 && all.hasNext();
        }

        @Override
        public Supplier<T> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("No more rows in " + path);
            }
            RowText row = all.next();
            if (--left == 0) {
                all.close();
            }
            return () -> item(row.read());
        }
    }

    /** Reads each row, and nothing after one that cannot be read. */
    private final class Items implements Iterator<T> {
        private final Range range;

        Items(Range range) {
            this.range = range;
        }

        @Override
        public boolean hasNext() {
            return range.hasNext();
        }

        @Override
        public T next() {
            Supplier<T> row = range.next();
            try {
                return row.get();
            } catch (DataException e) {
                range.all.close();
                throw e;
            }
        }
    }
}
