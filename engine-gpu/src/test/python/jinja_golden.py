"""Writes src/test/resources/jinja/golden.json: what Jinja2 3.1.6 makes of these in three settings.

    python engine-gpu/src/test/python/jinja_golden.py

Needs jinja2 3.1.6 and transformers 5.18; see jinja_outcomes.py for the settings and the outcomes.
"""

import json
from pathlib import Path

import jinja_outcomes

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

# Between bars with blanks around them; a filter's bar has none.
EXPRESSIONS = r"""
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
s.upper() | s.lower() | s.strip() | space.strip() | space.lstrip() | space.rstrip() | space|trim | space.strip(' ') | 'xxaxx'.strip('x') | 'abcba'.lstrip('ab') | 'abcba'.rstrip('ab') | s.title() | 'hELLO wORLD 3rd o\'neil'.title() | 'hELLO'.capitalize()
s.split() | s.split('o') | s.split('o', 1) | 'a,b,,c'.split(',') | 'a'.split(',') | ''.split(',') | ''.split() | ' a  b '.split() | s.rsplit('o', 1) | s.split('o')[-1] | s.split('') | 'a,b,c'.rsplit(',', 1) | 'a\nb\r\nc\n'.splitlines()
s.startswith('Hell') | s.startswith(('x', 'H')) | s.endswith('d') | s.replace('l', 'L') | s.replace('l', 'L', 1) | s.replace('', '-') | s.find('o') | s.find('zz') | s.rfind('o') | u.find('中') | s.count('l') | s.count('') | ', '.join(words) | ','.join(list)
'12'.isdigit() | ''.isdigit() | ' '.isspace() | 'ab'.isalpha() | 'prefix-x'.removeprefix('prefix-') | 'x.txt'.removesuffix('.txt') | s.foo is defined
map.keys()|list | map.values()|list | map.get('b') | map.get('zz') | map.get('zz', 5) | map.items()|list | map|items|list | missing|items|list | map|length | list|length | s|length | u|length | missing|length | nothing|length | n|length
s|upper | s|lower | 'o-neil mc(donald'|title | 'hELLO wORLD'|capitalize | list|first | list|last | nolist|first | nolist|last | list|join | list|join(', ') | messages|join(',', attribute='role') | words|join('-')|upper | missing|join
list|sort | words|sort | words|sort(case_sensitive=true) | list|sort(reverse=true) | messages|map(attribute='role')|list | messages|map(attribute='tool_calls')|list | messages|sort(attribute='content')|map(attribute='role')|join(' ') | words|map('upper')|list | words|unique|list | list|sum | list|max | list|min | words|max | nolist|max
messages|selectattr('role', 'equalto', 'user')|list|length | messages|selectattr('role', 'eq', 'user')|map(attribute='content')|list | messages|rejectattr('role', 'equalto', 'user')|map(attribute='role')|list | messages|selectattr('tool_calls', 'defined')|list|length | messages|selectattr('tool_calls')|list|length
list|select('odd')|list | list|reject('odd')|list | list|select|list | words|reject('equalto', 'b')|join(', ') | words|reject('in', ['a', 'b'])|list | words|select(missing)|list | words|map(missing)|list | words|selectattr('x', missing)|list | nolist|select(missing)|list | s ~ '\x01\x7f\xe9\u4e2d😀'|tojson | list|reverse|list | s|reverse | list|list | s|list | map|list
missing|default('d') | nothing|default('d') | nothing|default('d', true) | empty|default('d', true) | empty|d('d') | missing|d | n|default(3) | missing.x|default('d')
list|string | nothing|string | yes|string | '42'|int | 'x'|int | 'x'|int(5) | '3.7'|int | 3.99|int | '2.5'|float | 'z'|float | -5|abs | (-5)|abs | -2.5|abs | n|string + 's' | s|replace('o', '0') | s|trim('Hd') | n|trim
map|tojson | map|tojson(indent=2) | list|tojson | s|tojson | u|tojson | '<&\'">/\\ \n\t\u0001'|tojson | '\x7e\x7f\x80'|tojson | nothing|tojson | yes|tojson | x|tojson | nolist|tojson(indent=4) | {}|tojson | {}|tojson(indent=4) | map|tojson(separators=(',', ':')) | map|tojson(sort_keys=true) | missing|tojson | [{}, []]|tojson(indent=1)
'a\nb\n\nc'|indent | 'a\nb'|indent(2, true) | 'a\n\nb'|indent(1, blank=true) | '<b>'|safe | '<b>&'
[1, 'a', none, true, 1.0, [2], {'k': 'v'}] | (1, 2)|list | [] | {} | {'a': 1, 'b': [1,2,],} | ["it's", 'say "x"', 'both \' and "'] | 'tab\tnew\nline\\ \x41 \u4e2d \q \'' | ['tab\tnew\nline\\ é 中 \x01 \u200b \u00a0']
range(3)|list | range(1, 4)|list | range(5, 0, -2)|list | range(0)|list | range(3)|join | dict(a=1, b='x') | namespace(a=1).a | namespace(a=1).b is defined | namespace({'q': 2}).q | raise_exception('no: ' ~ n) | strftime_now is defined
abs(3) | -3|abs | true|abs | 'x'|abs | missing|abs | {'a': 1}|attr('keys') is callable | s|attr('nosuch') is defined | map|attr('b') is defined
[1, 2, 3, 4, 5]|batch(2)|list | [1, 2, 3]|batch(2, 'x')|list | [1]|batch(0)|list | 'abc'|batch(2)|list | [1, 2, 3, 4, 5]|slice(2)|list | [1, 2, 3]|slice(2, 'x')|list | [1]|slice(0)|list | []|slice(2)|list
'straße ßa'|capitalize | 'ΑΣ ΑΣ'|lower | 'ﬁx ǆ ŉ'|title | 'ﬁx ǆ ŉ'.title() | 'x'|center(7) | 'xy'|center(7) | 'x'|center(6) | 'xy'.center(7, '*') | 'x'|center | 'long text'|center(2) | 7|center(5)
{'b': 1, 'A': 2, 'c': 0}|dictsort | {'b': 1, 'A': 2}|dictsort(true) | {'b': 1, 'A': 2}|dictsort(by='value') | {'b': 1, 'a': 2}|dictsort(reverse=true) | {'b': 1}|dictsort(by='x') | {1: 2, 'a': 3}|dictsort | list|dictsort
'<a href="x">\'&'|e | ('<'|e)|e | ('<'|e)|forceescape | '<'|safe|e | '<b>'|safe ~ '<' | ('<'|e) + '<' | '<' + ('<'|e) | ('%s'|safe) % '<' | ('{}'|safe).format('<') | ('<b>'|safe)|upper | ('a'|safe) == 'a' | ('<'|e)|length | [('<'|e)] | ('-'|safe).join(['<', '>']|list) | ('a<'|safe).replace('a', '<')
0|filesizeformat | 1|filesizeformat | 999|filesizeformat | 1000|filesizeformat | 1500000|filesizeformat | 1024|filesizeformat(true) | 1e27|filesizeformat | -5|filesizeformat | '300'|filesizeformat | 'x'|filesizeformat | 1023.9|filesizeformat(binary=true)
'1e3'|float | ' 2.5 '|float | 'x'|float(1) | '1_0'|float | 'inf'|float | 'nan'|float | nothing|float | '٣'|float | yes|float | '1e400'|float | 10 ** 400|float
'%s, %s!'|format('a', 1) | '%(a)s'|format(a=2) | '%s'|format | '%d'|format('x') | '%s %s'|format(1) | '%s'|format(1, 2) | '%s'|format(1, a=2) | '%5.2f|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%e|%g|%c|%r|%%'|format(3.14159, 4, 5, 6, 7, 255, 255, 255, 8, 12345.678, 0.00001, 'z', 'q')
'%s' % 'a' | '%s %s' % (1, none) | '%d' % 3.99 | '%d' % '3' | '%s' % [1, 2] | '%s' % (1,) | '%.3s|' % 'abcdef' | '%5s|%-5s|' % ('a', 'b') | '%(k)s' % {'k': 'v'} | '%x' % 1.5 | '%c' % 9786 | '%f' % 1e22 | '%.0f' % 0.5 | '%.0f' % 1.5 | '%i' % true | '%s' % missing | '%*d' % (5, 3) | '%5%' % () | '%y' % 1 | '%' % 1 | 'x' % 1
'{:.2f}'.format(x) | '{:>8}|{:<8}|{:^8}|'.format('a', 'b', 'c') | '{:08.3f}'.format(-3.14159) | '{:,}'.format(1234567) | '{:_}'.format(1234567) | '{:x} {:X} {:o} {:b} {:#x} {:c}'.format(255, 255, 8, 5, 255, 65) | '{:e} {:.1e} {:g} {:.3g}'.format(12345.678, 12345.678, 1e-7, 12345.678) | '{:%} {:.1%}'.format(0.5, 0.123) | '{:+} {: } {:-}'.format(1, 2, 3)
'{0} {1} {0}'.format('a', 'b') | '{} {}'.format('a', 'b') | '{a} {b}'.format(a=1, b=2) | '{0[0]} {0[1]}'.format([1, 2]) | '{0[k]} {0.k}'.format({'k': 1}) | '{!r} {!s} {!a}'.format('é', 'é', 'é') | '{{}} {}'.format(1) | '{'.format(1) | '}'.format(1) | '{} {0}'.format(1, 2) | '{:{}}|'.format('x', 5) | '{:.{p}f}'.format(2.5, p=3) | '{1}'.format(1) | '{x}'.format(1) | '{:d}'.format('a') | '{:d}'.format(1.5) | '{:s}'.format(1) | '{:5}|'.format(true) | '{:}'.format(none) | '{:5}'.format(none) | '{:5}'.format([1]) | '{:*^9}'.format('mid') | '{:=+6}'.format(42) | '{:010,}'.format(1234) | '{:.3}'.format('abcdef') | '{:.3}'.format(3.14159) | '{:.1}'.format(12.0) | '{:n}'.format(5) | '{a.b}'.format(a={'b': 7}) | '{0.__class__}'.format(1) | '{a}'.format_map({'a': 1}) | '{:z.1f}'.format(-0.01) | '{:5c}|{:05c}|{:<5c}|{:*=5c}|'.format(65, 66, 67, 68)
messages|groupby('role')|map('first')|list | messages|groupby('role') | [{'c': 'NY'}, {'c': 'ny'}, {'c': 'LA'}]|groupby('c') | [{'c': 'NY'}, {'c': 'ny'}]|groupby('c', case_sensitive=true) | [{'c': 1}, {}]|groupby('c', default=1)|length | messages|groupby('nosuch')|length | (messages|groupby('role'))[0].list|length | (messages|groupby('role'))[0].grouper
'a\nb'|indent(width=2) | 'a\nb'|indent('> ') | 'a\nb'|indent(first=true) | ''|indent | 'a\n\nb\n'|indent(blank=true) | 5|indent | nothing|indent | 'a\r\nb\x0cc'|indent
'0x1f'|int(0, 16) | '1f'|int(base=16) | '0b11'|int(0, 2) | '12'|int(0, 3) | ' 42 '|int | '4_2'|int | '1e3'|int | nothing|int(9) | list|int(9) | '0o17'|int(0, 8) | '0x1f'|int(0, 0) | '017'|int(0, 0) | '99999999999999999999'|int | 1e20|int | 'nan'|float|int(3) | 'inf'|float|int | '-0x1'|int(0, 16) | '٤٢'|int
map|items|list | list|items|list | nothing|items|list | [1, [2]]|join | [1, none, true]|join('-') | messages|join('|', 'role') | messages|join(attribute='tool_calls') | 'abc'|join('.') | map|join(',') | nothing|join | list|last | range(3)|last | map|last | s|last | (words|map('upper'))|last | words|map('upper')|first | {}|first | s|first
[1, 2]|map('string')|list | [1, 2]|map('nosuch')|list | []|map('nosuch')|list | list|map | [1]|map()|list | [[1], [2]]|map(attribute=0)|list | [[1], []]|map(attribute=0, default='d')|list | [{'a': {'b': 1}}]|map(attribute='a.b')|list | ['a']|map('replace', 'a', 'b')|list | [1]|map(attribute='x', foo=1)|list | words|map('default', 'x')|list | nothing|map('upper')|list | 5|map('upper')|list
[3, 1, 2]|max | ['b', 'A']|max | ['b', 'A']|max(case_sensitive=true) | messages|max(attribute='content') | [1, 'a']|max | [none, none]|max | ''|min | [[1, 2], [1]]|min | {'b': 1, 'a': 2}|min | [1, 1.0, true]|min
map|pprint | ['x' * 30, 'y' * 30, 'z' * 30]|pprint | {'k' * 30: 'v' * 60, 'a': {'b': list}}|pprint | 'word ' * 30|string|pprint | ('word ' * 30)|pprint | (1,)|pprint | {'b': 1, 'a': 2}|pprint | ['it\'s ' * 30]|pprint | []|pprint | ('a\nb' * 30)|pprint
[1, 2, 3]|reject|list | [0, 1, '', 'a']|reject|list | [1, 2]|reject('nosuch')|list | messages|rejectattr('tool_calls')|list|length | messages|rejectattr('content', 'eq', 'U1')|list|length | messages|selectattr|list | [1, 2, 3, 4]|select('divisibleby', 2)|list | [1, 'a', none]|select('string')|list | [1, 5]|select('gt', 2)|list | [1, 5]|select('>', 2)|list | [1]|select('eq')|list
'aaa'|replace('a', 'b', 2) | 'aaa'|replace('', '-') | 123|replace(2, 'x') | 'a'|replace('a') | 'abab'.replace('ab', '', -1) | [1, 2]|reverse|list | 'é😀'|reverse | {'a': 1, 'b': 2}|reverse|list | (1, 2)|reverse|list | 5|reverse | nothing|reverse | words|map('upper')|reverse
2.5|round | 3.5|round | -2.5|round | 2.675|round(2) | 42.55|round(1, 'floor') | 42.55|round(1, 'ceil') | 1234|round(-2) | 1250|round(-2) | 42|round | 1.5|round(method='x') | 'a'|round | 1e22|round(2) | 0.5|round | 5|round(1, 'ceil') | 1e308|round(-308) | 2.5|round(none) | yes|round
['b', 'A', 'c']|sort | ['b', 'A']|sort(true) | [3, 'a']|sort | [none, none]|sort | [[2, 1], [1, 9]]|sort | messages|sort(attribute='role,content')|map(attribute='content')|list | messages|sort(attribute='nosuch')|length | {'b': 1, 'a': 2}|sort | 'hello'|sort | [true, 0, 2.5]|sort | [(1, 'b'), (1, 'a')]|sort | []|sort | nothing|sort | [{'a': 1}, {'a': 0}]|sort
'<p>a  <b>b</b>&nbsp;&lt;c</p>\n'|striptags | '<!-- x > y -->z'|striptags | 'a < b'|striptags | '&amp;lt;&#65;&#x41;&notit;&copy'|striptags | [1, 2]|sum | [1, 2.5]|sum | []|sum | [[1], [2]]|sum(start=[]) | ['a']|sum | messages|sum(attribute='nosuch') | [{'p': 1}, {'p': 2}]|sum(attribute='p') | [1]|sum(start=10) | [true, true]|sum | [0.1, 0.2, 0.3]|sum | ['a']|sum(start='')
'hello world'|title | "it's o'neil (a) [b] {c} <d> e-f"|title | 'ÉCOLE'|title | none|title | 12|title | '  x  '|trim | 'xxaxx'|trim('x') | 5|trim | 'foo bar baz qux'|truncate(9) | 'foo bar baz qux'|truncate(9, true) | 'foo bar baz qux'|truncate(11) | 'foo bar baz qux'|truncate(11, false, '...', 0) | 'foo bar'|truncate(2) | u|truncate(3, true, '', 0) | 'é😀é😀é😀'|truncate(4, true, '…', 0) | 'x' * 300|string|truncate | ('x' * 300)|truncate|length | 5|truncate | 'foobarbazqux'|truncate(8, false, '..', 0)
[1, 1.0, true, 'a', 'A']|unique|list | ['a', 'A', 'b']|unique(true)|list | messages|unique(attribute='role')|map(attribute='content')|list | [[1], [1]]|unique|list | 'aAbB'|unique|list | ''|unique|list | nothing|unique|list
'a b&c/d?e=é'|urlencode | {'a': 1, 'b c': 'x/y'}|urlencode | [('a', 1), ('b', none)]|urlencode | 5|urlencode | nothing|urlencode | [1]|urlencode | ''|urlencode | 'http://example.com/a?b=c&d (www.x.org), a@b.org.'|urlize | 'www.example.com'|urlize(10) | 'http://x.org'|urlize(nofollow=true, target='_blank', rel='me') | 'mailto:a@b.co x'|urlize | 'ftp://x'|urlize(extra_schemes=['ftp://']) | 'http://[::1]:80/ 1.2.3.4 http://1.2.3.4'|urlize | '<http://x.org>'|urlize | 5|urlize | '((http://x.org/a_(b)))'|urlize
'one two  three'|wordcount | 'a-b c_d'|wordcount | ''|wordcount | u|wordcount | 12|wordcount | 'Lorem ipsum dolor sit amet, consectetur'|wordwrap(12) | 'Lorem ipsum'|wordwrap(3) | 'Lorem ipsum'|wordwrap(3, false) | 'foo-bar-baz qux'|wordwrap(5) | 'foo-bar-baz'|wordwrap(5, break_on_hyphens=false) | 'a b\n\nc d'|wordwrap(3, true, '|') | 'x'|wordwrap(0) | ''|wordwrap(0) | 'a -- b---c'|wordwrap(4) | {'a': 1, 'b': none, 'c': '<', 'd': missing}|xmlattr | {'a': 1}|xmlattr(false) | {}|xmlattr | {'a b': 1}|xmlattr | {1: 2}|xmlattr | list|xmlattr
9999999999 * 9999999999 | 2 ** 100 | -7 // 2 | 7 // -2 | -7 % 3 | 7 % -3 | -7.5 // 2 | -7.5 % 2 | 7.5 % -2 | 5 % 0 | 1 // 0 | 1.0 / 0 | 0 ** 0 | 0 ** -1 | 2 ** -1 | 2.0 ** 0.5 | (-8) ** 2 | 10 ** 20 // 3 | 10 ** 20 % 7 | -(10 ** 20) // 3 | 10 ** 20 / 3 | 2 ** 63 | -(2 ** 63) - 1 | 2 ** 64 == 2.0 ** 64 | 2 ** 53 + 1 == 2.0 ** 53 | 0.1 + 0.2 == 0.3 | 2.0 ** 378 | 2.0 ** -44 | 2 ** 378 / 1 | 1 / 3 | 1e15 + 0.3 | 1e16 + 1 | 5e-324 | 1.7976931348623157e308 | 123456789012345678 | 12345678.9 | 100 * 1.1 | 1e-5 | 0.0001 | -0.0 | 1e22 | 1e21 * 10 | 3.0 | 1e100 | true + true | -true | +true | 'a' - 'b' | none + 1 | [] - [] | 1_000_000 | 0x1f | 0b101 | 0o17 | 0xFF_FF | 1.5e3 | 00 | 007 | 1__0
'a' * 3 | 'a' * 0 | 'a' * 2.0 | [1] + [2] | [1] + (2,) | (1,) + (2,) | (1,) * 2 | [1, 2] * 0 | 'a' * true | {} + {} | 'a' + 'b' * 2 | [1] == (1,) | [1, 2] < [1, 3] | [1] < [1, 2] | [1, 'a'] < [1, 2] | (1, 2) < (1, 3) | {} < {} | 'a' < 1 | 1 < 1.5 < 2 | 1 < 2 > 1 | 1 == 1.0 == true | none < none | none == none | '' == none | 'é' < 'z' | '😀' > '\uffff' | not 1 == 2 | not (1 and 0) | 1 in [1.0] | true in [1] | 'a' in {'a': 1} | 1 in {1.0: 2} | [1] in [[1]] | 'b' in 'abc' | '' in 'abc' | 1 in 'abc' | none in [none] | [] in {} | 'x' in 5
'abc'[1] | 'abc'[-1] | 'abc'[5] | 'abc'[1:] | 'abc'[::-1] | 'abc'[::2] | 'abc'[5:] | 'abc'[-2:] | 'abc'[:-5] | 'abc'[1:2:1] | 'abc'[::0] | 'abc'['x'] | 'abc'[1.0] | 'abc'[true] | [1, 2, 3][1:] | (1, 2, 3)[::-1] | range(10)[2:8:3] | range(10)[2:8:3]|list | range(10)[-1] | range(3)['x'] | none[0] | 'é😀x'[1] | 'é😀x'[1:] | 'é😀x'[::-1] | 'Nice😀 work'[:5] | map['nested']['k'][0] | map.nested.k.0 | list[none:2] | list['1'] | [[1, 2], [3]][0][1] | {'a': 1}.a | {'a': 1}['a'] | {1: 'x'}[1] | {1: 'x'}[true] | {(1, 2): 'x'}[1, 2] | {none: 'x'}[none] | {[1]: 2} | {'items': 5}.items is callable | {'items': 5}['items'] | {'get': 1}.get
s.__class__ | s.__class__.__mro__ | ''.__class__ is defined | map.__class__ | list.append(1) | list.sort() | map.update({}) | map.pop('b') | range.__name__ | s|attr('__class__') | map.__getitem__ | map['__class__'] | ().__class__.__bases__ | list.__len__ | 5 .__class__ | cycler.__init__ | namespace().__class__ | missing.__class__
s.casefold() | 'ẞß'.casefold() | 'a\tb'.expandtabs(4) | 'abc'.find('c', 1) | 'abc'.find('a', 1) | 'abc'.find('', 3) | 'abc'.find('', 4) | 'abc'.index('z') | 'abcabc'.rindex('b') | 'aXbX'.count('X', 2) | 'aaa'.count('aa') | '½²'.isnumeric() | '²'.isdigit() | '²'.isdecimal() | '一'.isnumeric() | 'a1'.isalnum() | 'é'.isalpha() | 'aé'.isascii() | 'a b'.isidentifier() | '_a1'.isidentifier() | 'Ab Cd'.istitle() | 'ab'.islower() | 'AB1'.isupper() | '1'.isupper() | ' \u00a0'.isspace() | ''.isspace() | 'a\n'.isprintable() | 'é'.isprintable() | 'ab'.ljust(5) ~ '|' | 'ab'.rjust(5, '0') | 'ab'.ljust(5, 'xy') | '42'.zfill(5) | '-42'.zfill(5) | '+4'.zfill(1) | 'aB'.swapcase() | 'a,b'.partition(',') | 'ab'.partition(',') | 'a,b,c'.rpartition(',') | 'a'.partition('') | 'a b c'.split(none, 1) | 'a b c'.rsplit(maxsplit=1) | ' a  b '.split(' ') | 'a\nb\r\nc\x0bd\u2028e'.splitlines() | 'a\n'.splitlines(true) | ''.splitlines() | 'ab'.startswith(('x', 'a')) | 'ab'.startswith('b', 1) | 'ab'.endswith('a', 0, 1) | 'ab'.startswith(['a']) | 'xyx'.strip('x') | '中x'.strip('中') | 'ab'.removeprefix('a') | 'ab'.removesuffix('') | '-'.join(['a', 'b']) | '-'.join([1]) | '-'.join('abc') | '-'.join({'a': 1}) | 'x'.repeat(3) | 'İ'.lower()|length | 'ŉ'.upper() | 'ΑΣ’Σ ΣΑ Σ. 1Σ ΑΣʰ ΑΣ́Α'.lower() | 'ΑΣ’Σ ΣΑ Σ. ΑΣ'.title() | 'ΑΣ1ΣΣ aΣ'.swapcase() | {(1, (2, 'x')): 5}[(1.0, (2, 'x'))] | 'ß'.upper() | 'ǆ'.title()
{'a': 1}.get('a') | {'a': 1}.get('b', 2) | {'a': 1}.get([1]) | {'a': 1}.keys() | {'a': 1}.values() | {'a': 1}.items() | {'a': 1}.copy() | {}.fromkeys([1, 2], 0) | {'a': 1}.keys()|list | ('a' in {'a': 1}.keys()) | {'a': 1}.items()|first | {'a': 1}.items()|length | {'a': 1}.keys()[0] | {'a': 1, 'a': 2} | {1: 'a', true: 'b', 1.0: 'c'} | {'a': none, 'b': [1, (2,)]} | [1, 2].count(1) | [1, 2].index(2) | [1, 2].index(3) | [1].copy() | (1, 1).count(1) | 'aab'.count('a') | range(5).index(3) | range(2, 9, 3).stop | range(5) | range(0) | range(1, 5, 2) | range(5, 0) | range(1.5) | range('a') | range() | range(1, 2, 0) | range(100001)|length | range(100000)|length | (3).bit_length() | (3.0).is_integer() | (2.5).as_integer_ratio() | n.real | x.imag | (3).conjugate() | 1.5.nosuch is defined
dict([('a', 1)], b=2) | dict({'a': 1}) | dict(1) | dict(a=1)|length | namespace(a=1) | namespace({'a': 1}, b=2).b | cycler('a', 'b').next() | cycler('a', 'b').current | cycler() | joiner('-')() | joiner()() ~ 'x' | joiner | dict | raise_exception is defined | loop is defined | range is callable | 'upper' is filter | 'nosuch' is filter | 'odd' is test | 'nosuch' is test | 1 is filter | 5 is sameas(5) | true is sameas(true) | none is sameas none | 1 is sameas true | 'A' is upper | 'Aa' is upper | '' is lower | 5 is lower | '<'|e is escaped | '<' is escaped | 3 is odd | 3.5 is odd | 'a' is odd | 4 is divisibleby(2) | 4 is divisibleby(0) | 1 is in([1]) | 1 is in 5 | 'a' is eq('a') | 1 is lt(2) | 1 is lt('a') | 1 is ge 1 | none is none | missing is none | {} is mapping | [] is mapping | '' is sequence | {} is sequence | 5 is sequence | range(3) is sequence | (1,) is sequence | words|map('upper') is iterable | 5 is iterable | missing is iterable | none is iterable | 5 is number | true is number | 5 is integer | true is integer | 5.0 is float | 1 is boolean | false is false | 0 is false | 1 is true | s is callable | s.upper is callable | 1 is not odd | not 1 is odd | 1 is odd is even | 3 is odd and 4 is even | 3 is divisibleby 3 and true
missing | missing.x | missing['x'] | missing ~ 'x' | missing|upper | missing|length | missing|list | missing == 1 | missing < 1 | missing + 1 | not missing | missing and 1 | missing or 1 | 1 if missing else 2 | missing|default(missing2)|default('z') | [missing] | [missing]|length | {'a': missing} | missing in [1] | 1 in missing | missing()|string | -missing | missing|int | missing|sum | missing|first | missing|join | missing|tojson | missing|sort | missing is string | (missing,) | missing is defined or true | map.zz|default('d') | map.zz.y|default('d') | map.nested.zz|d('e') | messages[7]|d('none') | nothing.x|d('y') | nothing|d('x') | nothing|d('x', true) | ''|d('x') | ''|d('x', true) | 0|d('x', true) | nothing | nothing ~ '' | [nothing] | nothing|string | nothing|upper | nothing|length | nothing|list | nothing + 1 | nothing < 1 | nothing == none | not nothing | nothing|join | nothing|tojson | nothing|int | 1 if nothing else 2 | 'x' if false | ('x' if false) is defined | ('x' if false) ~ 'y' | ('x' if false)|length | (none) | [none] | none|string ~ 'x' | {'a': none} | (none,)
1 if true | 1 if false else 2 if true else 3 | (1, 2,) | (1) | () | (,) | [,] | [1,] | {,} | {'a': 1,} | {'a'} | [1 2] | 'a' 'b' ~ 'c' | 1 + | * 2 | a b | 1..2 | .5 | 5. | 1 = 1 | x := 1 | 1 <> 2 | not | -  | s.  | s[ | s[] | s[1:2:3:4] | s[1:2, 3] | s[1, 2] | f(*[1], **{'a': 2}) | f(a=1, 2) | f(**{}, *[]) | s|upper() | s|replace(old='H', new='J') | s|replace('H', new='J') | s|upper(1) | s|center(width=15) | s|center(nosuch=1) | s|default(**{'default_value': 1}) | s is odd() | s is eq(*['x']) | range(*[1, 4])|list | dict(**{'a': 1}) | s | upper | lower | -1|abs | (-1)|abs | - 2 ** 2 | 2 ** -1 | not 1 in [2] | 1 not in [2] | 1 + 2 ~ 3 | 1 ~ 2 + 3 | 1 ~ 2 * 3 | 'a' ~ 1|abs | true and false or true | 1 < 2 and 2 < 3 | {'a': 1}|tojson ~ 'x' | '\x41\u00e9\U0001F600\N{BULLET}\101\0' | '\q\e' | 'a\
b' | '\x4' | '\u12' | '\N{NOSUCH}' | "a'b" | 'a"b' | '\\' | True and False | None | true is true | nothing is None
'<\'"&>é\u2028'|tojson | {'b': 1, 'a': [true, none, 1.5]}|tojson | {'b': 1, 'a': 2}|tojson(2) | {1: 1, 'a': 2}|tojson | {none: 1}|tojson | {(1,): 1}|tojson | (1, 2)|tojson | range(2)|tojson | 1e400|tojson | 10 ** 30|tojson | [[], {}]|tojson(1) | 'a'|tojson('x') | {'a': 1}|tojson(indent='--') | missing|tojson | ('<'|e)|tojson | [1, [2]]|tojson(indent=0)
"""

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
    # Loops, tuples, recursion.
    "{% for x in [1, 2, 3] %}{{ x }}{% if loop.index == 2 %}{% break %}{% endif %}{% else %}none{% endfor %}", "{% for x in [1, 2] %}{% continue %}{% else %}else{% endfor %}", "{% for x in [1] %}{% break %}{% else %}else{% endfor %}",
    "{% for n in [1, 2] %}{{ n }}{% else %}none{% endfor %}", "{% for n in [] %}{{ n }}{% else %}none{% endfor %}", "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b in {'x': 1}.items() %}{{ a }}{{ b }}{% endfor %}",
    "{% for q, w in [[1, 2]] if q %}{{ loop.previtem|d('-') }}{{ w }}{% endfor %}", "{% for q, w in [[1, 2], [3, 4]] if q %}{{ loop.nextitem|d('-') }}{% endfor %}", "{% for x in list if x > 1 %}{{ loop.index }}/{{ loop.length }} {% endfor %}", "{% for x in list if loop.index %}{{ x }}{% endfor %}",
    "{% for x in [1, 2, 3] %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x // 2) }}{% endfor %}", "{% for x in 'ab' %}{{ loop }}{{ loop.revindex }}{{ loop.nosuch }}{% endfor %}", "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}", "{% for x in [1] %}{% set loop = 2 %}{% endfor %}", "{% for loop in [1] %}{{ loop }}{% endfor %}",
    "{% for x in [{'v': 1, 'c': [{'v': 2, 'c': []}]}] recursive %}{{ loop.depth }}{{ x.v }}{{ loop(x.c) }}{% endfor %}", "{% for x in [1] %}{{ loop([1]) }}{% endfor %}", "{% for x in [[1, [2]]] recursive %}{{ x if x is number else loop(x) }},{% endfor %}", "{% for x in [] recursive %}x{% else %}e{% endfor %}",
    "{% for x in messages recursive %}{{ x.role }}{% endfor %}", "{% for x in list %}{% for y in list %}{% if y == 1 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{% endfor %}", "{% for x in range(3) %}{% set y = x %}{% endfor %}{{ y is defined }}", "{% for i in [1] %}{% set s = 2 %}{{ s }}{% endfor %}{{ s }}",
    "{% for x in list|map('string') %}{{ loop.length }}{{ x }}{% endfor %}", "{% for x in missing %}{% else %}e{% endfor %}", "{% for k, v in missing %}{% endfor %}", "{% for x in 5 %}{% endfor %}", "{% for x in none %}{% endfor %}", "{% for x in list %}{{ loop.index }}{% endfor %}{{ loop is defined }}",
    "{% for x in [3, 1]|sort %}{{ x }}{% endfor %}", "{% for a in [1] %}{% for b in [2] %}{{ loop.index }}{{ loop.depth }}{% endfor %}{{ loop.index }}{% endfor %}", "{% for x, in [(1,)] %}{{ x }}{% endfor %}", "{% for (x) in [1] %}{{ x }}{% endfor %}", "{% for x in 1, 2 %}{{ x }}{% endfor %}", "{% for x.y in [1] %}{% endfor %}", "{% for 1 in [1] %}{% endfor %}", "{% for x in [1] if x recursive %}{{ x }}{% endfor %}",
    "{% for g in messages|groupby('role') %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}", "{% for r, l in messages|groupby('role') %}{{ r }}{{ l|map(attribute='content')|join(',') }};{% endfor %}", "{% for row in [1, 2, 3, 4, 5]|batch(2, '-') %}{{ row|join }}|{% endfor %}", "{% for col in [1, 2, 3, 4, 5]|slice(3) %}{{ col }}|{% endfor %}",
    # Macros and calls.
    "{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }}{{ f(1, c=3) }}", "{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, x=3) }}", "{% macro f() %}x{% endmacro %}{{ f(1) }}", "{% macro f() %}x{% endmacro %}{{ f(a=1) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f() }}", "{% macro f(a) %}{{ a is defined }}{% endmacro %}{{ f() }}",
    "{% macro f(a, b=1, c) %}{% endmacro %}", "{% macro f(a, a) %}{% endmacro %}", "{% macro f(x) %}{{ caller(x) }}{% endmacro %}{% call(y) f(3) %}<{{ y }}>{% endcall %}", "{% macro f() %}{{ caller() }}{{ caller() }}{% endmacro %}{% call f() %}c{% endcall %}", "{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}", "{% macro f() %}x{% endmacro %}{% call f() %}c{% endcall %}",
    "{% macro f(caller) %}x{% endmacro %}{{ f(1) }}", "{% macro f(caller) %}{{ caller() }}{% endmacro %}", "{% macro f(caller=none) %}{{ caller() if caller else 'none' }}{% endmacro %}{{ f() }}{% call f() %}c{% endcall %}", "{% call(a, b=2) f(1) %}{{ a }}{{ b }}{% endcall %}", "{% macro f() %}{{ caller(1) }}{% endmacro %}{% call(a, b=2) f() %}{{ a }}{{ b }}{% endcall %}", "{% call s %}x{% endcall %}", "{% call s.upper() %}x{% endcall %}", "{% call range(3) %}x{% endcall %}",
    "{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}", "{% macro f() %}{{ q }}{% endmacro %}{% set q = 1 %}{{ f() }}", "{% macro f() %}{{ q|d('?') }}{% endmacro %}{{ f() }}{% set q = 1 %}{{ f() }}", "{{ f is defined }}{% macro f() %}{% endmacro %}{{ f is defined }}", "{% macro f(a) %}{% set a = 5 %}{{ a }}{% endmacro %}{% set a = 1 %}{{ f(2) }}{{ a }}",
    "{% macro f() %}a{% endmacro %}{{ f }}{{ f.name }}{{ f.arguments }}{{ f.catch_kwargs }}{{ f.caller }}", "{% if true %}{% macro f() %}in{% endmacro %}{% endif %}{{ f() }}", "{% for x in [1] %}{% macro f() %}{{ x }}{% endmacro %}{{ f() }}{% endfor %}{{ f is defined }}", "{% macro f(a='<') %}{{ a }}{% endmacro %}{{ f()|e }}{{ f()|length }}", "{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}",
    # Blocks.
    "{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}", "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a is defined }}", "{% with a, b = 1, 2 %}{{ a }}{% endwith %}", "{% set a = 1 %}{% with a = 2 %}{{ a }}{% endwith %}{{ a }}", "{% filter upper %}a{{ s }}{% endfilter %}", "{% filter upper|replace('A', 'b') %}aA{% endfilter %}", "{% filter length %}abc{% endfilter %}", "{% filter nosuch %}a{% endfilter %}", "{% filter trim %}  {% set a = 1 %}x  {% endfilter %}{{ a is defined }}",
    "{% set a | upper %}x{{ s }}{% endset %}{{ a }}", "{% set a | length %}abc{% endset %}{{ a + 1 }}", "{% set a %}<{% endset %}{{ a|e }}", "{% set a.b %}x{% endset %}", "{% set ns = namespace() %}{% set ns.x %}y{% endset %}{{ ns.x }}", "{% set ns = namespace(a=1) %}{% set ns.a, b = 2, 3 %}{{ ns.a }}{{ b }}", "{% set map.b = 2 %}", "{% set a = b = 1 %}", "{% set none = 1 %}", "{% set (a, b) = (1, 2) %}{{ a }}{{ b }}", "{% set a, b = 1 %}", "{% set a, b = 'xyz' %}", "{% set a, b = missing %}",
    "{% print s, n %}", "{% print %}", "{% print nothing %}", "{% if true: %}x{% endif %}", "{% raw %}{% if %}{{ x }}{# #}{% endraw %}", "{%- raw -%} x {%- endraw -%} ", "{% raw %}a\n{% endraw %}\nb", "{# a #}{#- b -#} c {#+ d +#}", "a {#- b #} c", "{% if n == 7 %}7{% elif missing.x %}{% endif %}", "{% if s %}{% set z = 1 %}{% endif %}{{ z }}", "{% if not s %}{% set z = 1 %}{% endif %}{{ z is defined }}", "{% if no %}{% set n = 1 %}{% endif %}{{ n }}", "{% if yes %}{% set n = 1 %}{% else %}{% set n = 2 %}{% endif %}{{ n }}",
    "{{ n }}{% set n = 1 %}{{ n }}", "{% set n = n + 1 %}{{ n }}", "{% for x in [1, 2] %}{% set n = n + x %}{{ n }},{% endfor %}{{ n }}", "{% for x in [1] %}{{ n }}{% set n = 5 %}{{ n }}{% endfor %}{{ n }}", "{% set x %}{% for i in list %}{{ i }}{% endfor %}{% endset %}[{{ x }}]", "{% set c = cycler('a', 'b') %}{% for x in [1, 2, 3] %}{{ c.next() }}{% endfor %}{{ c.current }}{{ c.reset() }}{{ c.current }}", "{% set j = joiner('|') %}{% for x in list %}{{ j() }}{{ x }}{% endfor %}",
    "{{ nothing }}", "a{{ map.zz }}b", "{{ missing }}", "{{ [nothing, missing] }}", "{% if nothing %}a{% else %}b{% endif %}", "{% if missing %}a{% else %}b{% endif %}", "{% for x in nothing|d([], true) %}a{% else %}b{% endfor %}", "{{ missing|d('x') }}{{ nothing|d('y', true) }}", "{{ 'x' if no }}|", "{% set q = missing %}{{ q is defined }}", "{% set q = missing %}{{ q }}", "{{ missing.a.b }}", "{{ map.nested.zz.y }}", "{{ messages[0].tool_calls }}", "{{ messages[2].tool_calls }}",
    "{% break %}", "{% for x in [1] %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}", "{% endfor %}", "{% if x %}{% endfor %}", "{% else %}", "{% macro %}{% endmacro %}", "{% set %}", "{% for x %}{% endfor %}", "{% with a %}{% endwith %}", "{% unknown %}", "{% %}", "{{", "}}", "{%", "{# x", "{{ '", "{{ ( }}", "{{ ] }}", "{{ {{ }} }}", "{% raw %}", "{% if x %}{% if y %}{% endif %}", "{{ s }}}", "{ { s } }", "{{ s\n}}\n{%\nif yes\n%}\nx\n{% endif\n%}",
    "  {% if yes %}  \n  x  \n  {% endif %}  \n", "\t{%- if yes -%}\t\n x {%- endif %}\n", "{% if yes +%}\n\nx{% endif +%}\n\ny", "x\n  {%+ if yes %}y{%+ endif %}", "  {{- s -}}  ", "{{ s -}}\n\n {{- s }}", "a\u2028{%- if yes %}b{% endif %}", "{% for x in list -%}\n   {{ x }}\n{%- endfor %}", "\r\n{% if yes %}\r\nx\r{% endif %}\n", "x\n\n", "x\n", "\n", "",
]


def main():
    environments = jinja_outcomes.environments()
    lines = [line for line in EXPRESSIONS.split("\n") if line.strip()]
    expressions = [part.strip() for line in lines for part in line.split(" | ")]
    cases = []
    for setting, environment in environments.items():
        sources = [{"expression": source} for source in expressions]
        # What is printed differs from the value: null, undefined, texts.
        sources += [{"template": "{{ " + source + " }}"} for source in expressions] if setting != "TASK" else []
        sources += [{"template": source} for source in TEMPLATES]
        for source in sources:
            made = jinja_outcomes.outcome(environment, {"setting": setting, **source}, VARIABLES)
            if made is not None and made not in cases:
                made.pop("says", None)
                cases.append(made)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    body = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    TARGET.write_text(f'{{"jinja2": "3.1.6", "variables": {json.dumps(VARIABLES)},\n"cases": [\n{body}]}}\n')
    print(len(cases), "cases of", len(expressions), "expressions and", len(TEMPLATES), "templates,", sum("error" in case for case in cases), "refused")


if __name__ == "__main__":
    main()
