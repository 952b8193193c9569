"""Writes tiny random checkpoints of every model family, and what transformers computes with them.

  python -m venv venv && venv/bin/pip install torch==2.13.* transformers==5.18.* safetensors
  venv/bin/python make_family_goldens.py ../resources/golden/families [family ...]

Weights are stored in the type of the checkpoint; the reference runs in float32 with the stored
weights upcast, eager attention, a full forward for every token.
"""
import copy
import json
import pathlib
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
STEPS = 64
LEAST_GAP = 2e-3
PROMPT = 150  # longer than every sliding window, and than one tile of attention
BASE = dict(vocab_size=250, hidden_size=48, intermediate_size=72, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
            bos_token_id=1, eos_token_id=2, pad_token_id=0)
LLAMA3 = dict(rope_type='llama3', rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
              high_freq_factor=4.0, original_max_position_embeddings=64)
YARN = dict(rope_type='yarn', rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64)

# name: (config class, weight type, largest shard or None, fields)
FAMILIES = {
    'llama2': ('Llama', 'float32', None, dict(
        num_key_value_heads=4, num_hidden_layers=2,
        rope_parameters=dict(rope_type='default', rope_theta=10000.0))),
    'llama3.2': ('Llama', 'bfloat16', '60KB', dict(
        head_dim=16, tie_word_embeddings=True, rope_parameters=LLAMA3)),
    'llama-biases': ('Llama', 'float16', None, dict(
        attention_bias=True, mlp_bias=True, num_key_value_heads=1,
        rope_parameters=dict(rope_type='linear', rope_theta=10000.0, factor=2.0))),
    'mistral': ('Mistral', 'bfloat16', '60KB', dict(
        head_dim=20, sliding_window=40, rope_parameters=dict(rope_type='default', rope_theta=1e6))),
    'qwen2.5': ('Qwen2', 'bfloat16', None, dict(
        tie_word_embeddings=True, rope_parameters=dict(rope_type='default', rope_theta=1e6))),
    'qwen2.5-yarn': ('Qwen2', 'float16', '60KB', dict(
        use_sliding_window=True, sliding_window=30, max_window_layers=1, rope_parameters=YARN)),
    'qwen3': ('Qwen3', 'bfloat16', None, dict(
        head_dim=24, tie_word_embeddings=True,
        rope_parameters=dict(rope_type='default', rope_theta=1e6))),
    'gemma2': ('Gemma2', 'bfloat16', None, dict(
        head_dim=16, sliding_window=32, query_pre_attn_scalar=20, attn_logit_softcapping=8.0,
        final_logit_softcapping=6.0, tie_word_embeddings=False,
        rope_parameters=dict(rope_type='default', rope_theta=10000.0))),
    'gemma3': ('Gemma3Text', 'float32', None, dict(
        head_dim=12, sliding_window=24, query_pre_attn_scalar=20, num_key_value_heads=1,
        layer_types=['sliding_attention', 'full_attention', 'sliding_attention'],
        rope_parameters=dict(
            full_attention=dict(rope_type='linear', rope_theta=1e6, factor=8.0),
            sliding_attention=dict(rope_type='default', rope_theta=10000.0)))),
    'gemma2-256': ('Gemma2', 'bfloat16', None, dict(
        head_dim=256, num_attention_heads=2, num_key_value_heads=1, num_hidden_layers=2,
        sliding_window=32, attn_logit_softcapping=8.0, final_logit_softcapping=6.0,
        tie_word_embeddings=True, rope_parameters=dict(rope_type='default', rope_theta=10000.0))),
    'gemma3-256': ('Gemma3Text', 'bfloat16', None, dict(
        head_dim=256, num_attention_heads=2, num_key_value_heads=1, num_hidden_layers=2,
        sliding_window=24, layer_types=['sliding_attention', 'full_attention'],
        rope_parameters=dict(
            full_attention=dict(rope_type='default', rope_theta=1e6),
            sliding_attention=dict(rope_type='default', rope_theta=10000.0)))),
    'qwen2-windows-everywhere': ('Qwen2', 'bfloat16', None, dict(
        use_sliding_window=True, sliding_window=20, max_window_layers=0,
        rope_parameters=dict(rope_type='default', rope_theta=1e6))),
    'qwen2-windows-nowhere': ('Qwen2', 'bfloat16', None, dict(
        use_sliding_window=False, sliding_window=20, max_window_layers=0,
        tie_word_embeddings=True, rope_parameters=dict(rope_type='default', rope_theta=1e6))),
    'mistral-layer-types': ('Ministral', 'bfloat16', None, dict(
        head_dim=12, sliding_window=20,
        layer_types=['full_attention', 'sliding_attention', 'full_attention'],
        rope_parameters=dict(rope_type='default', rope_theta=1e6))),
    'llama-tied-other-head': ('Llama', 'bfloat16', None, dict(
        tie_word_embeddings=True, rope_parameters=dict(rope_type='default', rope_theta=1e4))),
    'llama-tied-head-only': ('Llama', 'bfloat16', None, dict(
        tie_word_embeddings=True, rope_parameters=dict(rope_type='default', rope_theta=1e4))),
}


