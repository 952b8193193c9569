#!/usr/bin/env python3
"""Writes the reference values of paired comparisons: what scipy and statsmodels say.

    python3 -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    venv/bin/python infra/oracle/comparison.py \
        evaluation/src/test/resources/dev/espalier/eval/compare/references.json
"""

import json
import sys

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

MASK = 0xFFFFFFFF


def philox(key, position):
    """64 bits of Philox4x32-10 for the counter (position, 0, 0, 0)."""
    c = [position, 0, 0, 0]
    k = [key & MASK, key >> 32 & MASK]
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [k[0] + 0x9E3779B9 & MASK, k[1] + 0xBB67AE85 & MASK]
    return c[0] | c[1] << 32


def replicate_key(seed, replicate):
    return seed + replicate * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF


def clustered(difference, groups):
    """Mean, standard error, degrees of freedom, p and the half interval by a regression on one."""
    model = sm.OLS(difference, np.ones_like(difference))
    if len(set(groups)) == len(groups):
        fit = model.fit()
    else:
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    count = len(set(groups))
    low, high = fit.conf_int(0.05)[0]
    return {
        "difference": fit.params[0],
        "standardError": fit.bse[0],
        "degreesOfFreedom": count - 1,
        "pValue": fit.pvalues[0],
        "margin": (high - low) / 2,
    }


def smallest_effect(difference, groups):
    """By one-way analysis of variance."""
    names = sorted(set(groups))
    n, count = len(difference), len(names)
    sizes = np.array([groups.count(g) for g in names])
    deviation = np.std(difference, ddof=1)
    icc = 0.0
    if count < n:
        samples = [difference[np.array(groups) == g] for g in names]
        between = sum(len(s) * (s.mean() - difference.mean()) ** 2 for s in samples) / (count - 1)
        within = sum(((s - s.mean()) ** 2).sum() for s in samples) / (n - count)
        f = stats.f_oneway(*[s for s in samples]).statistic if min(sizes) > 1 else between / within
        assert abs(f - between / within) < 1e-9 * max(1, f)
        size = (n - (sizes**2).sum() / n) / (count - 1)
        icc = min(1.0, max(0.0, (f - 1) / (f - 1 + size)))
    effect = 1 + ((sizes**2).sum() / n - 1) * icc
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    return {
        "standardDeviation": deviation,
        "correlation": icc,
        "designEffect": effect,
        "effect": z * deviation / np.sqrt(n / effect),
    }


def paired_cases():
    rng = np.random.default_rng(14)
    for n, clusters, kind in [
        (20, 20, "right"), (40, 40, "value"), (500, 500, "right"), (60, 7, "right"),
        (300, 25, "value"), (1000, 125, "right"), (9, 2, "value"), (2000, 400, "right"),
    ]:
        groups = [int(g) for g in (range(n) if n == clusters else rng.integers(0, clusters, n))]
        common = rng.normal(size=n)
        suits = rng.normal(size=(2, max(groups) + 1))
        first = common + suits[0][groups] + rng.normal(size=n)
        second = common + suits[1][groups] + rng.normal(size=n) + 0.15
        if kind == "right":
            first, second = (first > 0).astype(float), (second > 0).astype(float)
        if len(set(groups)) == n:
            t = stats.ttest_rel(second, first)
            assert abs(t.pvalue - clustered(second - first, groups)["pValue"]) < 1e-12
        case = {
            "first": list(first), "second": list(second), "groups": groups,
            **clustered(second - first, groups),
            "smallestEffect": smallest_effect(second - first, groups),
        }
        if kind == "right":
            table = [[int(((first == a) & (second == b)).sum()) for b in (1, 0)] for a in (1, 0)]
            case["onlyFirst"], case["onlySecond"] = table[0][1], table[1][0]
            case["mcnemar"] = mcnemar(table, exact=True).pvalue
        yield case


def macro_f1(gold, guess):
    """Of two classes."""
    total = 0.0
    for label in (0, 1):
        hit = sum(1 for g, p in zip(gold, guess) if g == label == p)
        said = sum(1 for p in guess if p == label)
        there = sum(1 for g in gold if g == label)
        total += 2 * hit / (said + there) if said + there else 0.0
    return total / 2


