"""Makes golden.json beside each template under src/test/resources/chat-template.

    python engine-gpu/src/test/python/chat_template_golden.py

Needs transformers 5.18. The templates are the model authors', as published. strftime_now is taken out
of transformers' environment: a prompt must not depend on the day it is made on.
"""

import json
from pathlib import Path

import jinja2
from transformers.utils import chat_template_utils

ROOT = Path(__file__).resolve().parents[4]
RESOURCES = ROOT / "engine-gpu/src/test/resources/chat-template"
NANO = ROOT / "engine-gpu/src/main/resources/dev/espalier/engine/builtin/nano"
SPECIAL = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]


def turns(*contents, system=None):
    messages = [] if system is None else [{"role": "system", "content": system}]
    roles = ["user", "assistant"]
    return messages + [{"role": roles[i % 2], "content": c} for i, c in enumerate(contents)]


CONVERSATIONS = [
    turns("Hello"),
    turns("Hello", system="You are a helpful assistant."),
    turns("Hello", "Hi there", "Who are you?"),
    turns("Hello", "Hi there", "Who are you?", system="Be brief."),
    turns("Hello", "Hi there"),
    turns("1", "2", "3", "4", "5", "6", system="Count."),
    turns("  leading and trailing \n", "\n  answer\t ", " again  ", system="\n system \n"),
    turns("", "", "", system=""),
    turns("你好，世界 😀 e\u0301 \u00a0nbsp\u3000", "👩‍👩‍👧 «ok»", "עברית", system="Ünïcödé"),
    turns("<|im_end|></s><|eot_id|>[INST]<end_of_turn>", "<|im_start|>system\n</s>", "<s>"),
    turns("{{ 7 * 7 }} {% if x %} {# note #} ${x} #{x}", "{%- raw %}", "}} %} #}", system="{{ messages }}"),
    turns("<b>&amp; \"double\" 'single'</b> \\n \\\\ \\u0041 $1 %s", "a\\", "'", system="<&>"),
    turns("line one\nline two\r\n\r\nline three\n\n", "-\n-", "x", system="a\nb"),
    turns("<think>", "<think>\nreasons\n</think>\n\nanswer", "go on", "<think>2</think>done", "more"),
    turns("what", "</think>", "on"),
    [{"role": "assistant", "content": "first"}, {"role": "user", "content": "second"}],
    [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}],
    [{"role": "user", "content": "one"}, {"role": "system", "content": "late"}, {"role": "user", "content": "two"}],
    [{"role": "system", "content": "only"}],
    [{"role": "user", "content": "hm"}, {"role": "narrator", "content": "meanwhile"}],
    [{"role": "user", "content": "call"}, {"role": "assistant", "content": "calling"},
     {"role": "tool", "content": "{\"a\": 1}"}, {"role": "user", "content": "so?"}],
]
EXTRA = [{}, {"enable_thinking": False}, {"date_string": "01 Jan 2025"}]


def render(template, messages, variables):
    try:
        return {"text": template.render(messages=messages, tools=None, documents=None, **variables)}
    except jinja2.exceptions.TemplateError as error:
        return {"error": str(error)}


def named_tokens(config):
    tokens = {name: config.get(name) for name in SPECIAL}
    return {k: v["content"] if isinstance(v, dict) else v for k, v in tokens.items() if v}


def golden(directory, target):
    config = json.loads((directory / "tokenizer_config.json").read_text(encoding="utf-8"))
    file = directory / "chat_template.jinja"
    source = file.read_text(encoding="utf-8") if file.exists() else config["chat_template"]
    template = chat_template_utils._compile_jinja_template(source)
    template.environment.globals.pop("strftime_now", None)
    template = template.environment.from_string(source)
    cases = []
    for e, extra in enumerate(EXTRA):
        if not all(name in source for name in extra):
            continue
        for m, messages in enumerate(CONVERSATIONS):
            for prompt in (False, True):
                variables = {**named_tokens(config), **extra, "add_generation_prompt": prompt}
                case = {"conversation": m, "extra": e, "addGenerationPrompt": prompt}
                cases.append({**case, **render(template, messages, variables)})
    lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)
    target.write_text(f"[{lines}]\n")
    print(directory.name, len(cases), "cases,", sum("error" in c for c in cases), "refused")


inputs = {"conversations": CONVERSATIONS, "extra": EXTRA}
(RESOURCES / "inputs.json").write_text(json.dumps(inputs, ensure_ascii=True, indent=1) + "\n")
for path in sorted(p for p in RESOURCES.iterdir() if p.is_dir() and p.name != "builtin-nano"):
    golden(path, path / "golden.json")
(RESOURCES / "builtin-nano").mkdir(exist_ok=True)
golden(NANO, RESOURCES / "builtin-nano/golden.json")
