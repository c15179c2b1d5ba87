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

"""The peer of the decoding benchmark: transformers' generate in float32, greedy, driven line by line.

Run: python bench_generate.py CHECKPOINT ROWS [--cache dynamic|static] [--threads 2]

It prints {"ready": true, ...} and then answers each line of standard input with one JSON line:
  generate PROMPT NEW   NEW tokens after ROWS random prompts of PROMPT tokens: {"ms", "first_ms", "all_first_ms",
                        "tokens", "loss", "peak_rss"}
  quit
first_ms is when the first row had its first new token, all_first_ms when all had; loss is the sum of the ids of the
first row's new tokens, peak_rss (VmHWM) bytes of this process.
"""

import argparse
import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

import torch
from transformers import AutoModelForCausalLM, StoppingCriteria


def resident(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


class First(StoppingCriteria):
    """Notes when the first new tokens came; never stops."""

    def __init__(self, rows):
        self.go_on = torch.zeros(rows, dtype=torch.bool)
        self.at = None

    def __call__(self, input_ids, scores, **kwargs):
        self.at = self.at or time.perf_counter()
        return self.go_on


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("rows", type=int)
    parser.add_argument("--cache", choices=["dynamic", "static"], default="dynamic")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    imported = resident("VmRSS")
    model = AutoModelForCausalLM.from_pretrained(arguments.checkpoint, dtype=torch.float32).eval()
    print(json.dumps({"ready": True, "batches": 1, "threads": arguments.threads, "imported_rss": imported}), flush=True)
    calls = 0
    for line in sys.stdin:
        words = line.split()
        if words[0] == "quit":
            break
        prompt, new = int(words[1]), int(words[2])
        torch.manual_seed(calls)
        calls += 1
        ids = torch.randint(0, model.config.vocab_size, (arguments.rows, prompt))
        first = First(arguments.rows)
        options = {"cache_implementation": "static"} if arguments.cache == "static" else {}
        start = time.perf_counter()
        with torch.no_grad():
            output = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=new,
                min_new_tokens=new,
                eos_token_id=None,
                pad_token_id=0,
                stopping_criteria=[first],
                **options,
            )
        ms = (time.perf_counter() - start) * 1e3
        first_ms = (first.at - start) * 1e3
        print(
            json.dumps(
                {
                    "ms": ms,
                    "first_ms": first_ms,
                    "all_first_ms": first_ms,
                    "tokens": arguments.rows * new,
                    "loss": int(output[0, prompt:].sum()),
                    "peak_rss": resident("VmHWM"),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
