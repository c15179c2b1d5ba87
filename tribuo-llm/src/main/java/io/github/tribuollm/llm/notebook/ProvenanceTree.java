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
package io.github.tribuollm.llm.notebook;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuollm.uncertainty.pages.Markup;

/** A provenance as a tree that folds: what was made of what, with every setting. */
final class ProvenanceTree {
    private final StringBuilder html = new StringBuilder();

    private ProvenanceTree() {}

    static String html(ObjectProvenance provenance) {
        ProvenanceTree tree = new ProvenanceTree();
        tree.html.append("<div style=\"font-family:monospace\">");
        tree.open("provenance", simple(provenance.getClassName()), true);
        provenance.forEach(field -> tree.add(field.getA(), field.getB()));
        return tree.close().html.append("</div>").toString();
    }

    private void add(String name, Provenance value) {
        if (value instanceof PrimitiveProvenance<?> primitive) {
            leaf(name, String.valueOf(primitive.getValue()));
        } else if (value instanceof ListProvenance<?> list) {
            open(name, list.getList().size() + " entries", false);
            for (int i = 0; i < list.getList().size(); i++) {
                add(Integer.toString(i), list.getList().get(i));
            }
            close();
        } else if (value instanceof MapProvenance<?> map) {
            open(name, map.getMap().size() + " entries", false);
            map.getMap().forEach(this::add);
            close();
        } else if (value instanceof ObjectProvenance object) {
            open(name, simple(object.getClassName()), false);
            object.forEach(field -> add(field.getA(), field.getB()));
            close();
        } else {
            leaf(name, String.valueOf(value));
        }
    }

    private void open(String name, String type, boolean unfolded) {
        html.append(unfolded ? "<details open>" : "<details>")
                .append("<summary>")
                .append(Markup.escape(name))
                .append(" <i>")
                .append(Markup.escape(type))
                .append("</i></summary><div style=\"padding-left:1.5em\">");
    }

    private ProvenanceTree close() {
        html.append("</div></details>");
        return this;
    }

    private void leaf(String name, String value) {
        html.append("<div style=\"overflow-wrap:anywhere\">")
                .append(Markup.escape(name))
                .append(" = ")
                .append(Markup.escape(value))
                .append("</div>");
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
