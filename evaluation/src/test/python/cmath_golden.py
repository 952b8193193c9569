"""Writes src/test/resources/python/cmath.json: exp, log and the square by ** of CPython 3.11 on x86-64 with glibc and FMA."""

import json
import math
import pathlib
import platform
import random

r = random.Random(11)


def values(draw, count):
    return [draw() for _ in range(count)]


exps = values(lambda: r.choice([r.uniform(-50, 50), r.gauss(0, 1), -r.expovariate(1), r.uniform(-745, 709), r.uniform(-1e-3, 1e-3)]), 400)
logs = values(lambda: r.choice([r.uniform(0, 100), r.uniform(0.9, 1.1), math.exp(r.uniform(-740, 700)), 100.0 * r.randrange(1, 300) / r.randrange(300, 1000)]), 400)
# Squares by ** that are not the product are one in a thousand: most of these are such.
squares = []
while len(squares) < 300:
    x = r.choice([r.uniform(-1, 1), r.gauss(0, 30)])
    if x**2 != x * x or r.random() < 1e-4:
        squares.append(x)
out = pathlib.Path(__file__).parent.parent / "resources" / "python" / "cmath.json"
out.write_text(
    json.dumps(
        dict(
            python=platform.python_version(),
            exp=[[x, math.exp(x)] for x in exps],
            log=[[x, math.log(x)] for x in logs],
            square=[[x, x**2] for x in squares],
        ),
        separators=(",", ":"),
    )
    + "\n"
)
