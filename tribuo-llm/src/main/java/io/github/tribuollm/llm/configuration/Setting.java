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
package io.github.tribuollm.llm.configuration;

import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.MapProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a field is set to.
 *
 * @param place where, such as {@code quick-start.xml:9} or {@code --@trainer.rank}
 * @param value a value, a list or a map
 */
record Setting(String place, Property value) {
    /** The single texts of the value. */
    Collection<String> texts() {
        Collection<SimpleProperty> parts = value instanceof ListProperty list
                ? list.getSimpleList()
                : value instanceof MapProperty map ? map.getMap().values() : List.of((SimpleProperty) value);
        return parts.stream().map(SimpleProperty::getValue).toList();
    }

    /** The same with each single text changed. */
    Setting map(UnaryOperator<String> change) {
        UnaryOperator<SimpleProperty> changed = part -> new SimpleProperty(change.apply(part.getValue()));
        if (value instanceof ListProperty list) {
            return new Setting(
                    place,
                    new ListProperty(list.getSimpleList().stream().map(changed).toList()));
        }
        if (value instanceof MapProperty map) {
            Map<String, SimpleProperty> entries = new LinkedHashMap<>();
            map.getMap().forEach((key, part) -> entries.put(key, changed.apply(part)));
            return new Setting(place, new MapProperty(entries));
        }
        return new Setting(place, changed.apply((SimpleProperty) value));
    }
}
