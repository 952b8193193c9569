"""Runs lm-evaluation-harness on local documents. Started by oracle.py inside its virtual environment.

    python harness.py PLAN.json

The plan gives the model, the data, the folder for results, and for each run its name, tasks and options.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import datasets
import torch

PLAN = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))


load = datasets.load_dataset


def load_local(path, name=None, **kwargs):
    folder = pathlib.Path(PLAN["data"]) / (path.replace("/", "__") + "__" + (name or "default"))
    if not folder.is_dir():
        raise FileNotFoundError(f"no documents in {folder}")
    return datasets.DatasetDict(
        {
            file.stem: load("json", data_files=str(file), split="train", cache_dir=PLAN["data"] + "-cache")
            for file in sorted(folder.glob("*.jsonl"))
        }
    )


datasets.load_dataset = load_local

import lm_eval
from lm_eval.api.instance import Instance
from lm_eval.loggers import EvaluationTracker
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

torch.manual_seed(0)
torch.set_num_threads(int(PLAN.get("threads", 2)))


class CountingLM(HFLM):
    """Counts the tokens that the model is given."""

    prefilled = 0

    def _model_call(self, inps, attn_mask=None, labels=None):
        CountingLM.prefilled += inps.numel()
        return super()._model_call(inps, attn_mask, labels)


def write_float64(samples, file):
    """Writes what the model would say if nothing were rounded: all continuations of a run, each asked alone."""
    exact = HFLM(pretrained=PLAN["model"], device="cpu", dtype="float64", batch_size=1)
    pairs = {}
    for sample in [sample for task in samples.values() for sample in task]:
        for arguments in sample["arguments"]:
            if len(arguments) == 2 and isinstance(arguments[1], str):
                pairs[tuple(arguments)] = None
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", encoding="utf-8") as out:
        for i, (context, continuation) in enumerate(pairs):
            request = Instance(request_type="loglikelihood", doc={}, arguments=(context, continuation), idx=i, metadata=("float64", i, 1))
            ((total, _),) = exact.loglikelihood([request], disable_tqdm=True)
            out.write(json.dumps([context, continuation, total]) + "\n")


tasks = TaskManager(verbosity="ERROR")
lm = CountingLM(pretrained=PLAN["model"], device="cpu", dtype="float32", batch_size=1)
for run in PLAN["runs"]:
    tracker = EvaluationTracker(output_path=str(pathlib.Path(PLAN["results"]) / run["name"]))
    tracker.general_config_tracker.log_experiment_args(
        model_source="hf", model_args="pretrained=nano", system_instruction=run.get("system_instruction"),
        chat_template=lm.chat_template(True) if run.get("chat") else None, fewshot_as_multiturn=run.get("multiturn", bool(run.get("chat"))),
    )
    results = lm_eval.simple_evaluate(
        model=lm, tasks=run["tasks"], task_manager=tasks, num_fewshot=run.get("shots"), batch_size=1, device="cpu",
        limit=run.get("limit"), bootstrap_iters=PLAN["bootstrap"], log_samples=True, apply_chat_template=bool(run.get("chat")),
        fewshot_as_multiturn=run.get("multiturn", bool(run.get("chat"))), system_instruction=run.get("system_instruction"),
        gen_kwargs=run.get("gen_kwargs"),
    )
    samples = results.pop("samples")
    # Before the tracker rewrites the samples
    if run.get("float64"):
        write_float64(samples, pathlib.Path(PLAN["results"]) / run["name"] / "float64.jsonl")
    tracker.save_results_aggregated(results=results, samples=samples)
    for task in results["configs"]:
        tracker.save_results_samples(task_name=task, samples=samples[task])
    print(run["name"], len(results["results"]), "results", CountingLM.prefilled, "tokens", flush=True)
