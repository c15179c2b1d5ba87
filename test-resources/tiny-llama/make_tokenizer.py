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
"""Makes the tokenizer and the configuration of the bundled tiny Llama, all but its weights.

    python make_tokenizer.py corpus.jsonl [directory]

corpus.jsonl is what io.github.tribuollm.tutorials.WriteCorpus writes with --kind MIXED --rows 20000 --format TEXT. The
same corpus and the same version of `tokenizers` give the same files. The directory is this script's own by default.
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

PAD, BOS, EOS = "<|pad|>", "<|bos|>", "<|eos|>"
VOCABULARY = 1024

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "head_dim": 16,
    "hidden_act": "silu",
    "hidden_size": 96,
    "initializer_range": 0.02,
    "intermediate_size": 256,
    "max_position_embeddings": 512,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 6,
    "num_hidden_layers": 4,
    "num_key_value_heads": 2,
    "pad_token_id": 0,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
    "torch_dtype": "float32",
    "use_cache": True,
    "vocab_size": VOCABULARY,
}

TOKENIZER_CONFIG = {
    "add_bos_token": True,
    "add_eos_token": False,
    "bos_token": BOS,
    "clean_up_tokenization_spaces": False,
    "eos_token": EOS,
    "model_max_length": CONFIG["max_position_embeddings"],
    "pad_token": PAD,
    "tokenizer_class": "PreTrainedTokenizerFast",
}

GENERATION_CONFIG = {
    "bos_token_id": 1,
    "do_sample": False,
    "eos_token_id": 2,
    "max_new_tokens": 128,
    "pad_token_id": 0,
}


def parameters(config):
    """Counts the weights of a Llama with a tied head."""
    hidden, inner, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    key_value = config["num_key_value_heads"] * config["head_dim"]
    attention = 2 * hidden * heads * config["head_dim"] + 2 * hidden * key_value
    layer = attention + 3 * hidden * inner + 2 * hidden
    return config["vocab_size"] * hidden + config["num_hidden_layers"] * layer + hidden


def tokenizer(texts):
    """Trains byte-level BPE in which every digit is a token of its own."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, BOS, EOS],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    bpe.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A {BOS} $B", special_tokens=[(BOS, bpe.token_to_id(BOS))]
    )
    return bpe


def main():
    corpus = Path(sys.argv[1])
    directory = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parent
    texts = [json.loads(line)["text"] for line in corpus.read_text(encoding="utf-8").splitlines()]
    bpe = tokenizer(texts)
    if bpe.get_vocab_size() != VOCABULARY:
        sys.exit(f"{corpus}: gives only {bpe.get_vocab_size()} tokens, not {VOCABULARY}; use more rows")
    bpe.save(str(directory / "tokenizer.json"))
    special = {"bos_token": BOS, "eos_token": EOS, "pad_token": PAD}
    files = {
        "config.json": CONFIG,
        "tokenizer_config.json": TOKENIZER_CONFIG,
        "special_tokens_map.json": special,
        "generation_config.json": GENERATION_CONFIG,
    }
    for name, content in files.items():
        (directory / name).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    lengths = sorted(len(e.ids) + 1 for e in bpe.encode_batch(texts))
    count = parameters(CONFIG)
    print(f"{count} parameters, {4 * count} bytes in F32")
    print(
        f"{len(texts)} texts with {BOS} and {EOS}: mean {sum(lengths) / len(lengths):.1f} tokens, median"
        f" {lengths[len(lengths) // 2]}, 99 % up to {lengths[len(lengths) * 99 // 100]}, longest {lengths[-1]};"
        f" {sum(map(len, texts)) / (sum(lengths) - 2 * len(lengths)):.2f} characters a token"
    )


if __name__ == "__main__":
    main()
