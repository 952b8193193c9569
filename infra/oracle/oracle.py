#!/usr/bin/env python3
"""Compares Espalier with lm-evaluation-harness 0.4.13, live.

    infra/oracle/oracle.py [--venv DIR] [--work DIR] [--check a|b|both] [--runs A,B]

Makes a virtual environment with the harness (unless --venv has one), takes its task files from there, makes small
documents in the data sets' schemas, runs the harness on them (Hugging Face, CPU, float32, batch 1) with the
built-in model, and compares:

(a) Espalier scores the harness's own responses: every filter, metric, aggregation, group and standard error must
    print as the harness's does, to the last digit.
(b) Espalier answers and scores by itself: hashes must be equal, log-probabilities within 1e-4 for each word of what
    is scored, metrics as those allow; each question whose two best choices lie within 2e-4 is listed. The sums of the
    first run are asked in float64 too: ours must lie as near to those as the harness's float32 does, by root mean
    square within half as much again.

Needs `./espalier` built, and Python 3.11 for (a): later versions add floats with compensation.
Ends with 0 if all holds, with 1 if anything differs.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import compare
import documents

PACKAGES = ["lm_eval[hf]==0.4.13", "sacrebleu==2.6.0", "rouge-score==0.1.2"]
CHOICES = (
    "arc_easy arc_challenge piqa boolq copa wic openbookqa sciq commonsense_qa social_iqa truthfulqa_mc1 truthfulqa_mc2 "
    "hellaswag winogrande anli_r1 cola mrpc rte race medmcqa logiqa swag belebele_eng_Latn headqa_en xnli_en qa4mre_2011 "
    "mc_taco ethics_cm xcopa_et"
).split()
LOGLIKELIHOODS = "lambada_openai asdiv wikitext pile_10k".split()
TEXTS = (
    "gsm8k gsm8k_cot triviaqa nq_open mgsm_direct_en bbh_cot_fewshot_boolean_expressions mmlu_pro_math wmt16-en-ro "
    "cycle_letters babi"
).split()
SHORT = {"max_gen_toks": 20}
RUNS = [
    dict(name="plain", tasks=CHOICES + LOGLIKELIHOODS + ["mmlu", "blimp"], float64=True),
    dict(name="texts", tasks=TEXTS, gen_kwargs=SHORT),
    dict(name="one", tasks=CHOICES + ["lambada_openai", "asdiv"], shots=1),
    dict(name="five", tasks=CHOICES + ["mmlu_humanities"], shots=5),
    dict(name="texts-one", tasks=["triviaqa", "nq_open", "babi", "cycle_letters", "wmt16-en-ro"], shots=1, gen_kwargs=SHORT),
    dict(name="chat", tasks=CHOICES[:12] + ["race", "hellaswag", "lambada_openai"], chat=True, shots=0, system_instruction="Answer briefly."),
    dict(name="chat-five", tasks=CHOICES[:10] + ["mmlu_humanities"], chat=True, shots=5),
    dict(name="chat-turn", tasks=["arc_easy", "boolq", "copa", "winogrande"], chat=True, shots=1, multiturn=False),
    dict(name="chat-texts", tasks=["triviaqa", "nq_open", "babi", "gsm8k"], chat=True, shots=1, gen_kwargs=SHORT),
]


def environment(folder):
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"making {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
    version = subprocess.run([str(python), "-c", "import platform; print(platform.python_version())"], check=True, capture_output=True, text=True)
    return python, version.stdout.strip()


def task_folder(python):
    where = subprocess.run(
        [str(python), "-c", "import importlib.util as u; print(u.find_spec('lm_eval').submodule_search_locations[0])"],
        check=True, capture_output=True, text=True,
    )
    return pathlib.Path(where.stdout.strip()) / "tasks"


def blimp_names(tasks):
    names = []
    for file in sorted((tasks / "blimp").glob("*.yaml")):
        found = re.search(r"^dataset_name: (\S+)", file.read_text(encoding="utf-8"), re.M)
        if found:
            names.append(found.group(1))
    return names


COMMAND = [str(ROOT / "espalier")]


def espalier(arguments, log):
    with open(log, "a", encoding="utf-8") as out:
        done = subprocess.run([*COMMAND, *arguments], stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"espalier {' '.join(arguments[:2])} ended with {done.returncode}; see {log}")


def options(run, work, tasks):
    arguments = ["--tasks", ",".join(run["tasks"]), "--task-dir", str(tasks), "--data", str(work / "data.json")]
    if "shots" in run:
        arguments += ["--shots", str(run["shots"])]
    if "system_instruction" in run:
        arguments += ["--system", run["system_instruction"]]
    return arguments


def rescore(run, work, tasks, model, iterations, log):
    arguments = ["harness", "score", *options(run, work, tasks), "--samples", str(work / "results" / run["name"])]
    if run.get("chat"):
        arguments += ["--chat", str(model)] + ([] if run.get("multiturn", True) else ["--no-multiturn"])
    for key, value in run.get("gen_kwargs", {}).items():
        arguments += ["--gen", f"{key}={value}"]
    espalier([*arguments, "--bootstrap", str(iterations), "--name", "nano", "--output", str(work / "rescored" / run["name"])], log)


def evaluate(run, work, tasks, model, log):
    sweep = {
        "name": run["name"], "output": str(work / "evaluated" / run["name"]), "models": {"nano": str(model)},
        "taskDirectories": [str(tasks)], "data": json.loads((work / "data.json").read_text()), "tasks": run["tasks"], "results": "harness",
    }
    if "shots" in run:
        sweep["fewshot"] = run["shots"]
    if run.get("chat"):
        sweep["chat"] = True
        sweep["multiturn"] = run.get("multiturn", True)
    if "system_instruction" in run:
        sweep["system"] = run["system_instruction"]
    if "gen_kwargs" in run:
        sweep["sampling"] = run["gen_kwargs"]
    file = work / f"sweep-{run['name']}.yaml"
    file.write_text(json.dumps(sweep, indent=1), encoding="utf-8")
    espalier(["eval", str(file)], log)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=pathlib.Path, default=ROOT / "target" / "oracle" / "venv")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target" / "oracle" / "work")
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "engine-gpu/src/main/resources/dev/espalier/engine/builtin/nano")
    parser.add_argument("--check", choices=["a", "b", "both"], default="both")
    parser.add_argument("--runs", default=",".join(run["name"] for run in RUNS))
    parser.add_argument("--tasks", help="only these of each run, with commas between them")
    parser.add_argument("--bootstrap", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--command", help="in place of ./espalier")
    parser.add_argument("--reuse", action="store_true", help="take the harness's results that are there")
    given = parser.parse_args()
    if given.command:
        COMMAND[:] = given.command.split()
    started = time.time()
    python, version = environment(given.venv.absolute())
    if not version.startswith("3.11."):
        print(f"Python {version}: sums are not those of 3.11, so last digits may differ", file=sys.stderr)
    tasks = task_folder(python)
    work = given.work.absolute()
    if not given.reuse:
        shutil.rmtree(work, ignore_errors=True)
    for name in ("rescored", "evaluated"):
        shutil.rmtree(work / name, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    mapping = documents.Documents(work / "data", blimp_names(tasks)).all()
    (work / "data.json").write_text(json.dumps(mapping, indent=1), encoding="utf-8")
    runs = [run for run in RUNS if run["name"] in given.runs.split(",")]
    if given.tasks:
        only = given.tasks.split(",")
        runs = [dict(run, tasks=[task for task in run["tasks"] if task in only]) for run in runs]
        runs = [run for run in runs if run["tasks"]]
    plan = dict(
        model=str(given.model), data=str(work / "data"), results=str(work / "results"), bootstrap=given.bootstrap,
        threads=given.threads, runs=[run for run in runs if not (work / "results" / run["name"]).exists()],
    )
    (work / "plan.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")
    if plan["runs"]:
        with open(work / "harness.log", "w", encoding="utf-8") as log:
            done = subprocess.run([str(python), str(HERE / "harness.py"), str(work / "plan.json")], stdout=log, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(f"the harness ended with {done.returncode}; see {work / 'harness.log'}")
    print(f"harness: {len(runs)} runs, {time.time() - started:.0f} s, Python {version}", flush=True)
    failed = False
    if given.check in ("a", "both"):
        report = compare.Report()
        for run in runs:
            rescore(run, work, tasks, given.model, given.bootstrap, work / "espalier.log")
            compare.same_responses(report, run["name"], work / "results" / run["name"], work / "rescored" / run["name"])
        print(f"(a) the harness's own responses, {time.time() - started:.0f} s")
        report.print()
        failed |= bool(report.differences)
    if given.check in ("b", "both"):
        report = compare.Report()
        worst, close = 0.0, []
        for run in runs:
            evaluate(run, work, tasks, given.model, work / "espalier.log")
            found = compare.end_to_end(report, run["name"], work / "results" / run["name"], work / "evaluated" / run["name"])
            worst = max(worst, found[0])
            close += found[1]
        print(f"(b) end to end, {time.time() - started:.0f} s; largest difference of a log-probability {worst:.2e}")
        print(f"  questions whose two best choices lie within 2e-4: {len(close)}")
        for line in close:
            print("   ", line)
        report.print()
        failed |= bool(report.differences)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
