"""Writes a Llama of 135 M parameters with random weights as GGUF, for speed alone.

  python make_gguf.py OUT_DIR        # needs numpy and gguf; writes f16.gguf and q8_0.gguf

30 layers, hidden 576, 9 heads, 3 key-value heads, FFN 1536, vocabulary 49152, tied embeddings.
The vocabulary has the 256 byte tokens and fillers, no merges: one ASCII character is one token.
"""
import sys
from pathlib import Path

import gguf
import numpy as np

LAYERS, HIDDEN, HEADS, KV_HEADS, FFN, VOCABULARY, CONTEXT = 30, 576, 9, 3, 1536, 49152, 4096
HEAD = HIDDEN // HEADS


def byte_alphabet():
    """The printable characters that byte-level BPE writes bytes as."""
    kept = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, extra = {}, 0
    for byte in range(256):
        if byte in kept:
            letters[byte] = chr(byte)
        else:
            letters[byte] = chr(256 + extra)
            extra += 1
    return [letters[byte] for byte in range(256)]


def write(path, kind):
    random = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("random-135m")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FFN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HEAD)
    writer.add_vocab_size(VOCABULARY)
    tokens = byte_alphabet()
    tokens += [f"<filler{i}>" for i in range(VOCABULARY - 1 - len(tokens))] + ["<end>"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([1] * (VOCABULARY - 1) + [3])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(VOCABULARY - 1)
    writer.add_eos_token_id(VOCABULARY - 1)
    writer.add_add_bos_token(False)

    def matrix(name, rows, columns):
        data = (random.standard_normal((rows, columns)) * 0.02).astype(np.float32)
        if kind == gguf.GGMLQuantizationType.F16:
            writer.add_tensor(name, data.astype(np.float16))
        else:
            writer.add_tensor(name, gguf.quants.quantize(data, kind), raw_dtype=kind)

    def ones(name):
        writer.add_tensor(name, np.ones(HIDDEN, np.float32))

    matrix("token_embd.weight", VOCABULARY, HIDDEN)
    ones("output_norm.weight")
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        ones(block + "attn_norm.weight")
        matrix(block + "attn_q.weight", HIDDEN, HIDDEN)
        matrix(block + "attn_k.weight", KV_HEADS * HEAD, HIDDEN)
        matrix(block + "attn_v.weight", KV_HEADS * HEAD, HIDDEN)
        matrix(block + "attn_output.weight", HIDDEN, HIDDEN)
        ones(block + "ffn_norm.weight")
        matrix(block + "ffn_gate.weight", FFN, HIDDEN)
        matrix(block + "ffn_up.weight", FFN, HIDDEN)
        matrix(block + "ffn_down.weight", HIDDEN, FFN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    write(out / "f16.gguf", gguf.GGMLQuantizationType.F16)
    write(out / "q8_0.gguf", gguf.GGMLQuantizationType.Q8_0)
