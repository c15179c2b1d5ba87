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


"""Writes what scikit-learn, statsmodels and SciPy make of made-up preferences and verdicts.

python make_preferences.py OUTPUT

Preferences of a judge on pairs of answers, whose length-controlled win rate is computed as AlpacaEval 2.0 does
(LogisticRegressionCV with liblinear, GroupKFold), a logistic regression with clustered errors, Cohen's kappa; and two
models' verdicts on the same prompts with McNemar's test and Holm's correction. Made with scikit-learn 1.9.1.
"""

import json
import sys
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.model_selection import GroupKFold
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

PAIRS = 40
LAMBDA = 0.2
rng = np.random.default_rng(7)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def logloss(p, s):
    s = np.clip(s, 1e-15, 1 - 1e-15)
    return -(p * np.log(s) + (1 - p) * np.log(1 - s))


def length_controlled(lengths, preferences, gamed):
    """AlpacaEval's regression: rows of gamed answers, then the model's, each once with y = 1 and once with y = 0."""
    n = len(preferences)
    delta = lengths[:, 0] - lengths[:, 1]
    delta = delta / delta.std(ddof=1)
    difficulty = {}
    for row in gamed:
        difficulty.setdefault(int(row[1]), row[3])
    d = np.array([difficulty[i] for i in range(n)])
    X = np.concatenate([np.column_stack([np.tanh(gamed[:, 2]), gamed[:, 3], np.zeros(len(gamed))]), np.column_stack([np.tanh(delta), d, np.ones(n)])])
    p = np.concatenate([gamed[:, 0], preferences])
    w = np.concatenate([np.full(len(gamed), LAMBDA / 2), np.ones(n)])
    groups = np.tile(np.arange(len(p)), 2)
    X2, y2 = np.tile(X, (2, 1)), np.repeat([1, 0], len(p))
    p2, w2 = np.concatenate([p, 1 - p]), np.tile(w, 2)

    def fit(rows, C):
        model = LogisticRegression(C=C, l1_ratio=1, solver="liblinear", fit_intercept=False, tol=1e-12, max_iter=100000, random_state=123)
        return model.fit(X2[rows], y2[rows], sample_weight=(p2 * w2)[rows])

    strengths = np.logspace(-4, 4, 10)
    losses = []
    for C in strengths:
        folds = []
        for train, test in GroupKFold(5).split(X2, y2, groups):
            s = fit(train, C).predict_proba(X2[test])[:, 1]
            target = np.where(y2[test] == 1, p2[test], 1 - p2[test])
            folds.append(np.mean(w2[test] * logloss(target, s)))
        losses.append(np.mean(folds))
    b = fit(np.arange(len(p2)), strengths[int(np.argmin(losses))]).coef_[0]
    predicted = 100 * sigmoid(b[1] * d + b[2])
    return {"coefficients": list(b), "winRate": predicted.mean(), "standardError": predicted.std(ddof=1) / np.sqrt(n), "strength": strengths[int(np.argmin(losses))]}


def head_to_head(lengths, ahead, behind):
    delta = lengths[:, 0] - lengths[:, 1]
    t = np.tanh(delta / delta.std(ddof=1))
    X, y, groups = [], [], []
    for i in range(len(t)):
        for position, value in ((-1, ahead[i]), (1, behind[i])):
            X.append([1, position, t[i]])
            y.append(value)
            groups.append(i)
    fitted = sm.GLM(np.array(y), np.array(X), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    # statsmodels corrects clusters for the number of rows and coefficients too; this is without that factor.
    score = (np.array(y) - fitted.fittedvalues)[:, None] * np.array(X)
    sums = np.array([score[np.array(groups) == i].sum(0) for i in range(len(t))])
    s = fitted.fittedvalues
    bread = np.linalg.inv((np.array(X) * (s * (1 - s))[:, None]).T @ np.array(X))
    n, k, g = len(y), 3, len(t)
    covariance = bread @ (sums.T @ sums) @ bread * g / (g - 1)
    theirs = sm.GLM(np.array(y), np.array(X), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200, cov_type="cluster", cov_kwds={"groups": np.array(groups)})
    np.testing.assert_allclose(covariance * (n - 1) / (n - k), theirs.cov_params(), rtol=1e-8)
    b = fitted.params
    share = sigmoid(b[0])
    return {"coefficients": list(b), "winRate": 100 * share, "standardError": 100 * share * (1 - share) * np.sqrt(covariance[0, 0])}


def main():
    lengths = rng.integers(5, 120, (PAIRS, 2))
    quality = rng.normal(-0.3, 1, PAIRS)
    tilt = 0.02 * (lengths[:, 1] - lengths[:, 0])
    ahead = np.round(sigmoid(2 * quality + tilt - 0.4 + rng.normal(0, 1, PAIRS)), 6)
    behind = np.round(sigmoid(2 * quality + tilt + 0.4 + rng.normal(0, 1, PAIRS)), 6)
    ahead[3], ahead[7], behind[7] = 0.5, 1.0, 0.0
    gamed = np.array([[round(float(sigmoid(rng.normal(z, 1))), 6), i, round(float(rng.normal(z, 1)), 6), round(float(0.5 * rng.normal()) if z > 0 else 0.0, 6)] for z in (1, -1) for i in range(PAIRS)])
    gamed[PAIRS:, 3] = gamed[:PAIRS, 3]
    mean = (ahead + behind) / 2
    reference = np.round(sigmoid(2 * quality + tilt), 6)
    side = lambda p: np.sign(p - 0.5)  # noqa: E731
    wins, losses, ties = (mean > 0.5).sum(), (mean < 0.5).sum(), (mean == 0.5).sum()
    one, other = rng.random(60) < 0.6, rng.random(60) < 0.4
    b, c = int((one & ~other).sum()), int((~one & other).sum())
    p = [0.01, 0.04, 0.03, 0.005, 0.5]
    exact = mcnemar([[0, b], [c, 0]], exact=True).pvalue
    assert abs(exact - binomtest(min(b, c), b + c).pvalue) < 1e-12
    Path(sys.argv[1]).write_text(json.dumps({
        "lengths": lengths.tolist(), "baselineFirst": ahead.tolist(), "modelFirst": behind.tolist(), "gamed": gamed.tolist(), "reference": reference.tolist(),
        "winRate": {"winRate": 100 * mean.mean(), "standardError": 100 * mean.std(ddof=1) / np.sqrt(PAIRS), "discreteWinRate": 100 * (wins + ties / 2) / PAIRS, "wins": int(wins), "losses": int(losses), "ties": int(ties)},
        "lengthControlled": length_controlled(lengths, mean, gamed),
        "headToHead": head_to_head(lengths, ahead, behind),
        "kappa": cohen_kappa_score(side(mean), side(reference)), "agreement": float((side(mean) == side(reference)).mean()),
        "verdicts": {"model": one.tolist(), "baseline": other.tolist(), "onlyModel": b, "onlyBaseline": c, "p": float(exact)},
        "holm": {"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()},
    }, indent=None) + "\n")


main()
