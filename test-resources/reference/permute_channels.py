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

"""Copies a Llama checkpoint with its channels in another order: the same function, other blocks of columns.

A checkpoint whose weights come from a GGUF file in four bits lies on that file's grids, blocks of 32 columns each, and so
nearly on ours: four bits lose next to nothing of it. In another order its columns make other blocks, as those of a checkpoint
that was trained in floats. Hidden, intermediate and value channels are shuffled, each with the rows and columns that belong
to it; rotary positions keep queries and keys in their places.

Run: python permute_channels.py CHECKPOINT OUTPUT (torch, transformers)
"""

import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def reorder(parameter, rows=None, columns=None):
    with torch.no_grad():
        weight = parameter.data
        weight = weight if rows is None else weight[rows]
        parameter.data = (weight if columns is None else weight[:, columns]).contiguous()


def permute(model, random):
    config = model.config
    shuffled = lambda n: torch.randperm(n, generator=random)
    heads, groups = config.num_attention_heads, config.num_key_value_heads
    size = config.hidden_size // heads
    hidden = shuffled(config.hidden_size)
    reorder(model.model.embed_tokens.weight, columns=hidden)
    reorder(model.model.norm.weight, hidden)
    if not config.tie_word_embeddings:
        reorder(model.lm_head.weight, columns=hidden)
    for layer in model.model.layers:
        attention, mlp = layer.self_attn, layer.mlp
        within = torch.stack([shuffled(size) for _ in range(groups)])
        values = (within + size * torch.arange(groups)[:, None]).flatten()
        outputs = (within.repeat_interleave(heads // groups, 0) + size * torch.arange(heads)[:, None]).flatten()
        inner = shuffled(config.intermediate_size)
        reorder(layer.input_layernorm.weight, hidden)
        reorder(layer.post_attention_layernorm.weight, hidden)
        reorder(attention.q_proj.weight, columns=hidden)
        reorder(attention.k_proj.weight, columns=hidden)
        reorder(attention.v_proj.weight, values, hidden)
        reorder(attention.o_proj.weight, hidden, outputs)
        reorder(mlp.gate_proj.weight, inner, hidden)
        reorder(mlp.up_proj.weight, inner, hidden)
        reorder(mlp.down_proj.weight, hidden, inner)


def main():
    checkpoint, output = sys.argv[1:]
    model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype="auto")
    permute(model, torch.Generator().manual_seed(0))
    model.save_pretrained(output)
    AutoTokenizer.from_pretrained(checkpoint).save_pretrained(output)


main()