def resampled_cases():
    rng = np.random.default_rng(41)
    for n, clusters, seed, replicates in [(30, 30, 7, 300), (80, 12, 2**63 + 5, 200)]:
        gold = [int(x) for x in rng.integers(0, 2, n)]
        first = [int(g ^ (rng.random() < 0.35)) for g in gold]
        second = [int(g ^ (rng.random() < 0.2)) for g in gold]
        groups = [int(g) for g in (range(n) if n == clusters else rng.integers(0, clusters, n))]
        numbers = list(dict.fromkeys(groups))  # in the order of first occurrence
        members = [[i for i in range(n) if groups[i] == g] for g in numbers]
        cluster_of = [numbers.index(g) for g in groups]
        differences, exchanged = [], []
        for r in range(replicates):
            key = replicate_key(seed, r)
            drawn = [(philox(key, k) >> 1) * 2 * len(members) >> 64 for k in range(len(members))]
            choice = [i for d in drawn for i in members[d]]
            right = [gold[i] for i in choice]
            differences.append(
                macro_f1(right, [second[i] for i in choice])
                - macro_f1(right, [first[i] for i in choice]))
            swap = [philox(key, c >> 6) >> (c & 63) & 1 for c in cluster_of]
            a = [s if x else f for f, s, x in zip(first, second, swap)]
            b = [f if x else s for f, s, x in zip(first, second, swap)]
            exchanged.append(macro_f1(gold, b) - macro_f1(gold, a))
        observed = macro_f1(gold, second) - macro_f1(gold, first)
        differences = np.array(differences)
        low, high = np.percentile(differences, [2.5, 97.5])
        tolerant = abs(observed) * (1 - 1e-12)
        yield {
            "gold": gold, "first": first, "second": second, "groups": groups,
            "seed": str(seed), "replicates": replicates,
            "firstScore": macro_f1(gold, first), "secondScore": macro_f1(gold, second),
            "standardError": differences.std(ddof=1), "lower": low, "upper": high,
            "bootstrap": (1 + int((abs(differences - differences.mean()) >= tolerant).sum()))
            / (replicates + 1),
            "randomisation": (1 + int((abs(np.array(exchanged)) >= tolerant).sum()))
            / (replicates + 1),
        }


def permutation_case():
    """A test whose p-value is known without drawing: all exchanges of a few documents."""
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=11), rng.normal(size=11) + 0.8
    test = stats.permutation_test(
        (first, second), lambda a, b: np.mean(b - a), permutation_type="samples",
        n_resamples=np.inf)
    return {"first": list(first), "second": list(second), "pValue": test.pvalue}


def main():
    rng = np.random.default_rng(5)
    p_values = [[float(p) for p in rng.random(k) ** 3] for k in (1, 2, 5, 24)] + [[0.01, 0.01, 0.5]]
    references = {
        "made_with": {
            "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
            "numpy": np.__version__, "python": sys.version.split()[0],
        },
        "paired": list(paired_cases()),
        "mcnemar": [
            {"onlyFirst": a, "onlySecond": b, "pValue": stats.binomtest(a, a + b, 0.5).pvalue}
            for a, b in [(0, 1), (3, 3), (0, 20), (1, 9), (120, 90), (900, 1010), (5000, 5300)]
        ],
        "holm": [{"pValues": p, "adjusted": list(multipletests(p, method="holm")[1])}
                 for p in p_values],
        "t": [{"degreesOfFreedom": d, "probability": q, "quantile": stats.t.ppf(q, d)}
              for d in (1, 2, 3.7, 9, 30, 124, 5000, 1e6) for q in (0.6, 0.95, 0.975, 0.9995)],
        "normal": [{"probability": q, "quantile": stats.norm.ppf(q)}
                   for q in (0.5, 0.8, 0.9, 0.975, 0.99999)],
        "resampled": list(resampled_cases()),
        "permutation": permutation_case(),
    }
    with open(sys.argv[1], "w") as file:
        json.dump(references, file, indent=None, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
