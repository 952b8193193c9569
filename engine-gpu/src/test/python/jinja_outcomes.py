"""What Jinja2 3.1.6 makes of a template or an expression in the settings of dev.espalier.jinja.

PROGRAM: StrictUndefined, and a finalize that raises on None; trim_blocks and lstrip_blocks.
CHAT: as transformers 5.18 sets Jinja2 for chat templates, without strftime_now.
TASK: StrictUndefined, and a line break at the end stays, as lm-evaluation-harness sets Jinja2.

All run in Jinja2's ImmutableSandboxedEnvironment with loop controls.
"""

import json
import re

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

assert jinja2.__version__ == "3.1.6", jinja2.__version__


class NullPrinted(Exception):
    pass


class Skipped(Exception):
    """The outcome has no meaning outside of Python, such as the address of an object."""


def refuse_null(value):
    if value is None:
        raise NullPrinted()
    return value


def chat_environment():
    from transformers.utils import chat_template_utils

    environment = chat_template_utils._compile_jinja_template("").environment
    environment.globals.pop("strftime_now", None)
    return environment


def environments():
    loops = ["jinja2.ext.loopcontrols"]
    return {
        "PROGRAM": ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, finalize=refuse_null, extensions=loops
        ),
        "CHAT": chat_environment(),
        "TASK": ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, keep_trailing_newline=True, extensions=loops
        ),
    }


def kind(error):
    if isinstance(error, (jinja2.TemplateSyntaxError, SyntaxError, IndentationError)):
        return "SYNTAX"
    if isinstance(error, jinja2.exceptions.SecurityError):
        return "FORBIDDEN"
    if isinstance(error, jinja2.UndefinedError):
        return "UNDEFINED"
    if isinstance(error, NullPrinted):
        return "NULL_PRINTED"
    if isinstance(error, OverflowError) and ("Range too big" in str(error) or "index-sized" in str(error)):
        return "LIMIT"
    if type(error) is jinja2.TemplateError:
        return "RAISED"
    if isinstance(error, (MemoryError, RecursionError, Skipped)):
        return None
    return "VALUE"


MAX_CHARACTERS = 100_000

ADDRESS = re.compile(r"(?:object|function|method|loop|iterator|wrapper) .* at 0x[0-9a-f]|<(?:class|built-in|function|bound method) |at 0x[0-9a-f]{6}", re.IGNORECASE)


def encoded(value):
    """A value as a text that keeps its type."""
    if isinstance(value, jinja2.Undefined):
        if isinstance(value, jinja2.StrictUndefined):
            str(value)
        elif value._undefined_exception is not jinja2.UndefinedError:
            return "null"
        return "null"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return "i" + str(value)
    if isinstance(value, float):
        return "f" + repr(value)
    if isinstance(value, str):
        return json.dumps(str(value))
    if isinstance(value, dict):
        return "{" + ",".join(encoded(key) + ":" + encoded(item) for key, item in value.items()) + "}"
    if isinstance(value, complex) or isinstance(value, (set, frozenset, bytes, type)):
        raise Skipped()
    if callable(value) or (type(value).__module__.startswith("jinja2") and not isinstance(value, tuple)):
        raise TypeError("no value")
    return "[" + ",".join(encoded(item) for item in value) + "]"


def compiled(compile, *arguments, **options):
    try:
        return compile(*arguments, **options)
    except (jinja2.TemplateSyntaxError, SyntaxError):
        raise
    except Exception as error:
        # A constant part that fails when Jinja2 calculates it beforehand, although it may never be met.
        raise Skipped() from error


def outcome(environment, case, variables):
    """The case with "text", "value" or "error"; None if it has no meaning outside of Python."""
    try:
        if "template" in case:
            text = compiled(environment.from_string, case["template"]).render(**variables)
            if ADDRESS.search(text):
                return None
            text.encode()
            if len(text) > MAX_CHARACTERS:
                return None
            return {**case, "text": text}
        expression = compiled(environment.compile_expression, case["expression"], undefined_to_none=False)
        value = encoded(expression(**variables))
        if "at 0x" in value or len(value) > MAX_CHARACTERS:
            return None
        return {**case, "value": value}
    except Exception as error:
        name = kind(error)
        if name is None or "complex" in str(error) or isinstance(error, UnicodeEncodeError):
            return None
        if isinstance(error, NameError):
            return None  # Jinja2 3.1.6 compiles a constant that is infinite to a name that there is not.
        return {**case, "error": name, "says": f"{type(error).__name__}: {error}"[:200]}
