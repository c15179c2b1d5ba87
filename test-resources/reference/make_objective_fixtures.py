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

"""Losses and logit gradients of objectives, as their papers define them, for the tests of tribuo-objectives.

Usage: python make_objective_fixtures.py FIXTURES_DIRECTORY

Writes objectives.json, one flat object of number lists. A batch has N tokens of D documents over V classes:
`<batch>.logits` [N, V], `.teacher` [N, V] (logits of the reference model), `.labels`, `.documents`, the columns
`.old_log_probability`, `.advantage`, `.epistemic`, `.random` [N], `.oracle.ids` and `.oracle.probabilities` [N, 3],
`.samples.ids` and `.samples.probabilities` [N, 6]; per objective `<batch>.<objective>.loss` [1] and `.gradient` [N, V].
All arithmetic is in float64 on inputs that float32 holds exactly; gradients are autograd's.
"""

import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


class Batch:
    def __init__(self, seed, lengths, classes, sharpness):
        torch.manual_seed(seed)
        n = sum(lengths)

        def exact(x):
            return x.float().double()

        self.lengths = lengths
        self.logits = exact(torch.randn(n, classes) * sharpness)
        self.teacher = exact(self.logits + (0.5 + sharpness / 4) * torch.randn(n, classes))
        self.labels = torch.multinomial(F.softmax(self.logits / 2, -1), 1).squeeze(1)
        self.documents = torch.tensor([d for d, length in enumerate(lengths) for _ in range(length)])
        old = F.log_softmax(self.logits + 0.3 * torch.randn(n, classes), -1)
        self.old_log_probability = exact(self.at_labels(old))
        self.advantage = exact(torch.randn(len(lengths))[self.documents] + 0.3 * torch.randn(n) + 0.2)
        self.epistemic = exact(torch.rand(n))
        self.random = exact(torch.rand(n))
        self.oracle_ids = torch.stack([torch.randperm(classes)[:3] for _ in range(n)])
        self.oracle_probabilities = exact(F.softmax(torch.randn(n, 3), -1))
        self.sample_ids = torch.multinomial(F.softmax(self.teacher, -1), 6, replacement=True)

    def at_labels(self, rows):
        return rows[torch.arange(len(rows)), self.labels]

    def log_p(self, z):
        return self.at_labels(F.log_softmax(z, -1))

    def log_ref(self):
        return self.log_p(self.teacher)

    def document_values(self, values):
        return [values[self.documents == d] for d in range(len(self.lengths))]

    def inputs(self):
        samples = torch.full(self.sample_ids.shape, 1 / 6).float()
        return {
            "logits": self.logits, "teacher": self.teacher, "labels": self.labels, "documents": self.documents,
            "old_log_probability": self.old_log_probability, "advantage": self.advantage,
            "epistemic": self.epistemic, "random": self.random, "oracle.ids": self.oracle_ids,
            "oracle.probabilities": self.oracle_probabilities, "samples.ids": self.sample_ids,
            "samples.probabilities": samples,
        }


def entropy(z):
    log_q = F.log_softmax(z, -1)
    return -(log_q.exp() * log_q).sum(-1)


def kl(p_logits, q_logits):
    log_p, log_q = F.log_softmax(p_logits, -1), F.log_softmax(q_logits, -1)
    return (log_p.exp() * (log_p - log_q)).sum(-1)


def jensen_shannon(p_logits, q_logits, beta):
    if beta == 0:
        return kl(p_logits, q_logits)
    if beta == 1:
        return kl(q_logits, p_logits)
    log_p, log_q = F.log_softmax(p_logits, -1), F.log_softmax(q_logits, -1)
    log_m = torch.logsumexp(torch.stack([log_p + math.log(beta), log_q + math.log(1 - beta)]), 0)
    return beta * (log_p.exp() * (log_p - log_m)).sum(-1) + (1 - beta) * (log_q.exp() * (log_q - log_m)).sum(-1)


