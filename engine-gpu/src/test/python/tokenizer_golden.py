"""Makes the tokenizers under src/test/resources/tokenizer and the ids transformers gives for them.

    python engine-gpu/src/test/python/tokenizer_golden.py [DIRECTORY WITH tokenizer.json ...]

Needs transformers 5.18. With directories, writes only golden.json into each of them: that is how
real vocabularies, too large for the repository, are compared by hand.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

ROOT = Path(__file__).resolve().parents[4]
RESOURCES = ROOT / "engine-gpu/src/test/resources/tokenizer"
NANO = ROOT / "engine-gpu/src/main/resources/dev/espalier/engine/builtin/nano"

LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

TEXTS = [
    "",
    " ",
    "   ",
    "\n",
    "\n\n\n  \t\n",
    "a",
    "Hello",
    " Hello",
    "  Hello  world ",
    "Hello, world! It's 3 o'clock; they'RE here, I'll go.",
    "The invoice of order 48213 was charged twice on 2024-05-17.",
    "12345678901234567890123456789 0.00001 1,000,000",
    "tab\tbetween\twords\r\nand\r\ncarriage returns\r",
    "naïve café Ångström ﬁne",
    "e\u0301 versus \u00e9, A\u030a versus \u00c5",
    "こんにちは世界。订单号一二三，退款！",
    "😀👩‍👩‍👧‍👦🏳️‍🌈 family 🇩🇪",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 and \U0010ffff and \ufffd",
    "zero\u200bwidth\u200djoiner\ufeffbom",
    "null \u0000 and control \u0007\u001b[0m",
    "עברית العربية हिन्दी ไทย 한국어",
    "<s> </s> <unk> <|endoftext|> <|im_start|>user\nhi<|im_end|>\n",
    "<s>[INST] Hi [/INST] Hello</s><s>[INST]  Again[/INST]",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>",
    "<s> lead</s>trail <s>",
    "<tool_call>{\"name\": \"f\"}</tool_call>",
    "<0x0A> ▁▁ \u2581 literal",
    "def f(x):\n    return {'a': [1, 2, 3]}  # comment\n",
    "& < > \" ' {{ x }} {% y %} \\n \\u0041",
    "a" * 300,
    "          ten spaces",
]
REPEATED = [("The quick brown fox 42 jumps, naïve 狐狸 😀.\n", 2200), ("ab", 4000)]


def tickets():
    with open(ROOT / "examples/data/tickets.jsonl", encoding="utf-8") as lines:
        return [json.loads(line)["body"] for line in lines][:400]


def save(name, tokenizer, config):
    directory = RESOURCES / name
    directory.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(directory / "tokenizer.json"), pretty=False)
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False, **config}
    (directory / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n")
    return directory


def special(*contents):
    return [AddedToken(c, special=True, normalized=False) for c in contents]


def sentencepiece_like(trained_merges):
    """A vocabulary as Llama 2 has it: special tokens, 256 bytes, then pieces with their merges."""
    pieces, merges = trained_merges
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + pieces
    vocabulary = {}
    for token in tokens:
        vocabulary.setdefault(token, len(vocabulary))
    tokenizer = Tokenizer(
        models.BPE(vocab=vocabulary, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.add_special_tokens(special("<unk>", "<s>", "</s>"))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def train_pieces():
    trainer = trainers.BpeTrainer(vocab_size=420, show_progress=False)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("▁?[^▁\n]+|\n|▁+"), "isolated")
    tokenizer.train_from_iterator(tickets(), trainer)
    state = json.loads(tokenizer.to_str())["model"]
    return list(state["vocab"]), [tuple(m) for m in state["merges"]]


def make_llama2(pieces):
    tokenizer = sentencepiece_like(pieces)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return save("llama2-style", tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
                                            "add_bos_token": True, "add_eos_token": False})


def make_mistral(pieces):
    """Mistral v0.3: control tokens, and a space before the first part of a text only."""
    tokenizer = sentencepiece_like(pieces)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", "first", split=False)
    tokenizer.add_special_tokens(special("[INST]", "[/INST]"))
    return save("mistral-style", tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})


def make_gemma(pieces):
    """Gemma: no space before a text, runs of spaces as added tokens, unknown bytes by fallback."""
    tokenizer = sentencepiece_like(pieces)
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_tokens([AddedToken("▁▁", normalized=False), AddedToken("\n\n", normalized=False)])
    tokenizer.enable_truncation(16)
    tokenizer.enable_padding(length=20, pad_id=2, pad_token="</s>")
    return save("gemma-style", tokenizer, {"bos_token": "<s>", "eos_token": "</s>"})


def make_llama3():
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(LLAMA3_SPLIT), "isolated"),
         pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        tickets(),
        trainers.BpeTrainer(vocab_size=560, show_progress=False,
                            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
    )
    tokenizer.add_special_tokens(
        special("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"))
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False), AddedToken("Würze", normalized=False)])
    begin = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence(
        [processors.ByteLevel(trim_offsets=False),
         processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A $B",
                                       special_tokens=[("<|begin_of_text|>", begin)])]
    )
    # The config tells of one token that tokenizer.json does not have.
    config = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>",
              "added_tokens_decoder": {str(tokenizer.get_vocab_size()): {
                  "content": "<|late|>", "lstrip": False, "normalized": False, "rstrip": False,
                  "single_word": False, "special": True}}}
    return save("llama3-style", tokenizer, config)


def without_prefix_space(tokenizer):
    """The same backend tokenizer, putting no space before a text."""
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    normalizer = state["normalizer"]
    if normalizer and normalizer["type"] == "Sequence":
        normalizer["normalizers"] = [n for n in normalizer["normalizers"] if n["type"] != "Prepend"]
    if state["pre_tokenizer"] and state["pre_tokenizer"]["type"] == "Metaspace":
        state["pre_tokenizer"]["prepend_scheme"] = "never"
    return Tokenizer.from_str(json.dumps(state))


def byte_alphabet():
    """GPT-2's table, from a character to its byte."""
    kept = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    moved = [b for b in range(256) if b not in kept]
    return {**{chr(b): b for b in kept}, **{chr(256 + i): b for i, b in enumerate(moved)}}


