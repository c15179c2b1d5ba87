# Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.

"""Writes fixtures/jinja: what transformers' renderer makes of one-line templates, and of the templates in templates/."""

import json

from transformers.utils import chat_template_utils
from transformers.utils.chat_template_utils import _compile_jinja_template

import render_chat_templates as reference

FOLDER = reference.RESOURCES / "fixtures" / "jinja"
PLAIN = {"two turns", "system, two turns", "ends with a question", "empty system", "two users in a row"}

DATA = {
    "n": 7, "neg": -7, "x": 2.5, "big": 1e16, "tiny": 1e-7, "tenth": 0.1, "t": True, "f": False, "none": None,
    "s": "Hello, World", "e": "", "padded": " \u00a0\u3000 a b \t\n", "emoji": "a\U0001f600b\u00e9", "tags": "<a href='x'>\"&\"</a>",
    "lines": "one\ntwo\r\nthree\n\nfour", "l": [3, 1, 2], "words": ["banana", "Apple", "cherry"], "empty": [], "nested": [[1, [2]], [3]],
    "d": {"b": 1, "a": {"c": [1, None, True]}, "items": "key"}, "people": [
        {"name": "Ann", "age": 30, "role": "user"}, {"name": "bob", "age": 4, "role": "assistant"}, {"name": "Cy", "age": 30, "role": "user"}],
}

HI, YO = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yo"}
WEATHER = {"type": "function", "function": {"name": "weather", "description": "d", "parameters": {"type": "object", "properties": {}}}}

# Rows that people brought, with fields that were once left out without a word.
CASES = [
    ("case: plain", [HI, YO], {}),
    ("case: tools", [HI, YO], {"tools": [WEATHER]}),
    ("case: reasoning", [HI, YO | {"reasoning_content": "greet back"}], {}),
    ("case: a call", [HI, {"role": "assistant", "content": "let me see", "tool_calls": [
        {"type": "function", "function": {"name": "weather", "arguments": {"city": "Oslo"}}}]}, {"role": "user", "content": "ok"},
        {"role": "assistant", "content": "Sunny"}], {"tools": [WEATHER]}),
    ("case: a call that is none", [{"role": "user", "content": "Weather?"}, {"role": "assistant", "content": "calling", "tool_calls": [{"id": "c1"}]},
                                   {"role": "user", "content": "x"}, {"role": "assistant", "content": "Sunny."}], {}),
    ("case: parts", [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}, {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}], {}),
    ("case: the assistant first", [{"role": "assistant", "content": "Welcome"}, HI, {"role": "assistant", "content": "Hello"}], {}),
    ("case: a tool's role", [HI, {"role": "tool", "content": "ok"}, {"role": "assistant", "content": "Hello"}], {}),
]

