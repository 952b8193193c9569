#!/usr/bin/env python3
"""Writes down what lm-evaluation-harness makes of made-up answers to the project's own tasks.

    python3.11 -m venv venv && venv/bin/pip install "lm_eval==0.4.13" sacrebleu==2.6.0
    venv/bin/python infra/oracle/scoring.py evaluation/src/test/resources/scoring

The task files lie in DIRECTORY/tasks. Writes the documents to DIRECTORY/data, and samples and results to
DIRECTORY/golden. No model is needed: a program answers, now and then rightly.
"""

import json
import os
import pathlib
import platform
import random
import shutil
import sys
import zlib

os.environ["DISABLE_MULTIPROC"] = "1"

import datasets

HERE = pathlib.Path(sys.argv[1])
DATA = HERE / "data"
GOLDEN = HERE / "golden"
assert platform.python_version().startswith("3.11."), "sums are added as Python 3.11 adds them"
r = random.Random(2024)
WORDS = "ember Fjord grove, heron's inlet. jetty 42 knoll! larch maple naïve otter Zürich 北京 U.S. well-known 1,000 (pebble)".split(" ")


def words(low, high):
    return " ".join(r.choice(WORDS) for _ in range(r.randint(low, high)))


def write(name, split, count, document):
    (DATA / name).mkdir(parents=True, exist_ok=True)
    with open(DATA / name / f"{split}.jsonl", "w", encoding="utf-8") as file:
        for i in range(count):
            file.write(json.dumps(document(i), ensure_ascii=False) + "\n")


def quiz(i):
    count = r.choice([3, 4])
    options = [f"{k}{words(1, 4)}" for k in "pqrs"[:count]]
    right, other = r.sample(range(count), 2)
    return {"question": words(3, 9), "options": options, "right": right if r.random() < 0.95 else count + 2, "other": other, "weight": i / 3, "note": None}


def total(i):
    a, b = r.randint(1, 900), r.randint(1, 900)
    return {"steps": f"{a} and {b}: {words(1, 3)}", "sum": f"{a + b:,}" if r.random() < 0.5 else str(a + b)}


def letters(i):
    right = r.randrange(3)
    choices = [words(1, 2) for _ in range(3)]
    said = r.choice([f"I say ({'ABC'[right]}).", f"It is {choices[right]}", f"answer: {'ABC'[right]}", "nothing", "A", "B"])
    return {"said": said, "choices": choices, "right": right}


shutil.rmtree(DATA, ignore_errors=True)
shutil.rmtree(GOLDEN, ignore_errors=True)
write("quiz", "test", 23, quiz)
write("binary", "test", 31, lambda i: {"claim": words(2, 5), "label": r.randrange(2)})
write("blank", "validation", 9, lambda i: {"before": words(2, 4) + " ", "one": r.choice(WORDS), "two": r.choice(WORDS), "after": words(1, 3), "right": r.randrange(2)})
write("text", "test", 11, lambda i: {"text": words(4, 30) + r.choice(["", " \n ", "\u3000"]) + words(1, 5)})
write("copy", "test", 14, lambda i: {"text": words(2, 16)})
write("sums", "test", 17, total)
write("aliases", "test", 12, lambda i: {"question": words(1, 2), "aliases": [words(1, 2) for _ in range(r.randint(1, 3))]})
write("letters", "test", 15, letters)
for file in (DATA / "aliases").glob("*.jsonl"):
    # Half of the questions are one of their own answers.
    docs = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    for i, doc in enumerate(docs):
        if i % 2:
            doc["question"] = doc["aliases"][-1]
    file.write_text("".join(json.dumps(doc, ensure_ascii=False) + "\n" for doc in docs), encoding="utf-8")


def load_local(path, name=None, **kwargs):
    folder = DATA / path.split("/")[1]
    return datasets.DatasetDict(
        {
            file.stem: datasets.Dataset.from_list([json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line])
            for file in folder.glob("*.jsonl")
        }
    )


datasets.load_dataset = load_local

import lm_eval
from importlib.metadata import version
from lm_eval.api.model import LM
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager

assert version("lm_eval") == "0.4.13"


class Program(LM):
    """Answers by a checksum of what it is asked, so that a run can be repeated."""

    def number(self, *parts):
        return zlib.crc32("\0".join(parts).encode()) / 2**32

    def loglikelihood(self, requests):
        return [(-12 * self.number("ll", *q.args) - 0.3 * len(q.args[1]), self.number("greedy", *q.args) < 0.4) for q in requests]

    def loglikelihood_rolling(self, requests):
        return [-2.5 * len(q.args[0]) * (0.5 + self.number(q.args[0])) for q in requests]

    def generate_until(self, requests):
        asked = {}
        answers = []
        for q in requests:
            asked[q.args[0]] = asked.get(q.args[0], 0) + 1
            chance = random.Random(f"{q.args[0]} {asked[q.args[0]]}")
            text = q.args[0].split("Copy: ")[-1].rsplit("\nCopied:", 1)[0]
            parts = text.split(" ")
            if chance.random() < 0.6:
                for _ in range(chance.randint(1, 3)):
                    chance.choice([parts.reverse, lambda: parts.append(chance.choice(WORDS)), lambda: parts.pop() if len(parts) > 1 else None])()
            answers.append(chance.choice(["", " ", "\t"]) + " ".join(parts))
        return answers


tasks = TaskManager(include_path=str(HERE / "tasks"), include_defaults=False, verbosity="ERROR")
tracker = EvaluationTracker(output_path=str(GOLDEN))
tracker.general_config_tracker.log_experiment_args(
    model_source="program", model_args="pretrained=program", system_instruction=None, chat_template=None, fewshot_as_multiturn=False
)
names = ["own_all", "own_blank", "own_word", "own_pages", "own_aliases", "own_letters", "own_kinds"]
results = lm_eval.simple_evaluate(model=Program(), tasks=names, task_manager=tasks, bootstrap_iters=500, log_samples=True)
samples = results.pop("samples")
tracker.save_results_aggregated(results=results, samples=samples)
for task in results["configs"]:
    tracker.save_results_samples(task_name=task, samples=samples[task])
for file in list(GOLDEN.rglob("*.json*")):
    # Without the date, and without what differs from machine to machine.
    if file.name.startswith("results_"):
        whole = json.loads(file.read_text(encoding="utf-8"))
        for key in ("git_hash", "date", "pretty_env_info", "transformers_version", "upper_git_hash", "total_evaluation_time_seconds", "configs", "config"):
            whole.pop(key, None)
        (GOLDEN / "results.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        shutil.copy(file, GOLDEN / (file.name[: file.name.rindex("_")] + ".jsonl"))
shutil.rmtree(GOLDEN / "program")
(GOLDEN / "python.txt").write_text(f"Python {platform.python_version()}, lm_eval {version('lm_eval')}\n")