def cross_entropy(p_logits, q_logits):
    return -(F.softmax(p_logits, -1) * F.log_softmax(q_logits, -1)).sum(-1)


def share(quantile, count):
    return math.ceil((1 - Fraction(str(quantile))) * count)


def highest(scores, k):
    mask = torch.zeros_like(scores)
    mask[scores.topk(min(k, len(scores))).indices] = 1
    return mask


def masked(nll, mask):
    return (nll * mask).sum() / mask.sum()


def by_token(b, nll, scores, quantile):
    return masked(nll, highest(scores, share(quantile, len(scores))))


def by_document(b, nll, scores, quantile):
    means = torch.stack([s.mean() for s in b.document_values(scores)])
    return masked(nll, highest(means, share(quantile, len(means)))[b.documents])


def truncated(b, z, k, renormalise):
    q = F.softmax(b.teacher, -1)
    top = q.topk(k, -1)
    kept = torch.zeros_like(q).scatter(1, top.indices, top.values)
    if renormalise:
        kept = kept / kept.sum(-1, keepdim=True)
    return -(kept * F.log_softmax(z, -1)).sum(-1).mean()


def sparse(z, ids, probabilities):
    rows = F.log_softmax(z, -1)
    total = 0
    for row, row_ids, row_probabilities in zip(rows, ids.tolist(), probabilities.tolist()):
        for i, p in zip(row_ids, row_probabilities):
            total = total - p * row[i]
    return total / len(rows)


def clipped(ratio, advantage, low, high):
    return -torch.minimum(ratio * advantage, ratio.clamp(1 - low, 1 + high) * advantage)


def ratio(b, z):
    return (b.log_p(z) - b.old_log_probability).exp()


def k3(b, z):
    r = b.log_ref() - b.log_p(z)
    return r.exp() - r - 1


def sequence_mean(b, values):
    return torch.stack([v.mean() for v in b.document_values(values)]).mean()


def asft(b, z):
    log_p = b.log_p(z)
    return (-log_p.exp().detach() * log_p).mean() + 0.05 * kl(z, b.teacher).mean()


def eaft(b, z, k):
    top = F.softmax(z.detach().topk(k, -1).values, -1)
    weight = -(top * top.log()).sum(-1) / math.log(k)
    return -(weight * b.log_p(z)).mean()


def iw_sft(b, z):
    weight = (b.log_p(z.detach()) - b.log_ref()).exp().clamp(max=1.5)
    return -(weight * b.log_p(z)).mean()


def iw_sft_by_document(b, z):
    log_ratio = b.log_p(z.detach()) - b.log_ref()
    weight = torch.stack([r.mean() for r in b.document_values(log_ratio)]).exp().clamp(0.5, 1.5)[b.documents]
    return -(weight * b.log_p(z)).mean()


def masked_mle_distill(b, z):
    nll = -b.log_p(z)
    mask = highest(nll.detach(), share(0.75, len(nll)))
    return torch.where(mask > 0, nll, cross_entropy(b.teacher, z)).mean()


def within_documents(b, z):
    nll = -b.log_p(z)
    masks = [highest(s, share(0.8, len(s))) for s in b.document_values(nll.detach())]
    return masked(nll, torch.cat(masks))


def soft_threshold(b, z):
    weight = torch.sigmoid(2 * (-b.log_p(z).detach() - 1))
    return -(weight * b.log_p(z)).sum() / weight.sum()


