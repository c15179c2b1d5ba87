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


"""Writes adapters with PEFT in every form that tribuo-llm reads, with what they give, and checks what it writes.

python make_adapters.py forms --base DIR
    prints the names of the forms that a checkpoint allows
python make_adapters.py write --base DIR --form NAME --out DIR
    writes the adapter and expected.safetensors: ids [1, T], nll [T - 1], and the gradient of the mean nll by parameter
python make_adapters.py check --base DIR --expected DIR [--adapter DIR] [--merged DIR]
    compares the nll of an exported adapter in PEFT, and of a merged checkpoint in transformers, with the expected one
python make_adapters.py layers --base DIR --adapter DIR --config FILE
    compares layers, ranks and scales of an adapter with those of PEFT's LoraConfig of the fields in a JSON file
python make_adapters.py fixtures
    writes ../fixtures/adapters
python make_adapters.py serve
    runs such commands from its input, one a line, and answers each with one line, "error: ..." if it fails
"""

import argparse
import json
import os
import shutil
import sys
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()
logging.set_verbosity_error()

HERE = Path(__file__).parent
SOME = ["q_proj", "v_proj", "down_proj"]

#: The fields of LoraConfig, and what a checkpoint must have: a tied or an untied head, biases.
FORMS = {
    "list": ({"target_modules": SOME, "lora_dropout": 0.1}, ""),
    "expression": ({"target_modules": r"(?:.*\.)?layers\.[02]\.(self_attn\.[qv]_proj|mlp\.down_proj)"}, ""),
    "all-linear": ({"target_modules": "all-linear", "exclude_modules": ["down_proj", "layers.0.self_attn.k_proj"]}, ""),
    "excluded-expression": ({"target_modules": SOME, "exclude_modules": r".*\.1\..*"}, ""),
    "rank-stabilised": ({"target_modules": SOME, "use_rslora": True}, ""),
    "patterns": (
        {
            "target_modules": SOME,
            "rank_pattern": {"layers.1.self_attn.q_proj": 2, "^model.layers.0.mlp.down_proj": 3, "v_proj": 5},
            "alpha_pattern": {"(q|v)_proj": 9, r"\d+\.mlp\.down_proj": 2.5},
        },
        "",
    ),
    "patterns-rank-stabilised": (
        {"target_modules": SOME, "rank_pattern": {"q_proj": 6}, "alpha_pattern": {"v_proj": 3}, "use_rslora": True},
        "",
    ),
    "layers": ({"target_modules": SOME, "layers_to_transform": [1, 2], "layers_pattern": "layers"}, ""),
    "one-layer": ({"target_modules": SOME, "layers_to_transform": 1}, ""),
    "orthogonal": ({"target_modules": SOME, "init_lora_weights": "orthogonal"}, ""),
    "dora": ({"target_modules": SOME, "use_dora": True}, ""),
    "dora-rank-stabilised": ({"target_modules": SOME, "use_dora": True, "use_rslora": True, "rank_pattern": {"q_proj": 2}}, ""),
    "bias-of-b": ({"target_modules": SOME, "lora_bias": True}, ""),
    "bias-all": ({"target_modules": ["q_proj", "down_proj"], "bias": "all"}, "bias"),
    "bias-lora-only": ({"target_modules": ["q_proj", "down_proj"], "bias": "lora_only"}, "bias"),
    "norms-saved": ({"target_modules": SOME, "modules_to_save": ["norm", "input_layernorm"]}, ""),
    "linear-saved": ({"target_modules": ["q_proj", "v_proj"], "modules_to_save": ["layers.0.mlp.down_proj", "layers.1.self_attn.v_proj"]}, ""),
    "head-saved": ({"target_modules": SOME, "modules_to_save": ["lm_head"]}, ""),
    "embedding-saved": ({"target_modules": SOME, "modules_to_save": ["embed_tokens"]}, ""),
    "both-saved": ({"target_modules": SOME, "modules_to_save": ["embed_tokens", "lm_head"]}, ""),
    "both-saved-tied": ({"target_modules": SOME, "modules_to_save": ["embed_tokens"], "ensure_weight_tying": True}, "tied"),
    "tokens": ({"target_modules": SOME, "trainable_token_indices": [3, 9, 14]}, ""),
    "tokens-of-both": ({"target_modules": SOME, "trainable_token_indices": {"embed_tokens": [3, 9], "lm_head": [9, 14, 20]}}, ""),
    "tokens-of-both-alike": ({"target_modules": SOME, "trainable_token_indices": {"embed_tokens": [3, 9], "lm_head": [3, 9]}}, ""),
    "tokens-of-head": ({"target_modules": SOME, "trainable_token_indices": {"lm_head": [9, 14]}}, ""),
    "head-updated": ({"target_modules": ["q_proj", "lm_head"]}, ""),
    "embedding-updated": ({"target_modules": ["q_proj", "embed_tokens"]}, ""),
    "both-updated": ({"target_modules": ["q_proj", "embed_tokens", "lm_head"], "use_rslora": True}, ""),
    "both-updated-tied": ({"target_modules": ["q_proj", "embed_tokens"], "ensure_weight_tying": True}, "tied"),
    "dora-everywhere": ({"target_modules": ["q_proj", "embed_tokens", "lm_head"], "use_dora": True}, ""),
}

