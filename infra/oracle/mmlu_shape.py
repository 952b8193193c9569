#!/usr/bin/env python3
"""Makes an evaluation of MMLU's shape: 57 subjects, 5 examples each, 2,000 questions.

    python3 infra/oracle/mmlu_shape.py DIRECTORY [QUESTIONS]

Writes DIRECTORY/tasks (a group, mmlu_shape, of 57 task files) and DIRECTORY/data. Questions are
made of common words, so that with the built-in model's tokenizer a prompt has 700 to 1,500 tokens.
The same files serve lm_eval (--include_path DIRECTORY/tasks) and espalier eval (--task-dir).
"""
import json
import pathlib
import random
import sys

SUBJECTS = 57
WORDS = (
    "the a of in to and that is for on with as by at from it was are which when where people water "
    "city river paper light music garden school winter summer market letter bridge field engine house "
    "doctor teacher question answer reason number method system history country village mountain "
    "cold warm early late small large open closed often never always first second third last new old "
    "makes takes gives finds keeps moves holds turns shows tells brings leaves follows begins ends"
).split()


def sentence(random, least, most):
    return " ".join(random.choice(WORDS) for _ in range(random.randint(least, most)))


def question(random, subject):
    length = random.randint(70, 130)
    return {
        "question": f"In {subject}, " + sentence(random, length, length + 30) + "?",
        "subject": subject,
        "choices": [sentence(random, 4, 10) for _ in range(4)],
        "answer": random.randint(0, 3),
    }


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def main():
    directory = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    (directory / "tasks").mkdir(parents=True, exist_ok=True)
    (directory / "data").mkdir(parents=True, exist_ok=True)
    names = []
    for i in range(SUBJECTS):
        chance = random.Random(i)
        subject = f"subject {i}"
        name = f"mmlu_shape_{i:02d}"
        names.append(name)
        own = count // SUBJECTS + (1 if i < count % SUBJECTS else 0)
        write(directory / "data" / f"{name}-dev.jsonl", [question(chance, subject) for _ in range(5)])
        write(directory / "data" / f"{name}-test.jsonl", [question(chance, subject) for _ in range(own)])
        (directory / "tasks" / f"{name}.yaml").write_text(
            f"""task: {name}
dataset_path: json
dataset_kwargs:
  data_files:
    dev: {directory}/data/{name}-dev.jsonl
    test: {directory}/data/{name}-test.jsonl
test_split: test
fewshot_split: dev
fewshot_config:
  sampler: first_n
output_type: multiple_choice
description: "The following are multiple choice questions (with answers) about {subject}.\\n\\n"
doc_to_text: "{{{{question.strip()}}}}\\nA. {{{{choices[0]}}}}\\nB. {{{{choices[1]}}}}\\nC. {{{{choices[2]}}}}\\nD. {{{{choices[3]}}}}\\nAnswer:"
doc_to_choice: ["A", "B", "C", "D"]
doc_to_target: answer
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
metadata:
  version: 1.0
"""
        )
    (directory / "tasks" / "group.yaml").write_text(
        "group: mmlu_shape\ntask:\n"
        + "".join(f"  - {name}\n" for name in names)
        + "aggregate_metric_list:\n  - metric: acc\n    weight_by_size: true\nmetadata:\n  version: 1.0\n"
    )


main()
