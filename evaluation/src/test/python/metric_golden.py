"""Writes what lm-evaluation-harness 0.4.13 makes of filters, metrics, aggregations and standard errors.

    python metric_golden.py OUTPUT        (Python 3.11, lm_eval==0.4.13, sacrebleu==2.6.0, rouge-score==0.1.2)
"""

import json
import os
import platform
import random
import sys
import warnings

os.environ["DISABLE_MULTIPROC"] = "1"
warnings.simplefilter("ignore")

import numpy as np
import sacrebleu
from importlib.metadata import version
from rouge_score import rouge_scorer

from lm_eval.api import metrics
from lm_eval.api.registry import get_aggregation, get_filter
import lm_eval.filters  # noqa: F401

assert platform.python_version().startswith("3.11.")
assert version("lm_eval") == "0.4.13" and sacrebleu.__version__ == "2.6.0"

r = random.Random(14)
WORDS = (
    "the a cat dog sat on mat, hello world! It's 3.14 1,000 e.g. U.S. «quote» naïve Straße ΣΑΣ 中文 "
    "well-known (yes) no; maybe? x=1 &amp; &lt;b&gt; -5 10-20 $5.00 \"quoted\" 😀 İstanbul ... a.b,c"
).split(" ")


def sentence(low, high):
    text = " ".join(r.choice(WORDS) for _ in range(r.randint(low, high)))
    return r.choice(["", "", "", " ", "\n"]) + text + r.choice(["", "", ".", " .", "\n", "  "])


def near(text):
    words = text.split(" ")
    for _ in range(r.randint(0, 4)):
        k = r.randrange(len(words))
        move = r.randrange(4)
        if move == 0:
            words[k] = r.choice(WORDS)
        elif move == 1:
            words.insert(k, r.choice(WORDS))
        elif move == 2 and len(words) > 1:
            words.pop(k)
        else:
            i, j = sorted((r.randrange(len(words)), r.randrange(len(words))))
            run = words[i:j]
            del words[i:j]
            at = r.randrange(len(words) + 1)
            words[at:at] = run
    return " ".join(words)


filters = []


def filter_case(function, arguments, resps, docs=None):
    docs = docs if docs is not None else [{} for _ in resps]
    try:
        made = get_filter(function)(**arguments)
        result = [list(x) if isinstance(x, (list, tuple)) else x for x in made.apply([list(x) for x in resps], docs)]
        result = json.loads(json.dumps(result))
        filters.append(dict(function=function, arguments=arguments, resps=resps, docs=docs, result=result))
    except Exception as e:
        print("no case:", function, arguments, repr(e))


ANSWERS = [
    "", " ", "The answer is 42.", "#### 1,234.5\n#### 7", "So x=3, -4 and 5.", "answer: (B)", "(A) or (C)", "The answer is B",
    "I choose: C", ": D", "Yes", "no", "final answer is $12.50.", "the answer is yes.\nThe answer is no.", "ans ١٢٣ and 45",
    "A", "b", "line\nAnswer: 9\n", "\u00a0padded\u2003", "Straße ΣΑΣ", "guilty of romance", "Guilty", "It's: a", "1,2,3",
    "\x1cx\x85", "#### -3", "#### .", "𝟜 or 4",
]
groups = [[r.choice(ANSWERS) for _ in range(n)] for n in (1, 1, 2, 3, 5)] + [[a] for a in ANSWERS]
for arguments in [
    {},
    {"regex_pattern": r"(-?[$0-9.,]{2,})|(-?[0-9]+)", "group_select": -1},
    {"regex_pattern": r"(-?[$0-9.,]{2,})|(-?[0-9]+)", "group_select": 0, "fallback": "none"},
    {"regex_pattern": r"The answer is (\-?[0-9\.\,]*[0-9]+)"},
    {"regex_pattern": r"\([A-Z]\)"},
    {"regex_pattern": r"(?i)the answer is (\w+)\.?$"},
    {"regex_pattern": r"((?<=The answer is )(.*)(?=.)|(?<=the answer is )(.*)(?=.))"},
    {"regex_pattern": r"\b(Yes|No|yes|no)\b"},
    {"regex_pattern": r"(?P<n>\d+)"},
    {"regex_pattern": r"^\s*([A-D])"},
    {"regex_pattern": r"(?m)^Answer: (\d+)$"},
    {"regex_pattern": r"\w+", "group_select": -1},
    {"regex_pattern": r"x*"},
    {"regex_pattern": r"(?=(a|e))"},
]:
    filter_case("regex", arguments, groups)