def edit(name, directory):
    """Makes of a saved checkpoint one that save_pretrained does not write but the world does."""
    config = json.loads((directory / 'config.json').read_text())
    file = directory / 'model.safetensors'
    if name.startswith('mistral-layer-types'):
        config.update(architectures=['MistralForCausalLM'], model_type='mistral')
    if name.startswith('llama-tied'):
        tensors = load_file(file)
        embedding = tensors['model.embed_tokens.weight']
        if name == 'llama-tied-head-only':
            del tensors['model.embed_tokens.weight']
            tensors['lm_head.weight'] = embedding
        else:
            tensors['lm_head.weight'] = (torch.randn(embedding.shape) * 0.25).to(embedding.dtype)
        save_file(tensors, file, metadata={'format': 'pt'})
    (directory / 'config.json').write_text(json.dumps(config, indent=2) + '\n')


def random_model(kind, fields, dtype, seed):
    torch.manual_seed(seed)
    config = getattr(transformers, kind + 'Config')(**copy.deepcopy({**BASE, **fields}))
    name = 'Gemma3ForCausalLM' if kind == 'Gemma3Text' else kind + 'ForCausalLM'
    model = getattr(transformers, name)(config)
    with torch.no_grad():
        for key, value in model.named_parameters():
            if 'norm' in key:
                value.copy_(torch.randn_like(value) * 0.2 + (0 if kind.startswith('Gemma') else 1))
            elif 'embed' in key:
                value.copy_(torch.randn_like(value) * (0.05 if kind.startswith('Gemma') else 0.35))
            elif 'q_proj' in key or 'k_proj' in key:
                value.copy_(torch.randn_like(value) * (0.7 if kind == 'Gemma2' else 0.25))
            else:
                value.copy_(torch.randn_like(value) * 0.25)
    return model.to(getattr(torch, dtype)).eval()


def reference(directory):
    model = AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation='eager').eval()
    vocabulary = model.config.vocab_size
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(3, vocabulary, (PROMPT,), generator=generator).tolist()
    prompt = list(ids)
    logprobs, gap = [], float('inf')
    with torch.no_grad():
        scores = model(torch.tensor([ids])).logits[0].double().log_softmax(-1)
        of_prompt = [float(scores[i, t]) for i, t in enumerate(ids[1:])]
        for _ in range(STEPS):
            last = model(torch.tensor([ids])).logits[0, -1].double().log_softmax(-1)
            top = last.topk(2)
            gap = min(gap, float(top.values[0] - top.values[1]))
            if gap < LEAST_GAP:
                return gap, None
            ids.append(int(top.indices[0]))
            logprobs.append(float(top.values[0]))
    rounded = lambda values: [round(v, 7) for v in values]
    return gap, dict(transformers=transformers.__version__, torch=torch.__version__,
                     prompt=prompt, promptLogprobs=rounded(of_prompt),
                     greedy=ids[PROMPT:], greedyLogprobs=rounded(logprobs))


def main(root, names):
    for name in names or FAMILIES:
        kind, dtype, shard, fields = FAMILIES[name]
        directory = root / name
        for seed in range(100):
            shutil.rmtree(directory, ignore_errors=True)
            model = random_model(kind, fields, dtype, seed)
            model.save_pretrained(directory, **(dict(max_shard_size=shard) if shard else {}))
            edit(name, directory)
            gap, golden = reference(directory)
            # A tie would be decided by rounding; a loop would test the same token over and over.
            if golden and len(set(golden['greedy'])) >= 15:
                break
            print(name, 'seed', seed, 'gap', gap, golden and len(set(golden['greedy'])))
        else:
            raise SystemExit(name + ': no seed without a near tie')
        (directory / 'golden.json').write_text(json.dumps(golden) + '\n', encoding='utf-8')
        size = sum(f.stat().st_size for f in directory.iterdir())
        print(name, 'seed', seed, 'gap', round(gap, 4), 'bytes', size,
              'tokens', len(set(golden['greedy'])), sorted(f.name for f in directory.iterdir()))


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
