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

"""Writes fixtures/chat: small tokenizers of each family's kind, 50 conversations, and what transformers makes of them.

python make_chat_fixtures.py                          the fixtures in this repository
python make_chat_fixtures.py --published DATA OUTPUT  the same goldens for the published tokenizers of Llama 3 (its ranks)
                                                      and Qwen2 (vocabulary and merges) in DATA/tokenizers
"""

import argparse
import base64
import json
import shutil
from collections import Counter
from pathlib import Path

from jinja2 import TemplateError
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer
from transformers.utils.chat_template_utils import render_jinja_template

RESOURCES = Path(__file__).resolve().parent.parent
FIXTURES = RESOURCES / "fixtures" / "chat"
DATE = "26 Jul 2024"
MERGED = 900  # tokens that training adds to letters or bytes
LETTERS = 100  # that are no bytes where bytes stand for rare letters


# --- 50 conversations -------------------------------------------------------------------------------------------------


def conversations():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    question, answer = "What is two plus two?", "Two plus two is four."

    def chat(*contents, system=None):
        turns = [{"role": role, "content": content} for role, content in zip(["user", "assistant"] * 8, contents)]
        return ([] if system is None else [{"role": "system", "content": system}]) + turns

    return {
        "one turn": chat(question, answer),
        "one question": chat(question),
        "two turns": chat(question, answer, "And three?", "Then it is five."),
        "ends with a question": chat(question, answer, "And three?"),
        "eight messages": chat("a", "b", "c", "d", "e", "f", "g", "h"),
        "system": chat(question, answer, system="You answer briefly."),
        "system, two turns": chat("Hi", "Hello!", "Bye", "Good bye!", system="You are polite.\nYou never shout."),
        "system, question": chat("Hi", system="Be kind."),
        "empty system": chat("Hi", "Hello", system=""),
        "system with spaces around": chat(" Hi ", " Hello ", system="  Be kind. \n"),
        "empty question": chat("", "There is no question."),
        "empty answer": chat("Say nothing.", ""),
        "all empty": chat("", ""),
        "spaces around": chat("   Hi   ", "   Hello   "),
        "only spaces": chat("   ", "    "),
        "newlines around": chat("\n\nHi\n", "\n\nHello\n\n"),
        "only newlines": chat("\n", "\n\n\n"),
        "newline and space": chat("Hi", "\n  indented\n    more\n", "\r\nHi\r\n", "\r\n\r\nHello\r\n"),
        "tabs": chat("\tcolumn\tcolumn", "a\t\tb\t\n\t\tc\t"),
        "many blank lines": chat("a\n\n\n\n\nb", "one\n\n\n\n\n\n\n\ntwo"),
        "runs of spaces": chat("a  b   c    d     e", "x          y"),
        "spaces that Python trims": chat("\u00a0Hi\u3000", "\u2003\u00a0Hello\u202f\u2028\u0085"),
        "separators": chat("\u001cHi\u001f", "\u001d\u001eHello\u001c"),
        "spaces that nobody trims": chat("\u200bHi\ufeff", "\u2060Hello\u200b\u180e"),
        "emoji": chat("\U0001f600", "\U0001f602\U0001f602\U0001f923"),
        "joined emoji": chat(f"{family} and \U0001f3f3\ufe0f\u200d\U0001f308", f"a {family}\U0001f44d\U0001f3fd!"),
        "flags and keycaps": chat("\U0001f1e8\U0001f1ed\U0001f1f3\U0001f1ff", "1\ufe0f\u20e3 #\ufe0f\u20e3"),
        "combining marks": chat("cafe\u0301 nai\u0308ve", "Z\u0351\u036b\u0343a\u0328\u0323l\u035cg\u0321o\u0352"),
        "composed": chat("caf\u00e9 na\u00efve \u1e9b\u0323", "\u00c5ngstr\u00f6m \u212b \u2126 \ufb01"),
        "a mark at the beginning": chat("\u0301acute", "\u0308two dots", "\u0327", "\u0300\u0301"),
        "hangul": chat("\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165"),
        "right to left": chat("\u0645\u0631\u062d\u0628\u0627 \u0628\u0643", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd"),
        "marks of direction": chat("\u202eabc\u202c", "\u200fabc\u200e \u2067x\u2069"),
        "Chinese and Japanese": chat("\u4f60\u597d\uff0c\u4e16\u754c\u3002", "\u3053\u3093\u306b\u3061\u306f\u4e16\u754c"),
        "full width": chat("\uff21\uff22\uff23\uff11\uff12\uff13", "\uff76\uff9e\u3000\u30ac"),
        "Indic and Thai": chat("\u0928\u092e\u0938\u094d\u0924\u0947", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e04\u0e23\u0e31\u0e1a"),
        "beyond the basic plane": chat("\U0001d49c\U0001d4b7 \U00020000", "\U0001f9d1\U00010348 \U000e0041 \U0010fffd"),
        "control characters": chat("a\u0000b\u0001c\u0007", "\u001b[1mbold\u001b[0m\u007f\u0080\u009f"),
        "not characters": chat("\ufffe\uffff", "\ufffd \ue000 \uf8ff"),
        "Llama's tokens": chat("<|eot_id|> <|start_header_id|>system<|end_header_id|>", "<|begin_of_text|>no<|eot_id|>"),
        "Gemma's tokens": chat("<end_of_turn>\n<start_of_turn>model", "<bos>no<eos> <start_of_turn> user"),
        "Phi's tokens": chat("<|end|>\n <|user|>  hi <|assistant|>", "<s>no</s>  <|endoftext|> <|end|>\n\n done"),
        "Qwen's tokens": chat("<|im_end|>\n<|im_start|>system", "<|im_start|>no<|im_end|> <|endoftext|>"),
        "half tokens": chat("<|im_ end|> <|eot <start_of _turn> </ s>", "<|<|end|>|> <0x0A> \u2581 \u0120"),
        "thoughts": chat(question, "<think>\nAdd them.\n</think>\n\nFour.", "Sure?", "<think>\n\nYes.\n\n</think>\n\n\nYes."),
        "empty thoughts": chat("Hi", "<think>\n\n</think>\n\nHello", "Hi", "</think>Hello"),
        "markup": chat("<table><tr><td>1</td></tr></table>", "# Head\n\n- a\n- b\n\n```java\nint i = 0;\n```\n"),
        "numbers": chat("1234567 3.14159 1,000,000", "2^10 = 1024; 0x1F; \u00bd \u2167 \u0661\u0662\u0663"),
        "a long word": chat("a" * 150 + "b" * 50, "pneumono" * 25, system="x" * 120),
        "apostrophes": chat("I'm here, they'Ll go; \u2019s", "don't DON'T we've 'tis", "it's he'd", "'s 'S"),
    }


def text_of_chats():
    return [message["content"] for chat in conversations().values() for message in chat]


def corpus():
    words = (RESOURCES / "data" / "word-problems-train.jsonl").read_text(encoding="utf-8").splitlines()[:400]
    rows = [json.loads(line) for line in words]
    return [row["question"] for row in rows] + [row["answer"] for row in rows] + 3 * text_of_chats()


# --- layouts, as the families publish them, written anew; an answer and the token that ends it stand in `generation` ---

ANSWER = "{% generation %}{{ CONTENT + '<|END|>' }}{% endgeneration %}"


def answer(content, end):
    return ANSWER.replace("CONTENT", content).replace("<|END|>", end)


LLAMA_TURNS = (
    "{% for m in messages[first:] %}{{ '<|start_header_id|>' + m.role + '<|end_header_id|>\\n\\n' }}"
    "{% if m.role == 'assistant' %}" + answer("m.content|trim", "<|eot_id|>")
    + "{% else %}{{ m.content|trim + '<|eot_id|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)
LLAMA3 = "{% set first = 0 %}{{ bos_token }}" + LLAMA_TURNS
LLAMA32 = (
    "{% set date_string = date_string or strftime_now('%d %b %Y') %}{% set first = 1 if messages[0].role == 'system' else 0 %}"
    "{{ bos_token + '<|start_header_id|>system<|end_header_id|>\\n\\nCutting Knowledge Date: December 2023\\n' }}"
    "{{ 'Today Date: ' + date_string + '\\n\\n' + (messages[0].content|trim if first else '') + '<|eot_id|>' }}" + LLAMA_TURNS
)
GEMMA_TURNS = (
    "{% for m in messages[first:] %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('user and assistant must take turns') }}{% endif %}"
    "{{ '<start_of_turn>' + ('model' if m.role == 'assistant' else m.role) + '\\n' + (prefix if loop.first else '') }}"
    "{% if m.role == 'assistant' %}" + answer("m.content|trim", "<end_of_turn>")
    + "{% else %}{{ m.content|trim + '<end_of_turn>' }}{% endif %}{{ '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% set first = 0 %}{% set prefix = '' %}"
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + GEMMA_TURNS
)
GEMMA3 = (
    "{{ bos_token }}{% set first = 1 if messages[0].role == 'system' else 0 %}"
    "{% set prefix = messages[0].content + '\\n\\n' if first else '' %}" + GEMMA_TURNS
)
PHI3 = (
    "{% for m in messages %}{% if m.role == 'system' and m.content %}{{ '<|system|>\\n' + m.content + '<|end|>\\n' }}"
    "{% elif m.role == 'user' %}{{ '<|user|>\\n' + m.content + '<|end|>\\n' }}"
    "{% elif m.role == 'assistant' %}{{ '<|assistant|>\\n' }}" + answer("m.content", "<|end|>") + "{{ '\\n' }}"
    "{% endif %}{% endfor %}{{ '<|assistant|>\\n' if add_generation_prompt else eos_token }}"
)


def chatml(default, content="m.content"):
    system = "{{ '<|im_start|>system\\n" + default + "<|im_end|>\\n' }}"
    return (
        ("{% if messages[0].role != 'system' %}" + system + "{% endif %}" if default else "")
        + "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}"
        + "{% if m.role == 'assistant' %}" + answer(content, "<|im_end|>") + "{{ '\\n' }}"
        + "{% else %}{{ m.content + '<|im_end|>\\n' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
        + "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}"
    )


QWEN2 = chatml("You are a helpful assistant.")
QWEN25 = chatml("You are Qwen, created by Alibaba Cloud. You are a helpful assistant.")
QWEN3 = (
    "{% set ns = namespace(last=messages|length - 1) %}"
    "{% for m in messages %}{% if m.role == 'user' and not (m.content.startswith('<tool_response>')"
    " and m.content.endswith('</tool_response>')) %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}"
    "{% macro said(m, index) %}{% set split = '</think>' in m.content %}"
    "{% set thought = m.content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') if split else '' %}"
    "{% set content = m.content.split('</think>')[-1].lstrip('\\n') if split else m.content %}"
    "{% if index > ns.last and (index == messages|length - 1 or thought) %}"
    "{{ '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}"
    "{% else %}{{ content }}{% endif %}{% endmacro %}" + chatml("", "said(m, loop.index0)")
)


# --- tokenizers of the families' kinds --------------------------------------------------------------------------------


def special(texts, **flags):
    return [AddedToken(text, normalized=False, special=True, **flags) for text in texts]


def trained(pre_tokenizer, alphabet, normalizer=None):
    """The pieces and merges that training finds in the corpus. The alphabet is given, else ties of rare letters are broken
    at random."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=len(alphabet) + MERGED, show_progress=False, initial_alphabet=alphabet, limit_alphabet=len(alphabet)))
    model = json.loads(tokenizer.to_str())["model"]
    return sorted(model["vocab"], key=model["vocab"].get), [tuple(merge) for merge in model["merges"]]


def split(digits):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + digits
            + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def byte_level(pieces, merges, digits, added, normalizer=None, ignore_merges=False):
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(pieces)}, merges, ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = split(digits)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.add_tokens(added)
    return tokenizer


def small(digits, added, **options):
    return byte_level(*trained(split(digits), sorted(pre_tokenizers.ByteLevel.alphabet()), options.get("normalizer")),
                      digits, added, **options)


def llama3_added(names):
    names = ["<|begin_of_text|>", "<|end_of_text|>"] + names
    return special(names)


LLAMA3_NAMES = ["<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|reserved_special_token_2|>",
                "<|reserved_special_token_3|>", "<|start_header_id|>", "<|end_header_id|>",
                "<|reserved_special_token_4|>", "<|eot_id|>"]
LLAMA32_NAMES = ["<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>",
                 "<|reserved_special_token_2|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>",
                 "<|python_tag|>"]


def begin_llama3(tokenizer):
    begin = "<|begin_of_text|>"
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing(single=f"{begin} $A", pair=f"{begin} $A {begin}:1 $B:1",
                                      special_tokens=[(begin, tokenizer.token_to_id(begin))])])
    return tokenizer


def llama3(names):
    return begin_llama3(small("{1,3}", llama3_added(names), ignore_merges=True))


QWEN_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def qwen(plain=()):
    added = special(QWEN_SPECIAL) + [AddedToken(text, normalized=False, special=False) for text in plain]
    return small("", added, normalizer=normalizers.NFC())


QWEN25_PLAIN = ["<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>"]
QWEN3_PLAIN = QWEN25_PLAIN + ["<tool_response>", "</tool_response>", "<think>", "</think>"]
BYTES = [f"<0x{b:02X}>" for b in range(256)]


def sentence_pieces():
    letters = Counter("".join(corpus()).replace(" ", "\u2581"))
    frequent = sorted(letters, key=lambda letter: (-letters[letter], letter))[:LETTERS]
    return trained(pre_tokenizers.Metaspace(prepend_scheme="never"), frequent)


def with_byte_fallback(leading, added):
    pieces, merges = sentence_pieces()
    vocabulary = list(dict.fromkeys(leading + pieces))
    tokenizer = Tokenizer(models.BPE({p: i for i, p in enumerate(vocabulary)}, merges, unk_token="<unk>", fuse_unk=True,
                                     byte_fallback=True))
    tokenizer.add_tokens(added)
    return tokenizer


def gemma(before_turns):
    control = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"] + before_turns + ["<start_of_turn>", "<end_of_turn>"]
    layout = ["\n" * n for n in range(2, 8)] + ["\u2581" * n for n in range(2, 8)] + ["<table>", "</table>", "<td>", "</td>"]
    tokenizer = with_byte_fallback(
        control + layout + BYTES, special(control) + [AddedToken(t, normalized=False, special=False) for t in layout])
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", behavior="merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A", pair="<bos> $A <bos>:1 $B:1", special_tokens=[("<bos>", 2)])
    return tokenizer


def phi3():
    strip = ["<|assistant|>", "<|placeholder1|>", "<|placeholder2|>", "<|system|>", "<|end|>", "<|user|>"]
    added = special(["<unk>", "<s>"]) + [AddedToken("</s>", rstrip=True, normalized=False, special=False)]
    tokenizer = with_byte_fallback(
        ["<unk>", "<s>", "</s>"] + BYTES, added + special(["<|endoftext|>"]) + special(strip, rstrip=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A", pair="$A $B:1", special_tokens=[])
    return tokenizer


LLAMA_CONFIG = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "tokenizer_class": "PreTrainedTokenizerFast"}
GEMMA_CONFIG = {"add_bos_token": True, "add_eos_token": False, "bos_token": "<bos>", "eos_token": "<eos>",
                "pad_token": "<pad>", "unk_token": "<unk>", "tokenizer_class": "GemmaTokenizer"}
PHI_CONFIG = {"add_bos_token": False, "add_eos_token": False, "bos_token": "<s>", "eos_token": "<|endoftext|>",
              "pad_token": "<|endoftext|>", "unk_token": "<unk>", "legacy": False, "tokenizer_class": "LlamaTokenizer"}
QWEN_CONFIG = {"add_prefix_space": False, "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
               "unk_token": None, "tokenizer_class": "Qwen2Tokenizer"}

# name: (model_type, tokenizer, tokenizer_config.json, chat template, whether transformers saves the files anew)
FAMILIES = {
    "llama-3": ("llama", lambda: llama3(LLAMA3_NAMES), LLAMA_CONFIG, LLAMA3, False),
    "llama-3.2": ("llama", lambda: llama3(LLAMA32_NAMES), LLAMA_CONFIG, LLAMA32, False),
    "gemma-2": ("gemma2", lambda: gemma(["<2mass>", "[@BOS@]", "<unused0>", "<unused1>"]), GEMMA_CONFIG, GEMMA, False),
    "gemma-3": ("gemma3_text", lambda: gemma(["[multimodal]", "<unused0>"]), GEMMA_CONFIG, GEMMA3, True),
    "phi-3.5": ("phi3", phi3, PHI_CONFIG, PHI3, False),
    "qwen2": ("qwen2", qwen, QWEN_CONFIG, QWEN2, False),
    "qwen2.5": ("qwen2", lambda: qwen(QWEN25_PLAIN), QWEN_CONFIG | {"add_bos_token": False}, QWEN25, False),
    "qwen3": ("qwen3", lambda: qwen(QWEN3_PLAIN), QWEN_CONFIG | {"add_bos_token": False}, QWEN3, True),
}


# --- what transformers makes of them ----------------------------------------------------------------------------------


def untrimmed(tokenizer):
    """The same tokenizer, but spaces count where a token begins."""
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    return backend


def runs(marks):
    """Where marks are set, as pairs of the first and the one after the last."""
    edges = [i for i in range(len(marks) + 1) if (i < len(marks) and marks[i]) != (i > 0 and marks[i - 1])]
    return [list(pair) for pair in zip(edges[::2], edges[1::2])]


def golden(tokenizer, places, chat):
    """ids: a finished conversation; prompt: with the generation prompt; learned: tokens that begin in an answer or its
    end; transformers: the runs of its own assistant mask where they differ."""
    try:
        encoded = tokenizer.apply_chat_template(chat, return_dict=True, return_assistant_tokens_mask=True, date_string=DATE)
    except TemplateError as refusal:
        return {"refused": str(refusal)}
    prompt = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=True, date_string=DATE)["input_ids"]
    [text], [spans] = render_jinja_template([chat], chat_template=tokenizer.chat_template, return_assistant_tokens_mask=True,
                                            date_string=DATE, **tokenizer.special_tokens_map)
    offsets = places.encode(text, add_special_tokens=False).offsets
    learned = runs([any(first <= start < end for first, end in spans) for start, _ in offsets])
    row = {"ids": encoded["input_ids"], "prompt": prompt, "learned": learned}
    theirs = runs(encoded["assistant_masks"])
    return row if theirs == learned else row | {"transformers": theirs}


def write(folder, model_type, tokenizer, config, template, saved_anew):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    size = tokenizer.get_vocab_size()
    document = json.loads(tokenizer.to_str())
    added = {str(token["id"]): {k: v for k, v in token.items() if k != "id"} for token in document["added_tokens"]}
    files = {"tokenizer.json": document, "config.json": {"model_type": model_type, "vocab_size": size} | {
        f"{kind}_token_id": tokenizer.token_to_id(config[f"{kind}_token"]) for kind in ("bos", "eos", "pad")
        if config.get(f"{kind}_token")},
             "tokenizer_config.json": config | {"added_tokens_decoder": added, "chat_template": template}}
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
    loaded = AutoTokenizer.from_pretrained(folder)
    if saved_anew:
        loaded.save_pretrained(folder)
        document = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        (folder / "tokenizer.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
        loaded = AutoTokenizer.from_pretrained(folder)
    places = untrimmed(loaded)
    rows = {name: golden(loaded, places, chat) for name, chat in conversations().items()}
    lines = ",\n".join(json.dumps(name) + ":" + json.dumps(row, separators=(",", ":")) for name, row in rows.items())
    (folder / "golden.json").write_text("{\n" + lines + "\n}\n")
    refused = sum("refused" in row for row in rows.values())
    masks = sum("transformers" in row for row in rows.values())
    print(f"{folder.name}: {type(loaded).__name__}, {size} tokens, {refused} refused, {masks} masks of transformers differ")


def write_conversations(folder):
    folder.mkdir(parents=True, exist_ok=True)
    chats = conversations()
    assert len(chats) == 50
    lines = ",\n".join(json.dumps(name) + ":" + json.dumps(chat) for name, chat in chats.items())
    (folder / "conversations.json").write_text("{\n" + lines + "\n}\n")


# --- the published tokenizers -----------------------------------------------------------------------------------------


def from_ranks(file):
    """Byte-level pieces and merges of a file of base64 pieces and their ranks."""
    ranks = {base64.b64decode(piece): int(rank) for piece, rank in (line.split() for line in file.read_bytes().splitlines())}
    letters = byte_letters()
    spelled = {piece: "".join(letters[byte] for byte in piece) for piece in ranks}
    merges = []
    for piece, rank in ranks.items():
        pairs = [(piece[:i], piece[i:]) for i in range(1, len(piece)) if piece[:i] in ranks and piece[i:] in ranks]
        for left, right in sorted(pairs, key=lambda pair: (ranks[pair[0]], ranks[pair[1]])):
            merges.append((rank, spelled[left], spelled[right]))
    merges.sort(key=lambda merge: merge[0])
    return [spelled[piece] for piece in sorted(ranks, key=ranks.get)], [(left, right) for _, left, right in merges]


def byte_letters():
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(0x100 + i) for i, byte in enumerate(others)}


def published_llama3(data, names):
    rest = [f"<|reserved_special_token_{i}|>" for i in range(5, 5 + 256 - 2 - len(names))]
    return begin_llama3(byte_level(*from_ranks(data / "llama3_tokenizer.model"), "{1,3}", llama3_added(names + rest),
                                   ignore_merges=True))


def published_qwen2(data):
    vocabulary = json.loads((data / "qwen2" / "vocab.json").read_text(encoding="utf-8"))
    lines = (data / "qwen2" / "merges.txt").read_text(encoding="utf-8").split("\n")
    merges = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
    return byte_level(sorted(vocabulary, key=vocabulary.get), merges, "", special(QWEN_SPECIAL), normalizer=normalizers.NFC())


def published(data, output):
    tokenizers = {"llama-3": lambda: published_llama3(data, LLAMA3_NAMES),
                  "llama-3.2": lambda: published_llama3(data, LLAMA32_NAMES),
                  "qwen2": lambda: published_qwen2(data), "qwen2.5": lambda: published_qwen2(data)}
    for name, tokenizer in tokenizers.items():
        model_type, _, config, template, saved_anew = FAMILIES[name]
        write(output / name, model_type, tokenizer(), config, template, saved_anew)
    check_ranks(data / "llama3_tokenizer.model", output / "llama-3")


def check_ranks(ranks, folder):
    """The conversion spells every content as the ranks do, by the definition of tiktoken's merging."""
    order = {base64.b64decode(piece): int(rank) for piece, rank in (line.split() for line in ranks.read_bytes().splitlines())}
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    letters = {letter: byte for byte, letter in byte_letters().items()}
    for text in text_of_chats() + corpus()[:100]:
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text):
            parts = [bytes([letters[letter]]) for letter in word]
            if (whole := b"".join(parts)) in order:
                parts = [whole]
            while pairs := [(order[parts[i] + parts[i + 1]], i) for i in range(len(parts) - 1) if parts[i] + parts[i + 1] in order]:
                _, i = min(pairs)
                parts[i:i + 2] = [parts[i] + parts[i + 1]]
            assert [order[part] for part in parts] == [token.id for token in tokenizer.model.tokenize(word)], word


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", nargs=2, type=Path, metavar=("DATA", "OUTPUT"))
    paths = parser.parse_args().published
    target = paths[1] if paths else FIXTURES
    write_conversations(target)
    if paths:
        published(paths[0] / "tokenizers", target)
    else:
        for name, (model_type, tokenizer, config, template, saved_anew) in FAMILIES.items():
            write(target / name, model_type, tokenizer(), config, template, saved_anew)
