"""Writes src/test/resources/dev/espalier/yaml/pyyaml.json: what PyYAML's safe loader makes of plain scalars."""
import json
import pathlib

import yaml

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/espalier/yaml/pyyaml.json"
SCALARS = """yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE y n Y N yES tRUE oN
~ null Null NULL nULL none None
0 -0 +0 00 07 010 0777 08 0o17 0o7 -010 +010 0_7 1_000 1_0_ _1 -1_000 0b101 0b1_0 -0b11 0b12 0x1F 0x1_f -0xff 0X1F 0xg
9223372036854775807 9223372036854775808 -9223372036854775809 123456789012345678901234567890
1:30 1:30:00 -1:30 1:60 01:30 1:5 190:20:30 1:2:3.5 190:20:30.15 -1:30.5 1:30. 0:30 0:30.5
1.5 1. .5 -.5 +.5 -1.5 1e3 1.0e3 1.0e+3 1.0E-3 1.e+3 .5e+3 .5e3 1_0.5 1.5_0 1.5.2 5e-324 1e400 1.0e+400
.inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN -.nan inf nan
2024-01-15 2024-1-5 2024-02-29 2024-01-15T10:00:00Z 2024-01-15t10:00:00.5 2024-01-15T1:02:03.1234567-05:30 2024-01-15T10:00:00+2
a 1a a1 + . 1-2 1,5 1/2 3.11.7 v1 100% 1.10 1.0 12e03 0.000001""".split()
SCALARS += ["2024-01-15 10:00:00", "2024-01-15   10:00:00.25 +01:00", "1 000", "two words", "it's"]
BAD = ["=", "0x_", "0b_", "2024-02-30", "2024-13-01"]

cases = []
for scalar in SCALARS:
    value = yaml.safe_load("- " + scalar)[0]
    if isinstance(value, (bool, int, float, str)) or value is None:
        cases.append([scalar, type(value).__name__, repr(value) if not isinstance(value, str) else value])
    else:
        cases.append([scalar, "str", str(value)])
for bad in BAD:
    try:
        yaml.safe_load("- " + bad)
    except Exception:
        continue
    raise SystemExit(bad + " can be read")
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"pyyaml": yaml.__version__, "cases": cases, "bad": BAD}, indent=None).replace("], [", "],\n [") + "\n")
