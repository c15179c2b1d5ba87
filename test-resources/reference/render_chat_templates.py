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

"""What transformers makes of chat templates, as JSON lines: a template, then a line for each conversation.

python render_chat_templates.py OUTPUT              all templates that TRL ships, times the 50 conversations of
                                                    fixtures/chat and those with tools, parts and reasoning below
python render_chat_templates.py OUTPUT FOLDER       the templates of a folder instead
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from transformers.tokenization_utils_base import _normalize_chat_messages
from transformers.utils import chat_template_utils
from transformers.utils.chat_template_utils import render_jinja_template

RESOURCES = Path(__file__).resolve().parent.parent
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
NOW = datetime(2026, 7, 4, 15, 6, 7)


class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def tool(name, **parameters):
    return {"type": "function", "function": {"name": name, "description": f"Does {name}.", "parameters": {
        "type": "object", "properties": parameters, "required": list(parameters)}}}


def call(name, arguments, **more):
    return {"type": "function", "function": {"name": name, "arguments": arguments}} | more


def tool_conversations():
    """Conversations with what plain texts do not have: name, messages, and variables."""
    weather = tool("weather", city={"type": "string", "description": "The city's name"},
                   unit={"type": "string", "enum": ["celsius", "kelvin"]})
    orders = tool("orders", customer={"type": "integer"}, items={"type": "array", "items": {"type": "object", "properties": {
        "article": {"type": "string"}, "count": {"type": ["integer", "null"]}}}}, open={"type": "boolean", "default": True})
    question = {"role": "user", "content": "How is the weather in Troms\u00f8?"}
    asked = {"role": "assistant", "content": "", "tool_calls": [call("weather", {"city": "Troms\u00f8", "unit": "celsius"}, id="call00001")]}
    told = {"role": "tool", "name": "weather", "tool_call_id": "call00001", "content": "{\"degrees\": -3.5, \"sky\": \"clear\"}"}
    answer = {"role": "assistant", "content": "Clear, at -3.5 degrees."}
    thought = answer | {"reasoning_content": "The tool says so.\nI repeat it."}
    system = {"role": "system", "content": "Use <tools> & \"quotes\"."}
    many = {"role": "assistant", "content": "I ask twice.", "tool_calls": [
        call("weather", {"city": "Oslo", "unit": "kelvin"}, id="call00002"),
        call("orders", {"customer": 7, "items": [{"article": "it's", "count": None}, {"article": "\"b\"\n", "count": 2}], "open": False,
                        "share": 0.1, "big": 1e16}, id="call00003")]}
    second = {"role": "tool", "name": "orders", "tool_call_id": "call00003", "content": "no <order> & none"}
    first = {"role": "tool", "name": "weather", "tool_call_id": "call00002", "content": "warm"}
    parts = [{"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "text", "text": " here."}]},
             {"role": "assistant", "content": [{"type": "text", "text": "I see."}]}]
    tools = {"tools": [weather, orders]}
    return [
        ("tools, no call", [question, answer], tools),
        ("tools, system", [system, question, answer], tools),
        ("a call", [question, asked], tools),
        ("a call and its result", [question, asked, told], tools),
        ("a call, its result and an answer", [system, question, asked, told, answer], tools),
        ("an answer with reasoning after a call", [question, asked | {"reasoning_content": "I must look."}, told, thought], tools),
        ("two calls at once", [question, many, first, second, answer], tools),
        ("a second question", [question, asked, told, answer, {"role": "user", "content": "And Oslo?"}, many, first, second, answer], tools),
        ("a call without tools", [question, asked, told, answer], {}),
        ("arguments as a text", [question, {"role": "assistant", "content": None, "tool_calls": [
            call("weather", "{\"city\": \"Bergen\"}", id="call00004")]}, told, answer], tools),
        ("no arguments", [question, {"role": "assistant", "content": "", "tool_calls": [call("weather", {}, id="call00005")]}, told], tools),
        ("reasoning", [question, thought], {}),
        ("reasoning in two turns", [question, thought, {"role": "user", "content": "Sure?"}, thought | {"content": "Yes."}], {}),
        ("reasoning as thinking", [question, answer | {"thinking": "Hm."}], {}),
        ("thinking is off", [question, answer], {"enable_thinking": False}),
        ("thinking is on", [system, question, answer], {"enable_thinking": True}),
        ("parts", parts, {}),
        ("parts and a system text", [system] + parts, {}),
        ("documents", [question, answer], {"documents": [{"title": "Weather", "text": "It \"rains\".\n"}]}),
        ("empty tools", [question, answer], {"tools": []}),
        ("a developer", [{"role": "developer", "content": "Be brief."}, question, answer], {}),
        ("an observation", [question, {"role": "observation", "content": "cold"}, answer], {}),
        ("unusual white space", [{"role": "user", "content": "\u00a0\u3000 a \u2009\x1c\t"}, {"role": "assistant", "content": "\u200b b\x85\u2028"}], {}),
    ]


def all_conversations():
    plain = json.loads((RESOURCES / "fixtures" / "chat" / "conversations.json").read_text(encoding="utf-8"))
    return [(name, messages, {}) for name, messages in plain.items()] + tool_conversations()


def utf16(text, place):
    return len(text[:place].encode("utf-16-le")) // 2


def rendered(template, messages, variables, generation_prompt):
    variables = dict(variables)
    try:
        [text], [spans] = render_jinja_template(
            [_normalize_chat_messages(messages)], tools=variables.pop("tools", None), documents=variables.pop("documents", None),
            chat_template=template, return_assistant_tokens_mask=True, add_generation_prompt=generation_prompt, **TOKENS, **variables)
    except Exception as refusal:
        return {"refused": f"{type(refusal).__name__}: {refusal}"}
    return {"text": text, "spans": [[utf16(text, start), utf16(text, end)] for start, end in spans]}


def main(output, folder):
    chat_template_utils.datetime = Clock
    with open(output, "w", encoding="utf-8") as lines:
        for file in sorted(folder.glob("*.jinja")):
            template = file.read_bytes().decode("utf-8")
            lines.write(json.dumps({"template": file.stem, "source": template}) + "\n")
            for name, messages, variables in all_conversations():
                for generation_prompt in (False, True):
                    result = rendered(template, messages, variables, generation_prompt)
                    lines.write(json.dumps({"conversation": name, "messages": messages, "variables": variables,
                                            "add_generation_prompt": generation_prompt} | result) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        source = Path(sys.argv[2])
    else:
        import trl
        source = Path(trl.__file__).parent / "chat_templates"
    main(sys.argv[1], source)
