"""Writes random templates and expressions with what Jinja2 3.1.6 makes of them, one a line.

    python engine-gpu/src/test/python/jinja_fuzz.py SEED CASES | java … dev.espalier.jinja.JinjaOutcomes

Most are right by their types; some are not, to compare what is refused. Numbers are kept small
enough that no limit is met.
"""

import json
import random
import sys

import jinja_outcomes

TEXTS = [
    "", "a", "Hello World", "  pad ded\t", "ÄÖß straße", "e\u0301 😀 中文", "42", "-7", "3.25", "1e3", "a,b,,c", "x-y z", "<b>&'\"</b>", "line\nnext\r\nlast\n",
    "ABC", "abc", "Abc Def", "%s", "{}", "{0}{1}", "ǆ ŉ ﬁ", "ΑΣ Σ", "\u00a0nbsp\u3000", "it's", 'say "x"', "tab\there", "http://x.org/a?b=c&d", "mail me@x.org now",
    "a.b.c", "0x1F", "  ", "true", "İstanbul", "²³½", "foo-bar baz_qux (quux)", "\\n", "one two three four five six seven eight nine ten",
]
INTEGERS = [0, 1, -1, 2, 3, 5, 7, 10, -13, 42, 100, 255, 1000, 12345, 10**6, 2**31, -(2**63), 2**64, 10**20]
FLOATS = [0.0, -0.0, 0.5, 1.5, 2.5, -2.5, 3.14159, 1e16, 1e-5, 123456.789, 0.1, 1e22, 2.675, 1.005, 5e-324, 1.7976931348623157e308, 100.0]
STRING_METHODS = """upper() lower() title() capitalize() swapcase() casefold() strip() lstrip() rstrip() isalnum() isalpha() isdecimal() isdigit() isnumeric() isspace()
isascii() isprintable() isidentifier() islower() isupper() istitle() split() rsplit() splitlines() splitlines(true) expandtabs() expandtabs(4) __class__ nosuch""".split()


