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

"""What transformers' generate says greedily, in float32, one prompt at a time.

Run: python greedy.py fixtures [--out FILE]
       20 prompts of random tokens for each checkpoint in ../fixtures/checkpoints, 64 new tokens; by default into
       ../fixtures/greedy.json
     python greedy.py checkpoint DIR PROMPTS [--new-tokens 64]
       PROMPTS is a file of JSON lists of token ids, one a line; the answer goes to standard output

The answer is {checkpoint: [{"prompt": [..], "tokens": [..], "ties": {step: gap}}]}: ties are the steps at which the two
best logits differ by less than 1e-3.
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
from transformers import AutoModelForCausalLM

HERE = Path(__file__).resolve().parent
CHECKPOINTS = HERE / "../fixtures/checkpoints"
PROMPTS, NEW_TOKENS, CLOSE = 20, 64, 1e-3


def answer(model, prompt, new_tokens):
    # No end token: every answer has its full length.
    output = model.generate(
        torch.tensor([prompt]),
        attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        do_sample=False,
        max_new_tokens=new_tokens,
        eos_token_id=None,
        pad_token_id=0,
        repetition_penalty=1.0,
        return_dict_in_generate=True,
        output_logits=True,
    )
    gaps = [float(-torch.diff(logits[0].float().topk(2).values)) for logits in output.logits]
    return {
        "prompt": prompt,
        "tokens": output.sequences[0, len(prompt) :].tolist(),
        "ties": {str(step): gap for step, gap in enumerate(gaps) if gap < CLOSE},
    }


def load(directory):
    return AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()


def fixtures(out):
    answers = {}
    for directory in sorted(path for path in CHECKPOINTS.iterdir() if path.is_dir()):
        model = load(directory)
        random.seed(directory.name)
        vocabulary = model.config.vocab_size
        room = model.config.max_position_embeddings - NEW_TOKENS
        lengths = [1 + (7 * i) % min(40, room) for i in range(PROMPTS)]
        prompts = [[random.randrange(vocabulary) for _ in range(length)] for length in lengths]
        answers[directory.name] = [answer(model, prompt, NEW_TOKENS) for prompt in prompts]
        print(directory.name, sum(len(a["ties"]) for a in answers[directory.name]), file=sys.stderr)
    lines = [json.dumps(name) + ": [\n" + ",\n".join(json.dumps(a, separators=(",", ":")) for a in a_list) + "]"
             for name, a_list in answers.items()]
    Path(out).write_text("{" + ",\n".join(lines) + "}\n")


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("fixtures")
    making.add_argument("--out", default=HERE / "../fixtures/greedy.json")
    asking = commands.add_parser("checkpoint")
    asking.add_argument("directory")
    asking.add_argument("prompts")
    asking.add_argument("--new-tokens", type=int, default=NEW_TOKENS)
    arguments = parser.parse_args()
    with torch.no_grad():
        if arguments.command == "fixtures":
            fixtures(arguments.out)
        else:
            model = load(arguments.directory)
            prompts = [json.loads(line) for line in Path(arguments.prompts).read_text().splitlines() if line]
            answers = [answer(model, prompt, arguments.new_tokens) for prompt in prompts]
            print(json.dumps({Path(arguments.directory).name: answers}))


if __name__ == "__main__":
    main()
