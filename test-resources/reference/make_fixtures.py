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

"""Makes the fixtures that hold transformers' and PEFT's answers. README.md beside the fixtures names every tensor.

Run: python make_fixtures.py [--out DIR] [--data DIR] [NAME ...]
  NAME    which fixtures to make (default: all)
  --out   where the fixtures go (default: ../fixtures)
  --data  the folder with lm/TinyStories-656K and gsm8k (its fixtures are skipped where it is missing)
"""

import argparse
import json
import math
import os
import re
import shutil
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, get_cosine_schedule_with_warmup

from reference_model import forward, load_base, token_statistics, valid_positions

HERE = Path(__file__).resolve().parent
RANK, ALPHA = 4, 8
STEPS, WARMUP, BATCH = 20, 2, 8
LEARNING_RATE, BETAS, EPSILON, WEIGHT_DECAY, CLIP = 1e-3, (0.9, 0.999), 1e-8, 0.01, 1.0
TOP_FRACTION = 0.25
OBJECTIVES = ("mle", "masked_mle", "masked_mle_distill")

def llama(**shape):
    """The Llamas with plain rotary positions."""
    theta = shape.pop("rope_theta")
    return dict(model_type="llama", rope_parameters={"rope_type": "default", "rope_theta": theta}, **shape)


SMALL = dict(
    hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8
)
PHI3 = {key: value for key, value in SMALL.items() if key != "head_dim"} | dict(model_type="phi3")

