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

"""Writes test-resources/fixtures/gguf: small random GGUF files as llama.cpp's converter lays them out, and what is in
them according to transformers and the gguf package.

Run: python make_gguf_fixtures.py

It needs torch, transformers and gguf. The models have the sizes of CONFIGS and one type of matrices each; vectors stay in
float32, as llama.cpp keeps them. expected.json has for each the first 16 digits of the SHA-256 of each parameter's
float32 bytes under transformers' name, and the logits after the last of some tokens. blocks.json has for each type random blocks and their
values, as bits of float32.
"""

import base64
import hashlib
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from transformers import AutoConfig, AutoModelForCausalLM

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "fixtures" / "gguf"
TOKENS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]
COMMON = {
    "vocab_size": 40,
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "rms_norm_eps": 1e-5,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
LONG = {
    "rope_type": "longrope",
    "rope_theta": 10000.0,
    "short_factor": [1.0, 1.25],
    "long_factor": [1.5, 2.5],
    "original_max_position_embeddings": 12,
}
CONFIGS = {
    "llama": (Type.Q4_1, {"head_dim": 8, "rope_parameters": LLAMA3, "max_position_embeddings": 16384}),
    "qwen2": (Type.Q8_0, {"tie_word_embeddings": True, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}),
    "qwen3": (Type.Q5_0, {"head_dim": 16, "tie_word_embeddings": True}),
    "gemma": (Type.F16, {"head_dim": 16, "num_key_value_heads": 1, "num_hidden_layers": 1}),
    "gemma2": (
        Type.Q8_0,
        {"head_dim": 16, "sliding_window": 6, "query_pre_attn_scalar": 16, "attn_logit_softcapping": 2.0,
         "final_logit_softcapping": 4.0},
    ),
    "gemma3_text": (
        Type.Q5_1,
        {"head_dim": 8, "num_key_value_heads": 1, "sliding_window": 6,
         "query_pre_attn_scalar": 8, "num_hidden_layers": 6,
         "rope_parameters": {
             "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
             "full_attention": {"rope_type": "linear", "rope_theta": 1e6, "factor": 4.0},
         }},
    ),
    "phi3": (
        Type.Q4_0,
        {"rope_parameters": LONG | {"partial_rotary_factor": 0.5}, "sliding_window": 7,
         "original_max_position_embeddings": 12},
    ),
    "granite": (
        Type.Q8_0,
        {"embedding_multiplier": 3.0, "attention_multiplier": 0.25, "residual_multiplier": 0.5, "logits_scaling": 2.0,
         "tie_word_embeddings": True},
    ),
    "olmo2": (Type.BF16, {"num_hidden_layers": 1, "rope_parameters": {"rope_type": "linear", "rope_theta": 5e5, "factor": 2.0}}),
    "smollm3": (Type.Q4_0, {"num_hidden_layers": 4, "no_rope_layers": [1, 1, 1, 0], "use_sliding_window": False,
                            "layer_types": ["full_attention"] * 4}),
}
NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "self_attn.qkv_proj": "attn_qkv", "mlp.gate_up_proj": "ffn_up",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}
AROUND = {
    "post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
PAIRED = {"llama", "granite", "smollm3"}


def renamed(kind, name):
    module, part = name.rsplit(".", 1)
    if not module.startswith("model.layers."):
        return f"{NAMES[module]}.{part}"
    _, _, layer, rest = module.split(".", 3)
    names = NAMES | (AROUND if kind in {"gemma2", "gemma3_text", "olmo2"} else {})
    return f"blk.{layer}.{names[rest]}.{part}"


def converted(kind, config, name, values):
    """As llama.cpp holds a parameter."""
    if kind.startswith("gemma") and name.endswith("norm.weight"):
        return values + np.float32(1)
    if kind in PAIRED and ("q_proj" in name or "k_proj" in name):
        heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
        return values.reshape(heads, 2, values.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(values.shape)
    return values


def restored(kind, config, name, values):
    if kind.startswith("gemma") and name.endswith("norm.weight"):
        return values - np.float32(1)
    if kind in PAIRED and ("q_proj" in name or "k_proj" in name):
        heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
        return values.reshape(heads, values.shape[0] // heads // 2, 2, -1).swapaxes(1, 2).reshape(values.shape)
    return values


def describe(writer, kind, config):
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    rope = config.rope_parameters
    rope = rope.get("full_attention", rope)
    writer.add_rope_freq_base(rope["rope_theta"])
    if getattr(config, "head_dim", None):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if getattr(config, "sliding_window", None) and kind != "qwen2":
        writer.add_sliding_window(config.sliding_window)
    if kind == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if kind == "granite":
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if kind == "llama":
        writer.add_rope_dimension_count(config.head_dim)
        writer.add_tensor("rope_freqs.weight", llama3_divisors(config, rope))
    if kind == "phi3":
        writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads // 2)
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        writer.add_tensor("rope_factors_long.weight", np.array(rope["long_factor"], np.float32))
        writer.add_tensor("rope_factors_short.weight", np.array(rope["short_factor"], np.float32))


def llama3_divisors(config, rope):
    """As llama.cpp's converter computes them."""
    frequencies = 1.0 / (rope["rope_theta"] ** (torch.arange(0, config.head_dim, 2, dtype=torch.float32) / config.head_dim))
    length, low, high = rope["original_max_position_embeddings"], rope["low_freq_factor"], rope["high_freq_factor"]
    divisors = []
    for frequency in frequencies:
        wavelength = 2 * np.pi / frequency
        if wavelength < length / high:
            divisors.append(1)
        elif wavelength > length / low:
            divisors.append(rope["factor"])
        else:
            smooth = (length / wavelength - low) / (high - low)
            divisors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(divisors, np.float32)


def add_byte_level(writer):
    tokenizer = json.loads((ROOT / "checkpoint/byte-level/tokenizer.json").read_text())
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda entry: entry[1])
    special = {token["id"] for token in tokenizer["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([text for text, _ in vocabulary])
    writer.add_token_types([gguf.TokenType.CONTROL if id in special else gguf.TokenType.NORMAL for _, id in vocabulary])
    writer.add_token_merges([" ".join(pair) for pair in tokenizer["model"]["merges"]])
    writer.add_eos_token_id(2)
    writer.add_chat_template("{{ messages[0]['content'] }}<|turn|>")


def add_byte_fallback(writer):
    """Scores that give back the merges: those of the tokens that they make, in their order."""
    tokenizer = json.loads((ROOT / "checkpoint/byte-fallback/tokenizer.json").read_text())
    tokens = {id: text for text, id in tokenizer["model"]["vocab"].items()}
    tokens |= {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    scores = {"".join(pair): -float(rank) for rank, pair in enumerate(tokenizer["model"]["merges"])}
    special = {token["id"] for token in tokenizer["added_tokens"]}
    texts = [tokens[id] for id in range(len(tokens))]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(texts)
    writer.add_token_scores([scores.get(text, -1000.0) for text in texts])
    writer.add_token_types(
        [
            gguf.TokenType.UNKNOWN if text == "<unk>" else gguf.TokenType.CONTROL if id in special
            else gguf.TokenType.BYTE if text.startswith("<0x") else gguf.TokenType.NORMAL
            for id, text in enumerate(texts)
        ]
    )
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def vocabulary(name, add, size):
    """A file whose tokenizer is that of a fixture; its only tensor embeds the tokens."""
    writer = gguf.GGUFWriter(OUTPUT / f"{name}.gguf", "llama")
    describe(writer, "qwen2", AutoConfig.for_model("llama", **(COMMON | {"head_dim": 8})))
    add(writer)
    embedding = np.zeros((size, COMMON["hidden_size"]), np.float32)
    writer.add_tensor("token_embd.weight", gguf.quants.quantize(embedding, Type.Q4_0), raw_dtype=Type.Q4_0)
    write(writer)


def model(kind, matrix_type, own):
    architecture = kind.removesuffix("_text")
    config = AutoConfig.for_model(kind, **(COMMON | own))
    torch.manual_seed(sum(map(ord, kind)))
    reference = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager").eval()
    writer = gguf.GGUFWriter(OUTPUT / f"{architecture}.gguf", architecture)
    describe(writer, kind, config)
    tied = config.tie_word_embeddings
    stored = {}
    for name, tensor in reference.state_dict().items():
        if name == "lm_head.weight" and tied:
            continue
        values = tensor.numpy() if tensor.ndim > 1 else (torch.randn(tensor.shape) * 0.3 + 1).numpy()
        values = converted(kind, config, name, values)
        type = matrix_type if values.ndim > 1 else Type.F32
        packed = gguf.quants.quantize(values.astype(np.float32), type)
        writer.add_tensor(renamed(kind, name), packed, raw_dtype=type)
        stored[name] = restored(kind, config, name, gguf.quants.dequantize(packed, type).reshape(values.shape)).copy()
    write(writer)
    state = {name: torch.from_numpy(values) for name, values in stored.items()}
    if tied:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    reference.load_state_dict(state)
    with torch.no_grad():
        logits = reference(input_ids=torch.tensor([[id % config.vocab_size for id in TOKENS]])).logits[0, -1]
    return {
        "parameters": {name: hashlib.sha256(values.tobytes()).hexdigest()[:16] for name, values in sorted(stored.items())},
        "tokens": TOKENS,
        "logits": [float(value) for value in logits],
    }


def blocks(type):
    """Random blocks whose scales are half floats of a usual size."""
    chance = np.random.default_rng(int(type))
    _, size = gguf.GGML_QUANT_SIZES[type]
    raw = chance.integers(0, 256, (3, size), np.uint8)
    places = {Type.Q6_K: [208], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q4_1: [0, 2], Type.Q5_1: [0, 2]}
    for place in places.get(type, [0]) if type not in (Type.F32, Type.BF16, Type.F16) else []:
        raw[:, place : place + 2] = chance.normal(0, 0.1, 3).astype(np.float16).view(np.uint8).reshape(3, 2)
    if type in (Type.F32, Type.BF16, Type.F16):
        raw = gguf.quants.quantize(chance.normal(0, 1, (3, 8)).astype(np.float32), type).view(np.uint8).reshape(3, -1)
    values = gguf.quants.dequantize(raw, type).astype(np.float32)
    return {"blocks": base64.b64encode(raw.tobytes()).decode(), "values": base64.b64encode(values.tobytes()).decode()}


def main():
    OUTPUT.mkdir(exist_ok=True)
    expected = {}
    for kind, (type, own) in CONFIGS.items():
        expected[kind.removesuffix("_text")] = model(kind, type, own)
    vocabulary("byte-level", add_byte_level, 280)
    vocabulary("byte-fallback", add_byte_fallback, 277)
    (OUTPUT / "expected.json").write_text(json.dumps(expected) + "\n")
    types = [Type.F32, Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0, Type.Q4_K, Type.Q5_K,
             Type.Q6_K]
    (OUTPUT / "blocks.json").write_text(json.dumps({type.name: blocks(type) for type in types}) + "\n")


if __name__ == "__main__":
    main()