filter_case("regex_pos", {}, [["[('The', 'DET'), ('cat', 'NOUN')]", "nothing"], ["('a', 'b')"], ["('a','b')"]])
for function in ("lowercase", "uppercase", "remove_whitespace"):
    filter_case(function, {}, groups)
filter_case("take_first", {}, groups)
filter_case("take_first_k", {"k": 2}, [g for g in groups if len(g) >= 2])
filter_case("majority_vote", {}, groups + [["a", "b", "b", "a"], ["x", "y", "y"]])
filter_case("map", {"mapping_dict": {"Yes": 1, "no": "nope", "A": None}, "default_value": -1}, groups)
filter_case("map", {"mapping_dict": {"Yes": True}}, groups)
choices = [["Guilty", "Guilty of Romance", " Not"], ["42", "9", "B", "x=3"], ["yes", "no"], ["", "a.b", "Straße"]]
docs = [{"choices": r.choice(choices)} for _ in groups]
for arguments in [
    {},
    {"regex_pattern": r"\(([A-Z])\)", "ignore_case": True},
    {"regex_pattern": r"(\([A-Z]\))", "group_select": 0, "ignore_case": True, "ignore_punctuation": True},
    {"regex_pattern": r"answer is ([A-Z])", "regexes_to_ignore": [r"\s", "[aeiou]"], "fallback": "?"},
    {"regex_pattern": r"nothing", "group_select": -1},
]:
    filter_case("multi_choice_regex", arguments, groups, docs)
filter_case(
    "format_span",
    {},
    [["PER: Ada, Grace $$ LOC: Paris"], ["person: Bob\nlocation : none, Kenya$$"], ["Date: 5 May 2020 $ Org: ACME, none"],
     ["nothing here"], ["people: x$$$$time:noon"]] + groups,
)

aggregations = []


def plain(x):
    if isinstance(x, np.generic):
        return x.item()
    if isinstance(x, np.ndarray):
        return x.tolist()
    if isinstance(x, (tuple, list)):
        return [plain(v) for v in x]
    return x


def aggregation_case(name, values, iterations):
    f = get_aggregation(name)
    value = plain(f(values))
    se = metrics.stderr_for_metric(f, iterations)
    stderr = plain(se(values)) if se and len(values) > 1 else "N/A"
    aggregations.append(dict(name=name, values=plain(values), iterations=iterations, value=value, stderr=stderr))


for n in (1, 2, 3, 7, 20, 117):
    bits = [float(r.random() < 0.6) for _ in range(n)]
    lls = [-r.expovariate(0.1) for _ in range(n)]
    aggregation_case("mean", bits, 100)
    aggregation_case("mean", [int(b) for b in bits], 100)
    aggregation_case("mean", lls, 100)
    aggregation_case("median", [r.choice([0, 1, 2]) for _ in range(n)], 3000)
    aggregation_case("median", lls, 1000)
    aggregation_case("perplexity", [x / 20 for x in lls], 3000)
    aggregation_case("weighted_perplexity", [(x, r.randint(1, 300)) for x in lls], 100)
    aggregation_case("bits_per_byte", [(x, r.randint(1, 300)) for x in lls], 100)
    aggregation_case("nanmean", [float("nan") if r.random() < 0.2 else x for x in lls], 500)
    aggregation_case("bypass", bits, 10)
    pairs = [(r.randrange(2), r.randrange(2)) for _ in range(n)]
    aggregation_case("f1", pairs, 300)
    aggregation_case("matthews_corrcoef", pairs, 300)
    aggregation_case("matthews_corrcoef", [(r.randrange(4), r.randrange(4)) for _ in range(n)], 300)
    aggregation_case("matthews_corrcoef", [(r.choice("abc"), r.choice("abc")) for _ in range(n)], 100)
    k = r.choice([2, 4, 9])
    probabilities = []
    for _ in range(n):
        x = np.array([r.gauss(0, 2) for _ in range(k)])
        e = np.exp(x - np.max(x))
        probabilities.append((r.randrange(k), e / e.sum()))
    aggregation_case("brier_score", probabilities, 10)
