"""Writes src/test/resources/python/random.json: what CPython's random.Random gives.

10,000 calls whose arguments an xorshift generator chooses, in blocks of 250 on one Random each;
of each block the SHA-256 of all results. Run with CPython 3.11; the version is written down.
"""
import hashlib
import json
import math
import pathlib
import platform
import random

OUT = pathlib.Path(__file__).parent.parent / "resources" / "python" / "random.json"
MASK = (1 << 64) - 1


class Xorshift:
    def __init__(self, state):
        self.state = state

    def below(self, bound):
        s = self.state
        s ^= (s << 13) & MASK
        s ^= s >> 7
        s ^= (s << 17) & MASK
        self.state = s
        return (s >> 1) % bound


SEEDS = [0, 1, -1, 7, 1234, -1234, 2**31, 2**32 - 1, 2**32, 2**63, 2**64 + 5, -(2**100) - 3,
         "", "a", "seed", "Grüße, 世界 🌳", "1234", 10**40]


def call(rnd, arg):
    kind = arg.below(11)
    size = [1, 5, 21, 22, 85, 86, 300, 5000, 100000][arg.below(9)]
    if kind == 0:
        return repr(rnd.random())
    if kind == 1:
        return str(rnd.getrandbits(1 + arg.below(130)))
    if kind == 2:
        return str(rnd._randbelow(1 + arg.below(1 << (1 + arg.below(62)))))
    if kind in (3, 4):
        return str(rnd.sample(range(size), arg.below(min(size, 40) + 1)))
    if kind == 5:
        return str(rnd.choices(range(size), k=arg.below(20)))
    if kind == 6:
        size = min(size, 50)
        weights = [arg.below(1000) / 8 for _ in range(size)]
        weights[0] += 1
        return str(rnd.choices(range(size), weights, k=arg.below(20)))
    if kind == 7:
        items = list(range(min(size, 300)))
        rnd.shuffle(items)
        return str(items)
    if kind == 8:
        low = arg.below(2000) - 1000
        return str(rnd.randint(low, low + arg.below(1 << (1 + arg.below(50)))))
    if kind == 9:
        start = arg.below(100) - 50
        step = 1 + arg.below(9)
        sign = 1 - 2 * arg.below(2)
        return str(rnd.randrange(start, start + sign * (1 + arg.below(1000)), sign * step))
    return str(rnd.choice(range(size)))


def blocks():
    for number in range(40):
        seed = SEEDS[number % len(SEEDS)] if number < 36 else number * 7919
        rnd = random.Random(seed)
        arg = Xorshift(88172645463325252 + number)
        results = [call(rnd, arg) for _ in range(250)]
        text = "\n".join(results) + "\n"
        yield {
            "seed": str(seed),
            "text": isinstance(seed, str),
            "first": results[0],
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }


def floats():
    """Sums and means of floats of mixed sizes."""
    arg = Xorshift(4711)
    for size in [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 100, 127, 128, 129, 130, 136, 255, 256, 257, 1000, 1023, 4099]:
        values = [(arg.below(1 << 53) - (1 << 52)) / (1 << (10 + arg.below(60))) for _ in range(size)]
        total = 0
        for v in values:  # sum() of 3.11; later ones compensate
            total += v
        assert platform.python_version().startswith("3.11") and sum(values) == total
        import numpy
        mean = float(numpy.mean(values)) if values else math.nan
        yield {"size": size, "sum": repr(float(total)), "mean": repr(mean)}


def texts():
    """Values as Python and its json module write them."""
    values = [
        "it's", 'say "x"', "both ' and \"", "tab\tline\nback\\", "\x7f\x85\xa0\u200b\u2028é世🌳\ud7ff",
        1.0, -0.0, 1e16, 1e-5, 123456789.125, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, math.inf, -math.inf, math.nan,
        0, -7, 10**30, True, False, None, [], {}, [1, [2.5, "a"], {"k": None}], {"a": [1, {"b": []}], "c'": "é"},
    ]
    for value in values:
        yield {
            "json": json.dumps(value),
            "repr": repr(value),
            "str": str(value),
            "indented": json.dumps(value, indent=2, ensure_ascii=False),
        }


OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(
    {"python": platform.python_version(), "blocks": list(blocks()), "floats": list(floats()), "texts": list(texts())},
    indent=1) + "\n")
