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
package io.github.tribuollm.llm.data.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that want too much, or that want out: each is refused in bounded time and memory. */
class HostileTemplateTest {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final long MOST_BYTES = 4L << 30;

    private static String rendered(String template) {
        return Template.parse("t", template)
                .render(Map.of("s", new Value.Text("text")), LocalDateTime.of(2026, 7, 26, 0, 0))
                .text();
    }

    private static String refusal(String template) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = new long[1];
        String message = assertTimeoutPreemptively(LONGEST, () -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            TemplateException refused = assertThrows(TemplateException.class, () -> rendered(template));
            allocated[0] = threads.getCurrentThreadAllocatedBytes() - before;
            return refused.getMessage();
        });
        assertTrue(allocated[0] < MOST_BYTES, allocated[0] + " bytes");
        assertTrue(message.matches("(?s)t( line \\d+)?: .+"), message);
        return message;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% for a in range(99999) %}{% for b in range(99999) %}{% if a + b %}{% endif %}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{% set x = range(100000) %}{% endfor %}",
                "{{ range(100001) }}",
                "{{ range(0, 9223372036854775807, 9223372036854775806) }}{{ range(1000000000000) }}",
                "{{ range(-9223372036854775807, 9223372036854775807) }}",
                "{{ 'a' * 1000000000 }}",
                "{{ 'a' * 9223372036854775807 }}",
                "{{ [1] * 1000000000 }}",
                "{{ ([1] * 1000000) * 1000000 }}",
                "{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
                "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}",
                "{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m ="
                        + " [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
                "{% set ns = namespace(l=[1]) %}{% for i in range(100000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[1]) %}{% for i in range(100000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l == ns.l"
                        + " and ns.l|tojson }}",
                "{% for a in range(100000) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
                        + " * 10 }}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
                "{% macro a() %}{% call b() %}{% endcall %}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
                "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{{ 10 ** 10 ** 10 }}",
                "{{ 2 ** 64 }}",
                "{{ (s * 1000000).replace('', s * 1000) }}",
                "{{ (s * 1000000).replace('t', s * 1000) }}",
                "{{ s|center(2000000000) }}",
                "{{ s.ljust(2000000000) }}",
                "{{ s.zfill(2000000000) }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ '%.1000000000f' % 1 }}",
                "{{ s|indent(2000000000) }}",
                "{{ [[1]]|tojson(indent=2000000000) }}",
                "{{ ('a' * 4000000).split('a')|join('aaaaaaaaaaaaaaaa') }}",
                "{{ ('a' * 4000000 ~ 'b') in ('a' * 8000000) }}",
                "{{ ('a' * 4000000).count('a' * 2000000 ~ 'b') }}",
                "{{ ('a' * 8000000)|list }}",
                "{{ [s]|batch(2000000000, 1)|list }}",
                "{{ [s]|slice(2000000000)|list }}",
                "{{ range(100000)|unique|list }}",
                "{{ strftime_now('%Y' * 1000) }}"
            })
    void whatCostsTooMuchIsRefused(String template) {
        refusal(template);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ s.getClass().forName('java.lang.Runtime') }}",
                "{{ s.class.forName('java.lang.Runtime') }}",
                "{{ ''['class'].forName('java.lang.Runtime').getMethod('exec') }}",
                "{{ ''.class.classLoader.loadClass('java.lang.Runtime') }}",
                "{{ ____int3rpr3t3r____.config.context }}",
                "{{ interpreter.getContext() }}",
                "{{ ''.getBytes() }}",
                "{{ [].stream() }}",
                "{{ {}.entrySet() }}",
                "{{ {}.getClass() }}",
                "{{ namespace.getClass() }}",
                "{{ range.call() }}",
                "{{ loop.getClass() }}",
                "{% for i in [1] %}{{ loop.getClass() }}{% endfor %}",
                "{% for i in [1] %}{{ loop.items.next() }}{% endfor %}",
                "{% macro m() %}{% endmacro %}{{ m.definition.body }}",
                "{{ ''.__class__.__mro__[1].__subclasses__() }}",
                "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
                "{{ joiner.__init__.__globals__ }}",
                "{{ lipsum.__globals__['os'].popen('id').read() }}",
                "{{ self._TemplateReference__context.cycler }}",
                "{{ config.items() }}",
                "{{ request|attr('application') }}",
                "{{ ''|attr('__class__') }}",
                "{{ [''.__class__]|map(attribute='__mro__')|list }}",
                "{{ ['']|map(attribute='__class__.__mro__')|list }}",
                "{{ ''.format.__globals__.x }}",
                "{{ '{0.__class__}'.format('') }}",
                "{{ '{0[__class__]}'.format('') }}",
                "{{ '{a.b}'.format(a=1) }}",
                "{{ ''.format_map({}) }}",
                "{{ ''.encode() }}",
                "{{ ''.translate({}) }}",
                "{{ ''.join.__self__.x }}",
                "{{ dict.fromkeys.__self__.x }}",
                "{{ (1).real.x }}",
                "{{ namespace(__init__=1) }}",
                "{% set ns = namespace() %}{% set ns.__class__ = 1 %}",
                "{% set ns = namespace() %}{{ ns.__init__.x }}",
                "{{ [].append(1) }}",
                "{{ {}.update({}) }}",
                "{% include '/etc/passwd' %}",
                "{% import '/etc/passwd' as p %}",
                "{% from '/etc/passwd' import p %}",
                "{% extends '/etc/passwd' %}",
                "{% block x %}{{ self.x() }}{% endblock %}",
                "{% do [].append(1) %}",
                "{% debug %}",
                "{% set range = namespace %}{{ range.x.y }}",
                "{{ ''.join(''.__doc__.x) }}"
            })
    void thereIsNoWayOut(String template) {
        refusal(template);
    }

    @Test
    void deepNestingIsRefused() {
        refusal("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}");
        refusal("{{ " + "[".repeat(100_000) + "1" + "]".repeat(100_000) + " }}");
        refusal("{{ " + "-".repeat(100_000) + "1 }}");
        refusal("{{ " + "{1:".repeat(100_000) + "1" + "}".repeat(100_000) + " }}");
        refusal("{{ s" + "[s".repeat(100_000) + "]".repeat(100_000) + " }}");
        refusal("{{ 1" + " if 1 else 1".repeat(100_000) + " }}");
        refusal("{% if s %}".repeat(10_000) + "{% endif %}".repeat(10_000));
        refusal("{% for i in s %}".repeat(1_000) + "{% endfor %}".repeat(1_000));
        refusal("{% if 0 %}" + "{% elif 0 %}".repeat(50_000) + "{{ 1 }}");
        refusal("{% macro m() %}".repeat(1_000) + "{% endmacro %}".repeat(1_000));
        refusal("a".repeat(Template.LONGEST + 1));
        refusal("{{ '" + "a".repeat(100_000));
        refusal("{#".repeat(100_000));
        refusal("{{".repeat(100_000));
        refusal("{% raw %}".repeat(50_000));
    }

    @Test
    void aLongChainIsRenderedOrRefused() {
        for (String template : new String[] {
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{{ s" + "|upper".repeat(100_000) + " }}",
            "{{ s" + ".x".repeat(100_000) + " }}",
            "{{ " + "not ".repeat(100_000) + "1 }}",
            "{{ 1" + " ~ 1".repeat(100_000) + " }}",
            "{{ 1" + " and 1".repeat(100_000) + " }}"
        }) {
            assertTimeoutPreemptively(LONGEST, () -> {
                try {
                    assertTrue(rendered(template).length() > 0);
                } catch (TemplateException e) {
                    assertTrue(e.getMessage().startsWith("t"), e.getMessage());
                }
            });
        }
    }

    @Test
    void aTemplateWithinTheBoundsIsNotRefused() {
        assertEquals(
                100_000, rendered("{% for i in range(100000) %}a{% endfor %}").length());
        assertEquals(1_000_000, rendered("{{ 'a' * 1000000 }}").length());
    }
}
