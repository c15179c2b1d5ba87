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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.tribuollm.llm.configuration.ConfigurationException;
import io.github.tribuollm.llm.configuration.ConfigurationFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said about each kind of mistake in a configuration file, word for word. */
class ConfigurationErrorsTest {
    /** A sound configuration; the data are never read. */
    private static final String SOUND = """
            <config>
              <property name="base" value="TINY"/>
              <component name="trainer" type="io.github.tribuollm.llm.CausalLMTrainer">
                <property name="checkpoint" value="${base}"/>
                <property name="objective" value="mle"/>
              </component>
              <component name="data" type="io.github.tribuollm.llm.token.TokenSequenceSource">
                <property name="checkpoint" value="${base}"/>
                <property name="conversations" value="rows"/>
                <property name="template" value="alpaca"/>
              </component>
              <component name="rows" type="io.github.tribuollm.llm.data.AlpacaSource">
                <property name="path" value="nowhere.json"/>
              </component>
              <component name="alpaca" type="io.github.tribuollm.llm.data.template.AlpacaTemplate"/>
              <component name="mle" type="io.github.tribuollm.objectives.Objective">
                <propertylist name="terms"><item>term</item></propertylist>
              </component>
              <component name="term" type="io.github.tribuollm.objectives.Term">
                <property name="target" value="label"/>
                <property name="weight" value="all"/>
              </component>
              <component name="label" type="io.github.tribuollm.objectives.target.LabelTarget"/>
              <component name="all" type="io.github.tribuollm.objectives.weight.Complement">
                <property name="mask" value="none"/>
              </component>
              <component name="none" type="io.github.tribuollm.objectives.weight.Complement">
                <property name="mask" value="every"/>
              </component>
              <component name="every" type="io.github.tribuollm.objectives.weight.Selection">
                <property name="score" value="loss"/>
                <property name="selector" value="quarter"/>
                <property name="granularity" value="TOKEN"/>
                <property name="scope" value="OPTIMISER_STEP"/>
              </component>
              <component name="loss" type="io.github.tribuollm.objectives.weight.LossScore"/>
              <component name="quarter" type="io.github.tribuollm.objectives.weight.TopQuantile">
                <property name="quantile" value="0.75"/>
              </component>
              <component name="reproduction" type="io.github.tribuollm.llm.reproduction.ModelReproduction">
                <property name="source" value="data"/>
                <property name="trainer" value="trainer"/>
              </component>
            </config>
            """;

    @TempDir
    private Path directory;

