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


"""Random templates over the variables of make_jinja_fixtures.py, and what transformers' renderer makes of them, as JSON lines.

python render_random_templates.py OUTPUT SEED COUNT
"""

import copy
import json
import random
import sys
import warnings

from transformers.utils import chat_template_utils

import make_jinja_fixtures as fixtures
import render_chat_templates as reference

NAMES = list(fixtures.DATA) + ["undefined_thing"]
TEXTS = ["'a'", "''", "' x '", "'a,b'", "\"it's\"", "'\\n'", "'A b'", "'\u00e9\U0001f600'", "'<b>'", "'12'", "'-3.5'"]
NUMBERS = ["0", "1", "2", "-1", "3", "2.5", "true", "false", "none", "10"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "~", "**", "==", "!=", "<", ">=", "in", "not in", "and", "or"]
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "iterable", "sequence", "callable",
         "odd", "even", "true", "false", "lower", "upper"]
FILTERS = [
    "upper", "lower", "title", "capitalize", "trim", "length", "first", "last", "list", "string", "reverse|list", "sort", "unique|list", "sum", "min",
    "max", "abs", "int", "float", "round", "tojson", "items|list", "dictsort", "join", "default", "safe", "e", "indent", "join(', ')", "default('x')",
    "default('x', true)", "replace('a', 'b')", "int(9)", "round(1)", "batch(2)|list", "slice(2)|list", "tojson(indent=2)", "map('string')|list",
    "map('upper')|list", "select('string')|list", "reject('none')|list", "selectattr('role', 'equalto', 'user')|list", "map(attribute='name')|list",
    "sort(reverse=true)", "indent(2)", "trim('a')", "center(9)", "select|list", "sort(attribute='name')", "sort(attribute='role,name')",
    "groupby('role')", "format(1)", "map('length')|list", "sum(start=1)"]
METHODS = [
    ".upper()", ".strip()", ".split()", ".split(',')", ".split('a', 1)", ".rsplit('a', 1)", ".startswith('a')", ".endswith('b')", ".replace('a', '')",
    ".find('a')", ".count('a')", ".items()|list", ".keys()|list", ".get('a')", ".get('b', 1)", ".title()", ".lstrip('ab')", ".rstrip()", ".splitlines()",
    ".join(['a', 'b'])", ".name", ".a", ".b", "['a']", "[0]", "[-1]", "[1:]", "[::-1]", "[:2]", "[-2:]", "[::2]", ".c", ".zfill(4)", ".capitalize()",
    ".isdigit()", ".values()|list", ".index(1)", ".partition('a')", ".swapcase()", ".islower()", ".format(1, 2)", ".nope", ".center(7, '*')"]


class Templates:
    """Random templates of a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def many(self, least, most, depth):
        return ", ".join(self.expression(depth) for _ in range(self.random.randint(least, most)))

    def atom(self, depth):
        kind = self.random.random()
        if kind < 0.8 or depth <= 0:
            return self.pick(NAMES) if kind < 0.45 else self.pick(TEXTS) if kind < 0.65 else self.pick(NUMBERS)
        if kind < 0.9:
            return f"[{self.many(0, 3, depth - 1)}]"
        return f"({self.many(2, 3, depth - 1)})" if kind < 0.95 else "{" + f"{self.pick(TEXTS)}: {self.expression(depth - 1)}" + "}"

    def expression(self, depth):
        kind = self.random.random()
        if depth <= 0 or kind < 0.2:
            return self.atom(depth)
        inner = self.expression(depth - 1)
        if kind < 0.45:
            return f"({inner})|{self.pick(FILTERS)}"
        if kind < 0.62:
            return f"({inner}){self.pick(METHODS)}"
        if kind < 0.78:
            return f"{inner} {self.pick(OPERATORS)} {self.expression(depth - 1)}"
        if kind < 0.86:
            return f"({inner}) is {self.pick(['', 'not '])}{self.pick(TESTS)}"
        if kind < 0.92:
            return f"({inner} if {self.expression(depth - 1)} else {self.expression(depth - 1)})"
        return f"not {inner}" if kind < 0.96 else f"-{self.atom(depth)}"

    def space(self):
        return self.pick(["", " ", "\n", "  ", "\n  ", " \n"])

    def statement(self, depth):
        kind = self.random.random()
        begin, end = self.pick(["{%", "{%-", "{%", "{%+"]), self.pick(["%}", "-%}", "%}"])
        if depth <= 0 or kind < 0.4:
            return f"{self.space()}{self.pick(['{{ ', '{{- '])}{self.expression(self.random.randint(0, 3))}{self.pick([' }}', ' -}}'])}{self.space()}"
        inner = self.statement(depth - 1)
        if kind < 0.55:
            return f"{begin} if {self.expression(1)} {end}{self.space()}{inner}{begin} else {end}{self.statement(depth - 1)}{begin} endif {end}{self.space()}"
        if kind < 0.75:
            leave = self.pick(["{% break %}", "{% continue %}", "x"])
            condition = self.pick(["loop.first", "loop.last", "i", "loop.index > 1"])
            return (f"{begin} for i in {self.expression(1)} {end}{self.space()}" + "{{ loop.index }}{{ i }}" + inner
                    + f"{begin} if {condition} {end}{leave}{begin} endif {end}{begin} endfor {end}{self.space()}")
        if kind < 0.85:
            return f"{begin} set n = {self.expression(2)} {end}{self.space()}{inner}"
        if kind < 0.9:
            return f"{begin} set q {end}{inner}{begin} endset {end}" + "{{ q }}"
        if kind < 0.95:
            return (f"{begin} macro m(a, b={self.atom(1)}) {end}{self.space()}" + "{{ a }}{{ b }}" + inner
                    + f"{begin} endmacro {end}" + "{{ m(" + self.atom(1) + ") }}")
        return "{# comment #}" + self.space() + inner

    def template(self):
        if self.random.random() < 0.5:
            return self.statement(self.random.randint(0, 3))
        return "{{ " + self.expression(self.random.randint(1, 4)) + " }}"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    chat_template_utils.datetime = reference.Clock
    templates = Templates(int(sys.argv[2]))
    with open(sys.argv[1], "w", encoding="utf-8") as lines:
        lines.write(json.dumps({"variables": fixtures.DATA}) + "\n")
        for _ in range(int(sys.argv[3])):
            template = templates.template()
            lines.write(json.dumps({"template": template} | fixtures.rendered(template, copy.deepcopy(fixtures.DATA))) + "\n")