#: The forms of the fixtures by checkpoint.
FIXTURES = {
    "../tiny-llama": [
        "list", "expression", "all-linear", "excluded-expression", "rank-stabilised", "patterns",
        "patterns-rank-stabilised", "layers", "one-layer", "orthogonal", "dora", "bias-of-b", "norms-saved", "tokens",
    ],
    "checkpoints/llama-tied": [
        "head-saved", "embedding-saved", "both-saved", "both-saved-tied", "tokens", "tokens-of-both",
        "tokens-of-both-alike", "tokens-of-head", "head-updated", "embedding-updated", "both-updated",
        "both-updated-tied", "dora-everywhere", "linear-saved",
    ],
    "checkpoints/qwen2-untied": [
        "bias-all", "bias-lora-only", "bias-of-b", "dora-rank-stabilised", "both-saved", "tokens", "both-updated",
        "linear-saved",
    ],
    "checkpoints/gemma2-tied": ["embedding-updated", "tokens", "both-saved-tied", "dora-everywhere"],
}


def base_model(directory):
    return AutoModelForCausalLM.from_pretrained(str(directory), dtype=torch.float32, local_files_only=True).eval()


def allowed(model, needs):
    tied = model.config.tie_word_embeddings
    biased = any(name.endswith("q_proj.bias") for name, _ in model.named_parameters())
    return {"": True, "tied": tied, "bias": biased}[needs]


def ids_of(model, length=24):
    generator = torch.Generator().manual_seed(17)
    ids = torch.randint(3, min(model.config.vocab_size, 60), (1, length), generator=generator)
    ids[0, 1:9] = torch.tensor([3, 9, 14, 20, 3, 9, 14, 20])  # the tokens that the forms name
    return ids


def nll_of(model, ids):
    logits = model(ids).logits[0, :-1].double()
    return torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none")


def exact(model):
    """A large model in float64: what its float32 says is itself up to 1e-4 off."""
    return model.double() if is_large(model) else model


def is_large(model):
    return model.config.hidden_size >= 512


def adapted(model, fields):
    config = LoraConfig(**{"r": 4, "lora_alpha": 6, "task_type": "CAUSAL_LM", "init_lora_weights": False, **fields})
    torch.manual_seed(5)
    adapter = get_peft_model(model, config).eval()
    # A model that has learned something must still predict: noise as large as the small ones' drives its loss to 14 nats.
    size = 0.03 if is_large(model) else 0.1
    for name, parameter in adapter.named_parameters():
        if parameter.requires_grad:
            noise = torch.randn(parameter.shape)
            if "lora_magnitude" in name:
                parameter.data *= 1 + 0.1 * noise
            elif "lora_" in name:
                parameter.data = size * noise
            else:
                parameter.data += 0.2 * size * noise
    tie(adapter, config)
    return adapter


def tie(adapter, config):
    """PEFT gives the updates of tied layers the same memory; new values would part them."""
    if config.ensure_weight_tying and "embed_tokens" in config.target_modules:
        embedding, head = adapter.get_base_model().model.embed_tokens, adapter.get_base_model().lm_head
        head.lora_A["default"].weight.data = embedding.lora_embedding_B["default"].data.t()
        head.lora_B["default"].weight.data = embedding.lora_embedding_A["default"].data.t()


