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

"""Makes fixtures/answer-scores.json: scores of generated answers from independent implementations.

ROUGE-L is that of the package rouge-score (Google's), without stemming, between pairs of texts. The scores of the
bundled checkpoint's greedy answers, and P(True) in the words of Kadavath et al. (2022), are computed from the logits of
transformers, in float64.

Run: python make_answer_scores.py [--out FILE]      (needs torch, transformers and rouge-score)
"""

import argparse
import itertools
import json
import random
from pathlib import Path

import torch
from rouge_score import rouge_scorer
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = Path(__file__).resolve().parent
PROMPTS = ["1+2=", "Ann has 3 apples and 4 pears.", "Question: 12 + 30?\nAnswer:", "The"]
NEW = 12

TEXTS = [
    "The cat sat on the mat.",
    "the CAT, sat on the mat",
    "A cat was sitting on a mat; it sat still!",
    "On the mat sat the cat.",
    "It's 42, isn't it? 42 is it.",
    "it s 42",
    "x_y 3.14 e-mail",
    "mail e 14 3 y x",
    "one two three four five six seven eight nine ten",
    "ten nine eight seven six five four three two one",
    "no words in common here",
]


def drawn(random_source):
    return " ".join(random_source.choice("a b c d e".split()) for _ in range(random_source.randint(1, 12)))


def rouge():
    """All pairs of the texts, and 60 of words that often repeat."""
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    source = random.Random(1)
    pairs = list(itertools.combinations(TEXTS, 2)) + [(drawn(source), drawn(source)) for _ in range(60)]
    return [{"a": a, "b": b, "f": scorer.score(a, b)["rougeL"].fmeasure} for a, b in pairs]


def log_softmax(model, tokens):
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].double().log_softmax(-1)


def truth(model, tokenizer, question, answer):
    text = (
        f"Question: {question}\nPossible answer: {answer}\nIs the possible answer:\n (A) True\n (B) False\n"
        "The possible answer is:"
    )
    token = tokenizer.encode(" True", add_special_tokens=False)[0]
    return log_softmax(model, tokenizer.encode(text))[-1, token].item()


def answers():
    checkpoint = HERE.parent / "tiny-llama"
    model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    for prompt in PROMPTS:
        ids = tokenizer.encode(prompt)
        whole = model.generate(torch.tensor([ids]), do_sample=False, max_new_tokens=NEW)[0].tolist()
        rows = log_softmax(model, whole)[len(ids) - 1 : -1]
        chosen = rows.gather(1, torch.tensor(whole[len(ids) :])[:, None]).sum().item()
        entropies = -(rows.exp() * rows).sum(-1)
        text = tokenizer.decode(whole[len(ids) :], skip_special_tokens=True)
        yield {
            "prompt": prompt,
            "tokens": whole[len(ids) :],
            "text": text,
            "scores": {
                "sequence_probability": -chosen,
                "normalised_probability": -chosen / len(rows),
                "perplexity": torch.tensor(-chosen / len(rows), dtype=torch.float64).exp().item(),
                "mean_token_entropy": entropies.mean().item(),
                "max_token_entropy": entropies.max().item(),
                "p_true": -truth(model, tokenizer, prompt, text),
            },
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=HERE.parent / "fixtures" / "answer-scores.json")
    arguments = parser.parse_args()
    made = {"new_tokens": NEW, "rouge": rouge(), "answers": list(answers())}
    arguments.out.write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
