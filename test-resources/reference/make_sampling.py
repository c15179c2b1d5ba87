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

"""Makes fixtures/sampling.json: logits as transformers' generate processes them before it chooses a token.

The list of processors is the one that generate() makes of the settings. Presence and frequency penalties, which
transformers lacks, are those of vLLM: logits -= frequency * count + presence * (count > 0), of the answer's tokens.

Run: python make_sampling.py [--out FILE]
"""

import argparse
import json
import math
from pathlib import Path

import torch
import transformers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).resolve().parent
VOCABULARY = 80
EOS = [2, 5]

SINGLE = [
    {"temperature": 0.7},
    {"temperature": 1.9},
    {"top_k": 1},
    {"top_k": 7},
    {"top_k": 500},
    {"top_p": 0.0},
    {"top_p": 0.3},
    {"top_p": 0.9},
    {"top_p": 0.999},
    {"min_p": 0.0},
    {"min_p": 0.05},
    {"min_p": 0.6},
    {"min_p": 1.0},
    {"typical_p": 0.2},
    {"typical_p": 0.9},
    {"epsilon_cutoff": 0.01},
    {"epsilon_cutoff": 0.9},
    {"eta_cutoff": 0.01},
    {"eta_cutoff": 0.6},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.7},
    {"no_repeat_ngram_size": 1},
    {"no_repeat_ngram_size": 2},
    {"no_repeat_ngram_size": 3},
    {"bad_words_ids": [[11], [2], [9, 12], [4, 9, 13], [1, 1]]},
    {"suppress_tokens": [0, 3, 79]},
    {"begin_suppress_tokens": [7, 8]},
    {"forced_bos_token_id": 4},
    {"forced_bos_token_id": 4, "begin_suppress_tokens": [7, 8]},
    {"forced_eos_token_id": 2},
    {"forced_eos_token_id": [5, 2]},
    {"min_length": 9},
    {"min_new_tokens": 3},
    {"presence_penalty": 0.8},
    {"frequency_penalty": -0.4},
    {"presence_penalty": -0.3, "frequency_penalty": 1.1},
]

TOGETHER = [
    {"temperature": 0.8, "top_k": 20, "top_p": 0.9},
    {"temperature": 1.5, "top_k": 30, "top_p": 0.95, "min_p": 0.02, "typical_p": 0.9},
    {"temperature": 1.2, "min_p": 0.1, "repetition_penalty": 1.2},
    {"temperature": 0.6, "top_p": 0.95, "top_k": 20, "no_repeat_ngram_size": 2, "suppress_tokens": [9, 12]},
    {"repetition_penalty": 1.4, "no_repeat_ngram_size": 3, "bad_words_ids": [[9, 12], [20]], "min_new_tokens": 2},
    {"temperature": 0.9, "epsilon_cutoff": 0.005, "eta_cutoff": 0.02, "top_p": 0.98},
    {"typical_p": 0.5, "top_k": 10, "min_length": 20, "temperature": 2.5},
    {"forced_eos_token_id": 5, "temperature": 0.7, "top_p": 0.5, "suppress_tokens": [1]},
    {"presence_penalty": 0.5, "frequency_penalty": 0.5, "temperature": 0.7, "top_p": 0.8, "repetition_penalty": 1.1},
]

# The tokens of the prompt and how many of the sequence belong to it.
HISTORIES = [([4, 9, 12, 4, 9], 3), ([4, 9, 12, 4, 9], 5), ([1], 1), ([1, 4], 1), ([7, 2, 7, 2, 7, 2, 31, 31], 2)]


def rows():
    generator = torch.Generator().manual_seed(5)

    def normal(scale):
        return torch.randn(VOCABULARY, generator=generator) * scale

    ties = torch.round(normal(2.0))
    banned = normal(3.0)
    banned[10:40] = -math.inf
    drawn = {"flat": normal(0.3), "peaked": normal(4.0), "ties": ties, "banned": banned}
    return {name: torch.round(row, decimals=4) for name, row in drawn.items()}


def penalised(settings, generated, scores):
    presence, frequency = settings.get("presence_penalty", 0.0), settings.get("frequency_penalty", 0.0)
    counts = torch.bincount(torch.tensor(generated, dtype=torch.long), minlength=VOCABULARY)
    return scores - frequency * counts - presence * (counts > 0)


def processed(model, settings, sequence, prompt, row):
    own = {k: v for k, v in settings.items() if not k.endswith(("presence_penalty", "frequency_penalty"))}
    own = {"top_k": 0, "max_new_tokens": 3, **own}
    config = GenerationConfig(do_sample=True, eos_token_id=EOS, pad_token_id=0, **own)
    config, _ = model._prepare_generation_config(config)
    model._prepare_special_tokens(config, device="cpu")
    config.max_length = prompt + 3
    extra = transformers.LogitsProcessorList([lambda ids, s: penalised(settings, ids[0, prompt:].tolist(), s[0])[None]])
    chain = model._get_logits_processor(config, input_ids_seq_length=prompt, device="cpu", logits_processor=extra)
    return chain(torch.tensor([sequence]), row[None].clone())[0]


def written(scores):
    return [None if s == -math.inf else round(s, 6) for s in scores.tolist()]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, default=HERE.parent / "fixtures" / "sampling.json")
    out = arguments.parse_args().out
    shape = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1
    )
    model = LlamaForCausalLM(shape)
    logits = rows()
    cases = []
    for i, settings in enumerate(SINGLE + TOGETHER):
        warps = any(k in settings for k in ("temperature", "top_k", "top_p", "min_p", "typical_p")) or any(
            "cutoff" in k for k in settings
        )
        histories = [HISTORIES[i % len(HISTORIES)]] if warps and len(settings) == 1 else HISTORIES
        names = list(logits) if warps else ["peaked"]
        for sequence, prompt in histories:
            for name in names if len(settings) == 1 else [names[(i + prompt) % len(names)]]:
                scores = processed(model, settings, sequence, prompt, logits[name])
                if not torch.isfinite(scores).any() or (name == "ties" and "top_p" in settings):
                    continue  # which of several equal tokens torch's sort puts first is not defined
                cases.append(
                    {
                        "settings": settings,
                        "sequence": sequence,
                        "prompt": prompt,
                        "row": name,
                        "processed": written(scores),
                    }
                )
    fixture = {
        "transformers": transformers.__version__,
        "eos": EOS,
        "max_new_tokens": 3,
        "rows": {name: written(row) for name, row in logits.items()},
        "cases": cases,
    }
    lines = ",\n".join(json.dumps(case) for case in fixture.pop("cases"))
    head = json.dumps(fixture)
    out.write_text(head[:-1] + ', "cases": [\n' + lines + "\n]}\n")
    print(f"{len(cases)} cases, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
