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

"""The peer of the speed benchmark: the same LoRA step with PyTorch, transformers and PEFT, driven line by line.

Make a random-weight checkpoint (in a process of its own, so that it leaves no trace in a worker's peak memory):
  python bench_torch.py make --case llama-15m|llama-1b-2layers --checkpoint DIR
Work:
  python bench_torch.py work --checkpoint DIR --batches FILE [--case NAME] [--threads 2] [--rank 32] [--alpha 64]
                             [--learning-rate 1e-4] [--attention sdpa|eager]
  With --case a missing checkpoint is made first. FILE holds one batch a line, {"input_ids": [[..]], "completion":
  [[0/1..]]}, rows right-padded to the batch's longest; an optional "lengths": [..] gives the rows' true lengths,
  without it a row ends at its last completion token.

The worker prints {"ready": true, ...}, where imported_rss is what Python and its libraries occupied before the model
was loaded, and then answers each line of standard input with one JSON line:
  train N   one optimiser step on batch N: {"ms", "tokens", "trained", "loss", "peak_rss", "rss"}
  score N   the mean NLL of batch N without gradients, the same fields
  reset     starts the measure of peak memory again from what is resident now
  quit
tokens counts those that are not padding, trained those with a label; loss is their mean NLL; peak_rss (VmHWM) and rss
(VmRSS) are bytes of this process alone, peak_rss from its start or from the last reset. Errors: {"error": "..."}.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

CASES = {
    "llama-15m": dict(
        vocab_size=32000,
        hidden_size=288,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=6,
        num_key_value_heads=6,
        max_position_embeddings=1024,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    ),
    "llama-1b-2layers": dict(
        vocab_size=128256,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=2,
        num_attention_heads=32,
        num_key_value_heads=8,
        head_dim=64,
        max_position_embeddings=2048,
        rope_parameters={"rope_type": "default", "rope_theta": 500000.0},
    ),
}


def make_checkpoint(directory, case):
    """Writes the case's checkpoint with transformers' own initialisation, seed 0, F32 safetensors."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(**CASES[case], tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, dtype="float32")
    LlamaForCausalLM(config).save_pretrained(directory)


class Worker:
    def __init__(self, arguments):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        self.torch = torch
        self.imported = resident("VmRSS")
        torch.set_num_threads(arguments.threads)
        torch.manual_seed(1)
        base = AutoModelForCausalLM.from_pretrained(
            str(arguments.checkpoint),
            dtype=torch.float32,
            attn_implementation=arguments.attention,
            local_files_only=True,
        )
        base.config.use_cache = False
        config = LoraConfig(
            r=arguments.rank,
            lora_alpha=arguments.alpha,
            lora_dropout=0.0,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        self.model = get_peft_model(base, config)
        trainable = [p for p in self.model.parameters() if p.requires_grad]
        self.trainable = sum(p.numel() for p in trainable)
        self.optimiser = torch.optim.AdamW(trainable, lr=arguments.learning_rate, fused=True)
        with open(arguments.batches, encoding="utf-8") as lines:
            self.batches = [self.prepare(json.loads(line)) for line in lines if line.strip()]

    def prepare(self, batch):
        torch = self.torch
        ids = torch.tensor(batch["input_ids"], dtype=torch.long)
        completion = torch.tensor(batch["completion"], dtype=torch.bool)
        if ids.shape != completion.shape:
            raise ValueError(f"input_ids {list(ids.shape)} and completion {list(completion.shape)} differ")
        positions = torch.arange(ids.shape[1])
        if "lengths" in batch:
            lengths = torch.tensor(batch["lengths"])
        else:
            lengths = (completion * (positions + 1)).max(dim=1).values
        attention = (positions[None, :] < lengths[:, None]).long()
        trained = int((completion & attention.bool())[:, 1:].sum())
        labels = torch.where(completion & attention.bool(), ids, -100)
        inputs = dict(input_ids=ids, attention_mask=attention, labels=labels)
        return inputs, int(lengths.sum()), trained

    def train(self, inputs):
        self.model.train()
        loss = self.model(**inputs).loss
        loss.backward()
        self.optimiser.step()
        self.optimiser.zero_grad()
        return loss.item()

    def score(self, inputs):
        self.model.eval()
        with self.torch.no_grad():
            return self.model(**inputs).loss.item()

    def answer(self, line):
        command, *rest = line.split()
        if command == "reset":
            Path("/proc/self/clear_refs").write_text("5")
            return {"peak_rss": resident("VmHWM"), "rss": resident("VmRSS")}
        if command not in ("train", "score") or len(rest) != 1:
            raise ValueError(f"unknown command {line.strip()!r}: train N, score N, reset or quit")
        inputs, tokens, trained = self.batches[int(rest[0])]
        start = time.perf_counter()
        loss = self.train(inputs) if command == "train" else self.score(inputs)
        milliseconds = (time.perf_counter() - start) * 1e3
        return {
            "ms": milliseconds,
            "tokens": tokens,
            "trained": trained,
            "loss": loss,
            "peak_rss": resident("VmHWM"),
            "rss": resident("VmRSS"),
        }


def resident(field):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"{field} is not in /proc/self/status")


def reply(answer):
    print(json.dumps(answer), flush=True)


def work(arguments):
    if not (arguments.checkpoint / "config.json").is_file():
        if arguments.case is None:
            raise SystemExit(f"{arguments.checkpoint} has no config.json; name a --case to make one there")
        make = [sys.executable, __file__, "make", "--case", arguments.case, "--checkpoint", str(arguments.checkpoint)]
        subprocess.run(make, check=True, stdout=sys.stderr)
    worker = Worker(arguments)
    reply(
        {
            "ready": True,
            "batches": len(worker.batches),
            "trainable": worker.trainable,
            "threads": worker.torch.get_num_threads(),
            "torch": worker.torch.__version__,
            "attention": arguments.attention,
            "imported_rss": worker.imported,
            "peak_rss": resident("VmHWM"),
            "rss": resident("VmRSS"),
        }
    )
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        if line.strip():
            try:
                reply(worker.answer(line))
            except Exception as error:
                traceback.print_exc()
                reply({"error": f"{type(error).__name__}: {error}"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make")
    make.add_argument("--case", choices=CASES, required=True)
    make.add_argument("--checkpoint", type=Path, required=True)
    worker = commands.add_parser("work")
    worker.add_argument("--checkpoint", type=Path, required=True)
    worker.add_argument("--case", choices=CASES)
    worker.add_argument("--batches", type=Path, required=True)
    worker.add_argument("--threads", type=int, default=2)
    worker.add_argument("--rank", type=int, default=32)
    worker.add_argument("--alpha", type=float, default=64)
    worker.add_argument("--learning-rate", type=float, default=1e-4)
    worker.add_argument("--attention", choices=("sdpa", "eager"), default="sdpa")
    arguments = parser.parse_args()
    if arguments.command == "make":
        make_checkpoint(arguments.checkpoint, arguments.case)
    else:
        work(arguments)


if __name__ == "__main__":
    main()
