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

"""Runs lm-evaluation-harness with transformers on local data, and compares its samples with others.

python run_harness.py run MODEL DATA OUTPUT [--tasks gsm8k,gsm8k_cot,ifeval] [--limit N] [--tokens N] [--batch N]
python run_harness.py compare MODEL THEIRS OURS

DATA holds gsm8k/train.jsonl, gsm8k/test.jsonl, ifeval/input_data.jsonl and the Punkt tables ifeval/nltk_punkt. Needs
lm_eval (0.4.13), torch, transformers, langdetect and nltk. The model runs in float32, greedily. THEIRS and OURS are
folders with samples_<task>_<date>.jsonl. `compare` exits 1 unless prompts are the same to the byte, equal responses are
read and scored alike, and responses differ only after a tie: where the two best logits of transformers lie within 1e-4.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

TIE = 1e-4
FILES = {"gsm8k": "gsm8k/gsm8k.yaml", "gsm8k_cot": "gsm8k/gsm8k-cot.yaml", "ifeval": "ifeval/ifeval.yaml"}


def prepare(data):
    """Local tables and caches in place of downloads; before lm_eval is imported."""
    folder = Path(tempfile.mkdtemp())
    tables = folder / "tokenizers" / "punkt_tab"
    shutil.copytree(data / "ifeval" / "nltk_punkt", tables / "english")  # nltk follows no link out of its folder
    os.environ["NLTK_DATA"] = str(folder)
    os.environ["HF_DATASETS_CACHE"] = tempfile.mkdtemp()
    os.environ["HF_HUB_OFFLINE"] = "1"


def config(name, data):
    import lm_eval
    import yaml
    from lm_eval.tasks.ifeval import utils

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: getattr(utils, loader.construct_scalar(node).split(".")[-1]))
    task = yaml.load((Path(lm_eval.__file__).parent / "tasks" / FILES[name]).read_text(), Loader)
    gsm8k = {"train": str(data / "gsm8k" / "train.jsonl"), "test": str(data / "gsm8k" / "test.jsonl")}
    files = {"train": str(data / "ifeval" / "input_data.jsonl")} if name == "ifeval" else gsm8k
    return task | {"dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": files}}


def run(arguments):
    data = Path(arguments.data)
    prepare(data)
    import lm_eval
    import torch
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.models.huggingface import HFLM

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    model = HFLM(pretrained=arguments.model, dtype="float32", device="cpu", batch_size=arguments.batch)
    tasks = [config(name, data) for name in arguments.tasks.split(",")]
    for task in tasks:
        if arguments.tokens:
            task["generation_kwargs"]["max_gen_toks"] = arguments.tokens
    tracker = EvaluationTracker(output_path=arguments.output)
    began = time.time()
    results = lm_eval.simple_evaluate(
        model=model, tasks=tasks, limit=arguments.limit, evaluation_tracker=tracker, bootstrap_iters=0)
    print(f"seconds {time.time() - began:.1f}", flush=True)
    samples = results.pop("samples")
    tracker.save_results_aggregated(results, samples)
    for name, rows in samples.items():
        tracker.save_results_samples(name, rows)


def samples(folder):
    found = {}
    for file in sorted(Path(folder).rglob("samples_*.jsonl")):
        name = file.name[len("samples_"):].rsplit("_", 1)[0]
        found[name] = [json.loads(line) for line in file.read_text().split("\n") if line]
    return found


def gap(model, tokenizer, prompt, theirs, ours):
    """The distance of the two best logits where two responses part."""
    import torch

    a = tokenizer(theirs, add_special_tokens=False)["input_ids"]
    b = tokenizer(ours, add_special_tokens=False)["input_ids"]
    same = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    least = float("inf")
    for length in range(max(0, same - 2), same + 1):  # texts may be split into tokens otherwise at the end
        ids = tokenizer(prompt)["input_ids"] + a[:length]
        with torch.no_grad():
            best = model(torch.tensor([ids])).logits[0, -1].topk(2).values
        least = min(least, float(best[0] - best[1]))
    return least


def verdicts(sample):
    return {metric: sample[metric] for metric in sample["metrics"]}


def compare(arguments):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
    theirs, ours = samples(arguments.theirs), samples(arguments.ours)
    wrong = []
    told = []
    for name, expected in theirs.items():
        found = {(s["doc_id"], s["filter"]): s for s in ours.get(name, [])}
        prompts = same = ties = 0
        parted = set()
        for sample in expected:
            other = found.get((sample["doc_id"], sample["filter"]))
            where = f"{name} {sample['doc_id']} {sample['filter']}"
            if other is None:
                wrong.append(f"{where}: missing")
                continue
            prompt = sample["arguments"]["gen_args_0"]["arg_0"]
            prompts += 1
            if prompt != other["arguments"]["gen_args_0"]["arg_0"]:
                wrong.append(f"{where}: another prompt")
            response, response2 = sample["resps"][0][0], other["resps"][0][0]
            if response == response2:
                same += 1
                if sample["filtered_resps"] != other["filtered_resps"]:
                    wrong.append(f"{where}: read {other['filtered_resps']}, not {sample['filtered_resps']}")
                if verdicts(sample) != verdicts(other):
                    wrong.append(f"{where}: judged {verdicts(other)}, not {verdicts(sample)}")
            elif sample["doc_id"] not in parted:
                parted.add(sample["doc_id"])
                distance = gap(model, tokenizer, prompt, response, response2)
                if distance < TIE:
                    ties += 1
                else:
                    wrong.append(f"{where}: parts at logits {distance:.2g} apart: {response!r} and {response2!r}")
        told.append(f"{name} {prompts} samples, {same} with the same response, {ties} prompts parted at ties")
    for line in wrong[:20]:
        print(line)
    print(f"{'; '.join(told)}; {len(wrong)} differences")
    sys.exit(1 if wrong or not told else 0)


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    runner = commands.add_parser("run")
    runner.add_argument("model")
    runner.add_argument("data")
    runner.add_argument("output")
    runner.add_argument("--tasks", default="gsm8k,gsm8k_cot,ifeval")
    runner.add_argument("--limit", type=int)
    runner.add_argument("--tokens", type=int)
    runner.add_argument("--batch", type=int, default=8)
    runner.add_argument("--threads", type=int)
    runner.set_defaults(act=run)
    comparer = commands.add_parser("compare")
    comparer.add_argument("model")
    comparer.add_argument("theirs")
    comparer.add_argument("ours")
    comparer.set_defaults(act=compare)
    arguments = parser.parse_args()
    arguments.act(arguments)


if __name__ == "__main__":
    main()