class Builder:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = []
        self.macros = []

    def pick(self, *options):
        return self.random.choice(options)

    def chance(self, probability):
        return self.random.random() < probability

    # Values of variables.

    def value(self, depth=2):
        r = self.random.random()
        if depth == 0 or r < 0.5:
            return self.pick(self.pick(*TEXTS), self.pick(*INTEGERS), self.pick(*FLOATS), self.chance(0.5), None, self.pick(*TEXTS))
        if r < 0.75:
            return [self.value(depth - 1) for _ in range(self.random.randrange(5))]
        return {self.pick("a", "b", "c", "items", "keys", "name", "_x", "title", "é"): self.value(depth - 1) for _ in range(self.random.randrange(4))}

    def variables(self):
        return {
            "s": self.pick(*TEXTS),
            "t": self.pick(*TEXTS),
            "n": self.pick(*INTEGERS),
            "i": self.random.randrange(-3, 8),
            "x": self.pick(*FLOATS),
            "yes": True,
            "no": False,
            "nothing": None,
            "ints": [self.random.randrange(-5, 20) for _ in range(self.random.randrange(6))],
            "words": [self.pick("b", "A", "c", "a", "Zeta", "é", "B", "") for _ in range(self.random.randrange(6))],
            "mixed": [self.value(1) for _ in range(self.random.randrange(5))],
            "d": {key: self.value(1) for key in ("a", "b", "items", "é") if self.chance(0.7)},
            "rows": [
                {key: value for key, value in {"k": self.random.randrange(4), "name": self.pick("Bo", "al", "Cy", "bo"), "v": self.pick(1, 2.5, None, "q", [1, 2]), "tags": [1, 2][: self.random.randrange(3)]}.items() if self.chance(0.9)}
                for _ in range(self.random.randrange(5))
            ],
            "any": self.value(),
        }

    # Expressions.

    def small(self, depth):
        if self.chance(0.7) or depth <= 0:
            return self.pick(str(self.random.randrange(-4, 12)), "i", str(self.random.randrange(0, 5)))
        return self.pick(
            lambda: f"{self.pick('ints', 'words', 'rows', 's', 'd')}|length",
            lambda: f"({self.small(depth - 1)} {self.pick('+', '-')} {self.small(depth - 1)})",
            lambda: f"({self.small(depth - 1)} % {self.pick('3', '5', 'i')})",
        )()

    def number(self, depth):
        if depth <= 0:
            return self.pick(str(self.random.randrange(100)), "n", "i", "x", repr(self.pick(*FLOATS[2:])), "true", str(self.pick(*INTEGERS)).replace("-", "0-"))
        return self.pick(
            lambda: f"({self.number(depth - 1)} {self.pick('+', '-', '*', '/', '//', '%')} {self.number(depth - 1)})",
            lambda: f"({self.number(depth - 1)} ** {self.pick('2', '3', '0', '1')})",
            lambda: f"({self.pick('-', '+', '- -')}{self.number(depth - 1)})",
            lambda: f"({self.number(depth - 1)}|{self.pick('abs', 'int', 'float', 'round', 'round(1)', 'round(2)', 'round(-1)')})",
            lambda: f"({self.number(depth - 1)}|round({self.pick('0', '1', '2')}, {self.pick(chr(39) + 'ceil' + chr(39), chr(39) + 'floor' + chr(39))}))",
            lambda: f"({self.text(depth - 1)}|{self.pick('int', 'float', 'length', 'wordcount', 'int(7)', 'int(0, 16)', 'float(1.5)', 'count')})",
            lambda: f"({self.list(depth - 1)}|{self.pick('sum', 'length', 'max', 'min', 'first', 'last', 'count')})",
            lambda: f"{self.text(depth - 1)}.{self.pick('find', 'rfind', 'count', 'index', 'rindex')}({self.text(0)})",
            lambda: f"{self.text(depth - 1)}.{self.pick('find', 'count')}({self.text(0)}, {self.small(0)}, {self.small(0)})",
            lambda: f"(rows|sum(attribute='k'))",
            lambda: f"{self.number(depth - 1)}.{self.pick('real', 'imag', 'is_integer()', 'bit_length()', 'conjugate()', 'numerator', 'as_integer_ratio()', 'nosuch', '__class__')}",
        )()

    def literal(self, text):
        out = "".join(c if c.isprintable() and c not in "\\'" and ord(c) < 0x3000 and ord(c) >= 32 and c != "\u00a0" else self.escape(c) for c in text)
        return "'" + out + "'"

    @staticmethod
    def escape(c):
        if c in "\\'":
            return "\\" + c
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c) or (f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" if ord(c) < 65536 else f"\\U{ord(c):08x}")

    def spec(self):
        fill = self.pick("", "", "*", "0", "é") 
        align = self.pick("<", ">", "^", "=") if fill else self.pick("", "<", ">", "^", "=")
        return fill + align + self.pick("", "", "+", " ", "-") + self.pick("", "", "", "#") + self.pick("", "", "0") + self.pick("", "5", "12") + self.pick("", "", ",", "_") + self.pick("", ".0", ".2", ".5") + self.pick("", "d", "f", "e", "g", "s", "x", "X", "b", "o", "%", "E", "G", "n", "c")

    def percent(self):
        return "%" + self.pick("", "-", "+", " ", "0", "#", "-+", "#0") + self.pick("", "5", "12", "2") + self.pick("", ".0", ".2", ".5") + self.pick("s", "r", "d", "i", "f", "e", "g", "x", "X", "o", "c", "a", "G", "%")

    def text(self, depth):
        if depth <= 0:
            return self.pick("s", "t", self.literal(self.pick(*TEXTS)), self.literal(self.pick(*TEXTS)))
        inner = lambda: self.text(depth - 1)
        return self.pick(
            lambda: f"({inner()} ~ {self.any(depth - 1)})",
            lambda: f"({inner()} + {inner()})",
            lambda: f"({inner()} * {self.small(0)})",
            lambda: f"{inner()}[{self.slice()}]",
            lambda: f"{inner()}[{self.small(0)}]",
            lambda: f"({inner()}|{self.pick('upper', 'lower', 'title', 'capitalize', 'trim', 'reverse', 'string', 'escape', 'e', 'forceescape', 'safe', 'striptags', 'urlencode', 'urlize', 'indent', 'truncate(9)', 'truncate(5, true)', 'wordwrap(10)', 'center(20)', 'pprint', 'tojson')})",
            lambda: f"({inner()}|{self.pick('truncate', 'center', 'indent', 'wordwrap')}({self.random.randrange(1, 30)}))",
            lambda: f"({inner()}|truncate({self.random.randrange(3, 20)}, {self.pick('true', 'false')}, {self.pick(chr(39) * 2, chr(39) + '..' + chr(39))}, {self.random.randrange(0, 4)}))",
            lambda: f"({inner()}|indent({self.pick('2', chr(39) + '> ' + chr(39))}, {self.pick('true', 'false')}, {self.pick('true', 'false')}))",
            lambda: f"({inner()}|wordwrap({self.random.randrange(1, 20)}, {self.pick('true', 'false')}, {self.pick('none', chr(39) + '|' + chr(39))}, {self.pick('true', 'false')}))",
            lambda: f"({inner()}|replace({self.text(0)}, {self.text(0)}{self.pick('', ', 1', ', 2')}))",
            lambda: f"({self.list(depth - 1)}|join{self.pick('', '(' + self.text(0) + ')')})",
            lambda: f"({self.any(depth - 1)}|{self.pick('string', 'tojson', 'pprint', 'tojson(indent=2)', 'escape')})",
            lambda: f"{inner()}.{self.pick(*STRING_METHODS)}",
            lambda: f"{inner()}.{self.pick('strip', 'lstrip', 'rstrip')}({self.text(0)})",
            lambda: f"{inner()}.{self.pick('center', 'ljust', 'rjust')}({self.random.randrange(0, 25)}{self.pick('', ', ' + chr(39) + '*' + chr(39))})",
            lambda: f"{inner()}.zfill({self.random.randrange(0, 12)})",
            lambda: f"{inner()}.replace({self.text(0)}, {self.text(0)}{self.pick('', ', 1', ', -1', ', 0')})",
            lambda: f"{inner()}.{self.pick('removeprefix', 'removesuffix')}({self.text(0)})",
            lambda: f"{inner()}.join({self.pick('words', inner(), self.list(depth - 1))})",
            lambda: f"{self.literal('{' + self.pick('', '0', 'a', '0!r', '0!s', '0!a') + ':' + self.spec() + '}')}.format({self.any(0)}, a={self.any(0)})",
            lambda: f"'[{{:{self.spec()}}}]'.format({self.number(depth - 1)})",
            lambda: f"({self.literal('<' + self.percent() + '>')} % {self.pick(self.number(0), self.any(0), '(' + self.any(0) + ',)')})",
            lambda: f"({self.literal(self.percent() + '/' + self.percent())}|format({self.any(0)}, {self.number(0)}))",
            lambda: f"({inner()} if {self.bool(depth - 1)} else {inner()})",
            lambda: f"({self.number(depth - 1)}|filesizeformat{self.pick('', '(true)')})",
            lambda: f"({self.pick('missing', 'nothing', 'd.zz', inner())}|default({self.text(0)}{self.pick('', ', true')}))",
            lambda: f"(d|xmlattr)",
        )()

    def slice(self):
        bound = lambda: self.pick("", "", str(self.random.randrange(-6, 8)), "i")
        return self.pick(f"{bound()}:{bound()}", f"{bound()}:{bound()}:{self.pick('', '1', '2', '-1', '-2', '3')}")

    def list(self, depth):
        if depth <= 0:
            return self.pick("ints", "words", "mixed", "rows", "[]", "[1, 2, 3]", "['b', 'a', 'C']", "(1, 'a')", "range(4)", "[1, none, 'x']")
        inner = lambda: self.list(depth - 1)
        q = lambda *names: "'" + self.pick(*names) + "'"
        return self.pick(
            lambda: "[" + ", ".join(self.any(depth - 1) for _ in range(self.random.randrange(4))) + "]",
            lambda: f"({self.any(depth - 1)}, {self.any(depth - 1)})",
            lambda: f"({inner()} + {inner()})",
            lambda: f"({inner()} * {self.small(0)})",
            lambda: f"{inner()}[{self.slice()}]",
            lambda: f"({inner()}|{self.pick('list', 'reverse|list', 'sort', 'unique|list', 'sort(reverse=true)', 'sort(case_sensitive=true)', 'sort(true, true)', 'unique(true)|list', 'map(' + q('upper', 'string', 'int', 'abs', 'length', 'nosuch', 'title') + ')|list', 'select|list', 'reject|list')})",
            lambda: f"({inner()}|{self.pick('select', 'reject')}({q('odd', 'even', 'string', 'number', 'defined', 'none', 'lower', 'mapping', 'nosuch', 'sequence', 'true', 'integer', 'float')})|list)",
            lambda: f"({inner()}|{self.pick('select', 'reject')}({q('eq', 'ne', 'gt', 'lt', 'ge', 'le', 'in', '==', 'greaterthan', 'divisibleby')}, {self.any(0)})|list)",
            lambda: f"({inner()}|{self.pick('batch', 'slice')}({self.random.randrange(1, 5)}{self.pick('', ', ' + self.any(0))})|list)",
            lambda: f"(rows|map(attribute={q('k', 'name', 'v', 'tags', 'tags.0', 'zz')}{self.pick('', ', default=' + self.any(0))})|list)",
            lambda: f"(rows|{self.pick('sort', 'groupby', 'min', 'max')}({self.pick('', 'case_sensitive=true, ', 'case_sensitive=false, ')}attribute={q('k', 'name', 'v', 'tags')}))",
            lambda: f"(rows|sort({self.pick('', 'reverse=true, ')}attribute={q('k,name', 'name,k', 'k')})|map(attribute='name')|list)",
            lambda: f"(rows|groupby({q('k', 'name')}{self.pick('', ', default=0', ', default=' + chr(39) + chr(39), ', case_sensitive=true')})|{self.pick('list', 'map(' + chr(39) + 'first' + chr(39) + ')|list', 'length', 'map(attribute=' + chr(39) + 'list' + chr(39) + ')|list')})",
            lambda: f"(rows|{self.pick('selectattr', 'rejectattr')}({q('k', 'name', 'v', 'zz')}{self.pick('', ', ' + q('defined', 'none', 'odd', 'string'), ', ' + q('eq', 'gt', 'in') + ', ' + self.any(0))})|list)",
            lambda: f"({self.dict(depth - 1)}|{self.pick('list', 'items|list', 'dictsort', 'dictsort(true)', 'dictsort(false, ' + chr(39) + 'value' + chr(39) + ')', 'dictsort(reverse=true)')})",
            lambda: f"({self.dict(depth - 1)}.{self.pick('items', 'keys', 'values')}(){self.pick('|list', '', '|sort')})",
            lambda: f"{self.text(depth - 1)}.{self.pick('split', 'rsplit')}({self.pick('', self.text(0), self.text(0) + ', 1', 'none, 1', 'maxsplit=2')})",
            lambda: f"{self.text(depth - 1)}.{self.pick('partition', 'rpartition')}({self.text(0)})",
            lambda: f"(range({self.pick('3', '1, 4', '5, 0, -2', self.small(0), self.small(0) + ', ' + self.small(0))}){self.pick('', '|list')})",
            lambda: f"({self.text(depth - 1)}|list)",
            lambda: f"{inner()}.{self.pick('copy()', 'count(1)', 'index(1)', 'append(1)', 'nosuch', '__len__')}",
            lambda: f"({inner()} if {self.bool(depth - 1)} else {inner()})",
        )()

    def dict(self, depth):
        if depth <= 0 or self.chance(0.4):
            return self.pick("d", "{}", "{'a': 1, 'b': [2]}", "d", "{1: 'x', true: 'y', 1.0: 'z'}")
        key = lambda: self.pick(self.text(0), self.text(0), self.number(0), "none", "(1, 2)")
        return self.pick(
            lambda: "{" + ", ".join(f"{key()}: {self.any(depth - 1)}" for _ in range(self.random.randrange(4))) + "}",
            lambda: f"dict({self.pick('d', '', '[(1, 2)]', 'd, a=5', 'a=1, b=' + self.any(0))})",
            lambda: f"{self.dict(depth - 1)}.copy()",
            lambda: "{}.fromkeys(words, 0)",
        )()

    def bool(self, depth):
        if depth <= 0:
            return self.pick("yes", "no", "true", "false", "i > 2", "s", "nothing", "ints", "missing is defined")
        return self.pick(
            lambda: f"({self.any(depth - 1)} {self.pick('==', '!=')} {self.any(depth - 1)})",
            lambda: f"({self.number(depth - 1)} {self.pick('<', '<=', '>', '>=', '==', '!=')} {self.number(depth - 1)})",
            lambda: f"({self.text(depth - 1)} {self.pick('<', '<=', '>', '>=', '==')} {self.text(depth - 1)})",
            lambda: f"({self.list(depth - 1)} {self.pick('<', '>', '==', '<=')} {self.list(depth - 1)})",
            lambda: f"({self.any(depth - 1)} {self.pick('in', 'not in')} {self.pick(self.list(depth - 1), self.text(depth - 1), self.dict(0))})",
            lambda: f"({self.bool(depth - 1)} {self.pick('and', 'or')} {self.bool(depth - 1)})",
            lambda: f"(not {self.bool(depth - 1)})",
            lambda: f"({self.number(0)} < {self.number(0)} {self.pick('<=', '<', '==', '!=')} {self.number(0)})",
            lambda: f"({self.any(depth - 1)} is {self.pick('', 'not ')}{self.pick('defined', 'undefined', 'none', 'string', 'number', 'integer', 'float', 'boolean', 'mapping', 'sequence', 'iterable', 'callable', 'true', 'false', 'lower', 'upper', 'escaped', 'odd', 'even', 'filter', 'test')})",
            lambda: f"({self.any(depth - 1)} is {self.pick('eq', 'ne', 'gt', 'lt', 'in', 'divisibleby', 'ge')}({self.any(0)}))",
            lambda: f"({self.any(depth - 1)} is sameas {self.pick('true', 'false', 'none')})",
            lambda: f"(rows|unique({self.pick('', 'case_sensitive=true, ')}attribute='name')|list|length == 2)",
            lambda: f"{self.text(depth - 1)}.{self.pick('startswith', 'endswith')}({self.pick(self.text(0), '(' + self.text(0) + ', ' + self.text(0) + ')')})",
        )()

    def any(self, depth):
        if self.names and self.chance(0.25):
            return self.random.choice(self.names)
        if depth <= 0:
            return self.pick("s", "t", "n", "i", "x", "yes", "no", "nothing", "ints", "words", "mixed", "d", "rows", "any", "missing", "d.a", "d['b']", "d.zz", "any.a", "rows[0].k", "mixed[0]", "1", "'q'", "2.5", "none", "true", "nothing.x")
        return self.pick(self.text, self.text, self.number, self.number, self.list, self.list, self.dict, self.bool, self.bool, self.access, self.conditional)(depth)

    def conditional(self, depth):
        return self.pick(
            lambda: f"({self.any(depth - 1)} if {self.bool(depth - 1)})",
            lambda: f"({self.any(depth - 1)} if {self.bool(depth - 1)} else {self.any(depth - 1)})",
            lambda: f"({self.any(depth - 1)} or {self.any(depth - 1)})",
            lambda: f"({self.any(depth - 1)} and {self.any(depth - 1)})",
        )()

    def access(self, depth):
        return self.pick(
            lambda: f"{self.dict(depth - 1)}.{self.pick('a', 'b', 'items()', 'zz', 'get is callable', 'get(1)', 'get(' + chr(39) + 'a' + chr(39) + ', 5)', 'pop', 'update', '__class__', '_x', '__zz__')}",
            lambda: f"{self.dict(depth - 1)}[{self.any(0)}]",
            lambda: f"{self.list(depth - 1)}[{self.any(0)}]",
            lambda: f"({self.any(depth - 1)}|attr({self.pick(chr(39) + 'a' + chr(39), chr(39) + 'real' + chr(39), chr(39) + '__class__' + chr(39))}))",
            lambda: f"({self.any(depth - 1)}|{self.pick('first', 'last', 'length', 'list', 'int', 'float', 'abs', 'round', 'upper', 'default(1)', 'd(2, true)', 'join', 'sum', 'max', 'sort', 'reverse', 'trim', 'tojson', 'items|list', 'urlencode', 'wordcount', 'title', 'string')})",
            lambda: f"{self.any(depth - 1)}.{self.pick('a', 'k', 'upper()', 'real')}",
            lambda: f"{self.any(depth - 1)}.{self.pick('0', '1')}",
            lambda: f"cycler({self.any(0)}, {self.any(0)}).{self.pick('next()', 'current', 'items', 'pos')}",
            lambda: f"joiner({self.pick('', self.text(0))}){self.pick('()', '.sep', '.used')}",
            lambda: f"namespace({self.pick('a=1', 'd', '')}).{self.pick('a', 'b')}",
            lambda: f"{self.literal(self.pick('{0.a}', '{0[a]}', '{a.real}', '{0.__class__}', '{0[0]}', '{}{}', '{', '}', '{{}}', '{:{}}', '{0:{1}}', '{x}', '{!r}'))}.format({self.any(depth - 1)}, {self.pick('5', 's')}, a={self.any(0)})",
            lambda: f"'%(a)s %(items)s'|format(**d)",
            lambda: f"'{{a}}'.format_map({self.dict(0)})",
        )()

    # Templates.

    def space(self):
        return self.pick("", "", "-", "+") if self.chance(0.4) else ""

    def tag(self, content):
        return "{%" + self.space() + " " + content + " " + self.space() + "%}"

    def data(self):
        return self.pick("", "a", " ", "\n", "  \n", "x y", "\n  ", " - ", "{ ", "}", "#", "%", "é\n", "\n\n", "\t")

    def body(self, depth, loops=False):
        out = []
        for _ in range(self.random.randrange(1, 4)):
            out.append(self.data())
            out.append(self.statement(depth, loops))
        out.append(self.data())
        return "".join(out)

    def printed(self, depth):
        return "{{" + self.pick("", "", "-") + " " + self.any(self.pick(0, 0, 1, 1, 2)) + " " + self.pick("", "", "-") + "}}"

    def safe_printed(self):
        return "{{ " + self.pick("s", "i", "ints|length", "loop.index", "a|d('?')", "b|d('?')", "x", "loop|d('') is defined") + " }}"

    def scoped(self, names, build):
        kept = list(self.names)
        self.names += names
        result = build()
        self.names = kept
        return result

    def statement(self, depth, loops):
        if depth <= 0 or self.chance(0.3):
            return self.pick(self.printed(0), self.safe_printed(), self.safe_printed(), "{# note #}", "{#- note -#}")
        inner = depth - 1
        options = [
            lambda: self.tag("if " + self.bool(1)) + self.body(inner, loops) + (self.tag("elif " + self.bool(1)) + self.body(inner, loops) if self.chance(0.3) else "") + (self.tag("else") + self.body(inner, loops) if self.chance(0.5) else "") + self.tag("endif"),
            lambda: self.loop(inner),
            lambda: self.loop(inner),
            lambda: self.tag(f"set {self.pick('a', 'b', 's', 'i')} = {self.any(1)}") + self.remember("a"),
            lambda: self.tag(f"set a, b = {self.pick('1, 2', 'ints[:2]', 'ints', '(s, t)')}"),
            lambda: self.tag("set a" + self.pick("", " | upper", " | trim | length")) + self.body(inner, loops) + self.tag("endset"),
            lambda: self.tag("set ns = namespace(v=0)") + self.tag(f"for q in {self.pick('ints', 'words', 'range(3)')}") + self.tag(f"set ns.v = ns.v + {self.pick('1', 'loop.index', 'q|int')}") + self.tag("endfor") + "{{ ns.v }}",
            lambda: self.tag("with a = " + self.any(1) + self.pick("", ", b = a", ", b = 2")) + self.scoped(["a"], lambda: self.body(inner, loops)) + self.tag("endwith"),
            lambda: self.tag("filter " + self.pick("upper", "trim", "replace('a', 'b') | title", "length", "indent(2)", "wordcount|string")) + self.body(inner, False) + self.tag("endfilter"),
            lambda: self.macro(inner),
            lambda: self.macro(inner),
            lambda: self.tag("raw") + self.data() + "{{ s }}{% if %}" + self.tag("endraw") if self.chance(0.5) else "",
            lambda: self.tag("print " + self.any(1)),
            lambda: self.tag("set cy = cycler('x', 'y')") + "{{ cy.next() }}{{ cy.next() }}{{ cy.current }}{% set jo = joiner('; ') %}{{ jo() }}1{{ jo() }}2",
            lambda: self.tree(),
        ]
        if loops:
            options += [lambda: self.tag("if " + self.pick("loop.index > 1", "loop.last", self.bool(0))) + self.tag(self.pick("break", "continue")) + self.tag("endif")] * 2
        return self.random.choice(options)()

    def remember(self, name):
        if name not in self.names:
            self.names.append(name)
        return ""

    def loop(self, depth):
        target, items, names = self.pick(
            ("q", self.list(1), ["q"]),
            ("q", self.pick("ints", "words", "rows", "s", "d", "mixed", "any"), ["q"]),
            ("q, w", self.pick("d.items()", "d|dictsort", "[(1, 2), (3, 4)]", "rows|groupby('k')", "mixed", "d|items"), ["q", "w"]),
            ("(q, w)", "[[1, 'x'], [2, 'y']]", ["q", "w"]),
        )
        extra = self.pick("loop.index", "loop.index0", "loop.revindex", "loop.revindex0", "loop.first", "loop.last", "loop.length", "loop.depth", "loop.previtem|d('p')", "loop.nextitem|d('n')", "loop.cycle('a', 'b', 'c')", "loop.changed(q)", "loop", "loop.nosuch")

        def build():
            body = self.body(depth, True)
            if self.chance(0.6):
                body = "{{ " + extra + " }}" + body
            if self.chance(0.5):
                body += "{{ q }}"
            return body

        test = " if " + self.scoped(names, lambda: self.bool(1)) if self.chance(0.25) else ""
        body = self.scoped(names + ["loop"] if self.chance(0.1) else names, build)
        otherwise = self.tag("else") + self.body(0, False) if self.chance(0.3) else ""
        return self.tag(f"for {target} in {items}{test}") + body + otherwise + self.tag("endfor")

    def macro(self, depth):
        name = self.pick("m", "f")
        signature = self.pick("", "a", "a, b=2", "a, b=a", "a='x', b=none", "a, caller=none")
        used = self.pick("", "{{ varargs }}", "{{ kwargs }}", "{{ varargs|length }}{{ kwargs|length }}", "{{ caller() if caller else '' }}", "{{ caller(1, 2) if caller else '' }}")
        body = self.scoped(["a"] if "a" in signature else [], lambda: self.body(depth, False))
        call = self.pick("()", "(1)", "(1, 2)", "(1, 2, 3)", "(b=5)", "(a=s)", "(1, z=3)", "(*ints)", "(**d)", "(s, b=t)")
        definition = self.tag(f"macro {name}({signature})") + used + body + self.tag("endmacro")
        if self.chance(0.3):
            parameters = self.pick("", "", "(u)", "(u, v=3)")
            calling = self.tag(f"call{parameters} {name}{call}") + self.scoped(["u"] if parameters else [], lambda: self.body(0, False)) + self.tag("endcall")
        else:
            calling = "{{ " + name + call + self.pick("", "|upper", "|length", " ~ 'x'") + " }}"
        return self.pick(definition + calling, calling + definition, definition + calling + calling)

    def tree(self):
        nested = "[{'c': [{'c': [], 'v': 2}], 'v': 1}, {'c': [{'c': [{'c': [], 'v': 5}], 'v': 4}], 'v': 3}]"
        inside = self.pick("{{ loop.depth }}", "{{ loop.index }}", "{% set a = q.v %}{{ a }}", "{{ loop.depth0 }}{{ loop.last }}", "")
        return "{% for q in " + nested + self.pick("", " if q.v != 4") + " recursive %}" + "{{ q.v }}" + inside + self.pick("{{ loop(q.c) }}", "[{{ loop(q.c) }}]", "{% if q.c %}<{{ loop(q.c) }}>{% endif %}") + self.pick("", "{{ loop.index }}") + self.pick("", "{% else %}none") + "{% endfor %}"

    def case(self):
        self.names = []
        setting = self.pick("PROGRAM", "CHAT", "TASK")
        if self.chance(0.55):
            return {"setting": setting, "expression": self.any(self.pick(1, 2, 2, 3))}
        template = self.body(self.pick(1, 2, 2, 3))
        if self.chance(0.03):
            cut = self.random.randrange(len(template) + 1)
            template = template[:cut] + self.pick("", "{%", "}}", "{{", "%}", "'", "(") + template[cut + self.random.randrange(3) :]
        return {"setting": setting, "template": template}


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    environments = jinja_outcomes.environments()
    builder = Builder(seed)
    written = skipped = 0
    while written < count:
        variables = builder.variables()
        print(json.dumps({"variables": variables}))
        for _ in range(20):
            case = builder.case()
            made = jinja_outcomes.outcome(environments[case["setting"]], case, variables)
            if made is None:
                skipped += 1
            else:
                print(json.dumps(made))
                written += 1
    print(written, "cases written,", skipped, "skipped", file=sys.stderr)


if __name__ == "__main__":
    main()
