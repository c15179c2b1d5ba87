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

Run: python bench_llama_cpp.py CHECKPOINT ROWS [--type f32|f16] [--threads 2] [--length 160]

It needs llama-cpp-python, gguf and numpy, and converts the checkpoint with make_gguf.py to a file that it deletes.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import llama_cpp
import numpy as np


def resident(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


class Decoder:
    """A model and a context for some rows; every row is a sequence of llama.cpp's cache."""

    def __init__(self, path, rows, length, threads):
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = rows * ((length + 255) // 256 * 256)
        params.n_batch = max(512, rows)
        params.n_ubatch = max(512, rows)
        params.n_seq_max = rows
        params.n_threads = threads
        params.n_threads_batch = threads
        params.no_perf = True
        self.context = llama_cpp.llama_init_from_model(self.model, params)
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        self.batch = llama_cpp.llama_batch_init(max(512, rows), 0, 1)
        self.rows = rows

    def forget(self):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)

    def add(self, token, position, row, wanted):
        batch, i = self.batch, self.batch.n_tokens
        batch.token[i] = token
        batch.pos[i] = position
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = row
        batch.logits[i] = wanted
        batch.n_tokens += 1

    def decode(self):
        """The most probable next tokens at the places of the batch that wanted them; the batch is empty after it."""
        if llama_cpp.llama_decode(self.context, self.batch) != 0:
            raise SystemExit("llama_decode failed")
        best = []
        for i in range(self.batch.n_tokens):
            if self.batch.logits[i]:
                logits = llama_cpp.llama_get_logits_ith(self.context, i)
                best.append(int(np.ctypeslib.as_array(logits, shape=(self.vocabulary,)).argmax()))
        self.batch.n_tokens = 0
        return best

    def prompts(self, prompts):
        """As many prompts a pass as fit into a batch."""
        best = []
        for row, prompt in enumerate(prompts):
            if self.batch.n_tokens + len(prompt) > 512:
                best += self.decode()
            for position, token in enumerate(prompt):
                self.add(token, position, row, position == len(prompt) - 1)
        return best + self.decode()


def generate(decoder, prompts, new):
    """New tokens after each prompt, greedy, and when the first came, in seconds after the start."""
    decoder.forget()
    start = time.perf_counter()
    tokens = [[token] for token in decoder.prompts(prompts)]
    first = time.perf_counter() - start
    for step in range(new - 1):
        for row, prompt in enumerate(prompts):
            decoder.add(tokens[row][-1], len(prompt) + step, row, True)
        for row, token in enumerate(decoder.decode()):
            tokens[row].append(token)
    return tokens, first, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("rows", type=int)
    parser.add_argument("--type", choices=["f32", "f16"], default="f32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--length", type=int, default=160)
    arguments = parser.parse_args()
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.gguf"
        converter = Path(__file__).with_name("make_gguf.py")
        subprocess.run([sys.executable, converter, arguments.checkpoint, path, "--type", arguments.type], check=True)
        serve(arguments, Decoder(path, arguments.rows, arguments.length, arguments.threads))


@llama_cpp.llama_log_callback
def silent(level, text, data):
    pass


def serve(arguments, decoder):
    print(json.dumps({"ready": True, "batches": 1, "threads": arguments.threads}), flush=True)
    random = np.random.default_rng(1)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "quit":
            break
        prompts = random.integers(0, decoder.vocabulary, (arguments.rows, int(words[1]))).tolist()
        tokens, first, seconds = generate(decoder, prompts, int(words[2]))
        print(
            json.dumps(
                {
                    "ms": seconds * 1e3,
                    "first_ms": first * 1e3,
                    "all_first_ms": first * 1e3,
                    "tokens": sum(map(len, tokens)),
                    "loss": sum(tokens[0]),
                    "peak_rss": resident("VmHWM"),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
