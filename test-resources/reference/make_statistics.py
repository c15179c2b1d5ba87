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

"""Makes fixtures/statistics.json: what NumPy and SciPy compute of small data sets, for the statistics' tests.

Run: python make_statistics.py [--out FILE]
"""

import argparse
import json
from pathlib import Path

import numpy as np
from scipy import stats

HERE = Path(__file__).resolve().parent


def documents(random, count, longest):
    """Lengths of documents, and two measures of their tokens that share the document's difficulty."""
    lengths = random.integers(1, longest + 1, count)
    difficulty = np.repeat(random.normal(size=count), lengths)
    x = difficulty + random.normal(size=lengths.sum())
    y = 0.5 * x + 0.5 * difficulty + random.exponential(size=lengths.sum())
    return lengths, x, y


def correlations(name, lengths, x, y, copies):
    tokens = np.repeat(copies, lengths)
    rx, ry = np.repeat(x, tokens), np.repeat(y, tokens)
    return {
        "name": name,
        "lengths": lengths.tolist(),
        "x": x.tolist(),
        "y": y.tolist(),
        "pearson": stats.pearsonr(x, y)[0],
        "spearman": stats.spearmanr(x, y)[0],
        "copies": copies.tolist(),
        "resampled_pearson": stats.pearsonr(rx, ry)[0],
        "resampled_spearman": stats.spearmanr(rx, ry)[0],
    }


def resample(random, count):
    return np.bincount(random.integers(0, count, count), minlength=count)


def bootstrap(lengths, x, y):
    ends = np.cumsum(lengths)
    parts = [np.arange(end - length, end) for end, length in zip(ends, lengths)]

    def of(correlation):
        def statistic(chosen):
            rows = np.concatenate([parts[d] for d in chosen])
            return correlation(x[rows], y[rows])[0]

        found = stats.bootstrap(
            (np.arange(len(lengths)),), statistic, n_resamples=20000, vectorized=False, method="BCa", rng=7
        ).confidence_interval
        return [found.low, found.high]

    return {"pearson": of(stats.pearsonr), "spearman": of(stats.spearmanr)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, default=HERE.parent / "fixtures" / "statistics.json")
    out = arguments.parse_args().out
    random = np.random.default_rng(11)

    lengths, x, y = documents(random, 25, 9)
    x, y = x.round(6), y.round(6)
    tied_lengths, tied_x, tied_y = documents(random, 20, 8)
    tied_x, tied_y = tied_x.round(0) + 0.0, tied_y.round(1) + 0.0
    cases = [
        correlations("continuous", lengths, x, y, resample(random, 25)),
        correlations("ties", tied_lengths, tied_x, tied_y, resample(random, 20)),
        correlations("offset", lengths, x + 1e5, y - 1e5, resample(random, 25)),
    ]

    values = random.gamma(2, size=80).round(6)
    grid = np.linspace(-1, 6, 15)
    conditions = (random.normal(size=(12, 5)) + 0.3 * np.arange(5)).round(1) + 0.0
    trend = stats.page_trend_test(conditions, method="asymptotic")
    shares = [0, 0.01, 0.25, 0.5, 0.9, 1]
    fixture = {
        "correlations": cases,
        "bootstrap": bootstrap(lengths, x, y),
        "distribution": {
            "values": values.tolist(),
            "mean": values.mean(),
            "sd": values.std(ddof=1),
            "shares": shares,
            "quantiles": np.quantile(values, shares).tolist(),
            "points": grid.tolist(),
            "density": stats.gaussian_kde(values)(grid).tolist(),
            "edges": np.histogram_bin_edges(values, 7, (0, 5)).tolist(),
            "counts": np.histogram(values, 7, (0, 5))[0].tolist(),
        },
        "trend": {"conditions": conditions.T.tolist(), "statistic": trend.statistic, "p": trend.pvalue},
    }
    out.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


main()
