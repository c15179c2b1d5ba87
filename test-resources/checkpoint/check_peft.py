"""Checks an adapter and a merged checkpoint written by this project: python check_peft.py BASE ADAPTER MERGED.

PEFT must load the adapter without missing or unexpected tensors, transformers must load the merged checkpoint, and both
must give the same logits, which must differ from those of the base.
"""

import sys
import warnings

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def logits(model, ids):
    with torch.no_grad():
        return model.eval()(ids).logits


def main(base, adapter, merged):
    warnings.filterwarnings("error", message=".*(missing|unexpected).*")
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    ids = torch.randint(0, model.config.vocab_size, (2, 12), generator=torch.Generator().manual_seed(3))
    plain = logits(model, ids)
    adapted = logits(PeftModel.from_pretrained(model, adapter), ids)
    whole, info = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.float32, output_loading_info=True)
    if info["missing_keys"] or info["unexpected_keys"] or info["mismatched_keys"]:
        sys.exit(f"the merged checkpoint does not fit: {info}")
    folded = logits(whole, ids)
    change = (adapted - plain).abs().max().item()
    error = (adapted - folded).abs().max().item()
    print(f"adapter changes logits by up to {change:.3g}; merged differs from adapted by up to {error:.3g}")
    if change < 1e-3 or error > 1e-4:
        sys.exit("the adapter has no effect or the merged checkpoint computes something else")


if __name__ == "__main__":
    main(*sys.argv[1:])
