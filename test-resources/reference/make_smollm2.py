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

"""What PyTorch says of SmolLM2-135M-Instruct in float64: trained logits over a vocabulary of 49,152 tokens.

Run: python make_smollm2.py CHECKPOINT ROWS OUT
  CHECKPOINT  the directory of the checkpoint
  ROWS        JSON lines with a question and an answer
  OUT         becomes a directory of resources, as the tests know them: fixtures/checkpoints/SmolLM2, a link, and beside it
              golden/SmolLM2 and mc-dropout/smollm2.safetensors, whose tensors README.md of ../fixtures names

Beside the trajectories' usual tensors, golden/SmolLM2/trajectory.safetensors holds <objective>.final.f64.<key>: the adapter
after the last step in float64, to which that of float32, <objective>.final.<key>, can be compared.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

import make_fixtures
import make_mc_dropout
import make_objective_gradients
from make_fixtures import adapter_state, evaluate, new_adapter, pad, peft_model, relative, run_trajectory, save_adapter
from reference_model import load_base

NAME = "SmolLM2"
WIDTH = 80
STEPS, BATCH, STEP_WIDTH = 5, 8, 24
# Small enough that an adapted model still answers.
DEVIATION = 0.01


def rows_of(checkpoint, file, width, question=lambda text: text):
    """Questions and answers of at most so many tokens; the answer and the end of the text are trained."""
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    end = tokenizer.token_to_id("<|im_end|>")
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        prompt = tokenizer.encode(f"Question: {question(row['question'])}\nAnswer:").ids
        ids = prompt + tokenizer.encode(" " + row["answer"]).ids + [end]
        if len(prompt) <= 0.8 * width:
            rows.append((ids[:width], [int(t >= len(prompt)) for t in range(min(width, len(ids)))]))
    return rows


def golden(directory, checkpoint, batch):
    """Measures of the base and of an adapted model, and the adapter's gradients, in float64."""
    ids, lengths, completion = batch
    tensors = {"input_ids": ids, "lengths": lengths, "completion": completion}
    adapted = new_adapter(load_base(checkpoint), NAME, 1, True, DEVIATION)
    save_adapter(adapted, directory / "adapter")
    state = adapter_state(adapted)
    for prefix, load in (
        ("", lambda dtype: load_base(checkpoint, dtype).requires_grad_(True)),
        ("lora.", lambda dtype: peft_model(checkpoint, NAME, state, dtype)),
    ):
        tensors[f"{prefix}nll"] = evaluate(load(torch.float32), batch)[1]
        model = load(torch.float64)
        logits, nll, entropy, loss = evaluate(model, batch)
        tensors[f"{prefix}logits"] = logits[:1].float().contiguous()
        tensors[f"{prefix}nll.f64"], tensors[f"{prefix}entropy.f64"] = nll, entropy
        tensors[f"{prefix}loss.f64"] = loss.reshape(1)
        print(f"  {prefix}loss {loss.item():.6f}, largest logit {logits.max().item():.1f}")
    for key, gradient in make_fixtures.adapter_gradients(model).items():
        tensors[f"lora.grad.{key}"] = gradient.float().contiguous()
    save_file(tensors, str(directory / "golden.safetensors"))


def trajectory(directory, checkpoint, rows):
    make_fixtures.STEPS, make_fixtures.BATCH = STEPS, BATCH
    initial_model = new_adapter(load_base(checkpoint), NAME, 2, False)
    reference_model = new_adapter(load_base(checkpoint), NAME, 3, True, DEVIATION)
    save_adapter(initial_model, directory / "adapter-initial")
    save_adapter(reference_model, directory / "adapter-reference")
    initial, reference = adapter_state(initial_model), adapter_state(reference_model)
    steps = make_fixtures.draw_steps(rows, 1)
    tensors = {
        "input_ids": torch.stack([ids for ids, _, _ in steps]),
        "lengths": torch.stack([lengths for _, lengths, _ in steps]),
        "completion": torch.stack([completion for _, _, completion in steps]),
    }
    for objective in reversed(make_fixtures.OBJECTIVES):
        single, double = (
            run_trajectory(checkpoint, NAME, initial, reference, steps, objective, dtype)
            for dtype in (torch.float32, torch.float64)
        )
        tensors |= {
            "learning_rate": double["learning_rate"],
            f"{objective}.loss": single["loss"],
            f"{objective}.loss.f64": double["loss"],
            f"{objective}.gradient_norm.f64": double["gradient_norm"],
            f"{objective}.selected": double["mask"].sum((1, 2)),
        }
        for key in initial:
            tensors[f"{objective}.final.{key}"] = single["final"][key].contiguous()
            tensors[f"{objective}.final.f64.{key}"] = double["final"][key].contiguous()
        print(
            f"  {objective}: losses {[round(loss, 6) for loss in double['loss'].tolist()]},"
            f" PyTorch's float32 off by {relative(double['loss'], single['loss']):.1e}, margin {double['margin']:.1e}"
        )
        save_file(tensors, str(directory / "trajectory.safetensors"))


def main(checkpoint, rows, out):
    torch.set_num_threads(2)
    fixtures = out / "fixtures"
    link, directory = fixtures / "checkpoints" / NAME, fixtures / "golden" / NAME
    link.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(checkpoint.resolve(), target_is_directory=True)
    long = rows_of(checkpoint, rows, WIDTH)
    golden(directory, link, pad([(ids[:length], mask[:length]) for (ids, mask), length in zip(long, (80, 71, 64, 77))]))
    make_objective_gradients.main(fixtures, NAME)
    trajectory(directory, link, rows_of(checkpoint, rows, STEP_WIDTH, lambda text: text.split(". ")[-1]))
    make_mc_dropout.FIXTURES, make_mc_dropout.SEQUENCES = fixtures, 4
    (fixtures / "mc-dropout").mkdir(exist_ok=True)
    make_mc_dropout.CASES = {"smollm2": (NAME, "all_linear", 0.1)}
    make_mc_dropout.np.seterr(over="ignore")
    make_mc_dropout.make("smollm2", fixtures / "mc-dropout")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
