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

"""What transformers' Trainer logs as learning rates, and when it stops early and which step it calls the best.

Run: python make_trainer.py [OUT], which writes trainer.json there (default: ../fixtures)

rates: for each run schedule, steps, warm-up ratio and the learning rate that the log has for each step, with a peak of 1.
decisions: for each run patience, least improvement, the held-out loss of evaluation 1, 2, ..., the evaluation after which
EarlyStoppingCallback stops (0: never) and that of the best model so far. The losses are drawn; all decisions are the
Trainer's own.
"""

import json
import random
import sys
import tempfile
import types
from pathlib import Path

import torch
import transformers
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, x, labels=None):
        return {"loss": ((self.weight * x - labels) ** 2).mean()}


class Rates(TrainerCallback):
    def __init__(self):
        self.rates = []

    def on_log(self, args, state, control, logs=None, **kwargs):
        if "learning_rate" in logs:
            self.rates.append(logs["learning_rate"])


def rates(schedule, steps, warmup_ratio, directory):
    names = {"LINEAR": "linear", "COSINE": "cosine", "CONSTANT": "constant_with_warmup"}
    arguments = TrainingArguments(
        output_dir=directory, max_steps=steps, learning_rate=1.0, lr_scheduler_type=names[schedule], logging_steps=1,
        warmup_steps=warmup_ratio, report_to=[], save_strategy="no", use_cpu=True, disable_tqdm=True,
        per_device_train_batch_size=2,
    )
    data = [{"x": torch.tensor([float(i)]), "labels": torch.tensor([0.0])} for i in range(8)]
    logged = Rates()
    Trainer(model=Line(), args=arguments, train_dataset=data, callbacks=[logged]).train()
    assert len(logged.rates) == steps
    return {"schedule": schedule, "steps": steps, "warmup_ratio": warmup_ratio, "rates": logged.rates}


def decision(generator):
    patience, threshold = generator.randint(1, 4), generator.choice((0.0, 0.0, 0.05, 0.2))
    losses = [round(generator.uniform(1, 2) - 0.02 * i * generator.random(), 2) for i in range(16)]
    arguments = types.SimpleNamespace(
        metric_for_best_model="eval_loss", greater_is_better=False, save_strategy="steps", load_best_model_at_end=True
    )
    trainer = types.SimpleNamespace(args=arguments, state=TrainerState())
    control, callback = TrainerControl(), EarlyStoppingCallback(patience, threshold)
    stopped = 0
    for i, loss in enumerate(losses, 1):
        trainer.state.global_step = i
        metrics = {"eval_loss": loss}
        callback.on_evaluate(arguments, trainer.state, control, metrics)
        Trainer._determine_best_metric(trainer, metrics, None)
        if control.should_training_stop:
            stopped = i
            break
    return {
        "patience": patience, "min_delta": threshold, "losses": losses, "stopped": stopped,
        "best": trainer.state.best_global_step,
    }


def main(out):
    with tempfile.TemporaryDirectory() as directory:
        runs = [
            rates(schedule, steps, ratio, directory)
            for schedule in ("CONSTANT", "LINEAR", "COSINE")
            for steps, ratio in ((7, 0), (10, 0.1), (10, 0.25), (13, 0.5))
        ]
    generator = random.Random(1)
    fixture = {"transformers": transformers.__version__, "rates": runs, "decisions": [decision(generator) for _ in range(100)]}
    (out / "trainer.json").write_text(json.dumps(fixture) + "\n")
    print({d["stopped"] for d in fixture["decisions"]}, runs[5])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "fixtures")
