"""Writes the fixtures beside this file: python make_fixtures.py (torch, transformers, peft, safetensors, tokenizers)."""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).resolve().parent
TEXTS = [
    "Hello world",
    "a \U0001f600 b\u00e9 \u4f60\u597d!",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467 cafe\u0301\r\n\tend",
    "",
    " leading and trailing ",
    "<s>marked</s> text <|turn|>\u20ac\U0001d11e",
    "x\u0000y",
]


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def dtypes():
    special = [0.0, -0.0, 1.0, -1.0, float("inf"), float("-inf"), float("nan"), 65504.0, 65519.996, -65520.0,
               2.0**-14, 2.0**-15, 2.0**-24, 2.0**-25, 2.0**-25 * 1.0001, 2.0**-126, 2.0**-140, 2.0**-149,
               1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-11, 1 + 3 * 2.0**-11, 3.4028235e38, 1e-8, 3.14159265]
    generator = torch.Generator().manual_seed(7)
    noise = torch.randn(487, generator=generator) * torch.exp(4 * torch.randn(487, generator=generator))
    x = torch.cat([torch.tensor(special), noise]).reshape(16, 32)
    halves = torch.arange(0, 1 << 16, 17, dtype=torch.int32).to(torch.int16)
    tensors = {"x": x, "x_bf16": x.to(torch.bfloat16), "x_f16": x.to(torch.float16),
               "bits_f16": halves.view(torch.float16), "bits_f16_wide": halves.view(torch.float16).float(),
               "bits_bf16": halves.clone().view(torch.bfloat16), "bits_bf16_wide": halves.view(torch.bfloat16).float(),
               "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3), "ids": torch.arange(5),
               "flags": torch.tensor([True, False])}
    save_file(tensors, HERE / "dtypes.safetensors", metadata={"format": "pt", "note": "made by Python"})


def describe(tokenizer):
    cases = []
    for text in TEXTS:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        units = [0]
        for character in text:
            units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
        cases.append({
            "text": text,
            "ids": encoding.ids,
            "starts": [units[start] for start, _ in encoding.offsets],
            "ends": [units[end] for _, end in encoding.offsets],
            "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False),
        })
    return cases


def finish(folder, tokenizer, config, model, generation):
    tokenizer.save(str(folder / "tokenizer.json"))
    for name, value in (("tokenizer_config.json", config), ("config.json", model), ("generation_config.json", generation)):
        (folder / name).write_text(json.dumps(value, indent=2) + "\n")
    (folder / "encodings.json").write_text(json.dumps(describe(tokenizer), indent=1) + "\n")


def byte_fallback():
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + list("\u2581Helowrdabm")
    merges = [("H", "e"), ("l", "l"), ("He", "ll"), ("Hell", "o"), ("\u2581", "Hello"), ("\u2581", "a")]
    pieces += [a + b for a, b in merges]
    model = models.BPE({p: i for i, p in enumerate(pieces)}, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>", "<|turn|>")])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    finish(fresh("byte-fallback"), tokenizer, {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": "</s>"},
           {"model_type": "llama", "vocab_size": 288, "eos_token_id": 2},
           {"eos_token_id": [2, tokenizer.token_to_id("<|turn|>")]})


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=280, special_tokens=["<s>", "</s>", "<|turn|>"], show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(["Hello world, hello text and trailing text, leading world"] * 4, trainer)
    finish(fresh("byte-level"), tokenizer, {"bos_token": None, "eos_token": "<|turn|>", "add_bos_token": False},
           {"model_type": "qwen2", "vocab_size": 300, "bos_token_id": 0, "eos_token_id": 1}, {"pad_token_id": 0})


def llama():
    torch.manual_seed(11)
    config = LlamaConfig(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
                         num_key_value_heads=2, vocab_size=40, max_position_embeddings=32, bos_token_id=1, eos_token_id=2)
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(fresh("llama"))
    model.save_pretrained(fresh("llama-sharded"), max_shard_size="3KB")
    model = LlamaForCausalLM.from_pretrained(HERE / "llama", dtype=torch.float32)
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=6, lora_dropout=0.1, target_modules=["q_proj", "down_proj"],
                                               task_type="CAUSAL_LM"))
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    adapted.peft_config["default"].base_model_name_or_path = "llama"
    adapted.save_pretrained(fresh("peft"))
    (HERE / "peft" / "README.md").unlink(missing_ok=True)
    merged = adapted.merge_and_unload().state_dict()
    save_file({k: v.contiguous() for k, v in merged.items()}, HERE / "peft" / "merged.safetensors")


if __name__ == "__main__":
    dtypes()
    byte_fallback()
    byte_level()
    llama()
