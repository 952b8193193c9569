#!/usr/bin/env python3
"""Writes down what lm-evaluation-harness's Hugging Face backend makes of requests.

    python3 -m venv venv && venv/bin/pip install "lm_eval[hf]==0.4.13" torch
    venv/bin/python infra/oracle/tokens.py \
        engine-gpu/src/main/resources/dev/espalier/engine/builtin/nano \
        evaluation/src/test/resources/dev/espalier/eval/tokens/harness.json

For each of two tokenizers, that of the built-in model and the same with a token at the
beginning of each text: tokens of pairs of context and continuation after truncation, windows of
texts that are scored whole, contexts and stops of texts that are generated; and of the first what
the model answers, in float32 with a batch of one.
"""
import json
import pathlib
import shutil
import sys
import tempfile

import lm_eval
import torch
import transformers
from lm_eval import utils
from lm_eval.models.huggingface import HFLM
from lm_eval.models.utils import handle_stop_sequences, normalize_gen_kwargs

assert lm_eval.__version__ == "0.4.13", lm_eval.__version__

WORDS = "The quick brown fox jumps over the lazy dog, and 12 others sleep. "
LONG = WORDS * 180

PAIRS = [
    ("Question: what is 2 + 2?\nAnswer:", " 4"),
    ("Question: what is 2 + 2?\nAnswer: ", "4"),
    ("Question: what is 2 + 2?\nAnswer:\n\n", "four"),
    ("Tab and space \t ", "then text"),
    ("No-break space\u00a0", "next"),
    ("Unit separator\x1f\x1c", "next"),
    ("Ideographic space\u3000", "\u4e2d\u6587"),
    ("\u5317\u4eac\u662f", "\u4e2d\u56fd\u7684\u9996\u90fd"),
    ("", "A text without a context"),
    ("", "<|endoftext|>A text that begins itself"),
    ("<|endoftext|>It has its beginning", " already"),
    ("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", "Hi"),
    ("in", "side"),
    ("walk", "ing home"),
    ("The answer is", " one hundred and twenty three thousand"),
    ("x", "\n"),
    ("emoji \U0001f600", "\U0001f601 more"),
    (LONG, " the end"),
    (LONG + "Answer:", " A"),
    (WORDS, LONG[:5000].rstrip()),
]

WHOLE = ["", "One", "One short text.\nIt has two lines.", "<|endoftext|>Begun", LONG, LONG + LONG + "end"]

GENERATIONS = [
    ("Question: what is 2 + 2?\nAnswer:", {}),
    ("Question: what is 2 + 2?\nAnswer:", {"until": ["\n\n"], "max_gen_toks": 24}),
    ("Once upon a time", {"until": [".", ","], "max_gen_toks": 40, "do_sample": False}),
    ("Once upon a time", {"until": "the", "max_new_tokens": 40, "temperature": 0.0}),
    ("Once upon a time", {"until": [], "max_tokens": 30, "max_gen_toks": 12}),
    ("<|endoftext|>Tell me", {"max_completion_tokens": 16, "do_sample": False, "temperature": 0.7}),
    ("<|im_start|>user\nWhat is 3 + 4?<|im_end|>\n<|im_start|>assistant\n", {"until": ["\n"], "max_gen_toks": 30}),
    (LONG, {"max_gen_toks": 30, "until": ["fox"]}),
    (LONG, {"max_gen_toks": 1900, "until": ["."]}),
]


def with_bos(directory, to):
    shutil.copytree(directory, to)
    file = pathlib.Path(to) / "tokenizer.json"
    tokenizer = json.loads(file.read_text())
    tokenizer["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
        ],
        "pair": [
            {"Sequence": {"id": "A", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 1}},
        ],
        "special_tokens": {
            "<|endoftext|>": {"id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]}
        },
    }
    file.write_text(json.dumps(tokenizer))


def pair(lm, context, continuation):
    """As in TemplateLM.loglikelihood and HFLM._loglikelihood_tokens."""
    if context == "":
        tokens = lm.tok_encode(continuation, add_special_tokens=False)
        if lm.prefix_token_id != tokens[0]:
            first, second = [lm.prefix_token_id], tokens
        else:
            first, second = tokens[:1], tokens[1:]
    else:
        first, second = lm._encode_pair(context, continuation)
    kept = (first + second)[-(lm.max_length + 1) :]
    return kept[: len(kept) - len(second)], second


def windows(lm, text):
    return [
        utils.make_disjoint_window(window)
        for window in utils.get_rolling_token_windows(
            token_list=lm.tok_encode(text),
            prefix_token=lm.prefix_token_id,
            max_seq_len=lm.max_length,
            context_len=1,
        )
    ]


def generation(lm, context, arguments):
    kwargs = normalize_gen_kwargs(arguments, lm.max_gen_toks)
    eos = lm.tok_decode(lm.eot_token_id, skip_special_tokens=False)
    until = handle_stop_sequences(kwargs.pop("until", None), eos=eos)
    most = kwargs.pop("max_gen_toks")
    tokens, _ = lm.tok_batch_encode([context], left_truncate_len=lm.max_length - most)
    return {
        "context": context,
        "arguments": arguments,
        "tokens": tokens[0].tolist(),
        "until": until,
        "most": most,
        "temperature": kwargs.get("temperature", 0.0) if kwargs["do_sample"] else 0.0,
    }


class Instance:
    def __init__(self, *args):
        self.args = args


def of(directory, answers):
    lm = HFLM(pretrained=str(directory), dtype="float32", device="cpu", batch_size=1, max_length=None)
    told = {"pairs": [], "windows": [], "generations": []}
    for context, continuation in PAIRS:
        first, second = pair(lm, context, continuation)
        one = {"context": context, "continuation": continuation, "prefix": first, "scored": second}
        if answers:
            sum, greedy = lm.loglikelihood([Instance(context, continuation)], disable_tqdm=True)[0]
            one.update({"sum": sum, "greedy": greedy})
        told["pairs"].append(one)
    for text in WHOLE:
        one = {"text": text, "windows": windows(lm, text)}
        if answers and text:
            one["sum"] = lm.loglikelihood_rolling([Instance(text)], disable_tqdm=True)[0]
        told["windows"].append(one)
    for context, arguments in GENERATIONS:
        one = generation(lm, context, arguments)
        if answers and one["most"] < 100:
            one["answer"] = lm.generate_until([Instance(context, dict(arguments))], disable_tqdm=True)[0]
        told["generations"].append(one)
    return told


def main():
    directory, to = sys.argv[1:]
    torch.manual_seed(0)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as other:
        with_bos(directory, pathlib.Path(other) / "model")
        told = {
            "versions": {
                "lm_eval": lm_eval.__version__,
                "transformers": transformers.__version__,
                "torch": torch.__version__,
                "python": sys.version.split()[0],
            },
            "plain": of(directory, True),
            "bos": of(pathlib.Path(other) / "model", False),
        }
    pathlib.Path(to).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(to).write_text(json.dumps(told, ensure_ascii=True, separators=(",", ":")) + "\n")


main()
