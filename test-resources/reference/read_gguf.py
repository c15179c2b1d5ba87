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

"""Writes what transformers makes of a GGUF file, for tribuo-llm to be compared with.

Run: python read_gguf.py MODEL.gguf OUTPUT

OUTPUT/reference.json has the SHA-256 of every parameter's float32 bytes, texts with their token ids, and conversations
with the text of the file's chat template; OUTPUT/logits.safetensors has input_ids I64 [T] and logits F32 [T, V].

transformers ignores how the file says that texts are cut before merges ("tokenizer.ggml.pre") where that is "smollm":
here each digit is set apart, as the published tokenizer does it.
"""

import argparse
import hashlib
import json
import random
from pathlib import Path

import torch
from gguf import GGUFReader
from safetensors.torch import save_file
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

PIECES = [
    " ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", " \n ", "\u00a0", "\u3000", "Hello", " world", "don't", " I'll", "WE'VE",
    "0", "7", "42", " 1234", "3.14159", "1,000,000", "2024-11-29", "x=5;", "  9", "    return x", "def f(a, b):", "{}", "()",
    "...", "!?", "--", "http://example.org/a?b=c&d=e", "na\u00efve", "\u00dcber", "stra\u00dfe", "\u0437\u0434\u0440\u0430\u0432\u0441\u0442\u0432\u0443\u0439\u0442\u0435", "\u4f60\u597d\u4e16\u754c",
    "\u3053\u3093\u306b\u3061\u306f", "\uc548\ub155", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd", "\u0928\u092e\u0938\u094d\u0924\u0947", "\U0001f600", "\U0001f469\u200d\U0001f4bb", "\U0001f1e9\U0001f1ea", "e\u0301", "\u212b",
    "\ufb01", "\u00bd", "\u0664\u0662", "\u2163", "\u200b", "\u0000", "\u007f", "\ufffd", "<|im_start|>", "<|im_end|>\n",
    "<|endoftext|>", "<|im_start|", "<repo_name>", "<empty_output>", " <|im_end|> ", "\u2581", "\u0120", "a" * 40, "=" * 33,
]
CONVERSATIONS = [
    [{"role": "user", "content": "What is 2 + 2?"}],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "  Who are you?\n"}],
    [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello! <|im_end|>"},
        {"role": "user", "content": "\u4f60\u597d 123"},
    ],
]


def texts(count):
    chance = random.Random(7)
    yield from PIECES
    for _ in range(count - len(PIECES)):
        yield "".join(chance.choice(PIECES) for _ in range(chance.randint(2, 12)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    place = {"pretrained_model_name_or_path": arguments.model.parent, "gguf_file": arguments.model.name}
    model = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32).eval()
    model.config.rms_norm_eps = float(f"{model.config.rms_norm_eps:.6g}")
    for module in model.modules():
        if hasattr(module, "variance_epsilon"):
            module.variance_epsilon = model.config.rms_norm_eps
    tokenizer = AutoTokenizer.from_pretrained(**place)
    if GGUFReader(arguments.model).fields["tokenizer.ggml.pre"].contents() == "smollm":
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    encode = lambda text: tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids
    ids = torch.tensor(encode("The capital of France is Paris. 2 + 2 = 4, and \u4f60\u597d means hello.\n" * 2))
    with torch.no_grad():
        logits = model(input_ids=ids[None]).logits[0]
    parameters = {
        name: hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()
        for name, tensor in model.state_dict().items()
        if not (name == "lm_head.weight" and model.config.tie_word_embeddings)
    }
    reference = {
        "parameters": parameters,
        "texts": [{"text": text, "ids": encode(text)} for text in texts(600)],
        "chats": [
            {
                "messages": messages,
                "text": tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True),
            }
            for messages in CONVERSATIONS
        ],
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "reference.json").write_text(json.dumps(reference))
    save_file({"input_ids": ids, "logits": logits.contiguous()}, arguments.output / "logits.safetensors")
    print(f"{len(parameters)} parameters, {len(reference['texts'])} texts, {len(ids)} tokens")


if __name__ == "__main__":
    main()
