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

"""The peer of the benchmark of Monte Carlo dropout: stochastic forwards of transformers, as one would write them.

Run: python bench_mc_dropout.py --checkpoint DIR --rows FILE [--rate 0.1] [--threads 2]
  FILE holds one batch a line, {"input_ids": [[..]], "completion": [[0/1..]], "lengths": [..]}, rows right-padded.

Prints {"ready": true} and answers each line of standard input, the number of samples, with one JSON line: {"ms",
"tokens" (completion and prompt, without padding, of one sample), "epistemic" (the mean of a completion token),
"peak_rss"}. The mean prediction and the mean entropy of a batch's completion tokens are kept, no more.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
from transformers import AutoModelForCausalLM


def entropy(p):
    return torch.special.entr(p).sum(-1)


def prepare(line):
    batch = json.loads(line)
    ids = torch.tensor(batch["input_ids"])
    lengths = torch.tensor(batch["lengths"])
    attention = torch.arange(ids.shape[1])[None] < lengths[:, None]
    candidates = torch.tensor(batch["completion"], dtype=torch.bool)[:, 1:] & attention[:, 1:]
    return ids, attention.long(), candidates, int(lengths.sum())


@torch.no_grad()
def epistemic(model, batch, samples):
    ids, attention, candidates, _ = batch
    mean, aleatoric = 0, 0
    for _ in range(samples):
        logits = model(input_ids=ids, attention_mask=attention, use_cache=False).logits[:, :-1][candidates].float()
        p = torch.softmax(logits, -1)
        mean = mean + p / samples
        aleatoric = aleatoric + entropy(p) / samples
    return entropy(mean) - aleatoric


def peak():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = AutoModelForCausalLM.from_pretrained(
        arguments.checkpoint, dtype=torch.float32, attention_dropout=arguments.rate
    ).train()
    batches = [prepare(line) for line in arguments.rows.read_text().splitlines()]
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        found = torch.cat([epistemic(model, batch, int(line)) for batch in batches])
        milliseconds = (time.perf_counter() - start) * 1e3
        tokens = sum(batch[3] for batch in batches)
        answer = {"ms": milliseconds, "tokens": tokens, "epistemic": found.mean().item(), "peak_rss": peak()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