def token_bytes(tokenizer):
    """SHA-256 over all tokens: length in one line, then the bytes."""
    backend = tokenizer.backend_tokenizer
    byte_level = "ByteLevel" in json.loads(backend.to_str())["decoder"]["type"]
    alphabet = byte_alphabet()
    added = backend.get_added_tokens_decoder()
    of_id = {i: t for t, i in backend.get_vocab(with_added_tokens=True).items()}
    digest = hashlib.sha256()
    for i in range(max(of_id) + 1):
        token = of_id.get(i, "")
        if i in added and added[i].special:
            content = b""
        elif byte_level:
            spelled = i not in added and all(c in alphabet for c in token)
            content = bytes(alphabet[c] for c in token) if spelled else token.encode()
        elif re.fullmatch("<0x[0-9A-F]{2}>", token):
            content = bytes([int(token[3:5], 16)])
        else:
            content = token.replace("▁", " ").encode()
        digest.update(b"%d\n" % len(content) + content)
    return len(of_id) and max(of_id) + 1, digest.hexdigest()


def ids_digest(ids):
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def golden(directory, target=None):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(directory))
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    continuing = without_prefix_space(tokenizer)
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        cases.append({
            "text": text,
            "ids": ids,
            "idsWithSpecialTokens": tokenizer.encode(text, add_special_tokens=True),
            "unspacedIds": continuing.encode(text, add_special_tokens=False).ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False),
        })
    repeated = []
    for unit, times in REPEATED:
        ids = tokenizer.encode(unit * times, add_special_tokens=False)
        repeated.append({"unit": unit, "times": times, "tokens": len(ids), "idsSha256": ids_digest(ids)})
    size, digest = token_bytes(tokenizer)
    result = {"size": size, "tokenBytesSha256": digest, "cases": cases, "repeated": repeated}
    target = target or directory / "golden.json"
    target.write_text(json.dumps(result, ensure_ascii=True, separators=(",", ":")).replace("},{", "},\n{") + "\n")
    print(f"{directory.name}: {size} tokens, {len(cases)} texts")


def main():
    if len(sys.argv) > 1:
        for directory in sys.argv[1:]:
            golden(Path(directory))
        return
    pieces = train_pieces()
    for directory in (make_llama2(pieces), make_mistral(pieces), make_gemma(pieces), make_llama3()):
        golden(directory)
    (RESOURCES / "builtin-nano").mkdir(exist_ok=True)
    golden(NANO, RESOURCES / "builtin-nano/golden.json")


main()
