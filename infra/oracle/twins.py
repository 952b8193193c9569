#!/usr/bin/env python3
"""Writes down what functions of lm-evaluation-harness's task files make of small made-up documents.

    venv/bin/python infra/oracle/twins.py evaluation/src/test/resources/tasks/twins.json

The venv has lm_eval 0.4.13; the documents are those of harness_documents.py.
"""
import importlib.util
import json
import math
import pathlib
import platform
import random
import sys
from importlib.metadata import version

import harness_documents as made
import lm_eval.tasks
import numpy as np
from lm_eval.utils import weighted_f1_score

ROOT = pathlib.Path(lm_eval.tasks.__file__).parent


class Documents(list):
    """As much of datasets.Dataset as functions use."""

    def map(self, function):
        return Documents({**row, **function(dict(row))} for row in self)

    def filter(self, function):
        return Documents(row for row in self if function(row))


def load(module):
    spec = importlib.util.spec_from_file_location("m", ROOT / module)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


R = random.Random(9)


def likelihoods(n):
    return [(-R.random() * 30, R.random() < 0.3) for _ in range(n)]



DOCUMENT = [
    ("race/preprocess_race.py", ["doc_to_text", "doc_to_target", "doc_to_choice"], "EleutherAI/race"),
    ("super_glue/copa/utils.py", ["doc_to_text", "doc_to_target", "doc_to_choice"], "aps/super_glue/copa"),
    ("xcopa/utils.py", ["doc_to_choice"] + ["doc_to_text_" + x for x in "et ht it id qu sw zh ta th tr vi".split()], "cambridgeltl/xcopa"),
    ("logiqa/utils_logiqa.py", ["doc_to_text", "doc_to_target"], "EleutherAI/logiqa"),
    ("winogrande/preprocess_winogrande.py", ["doc_to_text", "doc_to_target", "doc_to_choice"], "allenai/winogrande"),
    ("xwinograd/utils.py", ["doc_to_text", "doc_to_target", "doc_to_choice"], "Muennighoff/xwinograd"),
    ("medmcqa/utils_medmcqa.py", ["doc_to_text"], "openlifescienceai/medmcqa"),
    ("mmlu_pro/utils.py", ["doc_to_text", "fewshot_to_text", "fewshot_to_target"], "TIGER-Lab/MMLU-Pro"),
    ("leaderboard/mmlu_pro/utils.py", ["doc_to_text", "doc_to_choice"], "TIGER-Lab/MMLU-Pro"),
    ("leaderboard/musr/utils.py", ["doc_to_text", "doc_to_choice"], "TAUR-Lab/MuSR"),
    ("wikitext/preprocess_wikitext.py", ["wikitext_detokenizer"], "EleutherAI/wikitext_document_level"),
    ("arabicmmlu/utils.py", ["doc_to_text", "doc_to_choice"], "MBZUAI/ArabicMMLU"),
    ("llama3/instruct/mmlu_pro/utils.py", ["fewshot_to_text"], "TIGER-Lab/MMLU-Pro"),
]
DOCUMENTS = [
    ("hellaswag/utils.py", ["process_docs"], "Rowan/hellaswag"),
    ("mmlu_pro/utils.py", ["process_biology", "process_computer_science"], "TIGER-Lab/MMLU-Pro"),
    ("gpqa/zeroshot/utils.py", ["process_docs"], "Idavidrein/gpqa"),
    ("gpqa/n_shot/utils.py", ["process_docs"], "Idavidrein/gpqa"),
    ("gpqa/generative/utils.py", ["process_docs"], "Idavidrein/gpqa"),
    ("leaderboard/gpqa/utils.py", ["process_docs"], "Idavidrein/gpqa"),
    ("global_mmlu/full/en/utils.py", ["process_anatomy"], "CohereForAI/Global-MMLU"),
    ("global_mmlu/default/en/utils.py", ["process_social_sciences"], "CohereLabs/Global-MMLU-Lite"),
    ("openai-mmmlu/default/utils.py", ["process_anatomy", "process_astronomy"], "openai/MMMLU"),
    ("include/default/Albanian/utils.py", ["process_arts_humanities", "process_stem"], "CohereForAI/include-base-44"),
    ("llama3/instruct/mmlu_de/utils.py", ["process_docs_astronomy"], "meta-llama/Llama-3.1-8B-Instruct-evals"),
    ("bigbench/utils.py", ["filter_multiple_choice"], "hails/bigbench"),
    ("eus_exams/utils.py", ["process_docs"], "HiTZ/EusExams"),
    ("mmlusr/question_only/utils.py", ["process_docs"], "NiniCat/MMLU-SR"),
    ("tmmluplus/default/utils.py", ["process_docs"], "ikala/tmmluplus"),
    ("tmlu/default/utils.py", ["process_docs"], "miulab/tmlu"),
    ("okapi/arc_multilingual/utils.py", ["process_docs"], "alexandrainst/m_arc"),
]
MATH = [("The answer is $x = 3$.", "3"), ("\\boxed{\\frac12}", "\\boxed{\\frac{1}{2}}"), ("so x=0.5.", "\\frac{1}{2}"), ("12 and 13", "$13$"),
        ("\\boxed{1/2", "1/2"), ("$\\sqrt3$", "$\\sqrt{3}$"), ("\\boxed{5\\text{ cm}}", "$5$"), ("none", "none"), ("x", "3"), ("$$", "$7$"),
        ("50\\%", "50"), ("$a=\\tfrac{3}{4}$", "3/4"), ("\\boxed{k=.5}", "$0.5$"), ("y = \\dfrac 1 2\\n z", "$\\frac12$"), ("\\fbox{2}", "2"), ("$\\frac1$", "$\\frac1$")]


