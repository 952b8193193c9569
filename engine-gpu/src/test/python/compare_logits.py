"""Compares Espalier's logits on a GPU with those of transformers on the same GPU.

    python compare_logits.py SHAPE --espalier PATH/TO/espalier [--layers N] [--directory DIR]

Makes a random checkpoint in bfloat16 of a published model's shape, runs prompts through transformers in float32 and in
bfloat16, and through `espalier bench logits`. Log-probabilities of transformers in float32 are the truth; ours may be
no further off than transformers' own in bfloat16, neither at most nor on average. Needs torch with CUDA, transformers
and numpy; an 8B shape with all its layers takes 16 GB in DIR and 50 GB on the GPU.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

SHAPES = {
    "llama-3-8b": lambda: LlamaConfig(
        vocab_size=128256, hidden_size=4096, intermediate_size=14336, num_hidden_layers=32, num_attention_heads=32,
        num_key_value_heads=8, max_position_embeddings=8192, rms_norm_eps=1e-5, rope_theta=500000.0,
        tie_word_embeddings=False),
    "llama-3.2-1b": lambda: LlamaConfig(
        vocab_size=128256, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32,
        num_key_value_heads=8, head_dim=64, max_position_embeddings=8192, rms_norm_eps=1e-5, rope_theta=500000.0,
        tie_word_embeddings=True),
    "qwen3-8b": lambda: Qwen3Config(
        vocab_size=151936, hidden_size=4096, intermediate_size=12288, num_hidden_layers=36, num_attention_heads=32,
        num_key_value_heads=8, head_dim=128, max_position_embeddings=8192, rms_norm_eps=1e-6, rope_theta=1000000.0,
        tie_word_embeddings=False),
    "qwen2.5-1.5b": lambda: Qwen2Config(
        vocab_size=151936, hidden_size=1536, intermediate_size=8960, num_hidden_layers=28, num_attention_heads=12,
        num_key_value_heads=2, max_position_embeddings=8192, rms_norm_eps=1e-6, rope_theta=1000000.0,
        tie_word_embeddings=True),
    "mistral-7b": lambda: MistralConfig(
        vocab_size=32000, hidden_size=4096, intermediate_size=14336, num_hidden_layers=32, num_attention_heads=32,
        num_key_value_heads=8, max_position_embeddings=8192, rms_norm_eps=1e-5, rope_theta=10000.0, sliding_window=256,
        tie_word_embeddings=False),
}
PROMPTS = [1, 17, 64, 65, 250, 300, 700]


def randomise(model):
    """Matrices keep the size of what they multiply; norms and biases vary around their usual values."""
    generator = torch.Generator(device="cuda").manual_seed(1)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator, device="cuda", dtype=torch.float32)
            if weight.dim() == 1:
                noise = noise * 0.1 + (0 if name.endswith("bias") else 1)
            elif "embed_tokens" not in name or model.config.tie_word_embeddings:
                noise = noise / weight.shape[1] ** 0.5
            weight.copy_(noise)


@torch.inference_mode()
def logprobs(model, prompts):
    return [
        torch.log_softmax(model(torch.tensor([p], device="cuda")).logits[0].double(), dim=-1).float() for p in prompts
    ]


def errors(found, truth):
    difference = [(a - b).abs() for a, b in zip(found, truth)]
    count = sum(d.numel() for d in difference)
    return max(d.max().item() for d in difference), sum(d.double().sum().item() for d in difference) / count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--espalier", required=True)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--directory", default="/dev/shm/espalier-logits")
    arguments = parser.parse_args()
    directory = pathlib.Path(arguments.directory)
    directory.mkdir(parents=True, exist_ok=True)
    start = time.time()

    config = SHAPES[arguments.shape]()
    if arguments.layers:
        config.num_hidden_layers = arguments.layers
        if getattr(config, "layer_types", None):
            config.layer_types = config.layer_types[: arguments.layers]
    torch.set_default_dtype(torch.bfloat16)
    with torch.device("cuda"):
        model = AutoModelForCausalLM.from_config(config).eval()
    randomise(model)
    model.save_pretrained(directory / "model")
    print(f"{arguments.shape}, {config.num_hidden_layers} layers: made in {time.time() - start:.1f} s", flush=True)

    random = numpy.random.default_rng(2)
    prompts = [random.integers(0, config.vocab_size, size=n).tolist() for n in PROMPTS]
    (directory / "prompts.jsonl").write_text("".join(json.dumps(p) + "\n" for p in prompts))
    theirs = logprobs(model, prompts)
    truth = logprobs(model.float(), prompts)
    del model
    torch.cuda.empty_cache()
    start = time.time()
    subprocess.run(
        [arguments.espalier, "bench", "logits", directory / "model", "--prompts", directory / "prompts.jsonl", "--out",
         directory / "logits"],
        check=True)
    print(f"espalier ran in {time.time() - start:.1f} s", flush=True)
    ours = [
        torch.log_softmax(torch.from_numpy(numpy.load(directory / "logits" / f"prompt-{i}.npy")).cuda().double(), dim=-1)
        .float()
        for i in range(len(prompts))
    ]
    spread = torch.cat([t.std(dim=-1) for t in truth]).mean().item()
    print(f"log-probabilities after {sum(PROMPTS)} tokens, standard deviation {spread:.3f}")
    their_most, their_mean = errors(theirs, truth)
    our_most, our_mean = errors(ours, truth)
    agree = [
        (torch.cat([l.argmax(-1) for l in x]) == torch.cat([l.argmax(-1) for l in truth])).double().mean().item()
        for x in (theirs, ours)
    ]
    print(f"transformers bfloat16: largest error {their_most:.4f}, mean {their_mean:.5f}, argmax equal {agree[0]:.4f}")
    print(f"espalier:              largest error {our_most:.4f}, mean {our_mean:.5f}, argmax equal {agree[1]:.4f}")
    good = our_most <= their_most and our_mean <= their_mean
    print("no further off" if good else "FURTHER OFF")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