    private String error(String command, String xml, Object... more) throws IOException {
        Path file = Files.writeString(directory.resolve("my.xml"), xml.replace("TINY", Cli.TINY.toString()));
        List<Object> arguments =
                new ArrayList<>(List.of(command, "--config", file, "--output", directory.resolve("run")));
        arguments.addAll(List.of(more));
        Cli.Outcome outcome = Cli.run(arguments.toArray());
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.err());
        return outcome.err().strip().replace(directory.toString(), "DIR").replace(Cli.TINY.toString(), "TINY");
    }

    private static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        "name=\"selector\"",
                        "name=\"selektor\"",
                        "32: component every, field selektor: Selection has no such field, but granularity, scope, score,"
                                + " selector; did you mean selector?"),
                arguments(
                        "value=\"0.75\"",
                        "value=\"three quarters\"",
                        "38: component quarter, field quantile: expected a number, but there is 'three quarters'"),
                arguments(
                        "value=\"nowhere.json\"/>",
                        "value=\"nowhere.json\"/><property name=\"rows\" value=\"1.5\"/>",
                        "13: component rows, field rows: expected a whole number of at most 2147483647, but there is"
                                + " '1.5'"),
                arguments(
                        "<propertylist name=\"terms\">",
                        "<property name=\"exclusive\" value=\"yes\"/><propertylist name=\"terms\">",
                        "17: component mle, field exclusive: expected true or false, but there is 'yes'"),
                arguments(
                        "OPTIMISER_STEP",
                        "OPTIMIZER_STEP",
                        "34: component every, field scope: expected one of MICRO_BATCH, OPTIMISER_STEP, SEQUENCE, DATASET,"
                                + " but there is 'OPTIMIZER_STEP'; did you mean OPTIMISER_STEP?"),
                arguments(
                        "<propertylist name=\"terms\"><item>term</item></propertylist>",
                        "<property name=\"terms\" value=\"term\"/>",
                        "17: component mle, field terms: expected a list (<propertylist> with <item>), but there is one"
                                + " value (<property>)"),
                arguments(
                        "<property name=\"conversations\" value=\"rows\"/>",
                        "",
                        "7: component data, field conversations: is missing, and TokenSequenceSource needs it: Where the"
                                + " conversations come from."),
                arguments(
                        "value=\"${base}\"",
                        "value=\"${bass}\"",
                        "4: component trainer, field checkpoint: expected a property of the file in ${bass}, which has"
                                + " base; did you mean base?"),
                arguments(
                        "value=\"quarter\"",
                        "value=\"quarters\"",
                        "32: component every, field selector: expected the name of a Selector (quarter), but there is"
                                + " 'quarters'; did you mean quarter?"),
                arguments(
                        "value=\"quarter\"",
                        "value=\"loss\"",
                        "32: component every, field selector: expected the name of a Selector (quarter), but loss is a"
                                + " LossScore"),
                arguments(
                        "value=\"every\"",
                        "value=\"all\"",
                        "28: component none, field mask: a component cannot be part of itself: all -> none -> all; name"
                                + " another"),
                arguments(
                        "io.github.tribuollm.llm.data.AlpacaSource",
                        "io.github.tribuollm.llm.AlpakaSource",
                        "12: component rows: there is no class io.github.tribuollm.llm.AlpakaSource; did you mean"
                                + " io.github.tribuollm.llm.data.AlpacaSource?"),
                arguments(
                        "io.github.tribuollm.llm.data.AlpacaSource",
                        "io.github.tribuollm.llm.data.Conversation",
                        "12: component rows: the class io.github.tribuollm.llm.data.Conversation cannot be a component;"
                                + " did you mean io.github.tribuollm.llm.data.ConversationList?"),
                arguments(
                        "name=\"loss\" type",
                        "name=\"every\" type",
                        "36: component every: there is another of this name at DIR/my.xml:30; rename one"),
                arguments(
                        "name=\"selector\"",
                        "name=\"score\"",
                        "32: component every, field score: is set twice; delete one"),
                arguments("<item>term</item>", "<term>term</term>", "17: expected <item>, but there is <term>"),
                arguments(
                        "</config>",
                        "",
                        "45: is no well-formed XML: XML document structures must start and end within the same entity."));
    }

    private static Stream<Arguments> attacks() {
        return Stream.of(
                arguments(
                        "<config>",
                        "<!DOCTYPE config [<!ENTITY secret SYSTEM 'file:///etc/hostname'>]>\n<config>",
                        "1: has a document type, which could read other files; delete <!DOCTYPE ...>"),
                arguments(
                        "<item>term</item>",
                        "<item>&secret;</item>",
                        "17: is no well-formed XML: The entity \"secret\" was referenced, but not declared."),
                arguments(
                        "<component name=\"label\"",
                        "<component name=\"label\" serialized=\"label.ser\"",
                        "23: <component> takes the attributes name, type, inherit, export, import, but there is"
                                + " 'serialized'"),
                arguments(
                        "<component name=\"label\"",
                        "<component name=\"label\" import=\"true\"",
                        "23: component label: components are not shared with other processes; delete import=\"true\""),
                arguments(
                        "<config>",
                        "<config><serialized name=\"label\" location=\"label.ser\" type=\"java.lang.String\"/>",
                        "1: expected <property> or <component>, but there is <serialized>"),
                arguments(
                        "<config>",
                        "<config><file name=\"other\" value=\"http://localhost/other.xml\"/>",
                        "1: expected <property> or <component>, but there is <file>"),
                arguments(
                        "io.github.tribuollm.llm.data.AlpacaSource",
                        "org.example.Program",
                        "12: component rows: the class org.example.Program is in no trusted package; trusted are"
                                + " io.github.tribuollm, org.tribuo, on the command line those of --trust-packages,"
                                + " and in Java those given beside the file"));
    }

    private static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(
                        "objectives.Objective\">\n    <propertylist name=\"terms\"><item>term</item></propertylist>",
                        "objectives.PaperObjective\"><property name=\"method\" value=\"MASKED_MLE\"/>\n"
                                + "<property name=\"quantile\" value=\"2\"/>",
                        "17: component mle, field quantile: must lie in (0, 1): 2.0"),
                arguments(
                        "value=\"0.75\"",
                        "value=\"1.75\"",
                        "38: component quarter, field quantile: must lie in (0, 1): 1.75"),
                arguments(
                        "base\" value=\"TINY",
                        "base\" value=\"nowhere",
                        "4: component trainer, field checkpoint: no config.json in nowhere"),
                arguments(
                        "value=\"nowhere.json\"",
                        "value=\"/nowhere.json\"",
                        "13: component rows, field path: There is no readable file /nowhere.json"));
    }

    @ParameterizedTest
    @MethodSource({"mistakes", "attacks", "refusals"})
    void namesTheLineTheComponentAndTheField(String piece, String wrong, String message) throws IOException {
        assertTrue(SOUND.contains(piece), piece);
        for (String command : List.of("train", "reproduce")) {
            assertEquals("Error: DIR/my.xml:" + message, error(command, SOUND.replace(piece, wrong)));
        }
    }

    /** Components that are part of themselves too. */
    @ParameterizedTest
    @MethodSource("attacks")
    void everyCommandRefusesAttacks(String piece, String wrong, String message) throws IOException {
        List<String> commands = Main.commands().stream()
                .filter(command ->
                        OptionTable.of(command.options()).named("config").isPresent())
                .map(Command::name)
                .toList();
        assertTrue(commands.containsAll(List.of("train", "compare", "explain", "cache-teacher", "reproduce")));
        for (String command : commands) {
            assertEquals("Error: DIR/my.xml:" + message, error(command, SOUND.replace(piece, wrong)));
            String circle = error(command, SOUND.replace("value=\"every\"", "value=\"all\""));
            assertTrue(circle.contains("a component cannot be part of itself: all -> none -> all"), circle);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HEAP      | Error: out of memory (Java heap space); ask for fewer rows at once | java -Xmx8g",
                "STACK     | Error: something is nested deeper than Java's stack reaches        | java -Xss16m",
                "THREADS   | Error: the system gives no more threads (unable to create native   | ulimit -u",
                "FILE      | Error: a file that is in use was cut off, or its disk failed       | renaming a new file",
                "LIBRARY   | Error: a library does not load (java.lang.UnsatisfiedLinkError:    | the README names",
                "ASSERTION | Failure: java.lang.AssertionError: one is two                      | add --debug"
            })
    void errorsOfJavaAreOneLine(String kind, String start, String remedy) throws IOException {
        String wrong = SOUND.replace("io.github.tribuollm.objectives.weight.TopQuantile", Exhausting.class.getName())
                .replace("name=\"quantile\" value=\"0.75\"", "name=\"kind\" value=\"" + kind + "\"");
        Path file = Files.writeString(directory.resolve("my.xml"), wrong.replace("TINY", Cli.TINY.toString()));
        Cli.Outcome outcome = Cli.run("train", "--config", file, "--output", directory.resolve("run"));
        assertEquals(Main.FAILED, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith(start) && outcome.err().contains(remedy), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        Cli.Outcome traced = Cli.run("train", "--config", file, "--output", directory.resolve("run"), "--debug");
        assertTrue(traced.err().contains("\tat ") && traced.err().contains(start), traced.err());
    }

    @Test
    void namesTheOptionThatChangesAValue() throws IOException {
        assertEquals(
                "Error: --@quarter.quantile: component quarter, field quantile: expected a number, but there is '2/3'",
                error("train", SOUND, "--@quarter.quantile", "2/3"));
        assertEquals(
                "Error: --@quarter.quantile: component quarter, field quantile: must lie in (0, 1): 2.0",
                error("train", SOUND, "--@quarter.quantile", "2"));
        assertEquals(
                "Error: --@quarer.quantile: DIR/my.xml has no component 'quarer', but trainer, data, rows, alpaca, mle,"
                        + " term, label, all, none, every, loss, quarter, reproduction; did you mean quarter?",
                error("train", SOUND, "--@quarer.quantile", "0.5"));
        assertEquals(
                "Error: --@bas: DIR/my.xml has no property 'bas', but base; did you mean base?",
                error("train", SOUND, "--@bas", "nowhere"));
        assertEquals(
                "Error: --device: chooses a GPU, but the provider is CPU; take CUDA or AUTO",
                error("train", SOUND, "--device", "3"));
    }

    @Test
    void readsUtf8AndDeclaredEncodings() throws IOException {
        String value = "<property name=\"a\" value=\"\u00e9\"/></config>";
        Path latin =
                Files.write(directory.resolve("latin.xml"), ("<config>" + value).getBytes(StandardCharsets.ISO_8859_1));
        String message = assertThrows(ConfigurationException.class, () -> ConfigurationFile.read(latin))
                .getMessage();
        assertTrue(message.startsWith(latin + ": the text is not UTF-8; convert it"), message);
        Path declared = Files.write(
                directory.resolve("declared.xml"),
                ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><config>" + value)
                        .getBytes(StandardCharsets.ISO_8859_1));
        ConfigurationFile.read(declared);
    }

    @Test
    void saysWhatAConfigurationIsNot() throws IOException {
        assertEquals(
                "Error: DIR/my.xml:1: is no well-formed XML: Content is not allowed in prolog.",
                error("train", "rank = 8"));
        assertEquals("Error: DIR/my.xml:1: expected <config>, but there is <html>", error("train", "<html/>"));
        assertEquals(
                "Error: DIR/my.xml: has no component 'reproduction' of the type"
                        + " io.github.tribuollm.llm.reproduction.ModelReproduction, which says how a model was made; give"
                        + " the config.xml of a run",
                error("reproduce", "<config/>"));
    }

    @Test
    void takesClassesOfPackagesThatAreTrusted() throws IOException {
        assertEquals(
                "Error: DIR/my.xml:12: component rows: there is no class org.example.Program",
                error(
                        "train",
                        SOUND.replace("io.github.tribuollm.llm.data.AlpacaSource", "org.example.Program"),
                        "--trust-packages",
                        "org.example"));
    }

    @Test
    void settingsAreInherited() throws IOException {
        assertEquals(
                "Error: DIR/my.xml:39: component other, field quantile: must lie in (0, 1): 3.0",
                error(
                        "train",
                        SOUND.replace(
                                        "value=\"0.75\"/>",
                                        "value=\"0.75\"/></component>\n<component name=\"other\""
                                                + " inherit=\"quarter\"><property name=\"quantile\" value=\"3\"/>")
                                .replace("value=\"quarter\"", "value=\"other\"")));
    }

    @Test
    void chainsOfComponentsHaveAnEnd() throws IOException {
        List<String> chain = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            chain.add("<component name=\"c" + i + "\" type=\"io.github.tribuollm.objectives.weight.Complement\">"
                    + "<property name=\"mask\" value=\"" + (i < 2999 ? "c" + (i + 1) : "every") + "\"/></component>");
        }
        assertTooDeep(chain);
        Collections.reverse(chain);
        assertTooDeep(chain);
    }

    private void assertTooDeep(List<String> chain) throws IOException {
        String error = error("train", SOUND.replace("</config>", String.join("", chain) + "</config>"));
        assertTrue(error.endsWith("more than 100 components are part of one another in a row; nest fewer"), error);
    }
}
