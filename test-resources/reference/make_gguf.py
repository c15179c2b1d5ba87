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

"""Writes a checkpoint of the Llama architecture as a GGUF file that llama.cpp reads, for prompts of token ids.

Run: python make_gguf.py CHECKPOINT OUTPUT.gguf [--type f32|f16|q4_1]

It needs numpy and gguf. Norms stay in float32, as in llama.cpp's own converter. llama.cpp rotates neighbouring
components, Hugging Face's checkpoints the two halves of a head: the rows of queries and keys are reordered. The
vocabulary is written so that ids have texts; how llama.cpp would split a text is not looked after. With q4_1, embedding
and output layer are Q8_0.
"""

import argparse
import json
import struct
from pathlib import Path

import gguf
import numpy as np

LAYER = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
OTHERS = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def tensors(path):
    """The tensors of a safetensors file in float32."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        raw = data[begin:end]
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(raw, np.uint16).astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(raw, {"F32": np.float32, "F16": np.float16}[entry["dtype"]]).astype(np.float32)
        yield name, values.reshape(entry["shape"])


def renamed(name):
    module = name.removesuffix(".weight")
    if module in OTHERS:
        return OTHERS[module] + ".weight"
    _, _, layer, rest = module.split(".", 3)
    return f"blk.{layer}.{LAYER[rest]}.weight"


def rotated_in_pairs(weight, heads):
    out, inner = weight.shape
    return weight.reshape(heads, 2, out // heads // 2, inner).swapaxes(1, 2).reshape(out, inner)


def add_vocabulary(writer, checkpoint, size):
    tokenizer = json.loads((checkpoint / "tokenizer.json").read_text())
    texts = {id: text for text, id in tokenizer["model"]["vocab"].items()}
    special = {token["id"]: token["content"] for token in tokenizer["added_tokens"] if token["special"]}
    texts.update(special)
    control, normal, unused = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL, gguf.TokenType.UNUSED
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([texts.get(id, f"[{id}]") for id in range(size)])
    writer.add_token_types([control if id in special else normal if id in texts else unused for id in range(size)])
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]])
    config = json.loads((checkpoint / "config.json").read_text())
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])


def add(writer, name, values, type):
    if values.ndim == 1 or type == "f32":
        writer.add_tensor(name, values)
    elif type == "f16":
        writer.add_tensor(name, values.astype(np.float16))
    else:
        kinds = gguf.GGMLQuantizationType
        kind = kinds.Q8_0 if name in ("token_embd.weight", "output.weight") else kinds.Q4_1
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--type", choices=["f32", "f16", "q4_1"], default="f32")
    arguments = parser.parse_args()
    config = json.loads((arguments.checkpoint / "config.json").read_text())
    if config["model_type"] != "llama" or config.get("rope_scaling"):
        raise SystemExit("only Llama without scaled positions is written: " + config["model_type"])
    heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
    rope = config.get("rope_parameters") or {}
    writer = gguf.GGUFWriter(arguments.output, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_heads)
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_rope_freq_base(float(config.get("rope_theta") or rope.get("rope_theta") or 1e4))
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    add_vocabulary(writer, arguments.checkpoint, config["vocab_size"])
    for file in sorted(arguments.checkpoint.glob("*.safetensors")):
        for name, values in tensors(file):
            if name == "lm_head.weight" and config.get("tie_word_embeddings"):
                continue
            if ".q_proj." in name or ".k_proj." in name:
                values = rotated_in_pairs(values, heads if ".q_proj." in name else key_heads)
            add(writer, renamed(name), values, arguments.type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
