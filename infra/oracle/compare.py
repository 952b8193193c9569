"""Compares results and samples of two evaluations, field for field."""

import json
import math
import pathlib

HASHES = ("doc_hash", "prompt_hash", "target_hash")
BOOTSTRAPPED = ("f1", "mcc", "perplexity", "bleu", "chrf", "chrf++", "ter")
SECTIONS = ("group_subtasks", "versions", "n-shot", "higher_is_better", "n-samples", "task_hashes")


def results(folder):
    files = sorted(pathlib.Path(folder).rglob("results_*.json"))
    if len(files) != 1:
        raise SystemExit(f"{folder}: {len(files)} results files, where one is expected")
    return json.loads(files[0].read_text(encoding="utf-8"))


def samples(folder, task):
    files = [f for f in pathlib.Path(folder).rglob(f"samples_{task}_*.jsonl") if f.name[len(f"samples_{task}_") :][0].isdigit()]
    if len(files) != 1:
        return None
    return [json.loads(line) for line in files[0].read_text(encoding="utf-8").split("\n") if line]


def text(value):
    return json.dumps(value, ensure_ascii=False)


class Report:
    def __init__(self):
        self.counts = {}
        self.differences = []

    def check(self, what, where, left, right):
        """Counts a comparison of the harness's value with ours, which must print alike."""
        equal, all_ = self.counts.get(what, (0, 0))
        same = text(left) == text(right)
        self.counts[what] = (equal + same, all_ + 1)
        if not same:
            self.differences.append(f"{what}: {where}: harness {text(left)[:300]}, here {text(right)[:300]}")
        return same

    def note(self, what, holds):
        """Counts what is told, and not asked for."""
        held, all_ = self.counts.get(what, (0, 0))
        self.counts[what] = (held + holds, all_ + 1)

    def print(self, most=40):
        for what, (equal, all_) in self.counts.items():
            print(f"  {what}: {equal} of {all_}")
        for line in self.differences[:most]:
            print("  !", line)
        if len(self.differences) > most:
            print(f"  ! and {len(self.differences) - most} more")


def fields_of(result):
    return {k: v for k, v in result.items() if k not in ("name", "alias")}


def same_responses(report, run, theirs, ours):
    """Check (a): both were computed from the same responses, so all must be equal to the last digit."""
    left, right = results(theirs), results(ours)
    for task, expected in left["results"].items():
        group = task in left.get("group_subtasks", {})
        found = right["results"].get(task)
        if found is None:
            report.differences.append(f"{run} {task}: not there")
            continue
        for key, value in expected.items():
            kind = "group" if group else "task"
            what = f"{kind} standard errors" if "_stderr," in key else f"{kind} metrics" if "," in key else f"{kind} facts"
            report.check(what, f"{run} {task} {key}", value, found.get(key))
        if not group:
            report.check("keys in order", f"{run} {task}", list(expected), list(found))
    for section in SECTIONS:
        for name in left.get(section, {}):
            report.check(section, f"{run} {name}", left[section][name], right.get(section, {}).get(name))
    for task in left["configs"]:
        pairs = list(zip(samples(theirs, task) or [], samples(ours, task) or []))
        report.check("samples", f"{run} {task}", len(samples(theirs, task) or []), len(samples(ours, task) or []))
        for i, (a, b) in enumerate(pairs):
            for key in HASHES:
                report.check(key, f"{run} {task} {i}", a[key], b.get(key))
            for key in ("doc", "target", "arguments", "resps", "filtered_resps", "filter", "doc_id"):
                report.check("sample " + key, f"{run} {task} {i}", a[key], b.get(key))
            for key in a["metrics"]:
                report.check("sample metrics", f"{run} {task} {i} {key}", a[key], b.get(key))
            report.check("sample fields in order", f"{run} {task} {i}", list(a), list(b))


def numbers(responses):
    """All log-probabilities and greedy flags of a sample."""
    for request in responses:
        for repeat in request:
            if isinstance(repeat, list):
                yield float(repeat[0]), repeat[1]
            else:
                try:
                    yield float(repeat), None
                except ValueError:
                    yield None, repeat


def end_to_end(report, run, theirs, ours, tolerance=1e-4, near=2e-4):
    """Check (b): each side computed its own responses."""
    left, right = results(theirs), results(ours)
    worst = 0.0
    close = []
    for task in left["configs"]:
        a_all, b_all = samples(theirs, task) or [], samples(ours, task) or []
        if not report.check("samples", f"{run} {task}", len(a_all), len(b_all)):
            continue
        spared = 0
        for i, (a, b) in enumerate(zip(a_all, b_all)):
            for key in HASHES:
                report.check(key, f"{run} {task} {i}", a[key], b[key])
            sums = []
            scored = [list(arguments.values())[-1] for arguments in a["arguments"].values()]
            for asked, (x, x_flag), (y, y_flag) in zip(scored, numbers(a["resps"]), numbers(b["resps"])):
                if x is None or isinstance(asked, dict):
                    report.check("generated texts", f"{run} {task} {i}", x_flag or x, y_flag or y)
                    continue
                # A sum is over at least as many tokens as words.
                allowed = tolerance * max(1, len(str(asked).split()))
                worst = max(worst, abs(x - y))
                report.note(f"sums within {tolerance}", abs(x - y) <= tolerance)
                report.check(f"log-probabilities within {tolerance} a word", f"{run} {task} {i} {x} {y}", True, abs(x - y) <= allowed)
                sums.append(x)
            best = sorted(sums, reverse=True)
            if len(best) > 1 and best[0] - best[1] < near:
                close.append(f"{run} {task} document {a['doc_id']}: {best[0] - best[1]:.2e}")
                spared += 1
        expected, found = left["results"][task], right["results"].get(task, {})
        for key, value in expected.items():
            if "," not in key or key.split("_stderr,")[0] in BOOTSTRAPPED and "_stderr," in key:
                continue  # replicates are fewer in the oracle; check (a) compares them
            exact = not any(word in key for word in ("perplexity", "bits_per_byte", "brier", "likelihood")) and task != "truthfulqa_mc2"
            if exact and not spared:
                report.check("metrics equal", f"{run} {task} {key}", value, found.get(key))
            elif isinstance(value, str) or found.get(key) is None:
                report.check("metrics equal", f"{run} {task} {key}", value, found.get(key))
            else:
                near_enough = math.isclose(value, found[key], rel_tol=2e-3, abs_tol=1e-9)
                report.check("metrics near", f"{run} {task} {key}", True, near_enough)
    for task in left["task_hashes"]:
        report.check("task_hashes", f"{run} {task}", left["task_hashes"][task], right["task_hashes"].get(task))
    return worst, close
