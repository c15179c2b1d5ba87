"""Writes fixtures/int8.json and int8-tall.json: a frozen linear layer in bytes, as PyTorch computes it from the scheme alone.

Rows of weights and what they are multiplied by are rotated: blocks of the largest power of two up to 64 that divides
their width are multiplied by a Hadamard matrix. Weights: a scale for each row, its largest magnitude / 127, and whole
numbers to nearest, ties to even. What is multiplied: rows in units of their largest magnitude, rounded to 1/127, and the
rest rounded again to 1/127 of half of that; once only where the products steer a training ("steering"), as those of a
feed-forward network with more rows of weights than columns do. Gradients: the scales are multiplied into them, then they
are rounded in the same way, once where there are no more rows of weights than columns, and the product is rotated back.
Products are summed as integers. For few rows ("blocks"), blocks of 64 rotated numbers are rounded once to 1/127 of their
largest magnitude. fixtures/int8-tall.json has more rows than columns.

Run: python make_int8.py (torch)
"""

import json
import pathlib

import torch

LARGEST = 127


def rotated(x):
    block = min(64, x.shape[1] & -x.shape[1])
    matrix = torch.ones(1, 1, dtype=torch.float64)
    while len(matrix) < block:
        matrix = torch.kron(torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64), matrix)
    blocks = x.double().reshape(len(x), -1, block) @ matrix
    return (blocks / block**0.5).reshape(x.shape).float()


def weights(w):
    scale = w.abs().amax(1, keepdim=True) / LARGEST
    return torch.round(w / scale).to(torch.int64), scale[:, 0]


def product(x, numbers, times=2):
    step = x.abs().amax(1, keepdim=True) / LARGEST
    total = 0
    for _ in range(times):
        q = torch.round(x / step)
        total = total + (q.to(torch.int64) @ numbers).double() * step.double()
        x, step = x - q * step, step / (2 * LARGEST)
    return total


def rounded_blocks(x):
    blocks = x.double().reshape(len(x), -1, 64)
    step = blocks.abs().amax(2, keepdim=True) / LARGEST
    return (torch.round(blocks / step) * step).reshape(x.shape)


def write(name, out, width, rows):
    torch.manual_seed(0)
    w = 0.1 * torch.randn(out, width)
    x = torch.randn(rows, width)
    x[:, 7] *= 30
    dy = torch.softmax(4 * torch.randn(rows, out), 1)
    numbers, scale = weights(rotated(w))
    case = {
        "out": out,
        "in": width,
        "weight": w.flatten().tolist(),
        "numbers": numbers.flatten().tolist(),
        "scales": scale.tolist(),
        "x": x.flatten().tolist(),
        "dy": dy.flatten().tolist(),
        "y": (product(rotated(x), numbers.T) * scale.double()).flatten().tolist(),
        "steering": (product(rotated(x), numbers.T, 1) * scale.double()).flatten().tolist(),
        "blocks": (rounded_blocks(rotated(x)) @ (numbers.double() * scale.double()[:, None]).T).flatten().tolist(),
        "dx": rotated(product(dy * scale, numbers, 2 if out > width else 1)).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / name
    target.write_text(json.dumps(case) + "\n")


write("int8.json", 40, 192, 5)
write("int8-tall.json", 192, 64, 5)
