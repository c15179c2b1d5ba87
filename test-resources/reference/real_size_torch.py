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
"""The peer of real-size: one pass of scoring, or one LoRA step with gradient checkpointing, with PyTorch and PEFT.

  python real_size_torch.py score|train CHECKPOINT BATCHES float32|bfloat16 MICRO_BATCH [--rank 32] [--threads 2]

BATCHES is a file as bench_torch.py reads it; its first line is the step, cut into micro-batches in order, whose
gradients add up under the step's own denominator. The adapter's values are float32. Prints one JSON object: "peak"
(VmHWM, bytes), "loadSeconds", "seconds", "tokens", "loss" (the mean over the step's labels).
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"


def peak():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("VmHWM is not in /proc/self/status")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", choices=("score", "train"))
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("batches", type=Path)
    parser.add_argument("dtype", choices=("float32", "bfloat16"))
    parser.add_argument("micro_batch", type=int)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    start = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(
        str(arguments.checkpoint), dtype=getattr(torch, arguments.dtype), local_files_only=True
    )
    model.config.use_cache = False
    train = arguments.run == "train"
    if train:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    lora = LoraConfig(
        r=arguments.rank, lora_alpha=2 * arguments.rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    model = get_peft_model(model, lora)
    model.train(train)
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trainable, lr=1e-4) if train else None
    loaded = time.perf_counter() - start

    batch = json.loads(arguments.batches.read_text().splitlines()[0])
    rows = len(batch["lengths"])
    labelled = sum(sum(marks[1:]) for marks in batch["completion"])
    start = time.perf_counter()
    total = 0.0
    for first in range(0, rows, arguments.micro_batch):
        part = slice(first, min(rows, first + arguments.micro_batch))
        lengths = torch.tensor(batch["lengths"][part])
        width = int(lengths.max())
        ids = torch.tensor(batch["input_ids"][part])[:, :width]
        completion = torch.tensor(batch["completion"][part], dtype=torch.bool)[:, :width]
        attention = torch.arange(width)[None, :] < lengths[:, None]
        labels = torch.where(completion & attention, ids, -100)
        with torch.set_grad_enabled(train):
            share = int((labels[:, 1:] != -100).sum()) / labelled
            loss = model(input_ids=ids, attention_mask=attention.long(), labels=labels).loss.float() * share
            if train:
                loss.backward()
        total += loss.item()
    if train:
        optimiser.step()
    result = {
        "storage": arguments.dtype,
        "peak": peak(),
        "loadSeconds": loaded,
        "seconds": time.perf_counter() - start,
        "tokens": sum(batch["lengths"]),
        "loss": total,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
