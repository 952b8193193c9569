"""Writes src/test/resources/python/patterns.json: what CPython's re makes of patterns and texts."""
import json
import pathlib
import platform
import re

OUT = pathlib.Path(__file__).parent.parent / "resources" / "python" / "patterns.json"

CASES = [
    (r"#### (\-?[0-9\.\,]+)", "so 3+4\n#### 7\n#### -1,000.5 ", r"<\1>"),
    (r"(-?[$0-9.,]{2,})|(-?[0-9]+)", "a $1,200.5 or 7, -3 and 44.", "N"),
    (r"(?i)the answer is \(?([A-J])\)?", "The Answer is (C). the answer is d", r"\g<1>!"),
    (r" (['.,])", "it 's , so . x", r"\1"),
    (r"\[.*?\]", "[header] text [sub] end []", ""),
    (r"\s+", "a\u00a0b\u3000c\x1cd  e\n", " "),
    (r"\w+", "naïve ² ½ x_1 日本語 a\u0301b ٣", "w"),
    (r"\d+", "12 ٣٤ ² x9", "#"),
    (r"\bword\b", "word sword word2 word.", "W"),
    (r"\B", "ab c", "-"),
    (r"a*", "baac", "-"),
    (r"|a", "aba", "-"),
    (r"(?=b)|ab?", "abbab", "<>"),
    (r"x*", "\U0001f600x\U0001f600", "-"),
    (r"", "\U0001f600a", "."),
    (r"(?<=a)|b", "aab", "_"),
    (r"\b|:", "a:b :", "|"),
    (r"$", "one\ntwo\n", "!"),
    (r"(?m)^", "one\ntwo\n", "> "),
    (r"(?m)$", "one\ntwo\n", "<"),
    (r"^one|two$", "one\ntwo\n", "X"),
    (r"two\Z", "one\ntwo\n", "X"),
    (r".", "a\nb\r\u2028c", "x"),
    (r"(?s).", "a\nb", "x"),
    (r"(?P<q>['\"])(.*?)(?P=q)", "say 'a\"b' or \"c\"", r"\g<q>\2\g<q>"),
    (r"(a)(b)?(c)?", "abc ac a", r"[\1|\2|\3]"),
    (r"(\w)\1", "aabbcd ee", r"\1"),
    (r"[^\W\d_]+", "ab1_c日", "L"),
    (r"[\s\S]{1,3}?x", "abx\n\nx", "M"),
    (r"[]a]+", "]]aab", "s"),
    (r"[^]a]+", "]]xyab", "s"),
    (r"[a\-z&&[]+", "a-z&[b", "s"),
    (r"a{,2}b", "aaab ab b", "q"),
    (r"a{2}{", "aa{ a{2}{", "q"),
    (r"x{a}", "x{a}", "q"),
    (r"(?x) a  b # comment" "\n" r" [ ] \ c", "ab  c", "v"),
    (r"(?#note)a(?#more)+", "aaa", "v"),
    (r"(?i:STRASSE)|ß", "straße STRASSE strasse ß", "S"),
    (r"(?i)[k-m]", "KLMklm\u212a", "c"),
    (r"(?a)\w+", "naïve x", "w"),
    (r"\x41\u00e9\101\0", "AéA\x00", "e"),
    (r"(?<=\d)(?=(\d{3})+$)", "1234567", ","),
    (r"(?<!a)b|(?!c)d", "ab b cd d", "n"),
    (r"(?:ab|a)(?:c|bcd)", "abcd", "p"),
    (r"\A\s*(?:```(?:json)?)?", "```json\n{}", ""),
    (r"([.!?])\s*", "A. B! C?D", r"\1|"),
    (r"(\()?x(\))?", "(x) x", r"\1y\2"),
    (r"", "ab", "-"),
    (r"[🌳-🌵]", "a🌳b🌴", "t"),
    (r"[\b]", "a\bb", "B"),
    (r"(?>a+)b|a++c", "aab aac", "p"),
    (r"answer\.|\*\*", "answer. **x**", r"\n\t\\"),
    (r"(x)(y)?", "x", r"\2-\1"),
    (r"(.)\11", "aa1", "z"),
]
BAD = [r"a**", r"*a", r"(", r")", r"[a", r"a\q", r"(?P<1>a)", r"\2(a)", r"(?P=x)", r"^*", r"a|+", "a\\"]


def cases():
    for pattern, text, replacement in CASES:
        try:
            compiled = re.compile(pattern)
        except re.error as e:
            assert False, (pattern, e)
        found = compiled.search(text)
        yield {
            "pattern": pattern, "text": text, "replacement": replacement,
            "findall": compiled.findall(text),
            "sub": compiled.sub(replacement, text),
            "once": compiled.sub(replacement, text, count=1),
            "split": compiled.split(text),
            "search": found and found.group(0),
            "match": bool(compiled.match(text)),
            "fullmatch": bool(compiled.fullmatch(text)),
        }


CASES = [c for c in CASES if c[0] != r"(.)\11"]
for bad in BAD:
    try:
        re.compile(bad)
    except re.error:
        continue
    raise SystemExit(f"{bad} is a pattern")
OUT.write_text(json.dumps({"python": platform.python_version(), "cases": list(cases()), "bad": BAD},
                          indent=1) + "\n")
