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
Tell the versions of what it uses:
  python bench_torch.py versions
Work:
  python bench_torch.py work --checkpoint DIR --batches FILE [--case NAME] [--threads 2] [--rank 32] [--alpha 64]
                             [--learning-rate 1e-4] [--attention sdpa|eager] [--device cpu|cuda|cuda:1]
                             [--precision fp32|tf32|fp16|bf16] [--objective mle|masked_mle|masked_mle_distill]
                             [--dropout 0]
  With --case a missing checkpoint is made first. FILE holds one batch a line, {"input_ids": [[..]], "completion":
  [[0/1..]]}, rows right-padded to the batch's longest; an optional "lengths": [..] gives the rows' true lengths,
  without it a row ends at its last completion token; an optional "micro_batches": [[..]] gives the rows of each
  micro-batch, cut to their longest, without it all rows are one.
  In 16 bits the base has that type, the adapters are float32, and passes run under autocast, in fp16 with a scaled
  loss. masked_mle takes the quarter of the step's labels with the highest loss; masked_mle_distill draws the others
  to a reference, a second adapter on the same base. A rate of dropout in attention is for the command dropout; then
  the base has no adapter.

The worker prints {"ready": true, ...}, where imported_rss is what Python and its libraries occupied before the model
was loaded, and then answers each line of standard input with one JSON line:
  train N      one optimiser step on batch N: {"ms", "tokens", "trained", "loss", "peak_rss", "rss"}
  score N      the mean NLL of batch N without gradients, the same fields
  dropout N S  S stochastic forwards of batch N, with the mean epistemic uncertainty as loss, S times the tokens
  reset        starts the measure of peak memory again from what is resident now
  quit
