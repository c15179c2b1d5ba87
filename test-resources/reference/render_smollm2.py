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

"""Token ids of apply_chat_template, a JSON line for each conversation: plain ones with a checkpoint's published template,
then those with tools, calls and reasoning with the template of fixtures/jinja, whose assistant mask is written too.

python render_smollm2.py CHECKPOINT OUTPUT
"""

import json
import sys

from transformers import AutoTokenizer

import render_chat_templates as reference

TOOLS = reference.RESOURCES / "fixtures" / "jinja" / "templates" / "chatml-tools.jinja"


def encoded(tokenizer, messages, variables, template, **more):
    return tokenizer.apply_chat_template(messages, chat_template=template, return_dict=True, **variables, **more)


def row(tokenizer, name, messages, variables, template):
    line = {"conversation": name, "messages": messages, "variables": variables, "file": template is not None}
    try:
        mask = {} if template is None else {"return_assistant_tokens_mask": True}
        whole = encoded(tokenizer, messages, variables, template, **mask)
        prompt = encoded(tokenizer, messages, variables, template, add_generation_prompt=True)
    except Exception as refusal:
        return line | {"refused": f"{type(refusal).__name__}: {refusal}"}
    return line | {"ids": whole["input_ids"], "prompt": prompt["input_ids"], "mask": whole.get("assistant_masks", [])}


def main(checkpoint, output):
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    rows = reference.all_conversations()
    with open(output, "w", encoding="utf-8") as lines:
        for template in (None, TOOLS.read_text(encoding="utf-8")):
            for name, messages, variables in rows:
                lines.write(json.dumps(row(tokenizer, name, messages, variables, template)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
