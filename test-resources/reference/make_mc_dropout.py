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

"""Makes fixtures/mc-dropout: what transformers says under dropout with masks that are known.

Every dropout of a transformers model is replaced by a product with a mask, made here anew from the same counter-based
generator as in Java, so that no mask is stored. transformers runs in float32, one sequence at a time; the algebra over
the samples is in float64.

Run: python make_mc_dropout.py [--out DIR]

mc-dropout/<case>.safetensors:
  input_ids   I64 [20, T], right-padded with 0
  lengths     I64 [20]
  completion  U8  [20, T]
  total, aleatoric, epistemic, EPKL, RMI   F32 [20, T], 0 where completion is 0; about token t as a target
"""

import argparse
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
from peft import PeftModel
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SEED, SAMPLES, SEQUENCES, WIDTH = 1, 10, 20, 24
# case: checkpoint, where elements are dropped, rate
CASES = {
    "llama": ("llama-untied-gqa", "architecture", 0.1),
    "phi3": ("phi3-4k", "architecture", 0.1),
    "gemma2": ("gemma2-tied", "architecture", 0.2),
    "llama-lora": ("llama-untied-gqa", "lora", 0.3),
    "llama-all-linear": ("llama-untied-gqa", "all_linear", 0.1),
}

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def bits(*key):
    """CounterRandom.bits; parts may be arrays that broadcast."""
    state = GOLDEN
    for part in key:
        state = mix(state ^ mix(np.asarray(part).astype(np.uint64) + GOLDEN))
    return state


def name_bits(name):
    state = np.uint64(0)
    for character in name:
        state = bits(state, ord(character))
    return state


def kept(elements, rate, *key):
    """[..., elements] for keys [..., 1]."""
    words = bits(*key, np.arange((elements + 3) // 4))
    lanes = (words[..., None] >> (np.arange(4, dtype=np.uint64) * np.uint64(16))) & np.uint64(0xFFFF)
    lanes = lanes.reshape(*words.shape[:-1], -1)[..., :elements]
    return lanes >= np.uint64(round(rate * 65536))


class Masks:
    """The masks of one forward pass over one sequence."""

    def __init__(self, rate, sample, sequence):
        self.rate, self.key = rate, (SEED, sample)
        self.sequence = sequence

    def apply(self, place, x):
        """x [1, heads, T, T] of attention weights, or [1, T, width]."""
        length = x.shape[-2]
        position = np.arange(length)[:, None]
        if x.dim() == 4:
            head = np.arange(x.shape[1])[:, None, None]
        else:
            head = 0
        mask = kept(x.shape[-1], self.rate, *self.key, name_bits(place), self.sequence, position, head)
        return x * torch.from_numpy(mask[None]).to(x.dtype) / (1 - self.rate)


class LoraDropout(torch.nn.Module):
    def __init__(self, run, place):
        super().__init__()
        self.run, self.place = run, place

    def forward(self, x):
        return self.run["masks"].apply(self.place, x)


def prepare(name, places):
    """A model whose dropouts read run["masks"]."""
    model = AutoModelForCausalLM.from_pretrained(
        FIXTURES / "checkpoints" / name, dtype=torch.float32, attn_implementation="eager"
    )
    run = {}
    if places == "architecture":
        order = []
        for i in range(model.config.num_hidden_layers):
            order.append(f"model.layers.{i}.self_attn.attention_dropout")
            if model.config.model_type == "phi3":
                order += [f"model.layers.{i}.resid_attn_dropout", f"model.layers.{i}.resid_mlp_dropout"]
        run["order"] = order
        torch.nn.functional.dropout = lambda x, p=0.5, training=True, inplace=False: run["masks"].apply(
            next(run["places"]), x
        )
        model.train()
    elif places == "lora":
        model = PeftModel.from_pretrained(model, FIXTURES / "golden" / name / "adapter").eval()
        for module, layer in list(model.base_model.model.named_modules()):
            if hasattr(layer, "lora_dropout"):
                layer.lora_dropout["default"] = LoraDropout(run, module)
    else:
        model.eval()
        for module, layer in model.named_modules():
            if isinstance(layer, torch.nn.Linear) and module != "lm_head":
                layer.register_forward_pre_hook(
                    lambda _, inputs, place=module: (run["masks"].apply(place, inputs[0]),)
                )
    return model, run


def data(vocabulary):
    random = np.random.default_rng(7)
    ids = np.zeros((SEQUENCES, WIDTH), np.int64)
    completion = np.zeros((SEQUENCES, WIDTH), np.uint8)
    lengths = random.integers(6, WIDTH + 1, SEQUENCES)
    for i, length in enumerate(lengths):
        ids[i, :length] = random.integers(0, vocabulary, length)
        completion[i, random.integers(1, length) : length] = 1
    return ids, lengths.astype(np.int64), completion


def measures(samples):
    """[S, T, V] log-probabilities in float64."""
    p = np.exp(samples)
    mean = p.mean(0)
    logs = np.log(mean)
    total = -(mean * logs).sum(-1)
    aleatoric = -(p * samples).sum(-1).mean(0)
    pairs = np.zeros_like(total)
    for s in samples:
        for r in samples:
            pairs += (np.exp(s) * (s - r)).sum(-1)
    return {
        "total": total,
        "aleatoric": aleatoric,
        "epistemic": total - aleatoric,
        "EPKL": pairs / len(samples) ** 2,
        "RMI": (mean[None] * (logs[None] - samples)).sum(-1).mean(0),
    }


@torch.no_grad()
def make(case, out):
    name, places, rate = CASES[case]
    dropout = torch.nn.functional.dropout
    model, run = prepare(name, places)
    ids, lengths, completion = data(model.config.vocab_size)
    tensors = {"input_ids": ids, "lengths": lengths, "completion": completion}
    for i, length in enumerate(lengths):
        logs = []
        for sample in range(SAMPLES):
            run["masks"] = Masks(rate, sample, i)
            run["places"] = iter(run.get("order", ()))
            logits = model(torch.from_numpy(ids[i : i + 1, :length])).logits[0, :-1]
            assert next(run["places"], None) is None
            logs.append(torch.log_softmax(logits.double(), -1).numpy())
        for measure, values in measures(np.stack(logs)).items():
            column = tensors.setdefault(measure, np.zeros((SEQUENCES, WIDTH), np.float32))
            column[i, 1:length] = np.where(completion[i, 1:length], values, 0)
    torch.nn.functional.dropout = dropout
    save_file(tensors, out / f"{case}.safetensors")
    print(case, {m: float(tensors[m][completion == 1].mean()) for m in ("total", "epistemic", "EPKL", "RMI")})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FIXTURES / "mc-dropout")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    np.seterr(over="ignore")
    for case in CASES:
        make(case, arguments.out)


if __name__ == "__main__":
    main()
