"""Writes src/test/resources/python/literals.json: what ast.literal_eval makes of texts."""
import ast
import json
import pathlib
import platform

OUT = pathlib.Path(__file__).parent.parent / "resources" / "python" / "literals.json"
GOOD = ["1", "-1", "+7", "- 3", "1_000", "0", "00", "0x_ff", "0b101", "0o17", "1.5", "1.", ".5", "1e3", "1E-2", "1_0.5e1_0", "True", "False", "None",
        "'a'", '"it\'s"', "'a' 'b' \"c\"", "r'\\n'", "u'x'", "'\\n\\t\\\\\\'\\x41\\u00e9\\U0001F333\\101\\0\\q'", "'''a\nb'''", '"""x"y"""', "''", "'''a''' 'b'",
        "[]", "[1, 'a', None]", "[1,]", " [ 1 ,\n 2 ] ", "()", "(1,)", "(1)", "(1, 2)", "1, 2", "'a',", "{}", "{'a': 1, 2: [3]}", "{'a': {'b': ()},}", "[[1, [2]], (3,)]",
        "123456789012345678901234567890", "-9223372036854775808", "'é 日本 🌳'", "[\n 'a', # note\n 'b'\n]", "('a'\n 'b')", "\t'x'", "['a', \"b'c\", 'd\"e']", "-1.5", "1e999"]
BAD = ["", "a", "012", "1 2", "[1", "1]", "'a", "'a\nb'", "{1}", "{'a'}", "b'x'", "f'x'", "f()", "[1, , 2]", "(,)", "'\\x4'", "tru", "-'a'", "1__0", "0x", "'\\U00110000'", "[a]", "None1", "1j", "- None", "[1 2]", "{'a' 1}"]
cases = [[text, repr(ast.literal_eval(text))] for text in GOOD]
for text in BAD:
    try:
        value = ast.literal_eval(text)
        assert isinstance(value, (set, bytes, complex)) or text == "1 + 2", (text, value)
    except (ValueError, SyntaxError, TypeError):
        pass
OUT.write_text(json.dumps({"python": platform.python_version(), "cases": cases, "bad": BAD}, indent=None).replace("], [", "],\n [") + "\n")
