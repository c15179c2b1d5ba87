"""Writes fixtures/int8.json: a frozen linear layer in bytes, as PyTorch computes it from the scheme alone.

Weights: a scale for each row, its largest magnitude / 127, and whole numbers to nearest, ties to even. What is
multiplied: rows in units of their largest magnitude, rounded to 1/127, and the rest rounded again to 1/127 of half of
that. Gradients: the same, after the scales have been multiplied into them. Products are summed as integers.

Run: python make_int8.py (torch)
"""

import json
import pathlib

import torch

LARGEST = 127


def weights(w):
    scale = w.abs().amax(1, keepdim=True) / LARGEST
    return torch.round(w / scale).to(torch.int64), scale[:, 0]


def product(x, numbers):
    unit = x.abs().amax(1, keepdim=True)
    first = torch.round(x / unit * LARGEST)
    rest = torch.round((x / unit - first / LARGEST) * (2 * LARGEST * LARGEST))
    sums = [(q.to(torch.int64) @ numbers).double() for q in (first, rest)]
    return (sums[0] / LARGEST + sums[1] / (2 * LARGEST * LARGEST)) * unit.double()


def main():
    torch.manual_seed(0)
    out, width, rows = 40, 72, 5
    w = 0.1 * torch.randn(out, width)
    x = torch.randn(rows, width)
    x[:, 7] *= 30
    dy = torch.softmax(4 * torch.randn(rows, out), 1)
    numbers, scale = weights(w)
    case = {
        "out": out,
        "in": width,
        "weight": w.flatten().tolist(),
        "numbers": numbers.flatten().tolist(),
        "scales": scale.tolist(),
        "x": x.flatten().tolist(),
        "dy": dy.flatten().tolist(),
        "y": (product(x, numbers.T) * scale.double()).flatten().tolist(),
        "dx": product(dy * scale, numbers).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "int8.json"
    target.write_text(json.dumps(case) + "\n")


main()
