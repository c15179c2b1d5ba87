"""Writes fixtures/int8.json and int8-tall.json: a frozen linear layer in bytes, as PyTorch computes it from the scheme alone.

Rows of weights and what they are multiplied by are rotated: blocks of the largest power of two up to 64 that divides
their width are multiplied by a Hadamard matrix. Weights: a scale for each row, its largest magnitude / 127, and whole
numbers, ties to even, by GPTQ within the blocks: the Hessian is the diagonal of "importance" plus a tenth of the
largest power of two up to its mean, rotated. What is multiplied: rows in units of their largest magnitude, rounded to
1/127, and the rest rounded again to 1/127 of half of that; once only in a training, but for queries, keys and values
("once"). Gradients: the scales are multiplied into them, then they are rounded in the same way, once below the logits
of a training ("dx once"), and the product is rotated back; where they are rounded twice, what that leaves is
multiplied by the mean row of the numbers, itself rounded. Products are summed as integers. For few rows ("blocks"),
blocks of 64 rotated numbers are rounded once to 1/127 of their largest magnitude. fixtures/int8-tall.json has more
rows than columns.

Run: python make_int8.py (torch)
"""

import json
import pathlib

import torch

LARGEST = 127


def hadamard(size):
    matrix = torch.ones(1, 1, dtype=torch.float64)
    while len(matrix) < size:
        matrix = torch.kron(torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64), matrix)
    return matrix / size**0.5


def block_size(width):
    return min(64, width & -width)


def rotated(x):
    block = block_size(x.shape[1])
    return (x.double().reshape(len(x), -1, block) @ hadamard(block)).reshape(x.shape).float()


def block_hessian(importance, first, size):
    mean = 2.0 ** torch.floor(torch.log2(importance.mean()))
    part = importance[first : first + size] + 0.1 * mean
    matrix = hadamard(size)
    return matrix @ torch.diag(part.double()) @ matrix


def gptq(w, hessian):
    """Rounds w, in steps, column by column (Frantar et al., "GPTQ", Algorithm 1)."""
    factor = torch.linalg.cholesky(torch.linalg.inv(hessian), upper=True)
    w = w.clone()
    q = torch.zeros_like(w)
    for j in range(w.shape[1]):
        q[:, j] = torch.round(w[:, j]).clamp(-LARGEST, LARGEST)
        w[:, j:] -= torch.outer((w[:, j] - q[:, j]) / factor[j, j], factor[j, j:])
    return q


def weights(w, importance):
    scale = w.abs().amax(1, keepdim=True) / LARGEST
    steps = w.double() / scale.double()
    size = block_size(w.shape[1])
    blocks = [
        gptq(steps[:, first : first + size], block_hessian(importance, first, size))
        for first in range(0, w.shape[1], size)
    ]
    return torch.cat(blocks, 1).to(torch.int64), scale[:, 0]


def product(x, numbers, times=2):
    step = x.abs().amax(1, keepdim=True) / LARGEST
    total = 0
    for _ in range(times):
        q = torch.round(x / step)
        total = total + (q.to(torch.int64) @ numbers).double() * step.double()
        x, step = x - q * step, step / (2 * LARGEST)
    return total


def left(x):
    """What two roundings leave, summed over each row."""
    return (x.double() - product(x, torch.eye(x.shape[1], dtype=torch.int64))).sum(1, keepdim=True)


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
    importance = 2.0 ** torch.randint(-4, 5, (width,))
    numbers, scale = weights(rotated(w), importance)
    mean = torch.round(numbers.double().mean(0))
    twice = product(dy * scale, numbers) + left(dy * scale) * mean
    case = {
        "out": out,
        "in": width,
        "weight": w.flatten().tolist(),
        "importance": importance.tolist(),
        "numbers": numbers.flatten().tolist(),
        "scales": scale.tolist(),
        "x": x.flatten().tolist(),
        "dy": dy.flatten().tolist(),
        "y": (product(rotated(x), numbers.T) * scale.double()).flatten().tolist(),
        "once": (product(rotated(x), numbers.T, 1) * scale.double()).flatten().tolist(),
        "blocks": (rounded_blocks(rotated(x)) @ (numbers.double() * scale.double()[:, None]).T).flatten().tolist(),
        "dx": rotated(twice).flatten().tolist(),
        "dx once": rotated(product(dy * scale, numbers, 1)).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / name
    target.write_text(json.dumps(case) + "\n")


write("int8.json", 40, 192, 5)
write("int8-tall.json", 192, 64, 5)