tokens counts those that are not padding, trained those with a label; loss is the objective's value; peak_rss (VmHWM)
and rss (VmRSS) are bytes of this process alone, peak_rss from its start or from the last reset; peak_cuda is what
PyTorch's allocator gave out at most since then, on the GPU. Errors: {"error": "..."}.
"""

import argparse
import json
import math
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


TYPES = {"fp32": "float32", "tf32": "float32", "fp16": "float16", "bf16": "bfloat16"}
TOP_FRACTION = 0.25


def versions():
    import peft
    import torch
    import transformers

    cuda = f", CUDA {torch.version.cuda}" if torch.cuda.is_available() else ""
    print(f"{torch.__version__}{cuda}, transformers {transformers.__version__}, PEFT {peft.__version__}")


class Worker:
    def __init__(self, arguments):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        self.torch = torch
        self.imported = resident("VmRSS")
        self.device = torch.device(arguments.device)
        self.objective = arguments.objective
        self.dtype = getattr(torch, TYPES[arguments.precision])
        torch.set_num_threads(arguments.threads)
        torch.backends.cuda.matmul.allow_tf32 = arguments.precision == "tf32"
        torch.manual_seed(1)
        self.model = AutoModelForCausalLM.from_pretrained(
            str(arguments.checkpoint),
            dtype=self.dtype,
            attn_implementation=arguments.attention,
            local_files_only=True,
            attention_dropout=arguments.dropout,
        ).to(self.device)
        self.model.config.use_cache = False
        self.model.requires_grad_(False)
        if not arguments.dropout:
            config = LoraConfig(
                r=arguments.rank,
                lora_alpha=arguments.alpha,
                lora_dropout=0.0,
                target_modules="all-linear",
                task_type="CAUSAL_LM",
            )
            self.model = get_peft_model(self.model, config)
            if self.objective == "masked_mle_distill":
                self.model.add_adapter("reference", config)
                self.model.set_adapter("default")
        trainable = [p for p in self.model.parameters() if p.requires_grad]
        self.trainable = sum(p.numel() for p in trainable)
        if trainable:
            self.optimiser = torch.optim.AdamW(trainable, lr=arguments.learning_rate, fused=True)
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.dtype == torch.float16)
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
        attention = positions[None, :] < lengths[:, None]
        labels = torch.where(completion & attention, ids, -100)
        parts = []
        for rows in batch.get("micro_batches", [list(range(len(ids)))]):
            width = int(lengths[rows].max())
            part = dict(input_ids=ids[rows], attention_mask=attention[rows].long(), labels=labels[rows])
            parts.append({name: values[:, :width].to(self.device) for name, values in part.items()})
        return parts, int(lengths.sum()), int((labels[:, 1:] != -100).sum())

    def passes(self):
        return self.torch.autocast(self.device.type, self.dtype, enabled=self.dtype != self.torch.float32)

    def logits(self, part):
        """Of the labels, and the labels, [n, V] and [n]."""
        found = self.model(input_ids=part["input_ids"], attention_mask=part["attention_mask"]).logits[:, :-1]
        labels = part["labels"][:, 1:]
        return found[labels != -100].float(), labels[labels != -100]

    def losses(self, part):
        return self.torch.nn.functional.cross_entropy(*self.logits(part), reduction="none")

    def masks(self, parts, losses):
        """Which labels are among the quarter of the step's with the highest loss, for each part."""
        torch = self.torch
        every = torch.cat(losses)
        chosen = torch.zeros_like(every, dtype=torch.bool)
        chosen[every.topk(math.ceil(TOP_FRACTION * len(every))).indices] = True
        return torch.split(chosen, [len(part) for part in losses])

    def reference(self, part):
        with self.torch.no_grad():
            self.model.set_adapter("reference")
            logits, _ = self.logits(part)
            self.model.set_adapter("default")
            return self.torch.softmax(logits, -1)

    def term(self, part, mask, selected, labels):
        """A part's share of the step's objective under a given selection; None takes the selection of the part."""
        torch = self.torch
        teacher = self.reference(part) if self.objective == "masked_mle_distill" else None
        logits, targets = self.logits(part)
        losses = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        if mask is None:
            mask = self.masks([part], [losses.detach()])[0]
            selected = int(mask.sum())
        if teacher is None:
            return losses[mask].sum() / selected
        others = -(teacher[~mask] * torch.log_softmax(logits[~mask], -1)).sum()
        return (losses[mask].sum() + others) / labels

    def shares(self, parts, labels):
        """The parts' shares of the step's loss, one after the other."""
        if self.objective == "mle":
            for part in parts:
                share = int((part["labels"][:, 1:] != -100).sum()) / labels
                yield self.model(**part).loss.float() * share
        elif len(parts) == 1:
            yield self.term(parts[0], None, None, labels)
        else:
            with self.torch.no_grad():
                masks = self.masks(parts, [self.losses(part) for part in parts])
            selected = int(sum(mask.sum() for mask in masks))
            for part, mask in zip(parts, masks):
                yield self.term(part, mask, selected, labels)

    def train(self, parts, labels):
        self.model.train()
        total = 0.0
        with self.passes():
            for share in self.shares(parts, labels):
                self.scaler.scale(share).backward()
                total += share.item()
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.optimiser.zero_grad()
        return total

    def score(self, parts, labels):
        self.model.eval()
        with self.torch.no_grad(), self.passes():
            return sum(self.losses(part).sum().item() for part in parts) / labels

    def dropout(self, parts, samples):
        from bench_mc_dropout import epistemic

        self.model.train()
        found = []
        with self.passes():
            for part in parts:
                candidates = part["labels"][:, 1:] != -100
                batch = part["input_ids"], part["attention_mask"], candidates, None
                found.append(epistemic(self.model, batch, samples))
        return self.torch.cat(found).mean().item()

    def answer(self, line):
        command, *rest = line.split()
        if command == "reset":
            Path("/proc/self/clear_refs").write_text("5")
            if self.device.type == "cuda":
                self.torch.cuda.reset_peak_memory_stats(self.device)
            return self.memory()
        if command not in ("train", "score", "dropout") or len(rest) != (2 if command == "dropout" else 1):
            raise ValueError(f"unknown command {line.strip()!r}: train N, score N, dropout N S, reset or quit")
        parts, tokens, trained = self.batches[int(rest[0])]
        start = time.perf_counter()
        if command == "dropout":
            tokens *= int(rest[1])
            loss = self.dropout(parts, int(rest[1]))
        else:
            loss = self.train(parts, trained) if command == "train" else self.score(parts, trained)
        if self.device.type == "cuda":
            self.torch.cuda.synchronize(self.device)
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"ms": milliseconds, "tokens": tokens, "trained": trained, "loss": loss} | self.memory()

    def memory(self):
        found = {"peak_rss": resident("VmHWM"), "rss": resident("VmRSS")}
        if self.device.type == "cuda":
            found["peak_cuda"] = self.torch.cuda.max_memory_allocated(self.device)
        return found


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
        }
        | worker.memory()
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
    commands.add_parser("versions")
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
    worker.add_argument("--device", default="cpu")
    worker.add_argument("--precision", choices=TYPES, default="fp32")
    worker.add_argument("--objective", choices=("mle", "masked_mle", "masked_mle_distill"), default="mle")
    worker.add_argument("--dropout", type=float, default=0)
    arguments = parser.parse_args()
    if arguments.command == "versions":
        versions()
    elif arguments.command == "make":
        make_checkpoint(arguments.checkpoint, arguments.case)
    else:
        work(arguments)


if __name__ == "__main__":
    main()
