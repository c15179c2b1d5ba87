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


"""Writes the files that lm-evaluation-harness 0.4.13 writes of a model with known answers.

python make_harness_files.py TRAIN TEST OUTPUT

TRAIN and TEST are files in GSM8K's layout; three questions of gsm8k_cot are asked. OUTPUT gets samples.jsonl, and
results.json without the configuration of the task.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["HF_DATASETS_CACHE"] = tempfile.mkdtemp()
os.environ["HF_HUB_OFFLINE"] = "1"

import lm_eval  # noqa: E402
import yaml  # noqa: E402
from lm_eval.api.model import LM  # noqa: E402
from lm_eval.loggers import EvaluationTracker  # noqa: E402

ANSWERS = ["Well. The answer is 358. So", "I do not know.", "The answer is 7. No: 2268"]


class Known(LM):
    def generate_until(self, requests):
        return ANSWERS

    def loglikelihood(self, requests):
        raise NotImplementedError

    def loglikelihood_rolling(self, requests):
        raise NotImplementedError


def main():
    train, test, output = sys.argv[1:4]
    task = yaml.safe_load((Path(lm_eval.__file__).parent / "tasks" / "gsm8k" / "gsm8k-cot.yaml").read_text())
    task |= {"dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": {"train": train, "test": test}}}
    folder = tempfile.mkdtemp()
    tracker = EvaluationTracker(output_path=folder)
    results = lm_eval.simple_evaluate(model=Known(), tasks=[task], limit=len(ANSWERS), evaluation_tracker=tracker)
    samples = results.pop("samples")
    tracker.save_results_aggregated(results, samples)
    for name in samples:
        tracker.save_results_samples(name, samples[name])
    written = {path.suffix: path.read_text() for path in Path(folder).rglob("*.json*")}
    Path(output, "samples.jsonl").write_text(written[".jsonl"])
    shown = json.loads(written[".json"]) | {"configs": {}, "pretty_env_info": ""}
    Path(output, "results.json").write_text(json.dumps(shown, indent=2) + "\n")


main()
