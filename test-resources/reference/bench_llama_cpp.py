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

"""The other peer of the decoding benchmark: llama.cpp, greedy, driven line by line as bench_generate.py.

Run: python bench_llama_cpp.py CHECKPOINT ROWS [--type f32|f16|q4_1] [--threads 2] [--length 160]

It needs the packages xllamacpp (llama.cpp's server in a prebuilt wheel), gguf and numpy, and converts the checkpoint with
make_gguf.py to a file that it deletes. Rows are slots of the server, asked at the same time, which decodes them in
batches. Keys and values have 16 bits, as is usual there. first_ms and all_first_ms are the server's own times of the
prompts; loss is 0, as it tells no ids.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import xllamacpp


def resident(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


def server(path, rows, length, threads):
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = rows
    params.n_ctx = rows * ((length + 255) // 256 * 256)
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.warmup = False
    params.verbosity = -1
    params.cache_ram_mib = 0
    return xllamacpp.Server(params)


def completion(model, prompt, new):
    return model.handle_completions(
        {
            "prompt": prompt,
            "n_predict": new,
            "ignore_eos": True,
            "samplers": ["top_k"],
            "top_k": 1,
            "cache_prompt": False,
        }
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("--type", choices=["f32", "f16", "q4_1"], default="f32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--length", type=int, default=160)
    arguments = parser.parse_args()
    vocabulary = json.loads((arguments.checkpoint / "config.json").read_text())["vocab_size"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.gguf"
        converter = Path(__file__).with_name("make_gguf.py")
        subprocess.run([sys.executable, converter, arguments.checkpoint, path, "--type", arguments.type], check=True)
        serve(server(path, arguments.rows, arguments.length, arguments.threads), vocabulary, arguments)


def serve(model, vocabulary, arguments):
    print(json.dumps({"ready": True, "batches": 1, "threads": arguments.threads}), flush=True)
    random = np.random.default_rng(1)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "quit":
            break
        prompts = random.integers(0, vocabulary, (arguments.rows, int(words[1]))).tolist()
        start = time.perf_counter()
        with ThreadPoolExecutor(arguments.rows) as pool:
            answers = list(pool.map(lambda prompt: completion(model, prompt, int(words[2])), prompts))
        ms = (time.perf_counter() - start) * 1e3
        first = [answer["timings"]["prompt_ms"] for answer in answers]
        print(
            json.dumps(
                {
                    "ms": ms,
                    "first_ms": min(first),
                    "all_first_ms": max(first),
                    "tokens": sum(answer["timings"]["predicted_n"] for answer in answers),
                    "loss": 0,
                    "peak_rss": resident("VmHWM"),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
