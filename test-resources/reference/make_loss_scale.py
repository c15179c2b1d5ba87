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

"""Makes fixtures/loss-scale.json: how torch.amp.GradScaler, with its defaults, scales and skips under scripted overflows.

Run: python make_loss_scale.py [--out FILE]
"""

import argparse
import json
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent


def run(name, scaler, steps, overflows):
    """The scale after each step, as [step, scale] where it changed, and the number of steps that were taken."""
    weight = torch.nn.Parameter(torch.zeros(3))
    optimiser = torch.optim.AdamW([weight])
    initial = scaler.scale(torch.ones(())).item()
    changes = []
    scale = initial
    for step in range(steps):
        weight.grad = torch.full((3,), scale)
        if step in overflows:
            weight.grad[step % 3] = overflows[step]
        scaler.step(optimiser)
        scaler.update()
        if scaler.get_scale() != scale:
            scale = scaler.get_scale()
            changes.append([step, scale])
    taken = optimiser.state[weight]["step"].item() if weight in optimiser.state else 0
    bad = sorted(overflows)
    return {"name": name, "initial": initial, "steps": steps, "overflows": bad, "changes": changes, "taken": int(taken)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE.parent / "fixtures" / "loss-scale.json")
    arguments = parser.parse_args()
    inf, nan = float("inf"), float("nan")
    scripted = {0: inf, 1: nan, 2: -inf, 700: inf, 2700: nan, 2701: inf, 4701: inf, 6702: nan}
    cases = [
        run("scripted", torch.amp.GradScaler(device="cpu"), 11000, scripted),
        run("the first 16 overflow", torch.amp.GradScaler(device="cpu"), 2100, dict.fromkeys(range(16), inf)),
        run("the largest scale", torch.amp.GradScaler(device="cpu", init_scale=2.0**126), 6100, {6000: inf}),
    ]
    arguments.out.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
