"""Writes fixtures/int4.json: a frozen linear layer in four bits, as PyTorch computes it from the scheme alone.

Weights: blocks of 32 of a row, w = scale (q - 8) + offset. The numbers q from 0 to 15 are the nearest, ties to even, on a
grid over the middle 1, 0.95, 0.9, 0.85 or 0.8 of the block's range, scale and offset the least squares line through
(q, w); of the five the one with the least squared error. Products ("y") and gradients are those of W, nothing rounded.
Where matrices are packed ("packed"), blocks of what is multiplied are rounded to 1/127 of their largest magnitude for the
part with the scales; for the part with the offsets they are summed as they are.

Run: python make_int4.py (torch)
"""

import json
import pathlib

import torch

BLOCK = 32


def blocks(x):
    return x.reshape(x.shape[0], -1, BLOCK)


def weights(w):
    w = blocks(w).double()
    least, most = w.aminmax(dim=2, keepdim=True)
    mean = w.mean(2, keepdim=True)
    best = None
    for part in (1, 0.95, 0.9, 0.85, 0.8):
        step = (part * (most - least) / 15).clamp_min(1e-300)
        q = torch.round((w - ((least + most) / 2 - step * 15 / 2)) / step).clamp(0, 15)
        centred = q - q.mean(2, keepdim=True)
        scale = (centred * (w - mean)).sum(2, keepdim=True) / (centred**2).sum(2, keepdim=True).clamp_min(1e-300)
        offset = mean + scale * (8 - q.mean(2, keepdim=True))
        error = ((scale * (q - 8) + offset - w) ** 2).sum(2, keepdim=True)
        found = (error, q, scale, offset)
        better = None if best is None else error < best[0]
        best = found if best is None else tuple(torch.where(better, a, b) for a, b in zip(found, best))
    _, q, scale, offset = best
    same = least == most
    q = torch.where(same, torch.full_like(q, 8), q)
    scale, offset = torch.where(same, torch.zeros_like(scale), scale), torch.where(same, least, offset)
    return q.to(torch.int64), scale.float(), offset.float()


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
        "y": (x.double() @ whole.T).flatten().tolist(),
        "packed": (
            rounded(x).reshape(rows, width) @ scaled.reshape(out, width).T
            + blocks(x).double().sum(2) @ offset.double()[:, :, 0].T
        ).flatten().tolist(),
        "dx": (dy.double() @ whole).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "int4.json"
    target.write_text(json.dumps(case) + "\n")


main()
