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
  generate PROMPT NEW   NEW tokens after ROWS random prompts of PROMPT tokens: {"ms", "first_ms", "tokens", "loss",
                        "peak_rss"}
  quit
loss is the sum of the ids of the first row's new tokens, peak_rss (VmHWM) bytes of this process.
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
from transformers import AutoModelForCausalLM
from transformers.generation.streamers import BaseStreamer


def resident(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


class First(BaseStreamer):
    """Notes when the first new token came; generate puts the prompt first."""

    def __init__(self):
        self.puts = 0
        self.at = None

    def put(self, value):
        self.puts += 1
        if self.puts == 2:
            self.at = time.perf_counter()

    def end(self):
        pass


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
        first = First()
        options = {"cache_implementation": "static"} if arguments.cache == "static" else {}
        if arguments.rows == 1:
            options["streamer"] = first
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
                **options,
            )
        ms = (time.perf_counter() - start) * 1e3
        print(
            json.dumps(
                {
                    "ms": ms,
                    "first_ms": (first.at - start) * 1e3 if first.at else None,
                    "tokens": arguments.rows * new,
                    "loss": int(output[0, prompt:].sum()),
                    "peak_rss": resident("VmHWM"),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
