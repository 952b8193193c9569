"""Writes which texts are of which JSON Schema format, by Python's own readers and packages.

  pip install idna==3.* fqdn==1.6.* isoduration==20.11.* rfc3987==1.3.* jsonpointer==3.*
  python format_golden.py > ../resources/golden/formats.json

Texts are all short ones over a few characters, and changes of one character in texts that are
right. Each format has a function below that says what is right, written apart from the engine's.
"""
import datetime, ipaddress, itertools, json, random, re, uuid
import fqdn, idna, jsonpointer, rfc3987
from isoduration import parse_duration

ASCII = "".join(map(chr, range(32, 127)))


def attempt(read):
    def right(text):
        try:
            return bool(read(text))
        except Exception:
            return False
    return right


@attempt
def date(t):
    return re.fullmatch(r"\d{4}-\d\d-\d\d", t, re.A) and (
        # Python has no year 0, which is a leap year of the same kind as 2000
        datetime.date.fromisoformat("2000" + t[4:] if t.startswith("0000") else t))


def offset_minutes(t):
    if t in "Zz":
        return 0
    hours, minutes = int(t[1:3]), int(t[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(t)
    return (hours * 60 + minutes) * (-1 if t[0] == "-" else 1)


TIME = r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)"


@attempt
def time(t):
    hour, minute, second, offset = re.fullmatch(TIME, t, re.A).groups()
    utc = (int(hour) * 60 + int(minute) - offset_minutes(offset)) % 1440
    return int(hour) < 24 and int(minute) < 60 and (
        int(second) < 60 or (int(second) == 60 and utc == 1439))


@attempt
def date_time(t):
    if not (date(t[:10]) and t[10] in "Tt" and time(t[11:])):
        return False
    if t[17:19] != "60":
        return True
    year = "2000" if t.startswith("0000") else t[:4]
    offset = offset_minutes(re.fullmatch(TIME, t[11:], re.A).group(4))
    # one day more, so that the first day of all has one before it
    local = datetime.datetime.fromisoformat("2000" + t[4:10] + "T" + t[11:16])
    utc = local - datetime.timedelta(minutes=offset)
    return (utc.month, utc.day) in ((6, 30), (12, 31))


@attempt
def duration(t):
    parse_duration(t)
    # RFC 3339, appendix A: whole numbers; units in a row; weeks alone
    if not re.fullmatch(r"P(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?", t, re.A) or t == "P":
        return False
    day, _, clock = t[1:].partition("T")
    units, times = re.sub(r"\d", "", day), re.sub(r"\d", "", clock)
    if "W" in units:
        return units == "W" and not clock
    return units in "YMD" and times in "HMS"


def label(t):
    if re.match(r"(?i)xn--", t):
        return re.fullmatch(r"[A-Za-z0-9-]+", t) and not t.endswith("-") and 4 < len(t) <= 63
    return t.isascii() and t[2:4] != "--" and idna.valid_label_length(t) and re.fullmatch(
        r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", t)


@attempt
def hostname(t):
    return 0 < len(t) <= 253 and all(label(part) for part in t.split(".")) and (
        "." not in t or fqdn.FQDN(t, min_labels=1).is_valid)


@attempt
def ipv4(t):
    return t.isascii() and ipaddress.IPv4Address(t)


@attempt
def ipv6(t):
    return t.isascii() and "%" not in t and ipaddress.IPv6Address(t)


@attempt
def email(t):
    local, at, domain = t.rpartition("@")
    if domain.startswith("[") and domain.endswith("]"):
        inside = domain[1:-1]
        right = ipv6(inside[5:]) if inside.startswith("IPv6:") else ipv4(inside)
    else:
        right = all(label(part) for part in domain.split("."))
    if local.startswith('"'):
        named = re.fullmatch(r'"(?:[^"\\]|\\.)*"', local) and all(32 <= ord(c) < 127 for c in local)
    else:
        named = all(part and all(c.isalnum() and c.isascii() or c in "!#$%&'*+-/=?^_`{|}~" for c in part)
                    for part in local.split("."))
    return at and right and named


@attempt
def uri(t):
    return "\n" not in t and rfc3987.match(t, "URI")  # its $ passes over a last line feed


@attempt
def uri_reference(t):
    return "\n" not in t and rfc3987.match(t, "URI_reference")


@attempt
def uuid_of(t):
    return re.fullmatch(r"[^-]{8}(-[^-]{4}){3}-[^-]{12}", t) and t.isalnum() is False and \
        str(uuid.UUID(t)) == t.lower()


@attempt
def json_pointer(t):
    jsonpointer.JsonPointer(t)
    return True


@attempt
def relative_json_pointer(t):
    number, rest = re.fullmatch(r"(0|[1-9][0-9]*)(.*)", t, re.S).groups()
    return rest == "#" or json_pointer(rest)


FORMATS = {
    "date": (date, "02-", ["2024-02-29", "2023-12-31", "1900-02-28", "0000-02-29", "2000-06-30"]),
    "time": (time, "0:Z", ["23:59:60Z", "12:30:00.25+05:30", "00:29:60+00:30", "15:59:60-08:00", "08:00:00z", "00:59:60+01:00",
                             "19:59:60.123-04:00", "09:05:30+09:00"]),
    "date-time": (date_time, "0TZ", ["2024-02-29T23:59:59Z", "1998-12-31T23:59:60Z", "2015-07-01T00:59:60+01:00",
                                     "2015-06-30t15:59:60.5-08:00", "0000-01-01T00:00:00+23:59"]),
    "duration": (duration, "P1TMW", ["P1Y2M3DT4H5M6S", "PT36H", "P4W", "P1DT12H", "PT0S", "P1M"]),
    "hostname": (hostname, "a-.1", ["mail.google.com", "www.acme.org", "a-bc", "xn--bcher-kva.de", "x" * 63 + ".b",
                                    ".".join(["a" * 62] * 4), "host.example-site.co.uk", "XN--p1ai", "abcd--e.f"]),
    "email": (email, "a@.", ["a@acme.com", "user+tag@mail.google.com", "\"joe b\\\"c\"@ab.de", "a@[127.0.0.1]",
                             "x.y@[IPv6:::1]", "a@xn--bcher-kva.example", "te~st@example.com"]),
    "ipv4": (ipv4, "12.", ["127.0.0.1", "255.255.255.255", "1.20.99.200", "0.0.0.0"]),
    "ipv6": (ipv6, "1:f", ["::1", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8", "::ffff:192.168.0.1", "1::",
                           "1:2:3:4:5:6:1.2.3.4", "1:2:3::7:8"]),
    "uri": (uri, "a:/?", ["http://user@example.com:8080/a/b;c=1?q=%20#f", "urn:isbn:0451450523", "mailto:a@b.de",
                          "http://[2001:db8::1]/", "file:///etc/hosts", "http://[v1.a:b]/x"]),
    "uri-reference": (uri_reference, "a:/#", ["../a/b?c#d", "//host/path", "#frag", "a%2Fb", "?q", "http://x.y/z"]),
    "uuid": (uuid_of, "a1-", ["2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380"]),
    "json-pointer": (json_pointer, "/~0a", ["/foo/0", "/a~1b/m~0n", "/", "", "/ /%\u00e9"]),
    "relative-json-pointer": (relative_json_pointer, "/01#", ["0", "12/foo", "1#", "0/~0"]),
}


def texts(name, alphabet, seeds, right):
    rng = random.Random(name)
    found = set()
    length = 0
    while len(alphabet) ** length <= 1100:
        found.update("".join(t) for t in itertools.product(alphabet, repeat=length))
        length += 1
    for seed in seeds:
        found.add(seed)
        for _ in range(160):
            at = rng.randrange(len(seed) + 1)
            c = rng.choice(rng.choice((alphabet, "0123456789", ASCII + "\u00e9\u0663\n")))
            kind = rng.randrange(3)
            found.add(seed[:at] + c + seed[at:] if kind == 0 else
                      seed[:at] + c + seed[at + 1:] if kind == 1 else seed[:at] + seed[at + 1:])
    return sorted(found)


outcomes = {}
for name, (right, alphabet, seeds) in FORMATS.items():
    tried = texts(name, alphabet, seeds, right)
    outcomes[name] = {"right": [t for t in tried if right(t)], "wrong": [t for t in tried if not right(t)]}
print(json.dumps(outcomes, indent=0, ensure_ascii=True))