def cases():
    for module, functions, name in DOCUMENT:
        loaded = load(module)
        for i in range(4):
            document = made.SETS[name][1](i)
            for function in functions:
                yield {"module": module, "function": function, "document": document,
                       "value": plain(getattr(loaded, function)(document))}
    for module, functions, name in DOCUMENTS:
        loaded = load(module)
        rows = Documents(made.SETS[name][1](i) for i in range(6))
        for function in functions:
            random.seed(0)
            yield {"module": module, "function": function, "documents": list(rows),
                   "value": plain(list(getattr(loaded, function)(rows)))}
    truthful = load("truthfulqa/utils.py")
    for i in range(9):
        document = made.SETS["truthfulqa/truthful_qa"][1](i)
        results = likelihoods(len(document["mc2_targets"]["labels"]))
        yield {"module": "truthfulqa/utils.py", "function": "process_results_mc2", "document": document, "results": results,
               "value": plain(truthful.process_results_mc2(document, results))}
    agieval = load("agieval/utils.py")
    for i in range(5):
        document = made.SETS["hails/agieval-sat-en"][1](i)
        results = likelihoods(4)
        yield {"module": "agieval/utils.py", "function": "process_results_mcqa", "document": document, "results": results,
               "value": plain(agieval.process_results_mcqa(document, results))}
    for answer, gold in MATH:
        yield {"module": "agieval/utils.py", "function": "process_results", "document": {"answer": gold}, "results": [answer],
               "value": agieval.process_results({"answer": gold}, [answer])}
    wikitext = load("wikitext/preprocess_wikitext.py")
    for i in range(2):
        document = made.SETS["EleutherAI/wikitext_document_level"][1](i)
        yield {"module": "wikitext/preprocess_wikitext.py", "function": "process_results", "document": document, "results": [-12.5],
               "value": plain(wikitext.process_results(document, [-12.5]))}
    t5 = load("super_glue/cb/t5_utils.py")
    for answer in ["entailment", "neutral", "other"]:
        yield {"module": "super_glue/cb/t5_utils.py", "function": "mean_3class_f1", "predictions": [answer], "references": ["contradiction"],
               "value": plain(t5.mean_3class_f1([answer], ["contradiction"]))}
    for size in (3, 10, 57):
        items = [(R.randrange(3), R.randrange(3)) for _ in range(size)]
        yield {"module": "super_glue/cb/aggregate.py", "function": "cb_multi_fi", "items": items,
               "value": plain(load("super_glue/cb/aggregate.py").cb_multi_fi(items))}
        for labels in (items, [(str(a), str(b + 1)) for a, b in items]):
            yield {"module": "lm_eval/utils.py", "function": "weighted_f1_score", "items": labels,
                   "value": plain(weighted_f1_score(labels))}
        yield {"module": "super_glue/cb/t5_utils.py", "function": "agg_mean_3class_f1", "items": items,
               "value": plain(t5.agg_mean_3class_f1(items))}


pathlib.Path(sys.argv[1]).write_text(json.dumps(
    {"lm_eval": version("lm_eval"), "python": platform.python_version(), "cases": list(cases())},
    ensure_ascii=False).replace('}, {"module"', '},\n {"module"') + "\n")
