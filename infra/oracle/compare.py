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
        # From the sums in float64: those of the harness, and ours
        self.distances = []

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
        for name, side in zip(("harness", "here"), zip(*self.distances)):
            within = sum(distance <= 1e-4 for distance in side)
            print(f"  {name} from float64: root mean square {rms(side):.2e}, largest {max(side):.2e}, {within} of {len(side)} within 1e-4")
        for line in self.differences[:most]:
            print("  !", line)
        if len(self.differences) > most:
            print(f"  ! and {len(self.differences) - most} more")


def rms(numbers):
    return math.sqrt(sum(number * number for number in numbers) / len(numbers))


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


def float64(folder):
    """What harness.py wrote of a run's sums without rounding; empty for most runs."""
    file = pathlib.Path(folder) / "float64.jsonl"
    lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
    return {(context, continuation): total for context, continuation, total in (json.loads(line) for line in lines if line)}


def end_to_end(report, run, theirs, ours, tolerance=1e-4, near=2e-4):
    """Check (b): each side computed its own responses."""
    left, right = results(theirs), results(ours)
    unrounded = float64(theirs)
    distances = {}
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
            requests = [tuple(arguments.values()) for arguments in a["arguments"].values()]
            for request, (x, x_flag), (y, y_flag) in zip(requests, numbers(a["resps"]), numbers(b["resps"])):
                asked = request[-1]
                if x is None or isinstance(asked, dict):
                    report.check("generated texts", f"{run} {task} {i}", x_flag or x, y_flag or y)
                    continue
                # A sum is over at least as many tokens as words.
                allowed = tolerance * max(1, len(str(asked).split()))
                worst = max(worst, abs(x - y))
                report.note(f"sums within {tolerance}", abs(x - y) <= tolerance)
                report.check(f"log-probabilities within {tolerance} a word", f"{run} {task} {i} {x} {y}", True, abs(x - y) <= allowed)
                if not isinstance(asked, dict) and request in unrounded:
                    distances[request] = abs(x - unrounded[request]), abs(y - unrounded[request])
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
    if distances:
        report.distances += distances.values()
        harness, here = zip(*distances.values())
        near_enough = rms(here) <= 1.5 * rms(harness) and max(here) <= 2 * max(harness)
        report.check("as near float64 as the harness's float32", run, True, near_enough)
    return worst, close