for n in (1, 2, 5, 12):
    for references in (1, 2):
        items = []
        for _ in range(n):
            golds = [sentence(1, 14) for _ in range(references)]
            items.append((golds if references > 1 else golds[0], near(r.choice(golds)) if r.random() < 0.8 else sentence(0, 9)))
        for name in ("bleu", "chrf", "chrf++", "ter"):
            aggregation_case(name, items, 100)
long = [(" ".join(r.choice(WORDS[:9]) for _ in range(60)), " ".join(r.choice(WORDS[:9]) for _ in range(m))) for m in (3, 55, 130)]
aggregation_case("ter", long, 20)
aggregation_case("ter", [("a", "b c"), ("", "x"), ("", "")], 20)
aggregation_case("bleu", [("a", "b c"), ("", "x"), ("", "")], 20)
aggregation_case("chrf++", [("a", "b c"), ("", "x"), ("", "")], 20)

matches = []
TEXTS = ["Paris", "paris", "PARIS!", "İstanbul", "istanbul", "i̇stanbul", "42", "4 2", "Straße", "STRASSE", "a\0", "a", "", "the  end.", "The end", "1,000"]
for arguments in [
    {},
    {"ignore_case": True},
    {"ignore_case": True, "ignore_punctuation": True},
    {"ignore_numbers": True},
    {"regexes_to_ignore": [",", r"\s+"], "ignore_case": True, "ignore_punctuation": False},
    {"regexes_to_ignore": [r"(?s).*#### ", r"\.$", "[^\\W\\d]"], "ignore_numbers": True},
]:
    for _ in range(60):
        n = r.choice([1, 1, 1, 3])
        refs = [r.choice(TEXTS) for _ in range(n)]
        preds = [r.choice([x, r.choice(TEXTS)]) for x in refs]
        value = metrics.exact_match_hf_evaluate(predictions=preds, references=refs, **arguments)["exact_match"]
        matches.append(dict(arguments=arguments, references=refs, predictions=preds, value=float(value)))

rouges = []
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"], use_stemmer=False)
for _ in range(60):
    target = "\n".join(sentence(0, 9) for _ in range(r.randint(1, 4)))
    prediction = near(target) if r.random() < 0.7 else "\n".join(sentence(0, 9) for _ in range(r.randint(1, 3)))
    rouges.append(
        dict(target=target, prediction=prediction, scores={k: float(v.fmeasure) for k, v in scorer.score(target, prediction).items()})
    )

pooled = []
for _ in range(20):
    k = r.randint(1, 6)
    sizes = [r.randint(2, 400) for _ in range(k)]
    values = [r.random() for _ in range(k)]
    errors = [r.random() / 10 for _ in range(k)]
    pooled.append(
        dict(
            sizes=sizes, values=values, errors=errors,
            weighted=[float(metrics.aggregate_subtask_metrics(values, sizes, True)), float(metrics.pooled_sample_stderr(errors, sizes))],
            plain=[float(metrics.aggregate_subtask_metrics(values, sizes, False)), float(metrics.unweighted_mean_stderr(errors))],
        )
    )

with open(sys.argv[1], "w", encoding="utf-8") as out:
    json.dump(
        dict(python=platform.python_version(), filters=filters, aggregations=aggregations, exact_match=matches, rouge=rouges, groups=pooled),
        out, ensure_ascii=True, separators=(",", ":"),
    )
    out.write("\n")