OBJECTIVES = {
    "mle": lambda b, z: F.cross_entropy(z, b.labels),
    "masked-mle": lambda b, z: by_token(b, -b.log_p(z), -b.log_p(z).detach(), 0.75),
    "masked-mle-distill": masked_mle_distill,
    "self-distill": lambda b, z: cross_entropy(b.teacher, z).mean(),
    "masked-mle-entropy": lambda b, z: by_token(b, -b.log_p(z), entropy(z.detach()), 0.6),
    "masked-mle-random": lambda b, z: by_token(b, -b.log_p(z), b.random, 0.6),
    "document-selection": lambda b, z: by_document(b, -b.log_p(z), -b.log_p(z).detach(), 0.5),
    "bayesian-active-learning": lambda b, z: by_token(b, -b.log_p(z), b.epistemic, 0.5),
    "rho-1": lambda b, z: by_token(b, -b.log_p(z), b.log_ref() - b.log_p(z).detach(), 0.4),
    "rho-loss": lambda b, z: by_document(b, -b.log_p(z), b.log_ref() - b.log_p(z).detach(), 0.7),
    "knowledge-distillation": lambda b, z: 4 * cross_entropy(b.teacher / 2, z / 2).mean(),
    "truncated-kl": lambda b, z: truncated(b, z, 4, False),
    "truncated-kl-renormalised": lambda b, z: truncated(b, z, 4, True),
    "sparse-distillation": lambda b, z: sparse(z, b.sample_ids, torch.full(b.sample_ids.shape, 1 / 6)),
    "oracle-label-noise": lambda b, z: sparse(z, b.oracle_ids, b.oracle_probabilities),
    "gkd-forward": lambda b, z: jensen_shannon(b.teacher, z, 0).mean(),
    "gkd-0.1": lambda b, z: jensen_shannon(b.teacher, z, 0.1).mean(),
    "gkd-0.5": lambda b, z: jensen_shannon(b.teacher / 1.5, z / 1.5, 0.5).mean(),
    "gkd-reverse": lambda b, z: jensen_shannon(b.teacher, z, 1).mean(),
    "dft": lambda b, z: -(b.log_p(z).exp().detach() * b.log_p(z)).mean(),
    "asft": asft,
    "eaft": lambda b, z: eaft(b, z, 5),
    "iw-sft": iw_sft,
    "psft": lambda b, z: clipped(ratio(b, z), torch.ones(len(z)), 0.2, 0.2).mean(),
    "psft-reference": lambda b, z: clipped((b.log_p(z) - b.log_ref()).exp(), torch.ones(len(z)), 0.3, 0.3).mean(),
    "reinforce": lambda b, z: -(b.advantage * b.log_p(z)).mean(),
    "ppo": lambda b, z: clipped(ratio(b, z), b.advantage, 0.2, 0.2).mean(),
    "grpo": lambda b, z: sequence_mean(b, clipped(ratio(b, z), b.advantage, 0.2, 0.2) + 0.04 * k3(b, z)),
    "dr-grpo": lambda b, z: clipped(ratio(b, z), b.advantage, 0.2, 0.2).sum() / len(b.lengths) / 32,
    "dapo": lambda b, z: clipped(ratio(b, z), b.advantage, 0.2, 0.28).mean(),
    "top-in-each-document": within_documents,
    "five-hardest": lambda b, z: masked(-b.log_p(z), highest(-b.log_p(z).detach(), 5)),
    "above-1.5-nats": lambda b, z: masked(-b.log_p(z), (-b.log_p(z).detach() > 1.5).double()),
    "soft-threshold": soft_threshold,
    "iw-sft-by-document": iw_sft_by_document,
}

BATCHES = {
    "flat": Batch(1, [4, 6, 1, 5], 11, 1.5),
    "peaked": Batch(2, [3, 2, 5], 7, 8.0),
}


def numbers(tensor):
    flat = tensor.flatten().tolist()
    return [float(f"{x:.9g}") if isinstance(x, float) else x for x in flat]


def main(directory):
    fixtures = {}
    for name, batch in BATCHES.items():
        for key, tensor in batch.inputs().items():
            fixtures[f"{name}.{key}"] = numbers(tensor)
        for objective, loss in OBJECTIVES.items():
            z = batch.logits.clone().requires_grad_()
            value = loss(batch, z)
            (gradient,) = torch.autograd.grad(value, z)
            fixtures[f"{name}.{objective}.loss"] = numbers(value)
            fixtures[f"{name}.{objective}.gradient"] = numbers(gradient)
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(values)}" for key, values in fixtures.items())
    Path(directory, "objectives.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
