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
package io.github.tribuollm.tutorials.notebooks;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A notebook's cells, as its file holds them (nbformat 4).
 *
 * @param cells the cells in their order
 */
record Notebook(List<Cell> cells) {
    /** Where they lie, below the root of the repository. */
    static final String PLACE = "tutorials/notebooks";

    /**
     * A cell.
     *
     * @param cell_type {@code markdown} or {@code code}
     * @param source its lines
     * @param outputs what it shows, where it is code
     */
    record Cell(String cell_type, List<String> source, List<Output> outputs) {
        boolean isCode() {
            return cell_type.equals("code");
        }

        String text() {
            return String.join("", source);
        }
    }

    /**
     * What a cell shows.
     *
     * @param output_type such as {@code display_data}
     * @param data contents by their kind; null for streams and errors
     */
    record Output(String output_type, Map<String, JsonElement> data) {
        boolean isError() {
            return output_type.equals("error");
        }

        /** The picture, in base 64. */
        Optional<String> picture() {
            return Optional.ofNullable(data == null ? null : data.get("image/png"))
                    .map(JsonElement::getAsString);
        }
    }

    static Notebook read(Path file) throws IOException {
        return new Gson().fromJson(Files.readString(file), Notebook.class);
    }

    List<Output> outputs() {
        return code().stream().flatMap(cell -> cell.outputs().stream()).toList();
    }

    List<Cell> code() {
        return cells.stream().filter(Cell::isCode).toList();
    }
}