# The configurations; `transformers=4` says that config.json is rewritten as those versions wrote it.
SHAPES = {
    "llama-tied": llama(
        vocab_size=97,
        hidden_size=32,
        intermediate_size=56,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        tie_word_embeddings=True,
        rope_theta=10000.0,
    ),
    "llama-untied-gqa": llama(
        vocab_size=131,
        hidden_size=40,
        intermediate_size=72,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=12,
        tie_word_embeddings=False,
        rope_theta=500000.0,
    ),
    "llama-mqa-bias": llama(
        vocab_size=113,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=1,
        tie_word_embeddings=False,
        rope_theta=10000.0,
        attention_bias=True,
        mlp_bias=True,
    ),
    "llama3-tied": SMALL
    | dict(
        model_type="llama",
        vocab_size=109,
        head_dim=16,
        tie_word_embeddings=True,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 10000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    ),
    "llama3-untied": SMALL
    | dict(
        model_type="llama",
        vocab_size=101,
        num_hidden_layers=3,
        tie_word_embeddings=False,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500.0,
            "factor": 32.0,
            "low_freq_factor": 1.5,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 96,
        },
        transformers=4,
    ),
    "gemma-mqa": SMALL
    | dict(
        model_type="gemma",
        vocab_size=103,
        num_key_value_heads=1,
        head_dim=16,
        hidden_act="gelu",
        hidden_activation=None,
        transformers=4,
    ),
    "gemma-untied-bias": SMALL
    | dict(
        model_type="gemma",
        vocab_size=97,
        num_hidden_layers=3,
        tie_word_embeddings=False,
        attention_bias=True,
        rope_parameters={"rope_type": "linear", "factor": 2.0, "rope_theta": 1000.0},
    ),
    "gemma2-tied": SMALL
    | dict(
        model_type="gemma2",
        vocab_size=101,
        num_hidden_layers=4,
        query_pre_attn_scalar=20,
        sliding_window=6,
        attn_logit_softcapping=2.0,
        final_logit_softcapping=4.0,
        transformers=4,
    ),
    "gemma2-untied-bias": SMALL
    | dict(
        model_type="gemma2",
        vocab_size=113,
        num_hidden_layers=3,
        num_key_value_heads=1,
        head_dim=12,
        tie_word_embeddings=False,
        attention_bias=True,
        query_pre_attn_scalar=9,
        sliding_window=5,
        layer_types=["full_attention", "sliding_attention", "sliding_attention"],
        attn_logit_softcapping=1.0,
        final_logit_softcapping=None,
    ),
    "gemma3-tied": SMALL
    | dict(
        model_type="gemma3_text",
        vocab_size=107,
        intermediate_size=32,
        num_hidden_layers=6,
        num_key_value_heads=1,
        query_pre_attn_scalar=12,
        sliding_window=6,
        rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
        },
    ),
    "gemma3-untied-bias": SMALL
    | dict(
        model_type="gemma3_text",
        vocab_size=97,
        num_hidden_layers=4,
        tie_word_embeddings=False,
        attention_bias=True,
        query_pre_attn_scalar=8,
        sliding_window=5,
        sliding_window_pattern=2,
        final_logit_softcapping=3.0,
        rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 500.0},
            "full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 20000.0},
        },
        transformers=4,
    ),
    "phi3-longrope-window": PHI3
    | dict(
        vocab_size=101,
        hidden_size=48,
        sliding_window=7,
        original_max_position_embeddings=16,
        rope_parameters={
            "rope_type": "longrope",
            "rope_theta": 10000.0,
            "short_factor": [1.0, 1.05, 1.1, 1.3, 1.7, 2.0],
            "long_factor": [1.1, 1.5, 2.5, 4.0, 6.0, 8.0],
        },
    ),
    "phi3-partial-tied": PHI3
    | dict(
        vocab_size=109,
        hidden_size=64,
        num_key_value_heads=4,
        tie_word_embeddings=True,
        original_max_position_embeddings=12,
        partial_rotary_factor=0.75,
        attention_dropout=0.1,
        embd_pdrop=0.2,
        resid_pdrop=0.3,
        rope_parameters={
            "rope_type": "longrope",
            "rope_theta": 700.0,
            "partial_rotary_factor": 0.75,
            "short_factor": [1.0, 1.2, 1.4, 1.6, 1.8, 2.0],
            "long_factor": [2.0, 2.5, 3.0, 3.5, 4.0, 5.0],
        },
        transformers=4,
    ),
    "phi3-4k": PHI3
    | dict(
        vocab_size=97,
        hidden_size=32,
        num_key_value_heads=1,
        sliding_window=9,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5},
    ),
    "qwen2-tied-windows": SMALL
    | dict(
        model_type="qwen2",
        vocab_size=103,
        num_hidden_layers=3,
        tie_word_embeddings=True,
        use_sliding_window=True,
        max_window_layers=1,
        sliding_window=6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
    ),
    "qwen2-untied": SMALL
    | dict(
        model_type="qwen2",
        vocab_size=97,
        num_key_value_heads=1,
        tie_word_embeddings=False,
        use_sliding_window=False,
        sliding_window=6,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        transformers=4,
    ),
    "qwen3-tied": SMALL
    | dict(
        model_type="qwen3",
        vocab_size=107,
        head_dim=12,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        transformers=4,
    ),
    "qwen3-untied-bias-windows": SMALL
    | dict(
        model_type="qwen3",
        vocab_size=101,
        num_hidden_layers=3,
        num_key_value_heads=1,
        tie_word_embeddings=False,
        attention_bias=True,
        use_sliding_window=True,
        sliding_window=5,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
    ),
    "mistral-window": SMALL | dict(model_type="mistral", vocab_size=109, num_hidden_layers=3, sliding_window=6),
    "mistral-tied": SMALL
    | dict(
        model_type="mistral",
        vocab_size=97,
        num_key_value_heads=1,
        head_dim=12,
        tie_word_embeddings=True,
        sliding_window=None,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
        transformers=4,
    ),
    "llama-another-head": SMALL | dict(model_type="llama", vocab_size=67, tie_word_embeddings=False, another_head=True),
    "llama-yarn": SMALL
    | dict(
        model_type="llama",
        vocab_size=71,
        head_dim=16,
        tie_word_embeddings=True,
        max_position_embeddings=64,
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 100.0,
            "factor": 4.0,
            "original_max_position_embeddings": 16,
            "beta_fast": 1.0,
            "beta_slow": 0.2,
        },
    ),
    "qwen2-yarn": SMALL
    | dict(
        model_type="qwen2",
        vocab_size=67,
        head_dim=16,
        tie_word_embeddings=False,
        max_position_embeddings=12,
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 50.0,
            "factor": 8.0,
            "original_max_position_embeddings": 12,
            "beta_fast": 2.0,
            "beta_slow": 0.3,
            "mscale": 1.5,
            "mscale_all_dim": 0.5,
            "truncate": False,
        },
        transformers=4,
    ),
    "llama-dynamic": SMALL
    | dict(
        model_type="llama",
        vocab_size=71,
        tie_word_embeddings=True,
        max_position_embeddings=13,
        rope_parameters={"rope_type": "dynamic", "rope_theta": 20.0, "factor": 4.0},
    ),
    "qwen3-dynamic": SMALL
    | dict(
        model_type="qwen3",
        vocab_size=61,
        head_dim=12,
        tie_word_embeddings=True,
        max_position_embeddings=10,
        rope_parameters={"rope_type": "dynamic", "rope_theta": 50.0, "factor": 6.0},
        transformers=4,
    ),
    "mistral-longrope": SMALL
    | dict(
        model_type="mistral",
        vocab_size=67,
        tie_word_embeddings=True,
        sliding_window=None,
        rope_parameters={
            "rope_type": "longrope",
            "rope_theta": 10000.0,
            "factor": 3.0,
            "original_max_position_embeddings": 16,
            "short_factor": [1.0, 1.1, 1.4, 1.9],
            "long_factor": [1.2, 2.0, 3.5, 7.0],
        },
    ),
    "smollm3-tied-windows": SMALL
    | dict(
        model_type="smollm3",
        vocab_size=67,
        num_hidden_layers=4,
        num_key_value_heads=1,
        no_rope_layer_interval=2,
        use_sliding_window=True,
        sliding_window=6,
        rope_parameters={"rope_type": "default", "rope_theta": 2000000.0},
        transformers=4,
    ),
    "smollm3-untied-bias": SMALL
    | dict(
        model_type="smollm3",
        vocab_size=61,
        num_hidden_layers=3,
        tie_word_embeddings=False,
        attention_bias=True,
        mlp_bias=True,
        sliding_window=5,
        no_rope_layers=[1, 1, 1],
        layer_types=["full_attention", "sliding_attention", "full_attention"],
        max_position_embeddings=64,
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 100.0,
            "factor": 2.0,
            "original_max_position_embeddings": 16,
            "attention_factor": 1.3,
        },
    ),
    "olmo2-untied": SMALL
    | dict(
        model_type="olmo2",
        vocab_size=67,
        tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": 500000.0},
        transformers=4,
    ),
    "olmo2-tied-bias": SMALL
    | dict(
        model_type="olmo2",
        vocab_size=61,
        num_key_value_heads=1,
        tie_word_embeddings=True,
        attention_bias=True,
        rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0},
    ),
    "granite-tied": SMALL
    | dict(
        model_type="granite",
        vocab_size=67,
        tie_word_embeddings=True,
        embedding_multiplier=6.0,
        attention_multiplier=0.8,
        residual_multiplier=0.4,
        logits_scaling=0.5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        transformers=4,
    ),
    "granite-untied-bias": SMALL
    | dict(
        model_type="granite",
        vocab_size=61,
        num_hidden_layers=3,
        num_key_value_heads=4,
        tie_word_embeddings=False,
        attention_bias=True,
        mlp_bias=True,
        embedding_multiplier=2.0,
        attention_multiplier=0.1,
        residual_multiplier=0.7,
        logits_scaling=2.5,
        rope_parameters={"rope_type": "default", "rope_theta": 300.0},
    ),
}
SEEDS = {"llama-tied": 11, "llama-untied-gqa": 12, "llama-mqa-bias": 13, "TinyStories-656K": 14} | {
    name: 21 + i for i, name in enumerate(list(SHAPES)[3:])
}


