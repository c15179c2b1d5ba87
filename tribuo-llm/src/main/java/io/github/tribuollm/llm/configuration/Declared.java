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

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A component as a file declares it.
 *
 * @param place file and line
 * @param name its name
 * @param type its class
 * @param base the component that it inherits settings from
 * @param settings what its fields are set to, the inherited ones included
 */
record Declared(String place, String name, String type, Optional<String> base, Map<String, Setting> settings) {
    /** The same with a field set. */
    Declared with(String field, Setting setting) {
        Map<String, Setting> changed = new LinkedHashMap<>(settings);
        changed.put(field, setting);
        return new Declared(place, name, type, base, changed);
    }

    /** A problem of this component. */
    ConfigurationException problem(String message) {
        return new ConfigurationException(place + ": component " + name + ": " + message);
    }

    /** A problem of a field, at the place where it is set. */
    ConfigurationException problem(String field, String message) {
        return new ConfigurationException(placeOf(field) + ": component " + name + ", field " + field + ": " + message);
    }

    private String placeOf(String field) {
        return Optional.ofNullable(settings.get(field)).map(Setting::place).orElse(place);
    }

    /** The same for OLCUT. */
    ConfigurationData data() {
        Map<String, Property> properties = new HashMap<>();
        settings.forEach((field, setting) -> properties.put(field, setting.value()));
        return new ConfigurationData(name, type, properties);
    }
}
