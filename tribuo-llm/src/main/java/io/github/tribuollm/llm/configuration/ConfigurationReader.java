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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the elements of a configuration file. Document types, entities and unknown elements are refused. */
final class ConfigurationReader {
    private static final int LARGEST = 16 << 20;
    private static final int LONGEST_DECLARATION = 200;
    private static final Pattern OTHER_ENCODING =
            Pattern.compile("<\\?xml[^>]*encoding\\s*=\\s*[\"'](?!(?i:UTF-8)[\"'])");

    private final Path path;
    private final XMLStreamReader xml;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, Declared> components = new LinkedHashMap<>();

    private ConfigurationReader(Path path, XMLStreamReader xml) {
        this.path = path;
        this.xml = xml;
    }

    /** What a file says, unchecked but for its shape. */
    record Content(Map<String, String> values, Map<String, Declared> components) {}

    static Content read(Path path) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            requireText(path, bytes);
            ConfigurationReader reader =
                    new ConfigurationReader(path, factory.createXMLStreamReader(new ByteArrayInputStream(bytes)));
            reader.file();
            return new Content(reader.values, reader.components);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(path + ": there is no such file; check the path", e);
        } catch (IOException e) {
            throw new ConfigurationException(path + ": cannot be read: " + e, e);
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
            throw new ConfigurationException(
                    path + ":" + line + ": is no well-formed XML: "
                            + e.getMessage().replaceFirst("(?s)^.*\nMessage: ", ""),
                    e);
        }
    }

    /** Java's parser says on the console what it thinks of other bytes than it expects. */
    private static void requireText(Path path, byte[] bytes) {
        if (bytes.length > LARGEST) {
            throw new ConfigurationException(
                    path + ": is larger than " + LARGEST + " bytes, which no configuration is");
        }
        String start = new String(bytes, 0, Math.min(bytes.length, LONGEST_DECLARATION), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u00fe\u00ff")
                || start.startsWith("\u00ff\u00fe")
                || OTHER_ENCODING.matcher(start).find()) {
            return;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(
                    path + ": the text is not UTF-8; convert it, for instance with: iconv -f WINDOWS-1252 -t UTF-8 "
                            + path,
                    e);
        }
    }

    private void file() throws XMLStreamException {
        int event = next();
        if (event != XMLStreamConstants.START_ELEMENT || !xml.getLocalName().equals("config")) {
            throw problem("expected <config>, but there is " + tag());
        }
        attributes(List.of());
        while (next() == XMLStreamConstants.START_ELEMENT) {
            switch (xml.getLocalName()) {
                case "property" -> value();
                case "component" -> component();
                default -> throw unexpected("<property> or <component>");
            }
        }
        while (xml.hasNext()) {
            next();
        }
    }

    private void value() throws XMLStreamException {
        Map<String, String> attributes = attributes(List.of("name", "value"));
        if (values.putIfAbsent(attributes.get("name"), attributes.get("value")) != null) {
            throw problem("the property " + attributes.get("name") + " is there twice; delete one");
        }
        end();
    }

    private void component() throws XMLStreamException {
        String place = place();
        Map<String, String> attributes = attributes(List.of("name"), "type", "inherit", "export", "import");
        String name = attributes.get("name");
        requireLocal(name, attributes);
        if (components.containsKey(name)) {
            throw problem("component " + name + ": there is another of this name at "
                    + components.get(name).place() + "; rename one");
        }
        Optional<Declared> base =
                Optional.ofNullable(attributes.get("inherit")).map(inherited -> base(name, inherited));
        String type = Optional.ofNullable(attributes.get("type"))
                .or(() -> base.map(Declared::type))
                .orElseThrow(() -> problem("component " + name + ": expected type=\"a class\", but there is none"));
        Map<String, Setting> own = settings(name);
        Map<String, Setting> all =
                new LinkedHashMap<>(base.map(Declared::settings).orElse(Map.of()));
        all.putAll(own);
        components.put(name, new Declared(place, name, type, base.map(Declared::name), all));
    }

    /** What OLCUT writes says that a component is neither offered to other processes nor taken from them. */
    private void requireLocal(String name, Map<String, String> attributes) {
        for (String attribute : List.of("export", "import")) {
            if (!attributes.getOrDefault(attribute, "false").equals("false")) {
                throw problem("component " + name + ": components are not shared with other processes; delete "
                        + attribute + "=\"" + attributes.get(attribute) + "\"");
            }
        }
    }

    private Declared base(String name, String inherited) {
        return Optional.ofNullable(components.get(inherited))
                .orElseThrow(() -> problem("component " + name + ": inherits from '" + inherited
                        + "', which is none of the components before it: " + String.join(", ", components.keySet())
                        + Nearest.question(inherited, components.keySet())));
    }

    private Map<String, Setting> settings(String component) throws XMLStreamException {
        Map<String, Setting> settings = new LinkedHashMap<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            String place = place();
            String element = xml.getLocalName();
            Map<String, String> attributes = switch (element) {
                case "property" -> attributes(List.of("name", "value"));
                case "propertylist", "propertymap" -> attributes(List.of("name"));
                default -> throw unexpected("<property>, <propertylist> or <propertymap>");
            };
            String field = attributes.get("name");
            if (settings.containsKey(field)) {
                throw problem("component " + component + ", field " + field + ": is set twice; delete one");
            }
            Property value = switch (element) {
                case "property" -> single(attributes.get("value"));
                case "propertylist" -> list();
                default -> map();
            };
            settings.put(field, new Setting(place, value));
        }
        return settings;
    }

    private SimpleProperty single(String value) throws XMLStreamException {
        end();
        return new SimpleProperty(value);
    }

    private ListProperty list() throws XMLStreamException {
        List<SimpleProperty> items = new ArrayList<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            if (!xml.getLocalName().equals("item")) {
                throw unexpected("<item>");
            }
            attributes(List.of());
            items.add(new SimpleProperty(xml.getElementText().strip()));
        }
        return new ListProperty(items);
    }

    private MapProperty map() throws XMLStreamException {
        Map<String, SimpleProperty> entries = new LinkedHashMap<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            if (!xml.getLocalName().equals("entry")) {
                throw unexpected("<entry>");
            }
            Map<String, String> entry = attributes(List.of("key", "value"));
            if (entries.put(entry.get("key"), single(entry.get("value"))) != null) {
                throw problem("the key " + entry.get("key") + " is there twice; delete one");
            }
        }
        return new MapProperty(entries);
    }

    /** The next begin or end of an element, or the end of the file. */
    private int next() throws XMLStreamException {
        while (true) {
            int event = xml.next();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT,
                        XMLStreamConstants.END_ELEMENT,
                        XMLStreamConstants.END_DOCUMENT -> {
                    return event;
                }
                case XMLStreamConstants.DTD ->
                    throw problem("has a document type, which could read other files;" + " delete <!DOCTYPE ...>");
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw problem("has the entity &" + xml.getLocalName()
                            + ";, which could stand for another file; write out what it stands for");
                case XMLStreamConstants.CHARACTERS -> {
                    if (!xml.isWhiteSpace()) {
                        throw problem("expected an element, but there is the text '"
                                + xml.getText().strip() + "'");
                    }
                }
                default -> {}
            }
        }
    }

    private void end() throws XMLStreamException {
        String element = xml.getLocalName();
        if (next() != XMLStreamConstants.END_ELEMENT) {
            throw problem("<" + element + "> has no content, but there is " + tag());
        }
    }

    private Map<String, String> attributes(List<String> required, String... optional) {
        List<String> known = new ArrayList<>(required);
        known.addAll(List.of(optional));
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String name = xml.getAttributeLocalName(i);
            if (!known.contains(name)) {
                throw problem(tag() + " takes "
                        + (known.isEmpty() ? "no attributes" : "the attributes " + String.join(", ", known))
                        + ", but there is '" + name + "'" + Nearest.question(name, known));
            }
            attributes.put(name, xml.getAttributeValue(i));
        }
        for (String name : required) {
            if (!attributes.containsKey(name)) {
                throw problem("expected " + name + "=\"...\" in " + tag() + ", but there is none");
            }
        }
        return attributes;
    }

    private String tag() {
        return xml.hasName() ? "<" + xml.getLocalName() + ">" : "the end of the file";
    }

    private ConfigurationException unexpected(String expected) {
        return problem("expected " + expected + ", but there is " + tag());
    }

    private ConfigurationException problem(String message) {
        return new ConfigurationException(place() + ": " + message);
    }

    private String place() {
        return path + ":" + xml.getLocation().getLineNumber();
    }
}