SNIPPETS = r"""
{{ n + 1 }} {{ n - 10 }} {{ n * 3 }} {{ n / 2 }} {{ n // 2 }} {{ neg // 2 }} {{ neg % 3 }} {{ n % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ -n }} {{ +n }}
{{ x + 1 }} {{ x // 1 }} {{ -x % 2 }} {{ 1 / 3 }} {{ big }} {{ tiny }} {{ tenth + 0.2 }} {{ 1e22 }} {{ 5e-324 }} {{ 1.0 }} {{ 123456789.125 }} {{ 1e15 }}
{{ t + 1 }} {{ True }} {{ true and 'a' }} {{ 0 or 'b' }} {{ not e }} {{ none }} {{ None }} {{ f or none }} {{ 1 and 0 and 2 }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }} {{ t == 1 }} {{ 'a' < 'b' }} {{ 'a' == "a" }} {{ [1, 2] < [1, 3] }} {{ (1, 2) == (1, 2) }} {{ [1] == (1,) }} {{ 1 != 2 }}
{{ 'ell' in s }} {{ 'x' not in s }} {{ 3 in l }} {{ 'b' in d }} {{ 'b' in e }} {{ none in [none] }} {{ 1 in undefined_thing }} {{ 2 in (1, 2) }}
{{ 'a' ~ 1 ~ none ~ true ~ 2.0 ~ undefined_thing }} {{ 'a' 'b' "c" }} {{ 'a' * 3 }} {{ 2 * 'ab' }} {{ [1] * 2 + [3] }} {{ 'x' * -1 }}|
{{ 'yes' if t else 'no' }} {{ 'yes' if f }}| {{ 'a' if f else 'b' if f else 'c' }} {{ (1, 2, 3) }} {{ (1,) }} {{ () }} {{ [] }} {{ {} }} {{ 1, 2 }}
{{ [1, 'a', "it's", 'q"', "b'o\"th", none, 1.5, {'k': [true]}] }} {{ {'a': 1, 2: 'b'} }} {{ 'tab\tnew\nback\\' }} {{ ['tab\t\n\\\x07é\u200b\u00a0😀'] }}
{{ s[0] }} {{ s[-1] }} {{ s[1:4] }} {{ s[::-1] }} {{ s[:-1:2] }} {{ s[-3:] }} {{ s[100:] }}| {{ emoji[1] }} {{ emoji[1:3] }} {{ emoji|length }} {{ emoji[::-1] }}
{{ l[0] }} {{ l[-1] }} {{ l[1:] }} {{ l[::-1] }} {{ l[5:1] }} {{ l[2:0:-1] }} {{ l[100] }}| {{ (1, 2, 3)[1:] }} {{ nested[0][1][0] }} {{ l[-100:2] }} {{ l[:-100:-1] }}
{{ d.b }} {{ d['b'] }} {{ d.a.c[0] }} {{ d.nope }}| {{ d.nope is defined }} {{ d['items'] }} {{ d.get('b') }} {{ d.get('z') }} {{ d.get('z', 9) }} {{ d.a.c|length }}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %} {{ d.keys()|list }} {{ d.values()|list }} {{ d|list }} {{ d.items is defined }} {% for k in d %}{{ k }}{% endfor %}
{{ nope.nope }}
{{ nope + 1 }}
{{ nope() }}
{{ nope['a'] }}
{{ s.nope }}| {{ s.nope is undefined }} {{ n.nope is defined }} {{ l.nope }}|
{{ s.nope.more }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ [1] + (1,) }}
{{ 1 / 0 }}
{{ 1 % 0 }}
{{ 1 < 'a' }}
{{ 'a' in 1 }}
{{ 1 in 'a' }}
{{ l.append(4) }}
{{ d.update({'z': 1}) }}
{{ d.pop('a') }}
{{ l.sort() }}
{{ s.upper() }} {{ s.lower() }} {{ 'hello world-foo it\'s'.title() }} {{ 'hELLO'.capitalize() }} {{ s.swapcase() }} {{ 'ab'.isalpha() }} {{ '12'.isdigit() }} {{ 'a1'.isalnum() }} {{ ' \t'.isspace() }} {{ 'AB'.isupper() }} {{ 'ab'.islower() }} {{ 'Ab C'.istitle() }}
|{{ padded.strip() }}|{{ padded.lstrip() }}|{{ padded.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}|{{ 'abcba'.rstrip('ab') }}|{{ padded|trim }}|{{ 'xax'|trim('x') }}|
{{ s.split(',') }} {{ 'a  b c '.split() }} {{ 'a b c'.split(' ', 1) }} {{ 'a b c'.rsplit(' ', 1) }} {{ 'a,b,c'.split(',', maxsplit=1) }} {{ ''.split() }} {{ ''.split(',') }} {{ '</think>x</think>y'.split('</think>')[-1] }} {{ ' a  b  c '.split(none, 1) }} {{ ' a  b  c '.rsplit(none, 1) }} {{ 'aXbX'.rsplit('X') }}
{{ lines.splitlines() }} {{ lines.splitlines(true) }} {{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'abc'.partition('=') }} {{ 'abc'.rpartition('=') }}
{{ s.startswith('He') }} {{ s.endswith('ld') }} {{ s.startswith(('x', 'H')) }} {{ s.startswith('ello', 1) }} {{ s.endswith('x') }} {{ s.startswith('') }}
{{ s.replace('l', 'L') }} {{ s.replace('l', 'L', 1) }} {{ 'aaa'.replace('a', '') }} {{ 'ab'.replace('', '-') }} {{ s|replace('o', '0') }} {{ s|replace('o', '0', 1) }} {{ 'aaa'|replace('aa', 'b') }}
{{ s.find('o') }} {{ s.rfind('o') }} {{ s.find('z') }} {{ s.index('W') }} {{ s.count('l') }} {{ s.find('o', 5) }} {{ emoji.find('b') }} {{ 'aaa'.count('aa') }} {{ 'abc'.count('') }}
{{ s.index('z') }}
{{ ', '.join(words) }} {{ ''.join(['a', 'b']) }} {{ '-'.join('abc') }} {{ '-'.join(d) }}
{{ ','.join([1]) }}
{{ '7'.zfill(3) }} {{ '-7'.zfill(4) }} {{ 'a'.ljust(3) }}| {{ 'a'.rjust(3, '.') }} {{ 'ab'.center(7, '*') }} {{ 'abc'.center(6, '*') }} {{ 'abc'|center(8) }}| {{ 'prefix-a'.removeprefix('prefix-') }} {{ 'a.txt'.removesuffix('.txt') }} {{ 'ß'.casefold is defined }}
{{ '{} and {}'.format(1, 'a') }} {{ '{1}{0}'.format('a', 'b') }} {{ '{x}'.format(x=3) }} {{ '{{}}'.format() }}
{{ '%s-%d' % ('a', 3) }} {{ '%s' % 'x' }} {{ '%05d|%-4s|%.2f|%x|%%' % (42, 'ab', 2.675, 255) }} {{ '%(a)s' % {'a': 1} }} {{ '%s %s'|format('a', 1) }} {{ '%+d' % 5 }} {{ '%5.1f' % 3.14159 }} {{ '%s' % [1] }} {{ '%r' % 'a' }}
{{ '%s %s' % 'a' }}
{{ '%s' % (1, 2) }}
{{ s|length }} {{ l|count }} {{ d|length }} {{ e|length }} {{ undefined_thing|length }} {{ (1, 2)|length }}
{{ n|length }}
{{ l|first }} {{ l|last }} {{ s|first }} {{ empty|first }}| {{ empty|last }}| {{ d|first }} {{ l|min }} {{ l|max }} {{ words|min }} {{ empty|max }}| {{ people|map(attribute='age')|max }}
{{ l|sort }} {{ words|sort }} {{ words|sort(case_sensitive=true) }} {{ words|sort(reverse=true) }} {{ people|sort(attribute='age')|map(attribute='name')|list }} {{ people|sort(false, false, 'name')|map(attribute='name')|join(',') }} {{ l|reverse|list }} {{ s|reverse }} {{ [1, 1.0, 2, 'a', 'A']|unique|list }}
{{ l|sum }} {{ people|sum(attribute='age') }} {{ l|sum(start=10) }} {{ l|join }} {{ l|join('-') }} {{ words|join(', ') }} {{ people|join(',', attribute='name') }} {{ [1, none, true, 'a']|join('/') }}
{{ words|map('upper')|list }} {{ words|map('replace', 'a', 'A')|join(' ') }} {{ people|map(attribute='name')|list }} {{ people|map(attribute='nope', default='?')|list }} {{ nested|map('first')|list }} {{ l|map('string')|join }}
{{ [0, 1, '', 'a', none]|select|list }} {{ l|select('odd')|list }} {{ l|reject('odd')|list }} {{ l|select('gt', 1)|list }} {{ people|selectattr('role', 'equalto', 'user')|map(attribute='name')|list }} {{ people|rejectattr('role', 'eq', 'user')|list|length }} {{ people|selectattr('age')|list|length }} {{ people|selectattr('nope', 'defined')|list }} {{ people|selectattr('role', 'in', ['user'])|list|count }}
{{ 'gen' if empty|select else 'none' }} {{ 'gen' if empty|map('upper') else 'none' }} {% set g = l|map('string') %}{{ g|list }}{{ g|list }} {{ l|map('string')|first }} {{ d.keys() is sequence }} {{ (l|select) is iterable }} {{ (l|select) is sequence }}
{{ (l|select)|length }}
{{ (l|select)|last }}
{{ l|batch(2)|list }} {{ l|batch(2, 0)|list }} {{ [1, 2, 3, 4, 5]|slice(2)|list }} {{ [1, 2, 3, 4, 5]|slice(3, 'x')|list }} {% for role, group in people|groupby('role') %}{{ role }}:{{ group|map(attribute='name')|join(',') }};{% endfor %} {{ d|items|list }} {{ undefined_thing|items|list }} {{ {'b': 2, 'A': 1}|dictsort }} {{ {'b': 2, 'A': 1}|dictsort(true) }} {{ {'b': 2, 'A': 9}|dictsort(by='value') }} {{ {'b': 2, 'A': 1}|dictsort(reverse=true) }}
{{ undefined_thing|default('d') }} {{ e|default('d') }}| {{ e|default('d', true) }} {{ none|d('x') }} {{ none|default('x', boolean=true) }} {{ f|default(1, true) }} {{ undefined_thing|default }}|
{{ '42'|int }} {{ '42.7'|int }} {{ 'x'|int }} {{ 'x'|int(5) }} {{ x|int }} {{ 'ff'|int(base=16) }} {{ ' 7 '|int }} {{ '1e3'|int }} {{ none|int }} {{ t|int }} {{ '3.5'|float }} {{ 'x'|float }} {{ n|float }} {{ 'y'|float(1.5) }} {{ '-0'|int }} {{ '1_000'|int }}
{{ 2.5|round }} {{ 3.5|round }} {{ 2.675|round(2) }} {{ 42.55|round(1, 'floor') }} {{ 42.51|round(1, 'ceil') }} {{ n|round }} {{ -2.5|round }} {{ 1234.5|round(-2) }} {{ -3|abs }} {{ neg|abs }} {{ x|abs }}
{{ s|upper }} {{ s|lower }} {{ 'hello wORLD-foo (bar)'|title }} {{ 'hELLO'|capitalize }} {{ n|string + 'a' }} {{ l|string }} {{ none|string }} {{ n|upper }} {{ 'a\nb\n\nc'|indent }}| {{ 'a\nb'|indent(2, true) }}| {{ 'a\n\nb'|indent(width='>', blank=true) }}|
{{ tags|e }} {{ tags|escape }} {{ tags|safe }} {{ tags|safe ~ '<' }} {{ ('<' + tags|safe) }} {{ (tags|safe) + '<b>' }} {{ (tags|safe)|upper }} {{ '<'|e|e }} {{ (tags|safe)|string + '<' }}
{{ d|tojson }} {{ tags|tojson }} {{ [1, 2.0, none, true, 'é😀\u2028\x7f\x01"\\/']|tojson }} {{ {}|tojson }} {{ []|tojson }} {{ [[]]|tojson }} {{ {'a': {}}|tojson(indent=2) }} {{ s|tojson }} {{ 1e16|tojson }} {{ {1: 2, true: 3, none: 4}|tojson }}
{{ d|tojson(indent=2) }}
{{ d|tojson(indent=4) }}|{{ nested|tojson(indent=1) }}
{{ 'é😀'|tojson(ensure_ascii=true) }} {{ d|tojson(separators=(',', ':')) }} {{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} {{ d|tojson(false, 2, (',', ' : '), true) }} {{ [1]|tojson(indent='\t') }}
{{ range|tojson }}
{{ undefined_thing|tojson }}
{{ (l|map('string'))|tojson }}
{{ n is number }} {{ x is float }} {{ n is integer }} {{ t is integer }} {{ t is boolean }} {{ t is number }} {{ s is string }} {{ d is mapping }} {{ l is sequence }} {{ s is sequence }} {{ d is sequence }} {{ d is iterable }} {{ s is iterable }} {{ n is iterable }} {{ none is none }} {{ undefined_thing is none }}
{{ t is true }} {{ 1 is true }} {{ f is false }} {{ range is callable }} {{ s is callable }} {{ n is odd }} {{ n is even }} {{ n is divisibleby 7 }} {{ n is divisibleby(2) }} {{ 'ab' is lower }} {{ 'AB' is upper }} {{ n is eq 7 }} {{ n is ne(7) }} {{ n is gt 3 }} {{ n is in [7] }} {{ 'a' is in 'abc' }} {{ n is sameas n }} {{ undefined_thing is sequence }} {{ undefined_thing is iterable }} {{ undefined_thing is mapping }} {{ undefined_thing is string }}
{{ x is defined }} {{ undefined_thing is not defined }} {{ not undefined_thing is defined }} {{ s is not string }} {{ s is string and n is number }} {{ s is defined and s is not none }} {{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }}
{{ n is nope }}
{{ n|nope }}
{% for i in range(3) %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}
{% for i in [] %}x{% else %}nothing{% endfor %} {% for i in l if i > 1 %}{{ i }}{{ loop.last }}{{ loop.length }} {% endfor %} {% for i in l if i > 9 %}x{% else %}none{% endfor %} {% for a, b in [(1, 2), (3, 4)] %}{{ a + b }} {% endfor %} {% for c in 'ab😀' %}[{{ c }}]{% endfor %} {% for i in undefined_thing %}x{% endfor %}
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %} {% for i in l %}{% continue %}{% else %}else{% endfor %} {% for i in l %}{% break %}{% else %}else{% endfor %} {% for i in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(i > 1) }}{% endfor %}
{% set a = 1 %}{% for i in l %}{% set a = a + i %}{{ a }} {% endfor %}{{ a }} {% if true %}{% set a = 9 %}{% endif %}{{ a }} {% set b, c = 1, 2 %}{{ b }}{{ c }} {% set q %}x{{ n }}{% endset %}{{ q }} {% set u | upper | replace('B', '-') %}abc{% endset %}{{ u }}
{% set ns = namespace(a=1, found=false) %}{% for i in l %}{% set ns.a = ns.a + i %}{% if i == 1 %}{% set ns.found = true %}{% endif %}{% endfor %}{{ ns.a }} {{ ns.found }} {{ ns.nope }}| {{ ns['a'] }} {% set ns.x, y = 1, 2 %}{{ ns.x }}{{ y }} {{ namespace({'k': 2}).k }}
{% set ns = namespace() %}{{ ns.nope.more }}
{% set notns = {} %}{% set notns.a = 1 %}
{% set ns = namespace(_a=1) %}
{% macro m(a, b='d', c=none) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(a=1, c=3) }}{{ m() }}{{ m(1, b=a) }} {{ m(1)|upper }} {{ m is callable }}
{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, k=4) }} {% macro r(n) %}{% if n > 0 %}{{ n }}{{ r(n - 1) }}{% endif %}{% endmacro %}{{ r(5) }} {% macro d(a, b=a) %}{{ b }}{% endmacro %}{{ d(3) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(z=2) }}
{% macro box(t) %}<{{ t }}:{{ caller(2) }}>{% endmacro %}{% call(k) box('x') %}in {{ k }}{% endcall %} {% macro plain() %}({{ caller() }}){% endmacro %}{% call plain() %}b{% endcall %}
{% macro outer() %}{{ v }}{% endmacro %}{% set v = 1 %}{{ outer() }}{% set v = 2 %}{{ outer() }}{% for i in [3] %}{% set v = i %}{{ outer() }}{% endfor %}
{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}| {% filter upper %}abc{{ s }}{% endfilter %} {% filter trim|upper %} ab {% endfilter %} {% raw %}{{ raw }} {% x %}{% endraw %} {# comment {{ x }} #}| {#- c -#} |
{% for i in [[1, [2]], [3]] recursive %}{% if i is number %}{{ i }}{% else %}({{ loop(i) }}){% endif %}{{ loop.depth }}{% endfor %}
{{ dict(a=1, b=2) }} {{ dict([('x', 1)]) }} {{ range(2, 8, 3)|list }} {{ range(3, 0, -1)|list }} {{ range(0)|list }} {{ strftime_now('%Y-%m-%d %H:%M:%S %d %b %B %a %A %j %y %I %p %e %-d %%') }} {{ (range(3)|list)[::-1] }}
{{ raise_exception('refused: ' ~ n) }}
{{ range(1000000) }}
{% for i in l %}{% if loop.first %}{{ i }}{%- endif %} {%- endfor %} a {%- if t %} b {% endif -%} c {{- n -}} d
{% if f %}a{% elif n == 7 %}b{% else %}c{% endif %} {% if f %}a{% elif e %}b{% else %}c{% endif %} {% if nope is defined and nope.x %}a{% endif %}{% if not nope %}n{% endif %}
{%+ if t %}a{%+ endif %}  {%- set z = 1 +%}  b {{ z }}
{{ "a\u00e9\x41\n\101\q" }} {{ 'it\'s' }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 1_000 }} {{ 1.5e3 }} {{ l.0 }} {{ d . b }} {{ l [ 0 ] }}
{{ (n, s)|tojson }} {{ l is sameas l }} {{ 'a,b'.split(',')|map('upper')|join('+') }} {{ (words|first)[0]|upper }} {{ -n|abs }} {{ -(n|abs) }} {{ not n|abs }} {{ 2 ** 3 ** 2 }} {{ 1 - 1 - 1 }} {{ 10 // 3 * 2 }} {{ 1 ~ 2 + 3 }} {{ 'a' ~ 'b' == 'ab' }} {{ n|string|length }}
{{ people[0]['name'] }} {{ people[-1].name }} {{ people|length > 2 and people[0].role == 'user' }} {{ (people|selectattr('role', 'equalto', 'user')|list)[0].name }} {{ people[1:]|map(attribute='name')|list }} {{ d.a['c'][-1] }} {{ d['a'].c }}
{{ l.index(2) }} {{ l.count(1) }} {{ (1, 2).index(2) }} {{ l.copy() }} {{ d.copy().b }} {{ [1, 2, 3][-2:] }} {{ m(*[1], **{'b': 2}) if m is defined else 'no m' }} {{ '%s' % none }} {{ [none, undefined_thing|default(none)] }} {{ 'a' ~ undefined_thing ~ 'b' }} {{ [undefined_thing] }}
{{ '' .__class__ }}| {{ s.__len__ }}| {{ s._x }}| {{ d.__class__ is defined }} {{ ().__class__ }}|
{{ ''.__class__.__mro__ }}
{{ (1).__class__.__base__.__subclasses__() }}
{{ cycler.__init__.__globals__.os.popen('id').read() }}
{{ lipsum.__globals__['os'].popen('id').read() }}
{{ request.application.__globals__ }}
{{ [].__class__.__base__ }}
{% include 'x' %}
{% import 'x' as y %}
{% extends 'x' %}
{{ unclosed
{% if t %}
{% endif %}
{% for %}
{{ 1 + }}
{{ 'a }}
{{ (1 }}
{{ 1) }}
{# open
{% nope %}
{{ a b }}
{% set 1 = 2 %}
{% set x.y.z = 2 %}
{% endfor %}
{% break %}
""".strip("\n")


