"""Makes src/test/resources/jinja/golden.json: what Jinja2 renders, set up as transformers sets it up.

    python engine-gpu/src/test/python/jinja_golden.py

Needs transformers 5.18. A case without "text" is one that Jinja2 refuses.
"""

import json
from pathlib import Path

from transformers.utils import chat_template_utils

TARGET = Path(__file__).resolve().parents[1] / "resources/jinja/golden.json"

VARIABLES = {
    "s": "Hello World",
    "space": " \t\n padded\u00a0\u3000",
    "u": "e\u0301 😀 中文",
    "empty": "",
    "falsy": "false",
    "n": 7,
    "zero": 0,
    "x": 2.5,
    "yes": True,
    "no": False,
    "nothing": None,
    "list": [3, 1, 2],
    "words": ["b", "A", "c", "a"],
    "nolist": [],
    "map": {"b": 1, "a": "two", "nested": {"k": [1, None, True, 1.5]}},
    "messages": [
        {"role": "system", "content": " S "},
        {"role": "user", "content": "U1"},
        {"role": "assistant", "content": "A1", "tool_calls": None},
        {"role": "user", "content": "U2"},
    ],
}

EXPRESSIONS = """
1 + 2 * 3 | 1 - 2 - 3 | 2 ** 3 ** 2 | -2 ** 2 | 7 // 2 | -7 // 2 | -7 % 3 | 7 / 2 | 6 / 2 | 1e3 | 1.5e-7 | 1e16 | 123456789.125
0.1 + 0.2 | 10 ** 15 * 1.0 | 1_000 + 1 | n * 2.0 | 'ab' * 3 | 3 * 'ab' | 'ab' * -1 | +n | -n | - -n | n - -n
true | True | none | None | not true | not none | not not s | yes + 1 | yes == 1 | 1 == 1.0 | '1' == 1 | '' == false | falsy == false
none == false | 0 == false | nothing == none | missing == none | missing == missing2 | missing != none | empty == ''
1 < 2 < 3 | 1 < 3 < 2 | 1 == 1 != 2 | 'a' < 'b' | 'Z' < 'a' | [1, 2] == [1, 2] | {'a': 1} == {'a': 1.0} | 'a' < 1 | none < 1
'World' in s | 'x' not in s | 'x' in missing | 3 in list | 3 not in list | 'a' in map | 'role' in messages[0] | 'tool_calls' in messages[1] | none in list | 1 in n
not n == 7 | not missing is defined | not s is defined | not 'x' in s | n is defined and n == 7 | not messages[0].role == 'user' or no
missing is defined | nothing is defined | nothing is none | missing is none | nothing is not none | s is string | n is string | n is number | yes is number
x is float | n is integer | yes is integer | yes is boolean | map is mapping | list is mapping | list is iterable | s is iterable | n is iterable | missing is iterable
list is sequence | map is sequence | missing is undefined | yes is true | 1 is true | no is false | n is odd | n is even | 8 is divisibleby 4 | 8 is divisibleby(3)
n is eq 7 | n is equalto(7) | n is ne 7 | n is gt 3 | n is le 7 | 'a' is in ['a'] | 'ABC' is upper | s is lower | range is callable
s if yes else 'no' | s if no | s if no else 'other' | 'a' if no else 'b' if no else 'c' | (s if yes) ~ '!' | 1 if missing else 2 | 1 if falsy else 2 | 1 if nolist else 2
yes and s | no and s | no or s | empty or 'default' | n and 0 or 'z' | s and missing
s ~ n ~ x ~ yes ~ nothing ~ missing | s + ' ' ~ 1 + 2 | 'a' 'b' "c" | 'a' + 1 | 1 + 'a' | 'a' + none | s + missing | missing + s | list + [4] | list + 'a' | [1] * 2 | 2 * [1, 2] | [1] * 'a' | 2 * none
s[0] | s[-1] | s[99] | s[1:3] | s[::-1] | s[:-1] | s[-3:] | s[::2] | s[5:1] | s[10:0:-2] | u[2] | u[::-1] | u[0:3] | list[0] | list[-1] | list[9] | list[1:] | list[:1] | list[::-1] | list[5:]
map.b | map['b'] | map.missing | map['missing'] | map.missing.more | map['missing']['more'] | map.nested.k[0] | map.nested.k | map.items()|first | (1,) | (1, 2) == [1, 2] | (1, 2) == (1, 2) | map | messages[0].content | messages[-1]['content'] | messages.0.role
missing.more | missing['more'] | missing() | nothing.more | n.more | s.more | s.role is defined | messages[0].foo is defined | messages[9] is defined
s.upper() | s.lower() | s.strip() | space.strip() | space.lstrip() | space.rstrip() | space|trim | space.strip(' ') | 'xxaxx'.strip('x') | 'abcba'.lstrip('ab') | 'abcba'.rstrip('ab') | s.title() | 'hELLO wORLD 3rd o\\'neil'.title() | 'hELLO'.capitalize()
s.split() | s.split('o') | s.split('o', 1) | 'a,b,,c'.split(',') | 'a'.split(',') | ''.split(',') | ''.split() | ' a  b '.split() | s.rsplit('o', 1) | s.split('o')[-1] | s.split('') | 'a,b,c'.rsplit(',', 1) | 'a\\nb\\r\\nc\\n'.splitlines()
s.startswith('Hell') | s.startswith(('x', 'H')) | s.endswith('d') | s.replace('l', 'L') | s.replace('l', 'L', 1) | s.replace('', '-') | s.find('o') | s.find('zz') | s.rfind('o') | u.find('中') | s.count('l') | s.count('') | ', '.join(words) | ','.join(list)
'12'.isdigit() | ''.isdigit() | ' '.isspace() | 'ab'.isalpha() | 'prefix-x'.removeprefix('prefix-') | 'x.txt'.removesuffix('.txt') | s.foo is defined
map.keys()|list | map.values()|list | map.get('b') | map.get('zz') | map.get('zz', 5) | map.items()|list | map|items|list | missing|items|list | map|length | list|length | s|length | u|length | missing|length | nothing|length | n|length
s|upper | s|lower | 'o-neil mc(donald'|title | 'hELLO wORLD'|capitalize | list|first | list|last | nolist|first | nolist|last | list|join | list|join(', ') | messages|join(',', attribute='role') | words|join('-')|upper | missing|join
list|sort | words|sort | words|sort(case_sensitive=true) | list|sort(reverse=true) | messages|map(attribute='role')|list | messages|map(attribute='tool_calls')|list | messages|sort(attribute='content')|map(attribute='role')|join(' ') | words|map('upper')|list | words|unique|list | list|sum | list|max | list|min | words|max | nolist|max
messages|selectattr('role', 'equalto', 'user')|list|length | messages|selectattr('role', 'eq', 'user')|map(attribute='content')|list | messages|rejectattr('role', 'equalto', 'user')|map(attribute='role')|list | messages|selectattr('tool_calls', 'defined')|list|length | messages|selectattr('tool_calls')|list|length
list|select('odd')|list | list|reject('odd')|list | list|select|list | words|reject('equalto', 'b')|join(', ') | words|reject('in', ['a', 'b'])|list | list|reverse|list | s|reverse | list|list | s|list | map|list
missing|default('d') | nothing|default('d') | nothing|default('d', true) | empty|default('d', true) | empty|d('d') | missing|d | n|default(3) | missing.x|default('d')
list|string | nothing|string | yes|string | '42'|int | 'x'|int | 'x'|int(5) | '3.7'|int | 3.99|int | '2.5'|float | 'z'|float | -5|abs | (-5)|abs | -2.5|abs | n|string + 's' | s|replace('o', '0') | s|trim('Hd') | n|trim
map|tojson | map|tojson(indent=2) | list|tojson | s|tojson | u|tojson | '<&\\'">/\\\\ \\n\\t\\u0001'|tojson | nothing|tojson | yes|tojson | x|tojson | nolist|tojson(indent=4) | {}|tojson | {}|tojson(indent=4) | map|tojson(separators=(',', ':')) | map|tojson(sort_keys=true) | missing|tojson | [{}, []]|tojson(indent=1)
'a\\nb\\n\\nc'|indent | 'a\\nb'|indent(2, true) | 'a\\n\\nb'|indent(1, blank=true) | '<b>'|safe | '<b>&'
[1, 'a', none, true, 1.0, [2], {'k': 'v'}] | (1, 2)|list | [] | {} | {'a': 1, 'b': [1,2,],} | ["it's", 'say "x"', 'both \\' and "'] | 'tab\\tnew\\nline\\\\ \\x41 \\u4e2d \\q \\'' | ['tab\\tnew\\nline\\\\ é 中 \\x01 \\u200b \\u00a0']
range(3)|list | range(1, 4)|list | range(5, 0, -2)|list | range(0)|list | range(3)|join | dict(a=1, b='x') | namespace(a=1).a | namespace(a=1).b is defined | namespace({'q': 2}).q | raise_exception('no: ' ~ n) | strftime_now is defined
""".strip()

