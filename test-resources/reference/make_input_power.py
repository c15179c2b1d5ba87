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

"""Makes fixtures/input-power.json: what enters the linear layers of the last layer of a checkpoint of each architecture.

For each input column of each layer, the mean square over 1,024 tokens drawn at random, in rows of 256 or of as many as the
model was made for. The tokens are those of Java's generator with seed 0.

Run: python make_input_power.py (torch, transformers)
"""

import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CHECKPOINTS = [
    "gemma-mqa",
    "gemma2-tied",
    "gemma3-tied",
    "granite-tied",
    "llama-mqa-bias",
    "llama3-tied",
    "mistral-window",
    "olmo2-untied",
    "phi3-4k",
    "qwen2-untied",
    "qwen3-tied",
    "smollm3-tied-windows",
]
TOKENS = 1024
LENGTH = 256


class JavaRandom:
    """java.util.Random, as its documentation specifies it."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & (1 << 48) - 1

    def bits(self):
        self.state = (self.state * 0x5DEECE66D + 0xB) & (1 << 48) - 1
        return self.state >> 17

    def below(self, bound):
        if bound & -bound == bound:
            return bound * self.bits() >> 31
        while True:
            bits = self.bits()
            if bits - bits % bound + bound - 1 < 1 << 31:
                return bits % bound


def squares(name):
    model = AutoModelForCausalLM.from_pretrained(
        FIXTURES / "checkpoints" / name, dtype=torch.float32, attn_implementation="eager"
    )
    length = min(LENGTH, model.config.max_position_embeddings)
    random = JavaRandom(0)
    tokens = torch.tensor([random.below(model.config.vocab_size) for _ in range(TOKENS // length * length)])
    found = {}

    def note(module):
        def hook(_, inputs, __):
            found[module] = inputs[0].double().square().mean((0, 1))

        return hook

    last = f"model.layers.{model.config.num_hidden_layers - 1}."
    for module, layer in model.named_modules():
        if isinstance(layer, torch.nn.Linear) and module.startswith(last):
            layer.register_forward_hook(note(module))
    with torch.no_grad():
        model(tokens.reshape(-1, length))
    return {f"{module}.weight": [float(f"{x:.6g}") for x in values] for module, values in found.items()}


def main():
    case = {name: squares(name) for name in CHECKPOINTS}
    (FIXTURES / "input-power.json").write_text(json.dumps(case) + "\n")


main()
