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

"""Writes what lm-evaluation-harness asks and reads in its tasks gsm8k, gsm8k_cot and gsm8k_cot_llama.

python make_gsm8k.py TRAIN TEST OUTPUT [--limit N]

TRAIN and TEST are files in GSM8K's layout. Needs lm_eval (made with 0.4.13). Each prompt is given by its SHA-256, the
first of each task in full; answers to be read are made from the row's own and from forms that models write.
"""

import argparse
import hashlib
import json
import os
import tempfile
from pathlib import Path

os.environ["HF_DATASETS_CACHE"] = tempfile.mkdtemp()
os.environ["HF_HUB_OFFLINE"] = "1"

import lm_eval  # noqa: E402
import yaml  # noqa: E402
from lm_eval.api.metrics import mean, mean_stderr  # noqa: E402
from lm_eval.api.task import ConfigurableTask  # noqa: E402

TASKS = {"gsm8k": "gsm8k.yaml", "gsm8k_cot": "gsm8k-cot.yaml", "gsm8k_cot_llama": "gsm8k-cot-llama.yaml"}
SEED = 1234
ASKING = {"TEXT": {}, "CHAT": {"apply_chat_template": True}, "CHAT_TURNS": {"apply_chat_template": True, "fewshot_as_multiturn": True}}
FORMS = [
    "{answer}",
    "So there are {n}.\n#### {n}\n",
    "The answer is {n}. And more: 17",
    "The answer is {n}.\n\nQ: What is 2 + 2?\nA: The answer is 4.",
    "The final answer is {n}",
    "The final answer is ${n}.00. No, wait. The final answer is {n}",
    "It costs ${n}, or ${n}.50 with tax.",
    "#### -{n}.",
    "#### {n}\n#### 3",
    "First 1,000 then {n} and at last 2.",
    "the answer is {n}, I think",
    "The answer is\n{n}",
    "The answer is {n}",
    "I do not know.",
    "",
    "...,,, $$",
    "ten \u0661\u0662 x{n}y -7",
]


def task(name, train, test):
    config = yaml.safe_load((Path(lm_eval.__file__).parent / "tasks" / "gsm8k" / TASKS[name]).read_text())
    files = {"train": str(train), "test": str(test)}
    config |= {"dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": files}}
    return ConfigurableTask(config=config)


def conversation(messages, add_generation_prompt=True):
    assert add_generation_prompt
    return json.dumps([{"role": m["role"], "content": m["content"]} for m in messages], ensure_ascii=False, separators=(",", ":"))


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def number(row):
    return row["answer"].split("####")[-1].strip()


def read(harness, row, answer):
    """What each filter reads, and whether that is right."""
    result = {}
    for ensemble in harness._filters:
        responses = [[answer]]
        for make in ensemble.filters:
            responses = make().apply(responses, [row])
        extracted = list(responses)[0]
        result[ensemble.name] = [extracted, bool(harness.process_results(row, [extracted])["exact_match"])]
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    output = {"lm_eval": lm_eval.__version__ if hasattr(lm_eval, "__version__") else "", "tasks": {}}
    for name in TASKS:
        harness = task(name, arguments.train, arguments.test)
        prompts, first, stops = {}, {}, None
        for asking, options in ASKING.items():
            harness.set_fewshot_seed(SEED)
            harness.build_all_requests(limit=arguments.limit, chat_template=conversation, tokenizer_name=asking, **options)
            asked = [instance.args for instance in harness.instances]
            prompts[asking] = [sha(prompt) for prompt, _ in asked]
            first[asking] = asked[0][0]
            stops = asked[0][1]["until"]
        rows = [instance.doc for instance in harness.instances]
        answers = []
        for i, row in enumerate(rows):
            text = FORMS[i % len(FORMS)].format(answer=row["answer"], n=number(row))
            answers.append({"answer": text, "read": read(harness, row, text)})
        scores = {}
        for which in answers[0]["read"]:
            right = [answer["read"][which][1] for answer in answers]
            scores[which] = [mean(right), mean_stderr(right)]
        output["tasks"][name] = {
            "stops": stops, "prompts": prompts, "first": first, "answers": answers, "scores": scores,
            "targets": [sha(harness.doc_to_target(row)) for row in rows],
        }
    arguments.output.write_text(json.dumps(output, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