def make_checkpoint(directory, shape, seed):
    shape = dict(shape)
    version = shape.pop("transformers", 5)
    another_head = shape.pop("another_head", False)
    config = AutoConfig.for_model(
        **(dict(max_position_embeddings=128) | shape),
        rms_norm_eps=1e-5,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=None,
        dtype="float32",
    )
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config)
    centre = 0.0 if config.model_type.startswith("gemma") else 1.0
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2:
                embedding = 0.2 if config.tie_word_embeddings else 0.5
                parameter.normal_(0.0, embedding if "embed_tokens" in name else 1.2 / math.sqrt(parameter.shape[1]))
            elif "norm" in name:
                parameter.normal_(centre, 0.25)
            else:
                parameter.normal_(0.0, 0.3)
    model.save_pretrained(directory)
    if version == 4:
        write_as_transformers_4(directory / "config.json", shape)
    if another_head:
        path = directory / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"tie_word_embeddings": True}, indent=2) + "\n")


def write_as_transformers_4(path, shape):
    """Rotary fields at the top, no layer_types unless configured, and what from_config has normalised as given."""
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters", None) or {}
    config["torch_dtype"] = config.pop("dtype")
    config.pop("_sliding_window_pattern", None)
    config["transformers_version"] = "4.57.0"
    if "layer_types" not in shape:
        config.pop("layer_types", None)
    if "full_attention" in rope:
        config["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
    config["rope_theta"] = rope.pop("rope_theta", 10000.0)
    rope.pop("partial_rotary_factor", None)
    rope.pop("original_max_position_embeddings" if "original_max_position_embeddings" in shape else "", None)
    if rope.get("rope_type") in ("yarn", "dynamic"):
        rope["type"] = rope.pop("rope_type")
    config["rope_scaling"] = None if rope.get("rope_type") == "default" else rope or None
    for field in ("hidden_act", "hidden_activation", "sliding_window_pattern", "partial_rotary_factor"):
        if field in shape:
            config[field] = shape[field]
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def random_rows(count, width, vocabulary, generator, lengths=None):
    """Random sequences where small ids are frequent, so that there is something to learn.

    Id 0, the padding, also occurs as a real token: only the lengths tell them apart.
    """
    if lengths is None:
        lengths = torch.randint(8, width + 1, (count,), generator=generator)
    rows = []
    for length in lengths.tolist():
        ids = (vocabulary * torch.rand(length, generator=generator) ** 2).long().tolist()
        prompt = int(torch.randint(2, length // 2 + 1, (1,), generator=generator))
        rows.append((ids, [0] * prompt + [1] * (length - prompt)))
    rows[0][0][3] = 0
    if count == 4:
        rows[2][1][-4:-2] = [0, 0]
    return rows


def gsm8k_rows(data, width):
    """The last sentence of GSM8K questions with their answers, cut to `width` tokens; the answer and EOS are trained.

    A token is trained if its first character lies in the answer. Prompts of more than 36 tokens are left out.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(data / "lm/TinyStories-656K/tokenizer.json"))
    rows = []
    for line in (data / "gsm8k/train.jsonl").read_text(encoding="utf-8").splitlines()[:600]:
        row = json.loads(line)
        prompt = f"Question: {re.split(r'[.] +', row['question'])[-1]}\nAnswer: "
        encoding = tokenizer.encode(prompt + row["answer"])
        ids = encoding.ids + [2]
        completion = [int(start >= len(prompt)) for start, _ in encoding.offsets] + [1]
        if completion.index(1) <= 36:
            rows.append((ids[:width], completion[:width]))
    return rows


def pad(rows):
    width = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([row + [0] * (width - len(row)) for row, _ in rows])
    completion = torch.tensor([mask + [0] * (width - len(mask)) for _, mask in rows], dtype=torch.uint8)
    return ids, torch.tensor([len(row) for row, _ in rows]), completion


def new_adapter(base, name, seed, random_b, deviation=0.08):
    """PEFT's own initialisation of rank 4 on all linear layers; random_b draws B too instead of leaving it 0."""
    torch.manual_seed(seed)
    base.name_or_path = name
    config = LoraConfig(
        r=RANK,
        lora_alpha=ALPHA,
        lora_dropout=0.0,
        target_modules="all-linear",
        bias="none",
        task_type="CAUSAL_LM",
        base_model_name_or_path=name,
    )
    model = get_peft_model(base, config)
    if random_b:
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if "lora_B" in key:
                    parameter.normal_(0.0, deviation)
    return model


def save_adapter(model, directory):
    model.save_pretrained(str(directory), save_embedding_layers=False)
    (directory / "README.md").unlink(missing_ok=True)
    path = directory / "adapter_config.json"
    config = json.loads(path.read_text())
    config["target_modules"] = sorted(config["target_modules"])
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def adapter_state(model):
    return {key: value.detach().clone() for key, value in get_peft_model_state_dict(model).items()}


def adapter_gradients(model):
    names = {id(p): n.replace(".default.", ".") for n, p in model.named_parameters() if p.requires_grad}
    return {names[id(p)]: p.grad.clone() for p in model.parameters() if p.requires_grad}


def peft_model(directory, name, state, dtype):
    model = new_adapter(load_base(directory, dtype), name, 0, False)
    if dtype is torch.float64:
        model.double()
    set_peft_model_state_dict(model, {key: value.to(dtype) for key, value in state.items()})
    return model


def relative(reference, value):
    return float((value.double() - reference.double()).norm() / reference.double().norm())


def evaluate(model, batch):
    """Logits, statistics and the mean NLL of the trained tokens, whose gradients are left on the parameters."""
    ids, lengths, completion = batch
    logits = forward(model, ids, lengths)
    nll, entropy = token_statistics(logits, ids, lengths)
    loss = (nll * completion).sum() / completion.sum()
    model.zero_grad()
    loss.backward()
    logits = logits.detach() * valid_positions(lengths, ids.shape[1])[..., None]
    return logits, nll.detach(), entropy.detach(), loss.detach()


def record(tensors, prefix, single, double, sequences):
    logits, nll, entropy, loss = single
    tensors[f"{prefix}logits"] = logits[:sequences].contiguous()
    tensors[f"{prefix}nll"] = nll
    tensors[f"{prefix}nll.f64"] = double[1]
    tensors[f"{prefix}entropy"] = entropy
    tensors[f"{prefix}entropy.f64"] = double[2]
    tensors[f"{prefix}loss"] = loss.reshape(1)
    tensors[f"{prefix}loss.f64"] = double[3].reshape(1)
    print(
        f"  {prefix or 'base '} loss {float(loss):.6f}; float32 against float64:"
        f" logits {float((logits.double() - double[0]).abs().max()):.1e}"
        f" nll {float((nll.double() - double[1]).abs().max()):.1e}"
    )


def make_golden(directory, name, checkpoint, batch, logit_sequences, lora_logit_sequences):
    ids, lengths, completion = batch
    tensors = {"input_ids": ids, "lengths": lengths, "completion": completion}
    results, gradients = {}, {}
    for dtype in (torch.float32, torch.float64):
        model = load_base(checkpoint, dtype).requires_grad_(True)
        results[dtype] = evaluate(model, batch)
        gradients[dtype] = {key: p.grad.clone() for key, p in model.named_parameters()}
    record(tensors, "", results[torch.float32], results[torch.float64], logit_sequences)
    add_gradients(tensors, "grad.", gradients)

    adapted = new_adapter(load_base(checkpoint), name, SEEDS[name] + 100, True)
    save_adapter(adapted, directory / "adapter")
    state = adapter_state(adapted)
    for dtype in (torch.float32, torch.float64):
        model = peft_model(checkpoint, name, state, dtype)
        results[dtype] = evaluate(model, batch)
        gradients[dtype] = adapter_gradients(model)
    record(tensors, "lora.", results[torch.float32], results[torch.float64], lora_logit_sequences)
    assert gradients[torch.float32].keys() == state.keys()
    add_gradients(tensors, "lora.grad.", gradients)
    save_file(tensors, str(directory / "golden.safetensors"))


def add_gradients(tensors, prefix, gradients):
    worst = 0.0
    for key, gradient in gradients[torch.float32].items():
        tensors[prefix + key] = gradient.contiguous()
        worst = max(worst, relative(gradients[torch.float64][key], gradient))
    print(f"  {prefix} {len(gradients[torch.float32])} tensors, worst relative float32 error {worst:.1e}")


def select_highest(nll, trained):
    """[B, T] bool: the ceil(0.25 n) trained tokens of highest NLL, the earlier one first in a tie; and the margin."""
    where = trained.flatten().nonzero().squeeze(1)
    values, order = torch.sort(nll.detach().flatten()[where], descending=True, stable=True)
    count = math.ceil(TOP_FRACTION * len(where))
    chosen = torch.zeros(trained.numel(), dtype=torch.bool)
    chosen[where[order[:count]]] = True
    return chosen.reshape(trained.shape), float(values[count - 1] - values[count])


def objective_loss(objective, logits, ids, trained, reference_logits):
    """The loss of one optimiser step, which tokens train on their label, and how far the cut is from a tie."""
    log_p = torch.log_softmax(logits[:, :-1], dim=-1)
    nll = -log_p.gather(-1, ids[:, 1:, None]).squeeze(-1)
    nll = torch.cat((torch.zeros_like(nll[:, :1]), nll), dim=1)
    if objective == "mle":
        return nll[trained].mean(), trained, math.inf
    selected, margin = select_highest(nll, trained)
    if objective == "masked_mle":
        return nll[selected].mean(), selected, margin
    p_reference = torch.softmax(reference_logits[:, :-1], dim=-1)
    cross_entropy = -(p_reference * log_p).sum(-1)
    distilled = (trained & ~selected)[:, 1:]
    return (nll[selected].sum() + cross_entropy[distilled].sum()) / trained.sum(), selected, margin


def run_trajectory(checkpoint, name, initial, reference, steps, objective, dtype):
    model = peft_model(checkpoint, name, initial, dtype)
    teacher = peft_model(checkpoint, name, reference, dtype)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, betas=BETAS, eps=EPSILON, weight_decay=WEIGHT_DECAY, foreach=False
    )
    schedule = get_cosine_schedule_with_warmup(optimiser, WARMUP, STEPS)
    losses, norms, rates, masks, margins = [], [], [], [], []
    for ids, lengths, completion in steps:
        with torch.no_grad():
            reference_logits = forward(teacher, ids, lengths)
        logits = forward(model, ids, lengths)
        loss, selected, margin = objective_loss(objective, logits, ids, completion.bool(), reference_logits)
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        rates.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        norms.append(float(norm))
        masks.append(selected)
        margins.append(margin)
    return dict(
        loss=torch.tensor(losses, dtype=torch.float64),
        gradient_norm=torch.tensor(norms, dtype=torch.float64),
        learning_rate=torch.tensor(rates, dtype=torch.float64),
        mask=torch.stack(masks),
        margin=min(margins),
        final=adapter_state(model),
    )


def draw_steps(rows, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(rows), generator=generator)[: STEPS * BATCH].tolist()
    ids, lengths, completion = pad([rows[i] for i in order])
    return list(zip(ids.split(BATCH), lengths.split(BATCH), completion.split(BATCH)))


def make_trajectory(directory, name, checkpoint, rows):
    """Takes the first seed where float32 and float64 select the same tokens with a margin and agree to 1e-5."""
    initial_model = new_adapter(load_base(checkpoint), name, SEEDS[name] + 200, False)
    reference_model = new_adapter(load_base(checkpoint), name, SEEDS[name] + 300, True)
    initial, reference = adapter_state(initial_model), adapter_state(reference_model)
    for seed in range(1, 40):
        steps = draw_steps(rows, seed)
        runs = {
            objective: [
                run_trajectory(checkpoint, name, initial, reference, steps, objective, dtype)
                for dtype in (torch.float32, torch.float64)
            ]
            for objective in OBJECTIVES
        }
        error = max(float(((s["loss"] - d["loss"]) / d["loss"]).abs().max()) for s, d in runs.values())
        final = max(relative(d["final"][key], s["final"][key]) for s, d in runs.values() for key in d["final"])
        margin = min(s["margin"] for s, _ in runs.values())
        same = all(torch.equal(s["mask"], d["mask"]) for s, d in runs.values())
        print(f"  seed {seed}: loss {error:.1e}, final adapter {final:.1e}, margin {margin:.1e}, same selection {same}")
        if same and error < 1e-5 and margin > 5e-4:
            break
    else:
        raise SystemExit(f"{name}: no seed gives a trajectory that float32 and float64 agree on")
    save_adapter(initial_model, directory / "adapter-initial")
    save_adapter(reference_model, directory / "adapter-reference")
    tensors = {
        "input_ids": torch.stack([ids for ids, _, _ in steps]),
        "lengths": torch.stack([lengths for _, lengths, _ in steps]),
        "completion": torch.stack([completion for _, _, completion in steps]),
        "learning_rate": runs["mle"][0]["learning_rate"],
    }
    for objective, (single, double) in runs.items():
        tensors[f"{objective}.loss"] = single["loss"].float()
        tensors[f"{objective}.loss.f64"] = double["loss"]
        tensors[f"{objective}.gradient_norm"] = single["gradient_norm"].float()
        tensors[f"{objective}.gradient_norm.f64"] = double["gradient_norm"]
        tensors[f"{objective}.selected"] = single["mask"].sum((1, 2))
        tensors[f"{objective}.mask"] = single["mask"].to(torch.uint8)
        for key, value in single["final"].items():
            tensors[f"{objective}.final.{key}"] = value.contiguous()
        print(f"  {objective}: loss {float(double['loss'][0]):.4f} -> {float(double['loss'][-1]):.4f},"
              f" norm {float(double['gradient_norm'].min()):.3f} to {float(double['gradient_norm'].max()):.3f}")
    save_file(tensors, str(directory / "trajectory.safetensors"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=HERE.parent / "fixtures")
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared/data")
    parser.add_argument("names", nargs="*", default=list(SEEDS))
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    for name in [name for name in arguments.names if name in SHAPES]:
        shape = SHAPES[name]
        print(name)
        checkpoint, golden = arguments.out / "checkpoints" / name, arguments.out / "golden" / name
        shutil.rmtree(checkpoint, ignore_errors=True)
        shutil.rmtree(golden, ignore_errors=True)
        golden.mkdir(parents=True)
        make_checkpoint(checkpoint, shape, SEEDS[name])
        generator = torch.Generator().manual_seed(SEEDS[name])
        rows = random_rows(4, 23, shape["vocab_size"], generator, torch.tensor([17, 9, 23, 12]))
        make_golden(golden, name, checkpoint, pad(rows), 4, 4)
        if name == "llama-untied-gqa":
            make_trajectory(golden, name, checkpoint, random_rows(400, 28, shape["vocab_size"], generator))

    name = "TinyStories-656K"
    if name not in arguments.names:
        return
    checkpoint = arguments.data / "lm" / name
    if not checkpoint.is_dir():
        print(f"{name}: skipped, {checkpoint} is missing")
        return
    print(name)
    golden = arguments.out / "golden" / name
    shutil.rmtree(golden, ignore_errors=True)
    golden.mkdir(parents=True)
    rows = gsm8k_rows(arguments.data, 64)
    print(f"  {len(rows)} GSM8K rows")
    lengths = (41, 48, 29, 37)
    batch = [(ids[:length], mask[:length]) for (ids, mask), length in zip(rows, lengths)]
    make_golden(golden, name, checkpoint, pad(batch), 1, 1)
    rows = [(ids[: 64 - 7 * i % 25], mask[: 64 - 7 * i % 25]) for i, (ids, mask) in enumerate(rows[4:])]
    make_trajectory(golden, name, checkpoint, rows)


if __name__ == "__main__":
    main()
