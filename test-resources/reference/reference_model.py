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

"""What the scripts here share: loading a checkpoint, token statistics and a model that really computes in float64."""

import types
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

_softmax = torch.nn.functional.softmax


def _softmax_in_own_type(x, dim=None, _stacklevel=3, dtype=None):
    """Eager attention asks for a softmax in float32, whatever the type of the model."""
    return _softmax(x, dim=dim, dtype=None if x.dtype is torch.float64 else dtype)


torch.nn.functional.softmax = _softmax_in_own_type


def load_base(directory, dtype=torch.float32, attention=None):
    """Loads a checkpoint from its directory alone, in eval mode and with nothing trainable.

    Attention is "eager", which supports everything, except in Llama, unless told otherwise.
    """
    config = AutoConfig.from_pretrained(str(Path(directory)), local_files_only=True)
    attention = attention or ("sdpa" if config.model_type == "llama" else "eager")
    model = AutoModelForCausalLM.from_pretrained(
        str(Path(directory)), dtype=torch.float32, attn_implementation=attention, local_files_only=True
    )
    model.config.use_cache = False
    if dtype is torch.float64:
        compute_in_float64(model)
    return model.eval().requires_grad_(False)


def compute_in_float64(model):
    """Casts the model and replaces the two parts of transformers' decoders that always work in float32."""
    model.double()
    for module in model.modules():
        kind = type(module).__name__
        if kind.endswith("RMSNorm"):
            module.forward = types.MethodType(_gemma_norm if kind.startswith("Gemma") else _rms_norm, module)
        elif kind.endswith("RotaryEmbedding"):
            module.forward = types.MethodType(_rotary, module)


def _rms_norm(self, hidden):
    return self.weight * hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)


def _gemma_norm(self, hidden):
    return (1 + self.weight) * hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + self.eps)


def _rotary(self, hidden, position_ids, layer_type=None):
    """Scaled frequencies are transformers' own, which are float32; the angles are float64."""
    config = self.config
    rope = config.rope_parameters if layer_type is None else config.rope_parameters[layer_type]
    if rope["rope_type"] == "default":
        size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        size = int(size * rope.get("partial_rotary_factor", 1.0))
        frequencies, scale = rope["rope_theta"] ** (-torch.arange(0, size, 2, dtype=torch.float64) / size), 1.0
    else:
        length = int(position_ids.max()) + 1
        frequencies, scale = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, seq_len=length, layer_type=layer_type)
    angles = position_ids.double()[..., None] * frequencies.double()
    angles = torch.cat((angles, angles), dim=-1)
    return scale * angles.cos(), scale * angles.sin()


def valid_positions(lengths, width):
    """[B, T] bool, true where a token is not padding."""
    return torch.arange(width)[None, :] < lengths[:, None]


def row_logits(model, row):
    """Dynamic scaling keeps the frequencies of the longest document seen until a short one comes: they start anew."""
    for module in model.modules():
        if getattr(module, "rope_type", None) == "dynamic":
            module.max_seq_len_cached = module.original_max_seq_len
            module.inv_freq = module.original_inv_freq
    return model(input_ids=row).logits


def forward(model, ids, lengths):
    """Logits [B, T, V] in the model's own precision.

    With longrope and dynamic scaling the longest row of a batch decides the frequencies of all rows: there, each row is
    a batch of its own.
    """
    rope = model.config.rope_parameters or {}
    if rope.get("rope_type") in ("longrope", "dynamic"):
        rows = [row_logits(model, row[None, :length]) for row, length in zip(ids, lengths.tolist())]
        return torch.cat([torch.nn.functional.pad(r, (0, 0, 0, ids.shape[1] - r.shape[1])) for r in rows])
    mask = valid_positions(lengths, ids.shape[1]).long()
    return model(input_ids=ids, attention_mask=mask).logits


def token_statistics(logits, ids, lengths):
    """NLL of token t and entropy of the distribution that predicts it, both [B, T]; 0 at t = 0 and on padding."""
    log_p = torch.log_softmax(logits[:, :-1], dim=-1)
    nll = -log_p.gather(-1, ids[:, 1:, None]).squeeze(-1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    valid = valid_positions(lengths, ids.shape[1])[:, 1:]
    return tuple(torch.nn.functional.pad(torch.where(valid, x, x.new_zeros(())), (1, 0)) for x in (nll, entropy))
