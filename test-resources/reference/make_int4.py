"""Writes fixtures/int4.json: a frozen linear layer in four bits, as PyTorch computes it from the scheme alone.

Weights: blocks of 32 of a row, w = scale (q - 8) + offset, q from 0 to 15. Columns count as "importance" says. Of the grids
over the middle 1, 0.95, 0.9, 0.85 or 0.8 of the block's range, scale and offset fitted to the nearest numbers by weighted
least squares, the one with the least weighted squared error; then it is fitted twice more to the numbers that are the
nearest by then. Offsets are rounded in blocks of 32 to scale (q - 8), scale their largest magnitude / 7, and what that
leaves is rounded again; both follow the row as further blocks. Then q is the nearest, ties to even, on the grid about the
offset as it is rounded. Products ("y") and gradients are those of W, nothing else rounded. Where matrices are packed
("packed"), the row and, twice, the sums of its blocks are rounded in blocks of 32 to 1/127 of their largest magnitude.

Run: python make_int4.py (torch)
"""

import json
import pathlib

import torch

BLOCK = 32


def blocks(x):
    return x.reshape(x.shape[0], -1, BLOCK)


def nearest(w, scale, offset):
    return torch.round(8 + (w - offset) / scale).clamp(0, 15)


def fitted(w, scale, offset, importance):
    q = nearest(w, scale, offset)
    mean_q = (importance * q).sum(2, keepdim=True) / importance.sum(2, keepdim=True)
    mean_w = (importance * w).sum(2, keepdim=True) / importance.sum(2, keepdim=True)
    centred = q - mean_q
    slope = (importance * centred * (w - mean_w)).sum(2, keepdim=True) / (importance * centred**2).sum(2, keepdim=True)
    error = (importance * (slope * centred + mean_w - w) ** 2).sum(2, keepdim=True)
    return error, slope, mean_w + slope * (8 - mean_q)


def grid(w, importance):
    w = blocks(w).double()
    importance = blocks(importance[None]).double().expand_as(w)
    least, most = w.aminmax(dim=2, keepdim=True)
    best = None
    for part in (1, 0.95, 0.9, 0.85, 0.8):
        step = (part * (most - least) / 15).clamp_min(1e-300)
        found = fitted(w, step, (least + most) / 2 + step / 2, importance)
        better = None if best is None else found[0] < best[0]
        best = found if best is None else tuple(torch.where(better, a, b) for a, b in zip(found, best))
    for _ in range(2):
        best = fitted(w, best[1], best[2], importance)
    same = least == most
    scale = torch.where(same, torch.zeros_like(best[1]), best[1]).float()
    return scale, torch.where(same, least, best[2]).float()


def numbers(w, scale, offset):
    steps = torch.round(8 + (blocks(w).double() - offset.double()) / scale.double().clamp_min(1e-300)).clamp(0, 15)
    return torch.where(scale == 0, torch.full_like(steps, 8), steps)


def without_offsets(w):
    scale = (blocks(w).abs().amax(2, keepdim=True) / 7).float()
    q = numbers(w, scale, torch.zeros_like(scale))
    return q, scale, (scale * (q - 8).float()).reshape(w.shape)


def padded(x):
    return torch.nn.functional.pad(x, (0, -x.shape[1] % BLOCK))


def weights(w, importance):
    scale, offset = grid(w, importance)
    first_q, first_scale, first = without_offsets(padded(offset[:, :, 0]))
    again_q, again_scale, again = without_offsets(padded(offset[:, :, 0]) - first)
    held = (first + again)[:, : offset.shape[1], None]
    q = torch.cat([numbers(w, scale, held), first_q, again_q], 1)
    return q.to(torch.int64), torch.cat([scale, first_scale, again_scale], 1), held


def with_sums(x):
    sums = padded(blocks(x).double().sum(2).float())
    return torch.cat([x, sums, sums], 1)


def rounded(x):
    unit = blocks(x).abs().amax(2, keepdim=True).double()
    steps = torch.round(blocks(x).double() / unit * 127)
    return torch.where(unit == 0, torch.zeros_like(steps), steps * unit / 127).reshape(x.shape)


def main():
    torch.manual_seed(0)
    out, width, rows = 40, 96, 5
    w = 0.1 * torch.randn(out, width)
    w[3, 32:64] = 0.25
    w[4] = w[4].abs()
    x = torch.randn(rows, width)
    x[:, 7] *= 30
    dy = torch.softmax(4 * torch.randn(rows, out), 1)
    importance = 2.0 ** torch.randint(-4, 5, (width,))
    q, scale, offset = weights(w, importance)
    columns = (q - 8) * scale.double()
    whole = (columns[:, : width // BLOCK] + offset.double()).reshape(out, width)
    case = {
        "out": out,
        "in": width,
        "weight": w.flatten().tolist(),
        "importance": importance.tolist(),
        "numbers": q.flatten().tolist(),
        "scales": scale.flatten().tolist(),
        "x": x.flatten().tolist(),
        "dy": dy.flatten().tolist(),
        "y": (x.double() @ whole.T).flatten().tolist(),
        "packed": (rounded(with_sums(x)) @ columns.reshape(out, -1).T).flatten().tolist(),
        "dx": (dy.double() @ whole).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "int4.json"
    target.write_text(json.dumps(case) + "\n")


main()
