#!/usr/bin/env python3
"""Makes fixtures/toy.json, the toy experiments' arithmetic in NumPy and PyTorch float64, and data/digits, a part of MNIST.

    make_toy_fixtures.py                    # the fixture: numpy, scipy, torch
    make_toy_fixtures.py MNIST_DIRECTORY    # the digits too, from MNIST's four gzipped files
"""
import gzip
import itertools
import json
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr

HERE = Path(__file__).resolve().parent.parent
STEPS, KEPT = 5, 2


def linear(rng):
    """Five steps of each rule on six data and six parameters: w, training loss and held-out loss after each."""
    n = d = 6
    z, other = rng.normal(size=(n, d)) / np.sqrt(d), rng.normal(size=(7, d)) / np.sqrt(d)
    solution = rng.normal(size=d)
    y, other_y = z @ solution, other @ solution
    rate = 0.5 / np.linalg.norm(z, 2) ** 2

    def loss(w, a, b):
        return 0.5 * np.sum((a @ w - b) ** 2)

    def moved(w, data, parameters):
        return w - rate * parameters * (z.T @ (data * (z @ w - y)))

    runs = {}
    for subset, rule in itertools.product(("DATA", "PARAMETERS"), ("FULL", "OPTIMAL", "LARGEST")):
        w, steps = np.zeros(d), []
        for _ in range(STEPS):
            def after(mask):
                return moved(w, mask, 1) if subset == "DATA" else moved(w, 1, mask)

            errors = z @ w - y if subset == "DATA" else z.T @ (z @ w - y)
            if rule == "FULL":
                masks = [np.ones(n)]
            elif rule == "OPTIMAL":
                masks = [np.isin(np.arange(n), c) for c in itertools.combinations(range(n), KEPT)]
            else:
                masks = [np.isin(np.arange(n), np.argsort(-np.abs(errors))[:KEPT])]
            w = min((after(mask) for mask in masks), key=lambda v: loss(v, z, y))
            steps.append({"w": w.tolist(), "training": loss(w, z, y), "heldOut": loss(w, other, other_y)})
        runs[f"{subset} {rule}"] = steps
    return {"z": z.tolist(), "d": y.tolist(), "heldOutZ": other.tolist(), "heldOutD": other_y.tolist(),
            "rate": rate, "kept": KEPT, "runs": runs}


def polynomial(rng):
    """The decrement of the validation error by a step on each of 20 data, and its rank correlation with their noise."""
    degree, points, validation, rate = 5, 20, 100, 0.01
    truth = rng.normal(size=degree + 1)
    x, deviation = rng.uniform(-1, 1, points), 0.1 * rng.uniform(size=points)
    z = np.vander(x, degree + 1, increasing=True)
    y = z @ truth + deviation * rng.normal(size=points)
    w = truth + 0.1 * rng.normal(size=degree + 1)
    others = np.vander(np.linspace(-1, 1, validation), degree + 1, increasing=True)

    def error(v):
        return np.mean((others @ v - others @ truth) ** 2)

    decrements = [error(w) - error(w - rate * z[i] * (z[i] @ w - y[i])) for i in range(points)]
    return {"x": x.tolist(), "y": y.tolist(), "truth": truth.tolist(), "w": w.tolist(), "rate": rate,
            "aleatoric": deviation.tolist(), "decrements": decrements,
            "spearman": spearmanr(deviation, decrements).statistic}


def perceptron(rng):
    """Three steps of gradient descent on the band of losses between the quantiles 0.5 and 0.75 of each batch."""
    torch.set_default_dtype(torch.float64)
    widths, rows, rate = [5, 4, 3, 3], 16, 0.5
    layers = [torch.nn.Linear(a, b) for a, b in itertools.pairwise(widths)]
    with torch.no_grad():
        for layer in layers:
            layer.weight.copy_(torch.from_numpy(0.5 * rng.normal(size=tuple(layer.weight.shape))))
            layer.bias.copy_(torch.from_numpy(0.5 * rng.normal(size=tuple(layer.bias.shape))))
    parameters = [p for layer in layers for p in (layer.weight, layer.bias)]
    start, steps = [p.detach().flatten().tolist() for p in parameters], []
    for _ in range(3):
        x, labels = torch.from_numpy(rng.normal(size=(rows, widths[0]))), torch.from_numpy(rng.integers(0, 3, rows))
        h = x
        for layer in layers[:-1]:
            h = torch.relu(layer(h))
        losses = torch.nn.functional.cross_entropy(layers[-1](h), labels, reduction="none")
        band = torch.argsort(losses)[rows // 2: 3 * rows // 4]
        loss = losses[band].mean()
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for p, g in zip(parameters, gradients):
                p -= rate * g
        steps.append({"x": x.flatten().tolist(), "labels": labels.tolist(), "loss": loss.item(),
                      "parameters": [p.detach().flatten().tolist() for p in parameters]})
    return {"widths": widths, "rate": rate, "low": 0.5, "high": 0.75, "start": start, "steps": steps}


def digits(mnist, target, train=1000, test=500):
    target.mkdir(parents=True, exist_ok=True)
    for name, count in (("train", train), ("t10k", test)):
        for kind, head, size in (("images-idx3", 16, 784), ("labels-idx1", 8, 1)):
            with gzip.open(mnist / f"{name}-{kind}-ubyte.gz") as file:
                content = file.read(head + count * size)
            content = content[:4] + count.to_bytes(4, "big") + content[8:]
            with open(target / f"{name}-{kind}-ubyte.gz", "wb") as raw:
                with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0, compresslevel=9) as file:
                    file.write(content)


def main():
    rng = np.random.default_rng(1)
    fixture = {"linear": linear(rng), "polynomial": polynomial(rng), "perceptron": perceptron(rng)}
    (HERE / "fixtures" / "toy.json").write_text(json.dumps(fixture, indent=1) + "\n")
    if len(sys.argv) > 1:
        digits(Path(sys.argv[1]), HERE / "data" / "digits")


main()
