#!/usr/bin/env python3
"""Writes down the prompts, targets and hashes that lm-evaluation-harness builds.

    python3.11 -m venv venv && venv/bin/pip install "lm_eval[hf]==0.4.13"
    venv/bin/python infra/oracle/prompts.py SPEC.json OUT.json [--short]

SPEC.json: {"directories": [task files], "harness": whether its own tasks are there too,
"data": {dataset_path or dataset_path/dataset_name: {split: file}},
"cases": [{"tasks": [...], "shots": 5, "seed": 1234, "chat": chat_template.jinja, "multiturn": true,
"system": "...", "limit": 0.5, "samples": [0, 3]}]}. Paths are relative to SPEC.json.
OUT.json: for each case and task the documents with their requests and hashes, or the error; --short keeps the
first request's arguments of the first document and the hashes of all.
"""
import json
import math
import os
import pathlib
import platform
import sys
import tempfile

os.environ.setdefault("HF_DATASETS_CACHE", tempfile.mkdtemp())
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import random

import datasets
import lm_eval
from importlib.metadata import version
from lm_eval.tasks import TaskManager
from lm_eval.utils import handle_non_serializable, hash_string

datasets.disable_progress_bars()


class FromFiles:
    """Stands in for datasets.load_dataset, with the files of the spec."""

    def __init__(self, root, data):
        self.root = root
        self.data = data
        self.load = datasets.load_dataset

    def __call__(self, path, name=None, **kwargs):
        files = self.data.get(f"{path}/{name}", self.data.get(path))
        if files is None:
            kwargs = {k: v for k, v in kwargs.items() if k != "trust_remote_code"}
            if "data_files" in kwargs:
                kwargs["data_files"] = self.absolute(kwargs["data_files"])
            return self.load(path, name, **kwargs)
        if isinstance(files, str):
            files = {"train": files}
        splits = {}
        for split, file in files.items():
            file = file.replace("{split}", split).replace("{name}", name or "default")
            kind = {".jsonl": "json", ".csv": "csv", ".parquet": "parquet"}[pathlib.Path(file).suffix]
            splits[split] = self.load(kind, data_files=str(self.root / file), split="train")
        return datasets.DatasetDict(splits)

    def absolute(self, files):
        if isinstance(files, dict):
            return {k: self.absolute(v) for k, v in files.items()}
        if isinstance(files, list):
            return [self.absolute(v) for v in files]
        return str(self.root / files)


def chat_template(file):
    """What HFLM.apply_chat_template does with a tokenizer that has this template."""
    import jinja2
    from transformers.utils.chat_template_utils import render_jinja_template

    source = file.read_text()

    def render(chat, add_generation_prompt):
        rendered, _ = render_jinja_template(
            conversations=[chat], chat_template=source, add_generation_prompt=add_generation_prompt,
            continue_final_message=not add_generation_prompt, bos_token="<s>", eos_token="</s>")
        return rendered[0]

    def apply(chat, add_generation_prompt=True):
        try:
            return render(chat, add_generation_prompt)
        except jinja2.exceptions.TemplateError:
            return render([m for m in chat if m["role"] != "system"], add_generation_prompt)

    return apply


def documents(task, case, root):
    shots = case.get("shots")
    if shots is not None and task.get_config("num_fewshot") != 0:
        task.set_config(key="num_fewshot", value=shots)
    elif task.get_config("num_fewshot") is None:
        task.set_config(key="num_fewshot", value=0)
    task.set_fewshot_seed(seed=case.get("seed", 1234))
    limit = case.get("limit")
    if limit is not None:
        limit = int(math.ceil(len(task.eval_docs) * limit)) if limit < 1.0 else int(limit)
    samples = case.get("samples")
    chat = chat_template(root / case["chat"]) if case.get("chat") else None
    task.build_all_requests(
        limit=limit, samples=samples, system_instruction=case.get("system"),
        apply_chat_template=bool(chat), fewshot_as_multiturn=bool(chat) and case.get("multiturn", True),
        chat_template=chat)
    by_document = {}
    for instance in task.instances:
        by_document.setdefault(instance.doc_id, []).append(instance)
    for doc_id, requests in by_document.items():
        requests.sort(key=lambda r: r.idx)
        doc = requests[0].doc
        target = task.doc_to_target(doc)
        yield {
            "doc_id": samples[doc_id] if samples else doc_id,
            "arguments": [list(r.args) for r in requests],
            "target": str(target),
            "doc_hash": hash_string(json.dumps(doc, indent=2, default=handle_non_serializable, ensure_ascii=False)),
            "prompt_hash": hash_string(requests[0].arguments[0]),
            "target_hash": hash_string(str(target)),
        }


def main(spec_file, out_file, short):
    root = pathlib.Path(spec_file).resolve().parent
    spec = json.loads(pathlib.Path(spec_file).read_text())
    datasets.load_dataset = FromFiles(root, spec.get("data", {}))
    manager = TaskManager(include_path=[str(root / d) for d in spec.get("directories", [])],
                          include_defaults=spec.get("harness", False))
    results = []
    for case in spec["cases"]:
        for name in case["tasks"]:
            random.seed(0)
            try:
                loaded = manager.load([name])
            except Exception as e:
                print("cannot load", name, repr(e)[:300], file=sys.stderr)
                raise
            for task_name, task in loaded["tasks"].items():
                entry = {"task": task_name, "of": name, **{k: v for k, v in case.items() if k != "tasks"}}
                try:
                    built = list(documents(task, case, root))
                except Exception as e:
                    results.append({**entry, "error": f"{type(e).__name__}: {e}"[:300], "documents": []})
                    continue
                if short:
                    for at, document in enumerate(built):
                        document["arguments"] = document["arguments"][:1] if at < 1 else []
                results.append({**entry, "documents": built,
                                "groups": {g: list(m) for g, m in loaded["group_map"].items()}})
    pathlib.Path(out_file).write_text(json.dumps({
        "lm_eval": version("lm_eval"), "python": platform.python_version(), "results": results,
    }, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "--short" in sys.argv)
