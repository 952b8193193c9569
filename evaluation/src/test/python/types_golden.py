"""Writes src/test/resources/tasks/types.json: what datasets makes of JSON Lines and CSV."""
import json
import pathlib
import tempfile

import datasets

OUT = pathlib.Path(__file__).parent.parent / "resources" / "tasks" / "types.json"
FILES = [
    ("jsonl", '{"a": 1, "b": "x"}\n{"b": "y", "c": true}\n{"a": 2.5}\n'),
    ("jsonl", '{"o": {"p": 1, "q": [1, 2.5]}, "l": []}\n{"o": {"r": null, "p": 2}, "l": [{"k": 1}, {"m": "x"}]}\n{"o": null}\n'),
    ("jsonl", '{"o": {"p": 1, "q": [1, 2.5]}, "l": [{"k": 1, "m": null}]}\n{"o": {"q": null, "p": 2.0}, "l": [null, {"m": "x", "k": 2}]}\n'),
    ("jsonl", '{"m": 1, "x": ["a", 1], "y": true}\n{"m": "two", "x": [], "y": "no"}\n{"m": null, "x": null, "y": 3}\n'),
    ("jsonl", '{"e": {}, "f": [[1], [2.5]], "g": [{}]}\n{"e": {}, "f": [], "g": []}\n'),
    ("jsonl", '{"d": "2020-01-01", "t": "2020-01-01 10:00:00", "z": "2020-01-01T10:00:00Z", "x": "2020"}\n{"d": "2021-02-03", "t": null, "z": "x", "x": "12:30"}\n'),
    ("jsonl", '{"n": null, "u": "naïve \\u2028 \\ud83c\\udf33", "big": 9007199254740993, "f": 1e300}\n'),
    ("csv", 'a,b,c,d\n1,x,1.5,True\n2,"y, ""z""",2,False\n'),
    ("csv", 'a,b,c,d,e\n1,None,,True,\n,NA,2.5,,\n3,null,3,False,\n'),
    ("csv", 'a,b,c\n007,1e3, 5\n+8,-2.5E-1,6\n'),
    ("csv", 'a,b,c\n1,2020-01-01,inf\nx,2020-01-02,-inf\n'),
    ("csv", 'a,b\nyes,true\nno,TRUE\n'),
]
entries = []
for kind, text in FILES:
    with tempfile.TemporaryDirectory() as d:
        file = pathlib.Path(d) / f"rows.{kind}"
        file.write_text(text)
        data = datasets.load_dataset({"jsonl": "json"}.get(kind, kind), data_files=str(file), split="train", cache_dir=d)
        entries.append({"format": kind, "file": text, "rows": [json.dumps(row, default=str) for row in data]})
OUT.write_text(json.dumps(entries, indent=1) + "\n")
for e in entries:
    print(e["rows"])
