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

"""Checks that PEFT and transformers read what tribuo-llm exports and compute the same logits.

Run: python check_interop.py adapter --base DIR --adapter DIR --logits FILE
     python check_interop.py merged --checkpoint DIR --logits FILE

FILE is a safetensors file with input_ids [B, T] (right-padded), lengths [B] (integers of any type) and logits F32 [b, T, V] for the
first b <= B sequences; --name picks another tensor than "logits". Padding is not compared. Prints one JSON line; exits
with 0 if the largest absolute difference is within --tolerance and every tensor was used, else with 1.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from reference_model import forward, load_base, valid_positions


def load_adapted(base, adapter):
    """The base with the adapter on it, and what PEFT did not take over from the adapter's file."""
    model = PeftModel.from_pretrained(load_base(base), str(adapter)).eval()
    stored = load_file(str(adapter / "adapter_model.safetensors"))
    used = get_peft_model_state_dict(model)
    problems = [f"not in PEFT's model: {key}" for key in sorted(stored.keys() - used.keys())]
    problems += [f"not in the file: {key}" for key in sorted(used.keys() - stored.keys())]
    problems += [
        f"differs: {key}" for key in sorted(stored.keys() & used.keys()) if not torch.equal(stored[key], used[key])
    ]
    return model, problems


def load_merged(checkpoint):
    """The checkpoint in float32, and what transformers found missing, surplus or misshapen in it."""
    model, info = AutoModelForCausalLM.from_pretrained(
        str(checkpoint), dtype=torch.float32, local_files_only=True, output_loading_info=True
    )
    problems = [f"{kind}: {key}" for kind, keys in info.items() for key in sorted(map(str, keys))]
    return model.eval(), problems


def compare(model, tensors, name):
    ids, lengths, expected = tensors["input_ids"].long(), tensors["lengths"].long(), tensors[name]
    count = expected.shape[0]
    with torch.no_grad():
        actual = forward(model, ids[:count], lengths[:count])
    if actual.shape != expected.shape:
        raise SystemExit(f"{name} has shape {list(expected.shape)}, the model gives {list(actual.shape)}")
    valid = valid_positions(lengths, ids.shape[1])[:count]
    difference = (actual - expected)[valid].abs()
    return float(difference.max()), int(valid.sum())


def main():
    parser = argparse.ArgumentParser()
    kinds = parser.add_subparsers(dest="kind", required=True)
    adapter = kinds.add_parser("adapter")
    adapter.add_argument("--base", type=Path, required=True)
    adapter.add_argument("--adapter", type=Path, required=True)
    merged = kinds.add_parser("merged")
    merged.add_argument("--checkpoint", type=Path, required=True)
    for kind in (adapter, merged):
        kind.add_argument("--logits", type=Path, required=True)
        kind.add_argument("--name", default="logits")
        kind.add_argument("--tolerance", type=float, default=1e-4)
    arguments = parser.parse_args()

    if arguments.kind == "adapter":
        model, problems = load_adapted(arguments.base, arguments.adapter)
    else:
        model, problems = load_merged(arguments.checkpoint)
    difference, positions = compare(model, load_file(str(arguments.logits)), arguments.name)
    passed = difference <= arguments.tolerance and not problems
    print(
        json.dumps(
            {
                "check": arguments.kind,
                "max_abs_difference": difference,
                "tolerance": arguments.tolerance,
                "positions": positions,
                "problems": problems,
                "passed": passed,
            }
        )
    )
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
