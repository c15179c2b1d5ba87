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

"""How far transformers and PEFT in 16 bits are from themselves in float32, after make_fixtures.py has made the fixtures.

Usage: python make_precision.py FIXTURES_DIRECTORY [OTHER_CHECKPOINT_DIRECTORY ...]

Writes precision.json: for each checkpoint and type the distances on the batch of golden.safetensors, with the base in
that type and `adapter/` in float32, as PEFT leaves it. `logits` is the norm of the difference of the completion tokens'
logits, relative; `losses` the same of their losses, `loss` the difference of their mean, relative; `gradient`
1 - cosine of the adapter's gradient as one vector, `tensor` that of the worst tensor, `norm` the difference of the norm,
relative. float16 gradients are those of the loss times 4096.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from make_fixtures import adapter_gradients
from reference_model import forward

LOSS_SCALE = {torch.float32: 1.0, torch.bfloat16: 1.0, torch.float16: 4096.0}


def run(checkpoint, golden, dtype):
    """The completion tokens' logits and losses, and the adapter's gradients of their mean loss."""
    model = AutoModelForCausalLM.from_pretrained(
        str(checkpoint), dtype=dtype, attn_implementation="eager", local_files_only=True
    )
    model.config.use_cache = False
    model = PeftModel.from_pretrained(model.eval().requires_grad_(False), str(golden / "adapter"), is_trainable=True)
    batch = load_file(str(golden / "golden.safetensors"))
    ids, trained = batch["input_ids"], batch["completion"][:, 1:].bool()
    logits = forward(model, ids, batch["lengths"])[:, :-1][trained].float()
    losses = torch.nn.functional.cross_entropy(logits, ids[:, 1:][trained], reduction="none")
    (losses.mean() * LOSS_SCALE[dtype]).backward()
    gradients = {name: g.double() / LOSS_SCALE[dtype] for name, g in adapter_gradients(model).items()}
    return logits.detach().double(), losses.detach().double(), gradients


def angle(a, b):
    return 1 - float(a @ b / (a.norm() * b.norm()))


def distances(exact, rounded):
    whole = [torch.cat([g.flatten() for g in gradients.values()]) for gradients in (exact[2], rounded[2])]
    return {
        "logits": float((exact[0] - rounded[0]).norm() / exact[0].norm()),
        "losses": float((exact[1] - rounded[1]).norm() / exact[1].norm()),
        "loss": abs(float(rounded[1].mean() / exact[1].mean()) - 1),
        "gradient": angle(*whole),
        "norm": abs(float(whole[1].norm() / whole[0].norm()) - 1),
        "tensor": max(angle(exact[2][n].flatten(), rounded[2][n].flatten()) for n in exact[2]),
    }


def main(fixtures, *others):
    table = {}
    for checkpoint in sorted((fixtures / "checkpoints").iterdir()) + list(others):
        golden = fixtures / "golden" / checkpoint.name
        exact = run(checkpoint, golden, torch.float32)
        table[checkpoint.name] = {
            str(dtype).removeprefix("torch."): distances(exact, run(checkpoint, golden, dtype))
            for dtype in (torch.bfloat16, torch.float16)
        }
        print(checkpoint.name, table[checkpoint.name])
    (fixtures / "precision.json").write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