def rendered(template, variables):
    try:
        return {"text": _compile_jinja_template(template).render(**variables)}
    except Exception as refusal:
        return {"refused": f"{type(refusal).__name__}: {refusal}"}


def write_snippets(file):
    lines = [json.dumps({"variables": DATA})]
    for snippet in SNIPPETS.split("\n"):
        lines.append(json.dumps({"template": snippet} | rendered(snippet, DATA), ensure_ascii=True))
    for snippet in ["{% for i in l -%}\n  {{ i }}\n{%- endfor %}\n", "{% if t %}\n  a\n  {% for i in l %}\n    {{ i }}\n  {% endfor %}\n{% endif %}\nb\n",
                    "a\n  {# c #}\nb {# d #}\n c\n\n", "a\n  {%- set x = 1 %}\n  {{ x }}  \n {%+ if t %}\n y\n{% endif +%}\n", "\r\na\r\n{% if t %}\r\nb\r\n{% endif %}\r\n",
                    "  {{ n }}\n  {% raw %}\n  {{ x }}\n  {% endraw %}\n z", "{% if t -%}\n\n  a\n\n{%- else -%} b {%- endif %}\n\nc", "\u00a0\u3000{% if t %}\u2003a{% endif %}\u00a0\n",
                    "{% set s = 'a\nb' %}{{ s }}\n{{ s }}"]:
        lines.append(json.dumps({"template": snippet} | rendered(snippet, DATA)))
    file.write_text("\n".join(lines) + "\n")
    print(len(lines) - 1, "snippets,", sum('"refused"' in line for line in lines), "refused")


def write_conversations(file):
    chosen = [row for row in reference.all_conversations() if row[2] or row[0] in PLAIN] + reference.tool_conversations() + CASES
    chosen = list({row[0]: row for row in chosen}.values())
    lines = []
    for template in sorted((FOLDER / "templates").glob("*.jinja")):
        source = template.read_text(encoding="utf-8")
        lines.append(json.dumps({"template": template.stem, "source": source}))
        for name, messages, variables in chosen:
            for generation_prompt in (False, True):
                lines.append(json.dumps({"conversation": name, "messages": messages, "variables": variables, "add_generation_prompt": generation_prompt}
                                        | reference.rendered(source, messages, variables, generation_prompt)))
    file.write_text("\n".join(lines) + "\n")
    print(len(lines), "lines,", sum('"refused"' in line for line in lines), "refused")


if __name__ == "__main__":
    chat_template_utils.datetime = reference.Clock
    write_snippets(FOLDER / "snippets.jsonl")
    write_conversations(FOLDER / "conversations.jsonl")
