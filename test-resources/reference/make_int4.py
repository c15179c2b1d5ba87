"""Writes fixtures/int4.json: a frozen linear layer in four bits, as PyTorch computes it from the scheme alone.

Weights: blocks of 32 of a row, each with a scale, (largest - least) / 15, and an offset, least + 8 scales; the numbers
from 0 to 15 are (w - least) / scale to nearest, ties to even, so that w = scale (q - 8) + offset. What is multiplied
where matrices are packed: blocks of a row in units of their largest magnitude, rounded to 1/127, for the part with the
scales; as it is, summed over each block, for the part with the offsets. Elsewhere ("exact"), and in gradients: a product
with the weights as they are, nothing rounded.

Run: python make_int4.py (torch)
"""

import json
import pathlib

import torch

BLOCK = 32


def blocks(x):
    return x.reshape(x.shape[0], -1, BLOCK)


def weights(w):
    least, most = blocks(w).aminmax(dim=2, keepdim=True)
    scale = most / 15 - least / 15
    numbers = torch.round((blocks(w).double() - least.double()) / scale.double())
    numbers = torch.where(scale == 0, torch.full_like(numbers, 8), numbers).clamp(0, 15)
    return numbers.to(torch.int64), scale, least + 8 * scale


def rounded(x):
    unit = blocks(x).abs().amax(2, keepdim=True).double()
    steps = torch.round(blocks(x).double() / unit * 127)
    return torch.where(unit == 0, torch.zeros_like(steps), steps * unit / 127)


def main():
    torch.manual_seed(0)
    out, width, rows = 40, 96, 5
    w = 0.1 * torch.randn(out, width)
    w[3, 32:64] = 0.25
    w[4] = w[4].abs()
    x = torch.randn(rows, width)
    x[:, 7] *= 30
    dy = torch.softmax(4 * torch.randn(rows, out), 1)
    numbers, scale, offset = weights(w)
    scaled = (numbers - 8) * scale.double()
    whole = (scaled + offset.double()).reshape(out, width)
    case = {
        "out": out,
        "in": width,
        "weight": w.flatten().tolist(),
        "numbers": numbers.flatten().tolist(),
        "scales": scale.flatten().tolist(),
        "offsets": offset.flatten().tolist(),
        "x": x.flatten().tolist(),
        "dy": dy.flatten().tolist(),
        "y": (
            rounded(x).reshape(rows, width) @ scaled.reshape(out, width).T
            + blocks(x).double().sum(2) @ offset.double()[:, :, 0].T
        ).flatten().tolist(),
        "exact": (x.double() @ whole.T).flatten().tolist(),
        "dx": (dy.double() @ whole).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "int4.json"
    target.write_text(json.dumps(case) + "\n")


main()