def tensor_name(parameter):
    """The name of a parameter in tribuo-llm."""
    name = parameter.removeprefix("base_model.model.").replace(".default", "")
    if name.endswith("lora_magnitude_vector.weight"):
        return name.removesuffix(".weight")
    if name.endswith(".bias") and "lora_B" not in name and "modules_to_save" not in name:
        return name.replace(".base_layer", "").removesuffix(".bias") + ".modules_to_save.bias"
    return name


def write(base, form, out):
    model = base_model(base)
    fields, _ = FORMS[form]
    adapter = adapted(model, fields)
    adapter.peft_config["default"].base_model_name_or_path = ""
    adapter.save_pretrained(out)
    (Path(out) / "README.md").unlink(missing_ok=True)
    ids = ids_of(model)
    nll = nll_of(exact(adapter), ids)
    nll.mean().backward()
    tensors = {"ids": ids.to(torch.float32), "nll": nll.detach().to(torch.float32)}
    tied_twice = form == "both-updated-tied"  # PEFT's two parameters of one memory have a gradient each
    for name, parameter in adapter.named_parameters():
        if parameter.requires_grad and not tied_twice:
            tensors["gradient." + tensor_name(name)] = parameter.grad.to(torch.float32).contiguous()
    save_file(tensors, Path(out) / "expected.safetensors")
    return len(tensors)


def check(arguments):
    expected = load_file(arguments.expected / "expected.safetensors")
    ids = expected["ids"].long()
    worst = 0.0
    models = []
    if arguments.adapter:
        model = base_model(arguments.base)
        adapter = PeftModel.from_pretrained(model, str(arguments.adapter)).eval()
        missing = [k for k in load_file(arguments.adapter / "adapter_model.safetensors") if not known(adapter, k)]
        if missing:
            raise SystemExit(f"PEFT has no place for {missing}")
        models.append(adapter)
    if arguments.merged:
        models.append(base_model(arguments.merged))
    with torch.no_grad():
        for model in models:
            worst = max(worst, float((nll_of(exact(model), ids) - expected["nll"].double()).abs().max()))
    return worst


def known(adapter, key):
    names = {tensor_name(n).replace(".modules_to_save", "") for n, _ in adapter.named_parameters(remove_duplicate=False)}
    return tensor_name(key) in names or tensor_name(key).replace(".modules_to_save", "") in names


def layers(arguments):
    """What PEFT makes of a configuration, against an adapter that was trained under the same words."""
    fields = json.loads(arguments.config.read_text())
    ours = PeftModel.from_pretrained(base_model(arguments.base), str(arguments.adapter))
    theirs = get_peft_model(base_model(arguments.base), LoraConfig(task_type="CAUSAL_LM", **fields))
    shapes = [
        {n: (m.r["default"], m.scaling["default"]) for n, m in model.named_modules() if isinstance(m, LoraLayer)}
        for model in (ours, theirs)
    ]
    if shapes[0] != shapes[1]:
        raise SystemExit(f"ours {shapes[0]}, PEFT's {shapes[1]}")
    return len(shapes[0])


def fixtures():
    root = HERE.parent / "fixtures"
    shutil.rmtree(root / "adapters", ignore_errors=True)
    for checkpoint, forms in FIXTURES.items():
        for form in forms:
            write(root / checkpoint, form, root / "adapters" / Path(checkpoint).name / form)


def serve():
    for line in sys.stdin:
        try:
            answer = run(line.split())
        except (Exception, SystemExit) as error:  # the caller decides
            answer = "error: " + " ".join(str(error).split())
        print(answer, flush=True)


def run(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["forms", "write", "check", "layers", "fixtures", "serve"])
    for name in ("base", "out", "expected", "adapter", "merged", "config"):
        parser.add_argument("--" + name, type=Path)
    parser.add_argument("--form")
    arguments = parser.parse_args(words)
    if arguments.task == "forms":
        model = base_model(arguments.base)
        return " ".join(name for name, (_, needs) in FORMS.items() if allowed(model, needs))
    if arguments.task == "write":
        return write(arguments.base, arguments.form, arguments.out)
    if arguments.task == "check":
        return check(arguments)
    if arguments.task == "layers":
        return layers(arguments)
    return fixtures() if arguments.task == "fixtures" else serve()


if __name__ == "__main__":
    print(run(sys.argv[1:]) or "")
