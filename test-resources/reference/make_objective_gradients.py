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

"""Losses and LoRA gradients of objectives on a checkpoint of the fixtures, after make_fixtures.py has made it.

Usage: python make_objective_gradients.py FIXTURES_DIRECTORY

Writes golden/llama-tied/objectives.safetensors. The student is the base with `adapter/`, the reference model the base
itself, the batch that of golden.safetensors, copied; N is the number of its completion tokens. Tensors: `old_log_probability`,
`advantage`, `epistemic` [N] F32, `oracle.ids` [N, 3] and `samples.ids` [N, 6] I64, `oracle.probabilities` [N, 3] F32
(each sample has the probability 1/6); per objective of make_objective_fixtures.py `<objective>.loss` [1] F64 and
`<objective>.grad.<key>` F32, by the keys of the adapter's file. The model computes in float64; gradients are autograd's.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import make_objective_fixtures as literature
from make_fixtures import adapter_gradients, peft_model
from reference_model import forward, load_base

NAME = "llama-tied"
MASK = (1 << 64) - 1


def mix(z):
    """The finaliser of SplitMix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def uniform(*key):
    """The random score's number for (seed, step, sequence, position): a multiple of 2^-24 in [0, 1)."""
    state = 0x9E3779B97F4A7C15
    for part in key:
        state = mix(state ^ mix((part + 0x9E3779B97F4A7C15) & MASK))
    return (state >> 40) * 2.0**-24


class CheckpointBatch(literature.Batch):
    """The completion tokens of a batch of sequences, in place of random logits."""

    def __init__(self, ids, lengths, completion):
        self.ids, self.token_lengths = ids, lengths
        self.rows = completion.bool().nonzero()
        self.labels = ids[self.rows[:, 0], self.rows[:, 1]]
        self.documents = self.rows[:, 0]
        self.lengths = torch.bincount(self.documents).tolist()
        self.random = torch.tensor([uniform(1, 0, b, t) for b, t in self.rows.tolist()], dtype=torch.float64)

    def predictions(self, model):
        logits = forward(model, self.ids, self.token_lengths)
        return logits[self.rows[:, 0], self.rows[:, 1] - 1]

    def add_columns(self, student, teacher):
        torch.manual_seed(21)
        n, classes = student.shape

        def exact(x):
            return x.float().double()

        self.teacher = teacher
        noisy = torch.log_softmax(student + 0.3 * torch.randn(n, classes), -1)
        self.old_log_probability = exact(self.at_labels(noisy))
        self.advantage = exact(torch.randn(len(self.lengths))[self.documents] + 0.3 * torch.randn(n) + 0.2)
        self.epistemic = exact(torch.rand(n))
        self.oracle_ids = torch.stack([torch.randperm(classes)[:3] for _ in range(n)])
        self.oracle_probabilities = exact(torch.softmax(torch.randn(n, 3), -1))
        self.sample_ids = torch.multinomial(torch.softmax(teacher, -1), 6, replacement=True)


def main(fixtures, name=NAME):
    checkpoint, golden = fixtures / "checkpoints" / name, fixtures / "golden" / name
    stored = load_file(str(golden / "golden.safetensors"))
    batch = CheckpointBatch(stored["input_ids"], stored["lengths"], stored["completion"])
    state = load_file(str(golden / "adapter/adapter_model.safetensors"))
    model = peft_model(checkpoint, name, state, torch.float64)
    with torch.no_grad():
        teacher = batch.predictions(load_base(checkpoint, torch.float64))
        batch.add_columns(batch.predictions(model), teacher)
    tensors = {key: stored[key] for key in ("input_ids", "lengths", "completion")} | {
        "old_log_probability": batch.old_log_probability.float(),
        "advantage": batch.advantage.float(),
        "epistemic": batch.epistemic.float(),
        "oracle.ids": batch.oracle_ids,
        "oracle.probabilities": batch.oracle_probabilities.float(),
        "samples.ids": batch.sample_ids,
    }
    for objective, loss_of in literature.OBJECTIVES.items():
        model.zero_grad()
        loss = loss_of(batch, batch.predictions(model))
        loss.backward()
        tensors[f"{objective}.loss"] = loss.detach().reshape(1)
        gradients = adapter_gradients(model)
        assert gradients.keys() == state.keys()
        norm = torch.sqrt(sum((g**2).sum() for g in gradients.values()))
        print(f"  {objective}: loss {loss.item():.6f}, gradient norm {norm.item():.4f}")
        for key, gradient in gradients.items():
            tensors[f"{objective}.grad.{key}"] = gradient.float().contiguous()
    save_file(tensors, str(golden / "objectives.safetensors"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