TEMPLATES = [
    # White space around tags.
    "a {% if yes %} b {% endif %} c", "a {%- if yes -%} b {%- endif -%} c", "a\n  {% if yes %}\n  b\n  {% endif %}\n c\n",
    "a\n  {%+ if yes +%}\n  b\n  {%+ endif +%}\n c\n", "  {{ s }}  \n  {{- s -}}  \n x", "x {{- ' ' -}} y", "{{ s }}\n\n", "{{ s }}\n", "\n\n",
    "a  {# note #}  b", "a\n  {# note #}\n  b", "a {#- note -#} b", "a\n\t{% set a = 1 %}\t\nb", "a \t{% set a = 1 %} b", "{% set a = 1 %}\n\n{{ a }}",
    "{% if yes %}\n\n\nx{% endif %}", "{% if yes -%}\n\n\n x{% endif %}", "text \u00a0\n \u3000{%- if yes %}x{% endif %}", "a{% raw %}{{ s }} {% if %}{% endraw %}b",
    "a\n {% raw %}\n x \n {% endraw %}\n b", "a {%- raw -%} x {%- endraw -%} b", "a\r\nb\r{% if yes %}\r\nc{% endif %}", "{{ 'a\r\nb' }}", "{# {{ s }} {% if %} #}x",
    "}} %} #} { { { % {", "{{ '}}' }}{{ '%}' }}{{ \"{{\" }}{{ {'a': {'b': 1}}.a.b }}", "  {%- set a = '-' -%}  {{ a }}  ", "{{s}}{{n}}", "{{\ts\n}}", "\ufeff{{ s }}",
    # Loops.
    "{% for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}",
    "{% for m in messages %}{{ loop.previtem.role if loop.previtem is defined }}>{{ m.role }}>{{ loop.nextitem.role if loop.nextitem is defined else 'end' }} {% endfor %}",
    "{% for m in messages if m.role == 'user' %}{{ loop.index }}{{ m.content }}{% endfor %}", "{% for i in nolist %}x{% else %}none{% endfor %}", "{% for i in list %}x{% else %}none{% endfor %}",
    "{% for i in list if i > 9 %}x{% else %}none{% endfor %}", "{% for i in missing %}x{% endfor %}ok", "{% for i in nothing %}x{% endfor %}", "{% for i in n %}x{% endfor %}",
    "{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in map %}{{ k }}{% endfor %}", "{% for (a, b) in [[1, 2], [3, 4]] %}{{ a + b }},{% endfor %}", "{% for a, b in [[1, 2, 3]] %}x{% endfor %}",
    "{% for c in s %}{{ c }}.{% endfor %}", "{% for i in list %}{% for j in list %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}", "{% for i in list %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}", "{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% for i in 1, 2, 3 %}{{ i }}{% endfor %}", "{{ loop is defined }}{% for i in list %}{% endfor %}{{ i is defined }}{{ loop is defined }}", "{% for m in messages[::-1] %}{{ m.role }} {% endfor %}",
    "{% for i in list %}\n  {{ i }}\n{% endfor %}", "{% for i in list -%}\n  {{ i }}\n{%- endfor %}", "{%- for i in list %}\n    {{- i }}\n{%- endfor %}\n",
    # Scopes.
    "{% set a = 1 %}{% for i in list %}{% set a = a + i %}{{ a }},{% endfor %}{{ a }}", "{% set ns = namespace(a=0) %}{% for i in list %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}",
    "{% if yes %}{% set a = 5 %}{% endif %}{{ a }}", "{% if no %}{% set a = 5 %}{% endif %}{{ a }}|", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = [1] %}", "{% set a = 1, 2 %}{{ a[1] }}",
    "{% set a %}x {{ s }} y{% endset %}[{{ a }}]", "{% set a | upper | replace('X', 'z') %}x{{ s }}{% endset %}{{ a }}", "{% set a %}{% set b = 1 %}{% endset %}{{ b is defined }}", "{% set n.x = 1 %}",
    "{% set s = 'local' %}{{ s }}", "{% for i in list %}{% set s = 'in' %}{% endfor %}{{ s }}", "{% set messages = messages[1:] %}{{ messages[0].role }}", "{% set ns = namespace() %}{% set ns.q = 'v' %}{{ ns.q }}",
    # Conditions.
    "{% if n > 9 %}a{% elif n > 5 %}b{% else %}c{% endif %}", "{% if missing %}a{% elif empty %}b{% elif zero %}c{% elif nolist %}d{% elif {} %}e{% elif falsy %}f{% endif %}", "{% if no %}a{% elif no %}b{% endif %}|",
    "{% if messages[0]['role'] == 'system' and messages|length > 1 %}yes{% endif %}", "{% if not (messages[0].role == 'user') != (n % 2 == 0) %}t{% else %}f{% endif %}",
    # Macros and generation blocks.
    "{% macro hi(name, mark='!') %}Hi {{ name }}{{ mark }}{% endmacro %}{{ hi('A') }}{{ hi('B', '?') }}{{ hi(name='C', mark='.') }}{{ hi() }}", "{% macro f(a) %}{{ s }}{{ n }}{{ a }}{% endmacro %}{% set n = 8 %}{{ f(1)|upper }}",
    "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 2) }}", "{% macro f(a) %}x{% endmacro %}{{ f(1, 2) }}", "{% macro r(k) %}{% if k > 0 %}{{ k }}{{ r(k - 1) }}{% endif %}{% endmacro %}{{ r(3) }}",
    "a {% generation %} b {% endgeneration %} c",
    # What is no template.
    "{{ s", "{% if yes %}", "{% endif %}", "{{ }}", "{% if %}{% endif %}", "{{ 1 + }}", "{{ (1 }}", "{{ s|nosuchfilter }}", "{{ s is nosuchtest }}", "{% nosuch %}", "{# open", "{% for in list %}{% endfor %}", "{% set = 1 %}",
    "{{ s.strip( }}", "{{ 'open }}", "{% raw %} x", "{{ a b }}", "{{ s | }}", "{% for i in list %}{% endif %}", "{{ $ }}", "{% else %}", "{% if yes %}{% else %}{% else %}{% endif %}",
]


def main():
    environment = chat_template_utils._compile_jinja_template("").environment
    environment.globals.pop("strftime_now", None)
    lines = [line for line in EXPRESSIONS.splitlines() if line]
    sources = ["{{ " + part.replace("\\\\", "\\").strip() + " }}" for line in lines for part in split(line)] + TEMPLATES
    cases = []
    for source in sources:
        try:
            cases.append({"template": source, "text": environment.from_string(source).render(**VARIABLES)})
        except Exception as error:  # Any refusal counts: Jinja2's own, and Python's TypeError and the like.
            cases.append({"template": source, "error": f"{type(error).__name__}: {error}"})
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    body = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    TARGET.write_text(f'{{"variables": {json.dumps(VARIABLES)},\n"cases": [\n{body}]}}\n')
    print(len(cases), "templates,", sum("error" in case for case in cases), "refused")


def split(line):
    """The expressions of a line, which stand between bars with spaces around them."""
    return line.split(" | ")


main()
