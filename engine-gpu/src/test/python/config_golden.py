"""Writes how transformers reads config.json of every model family, with keys absent, null and odd.

  python -m venv venv && venv/bin/pip install torch==2.13.* transformers==5.18.*
  venv/bin/python config_golden.py ../resources/golden/configs.json

Every case is a config.json, given as what differs from that of its family, and either what the model that transformers builds from it computes
with, taken from its modules and not from the configuration, or the error that it ends with. Small
models are also run over 40 tokens, to see what each layer attends to.
"""
import copy
import json
import pathlib
import sys
import tempfile

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
TOKENS = 40
ABSENT = object()
BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=4,
            num_attention_heads=4, num_key_value_heads=2, head_dim=10, hidden_act='silu',
            max_position_embeddings=128, rms_norm_eps=1e-5, rope_theta=5000.0,
            tie_word_embeddings=False, bos_token_id=1, eos_token_id=3)
GEMMA = dict(hidden_activation='gelu_pytorch_tanh', query_pre_attn_scalar=20, sliding_window=16,
             attention_bias=False)
LLAMA3 = dict(rope_type='llama3', factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)
YARN = dict(rope_type='yarn', factor=4.0, original_max_position_embeddings=32)

# model_type: (class, fields beside BASE)
FAMILIES = {
    'llama': ('LlamaForCausalLM', dict(attention_bias=False, mlp_bias=False)),
    'mistral': ('MistralForCausalLM', dict(sliding_window=16)),
    'qwen2': ('Qwen2ForCausalLM', dict(use_sliding_window=True, sliding_window=16,
                                       max_window_layers=2)),
    'qwen3': ('Qwen3ForCausalLM', dict(use_sliding_window=True, sliding_window=16,
                                       max_window_layers=2, attention_bias=False)),
    'gemma2': ('Gemma2ForCausalLM', dict(GEMMA, attn_logit_softcapping=8.0,
                                         final_logit_softcapping=6.0)),
    'gemma3_text': ('Gemma3ForCausalLM', dict(GEMMA, sliding_window_pattern=3,
                                              rope_local_base_freq=700.0)),
}
KEYS = ['vocab_size', 'hidden_size', 'intermediate_size', 'num_hidden_layers',
        'num_attention_heads', 'num_key_value_heads', 'head_dim', 'hidden_act',
        'max_position_embeddings', 'rms_norm_eps', 'rope_theta', 'tie_word_embeddings',
        'eos_token_id']

# Edits that every family gets.
COMMON = [
    dict(head_dim=ABSENT, num_key_value_heads=ABSENT),
    dict(head_dim=ABSENT, hidden_size=30, num_attention_heads=4),
    dict(head_dim=16, hidden_size=30, num_attention_heads=4),
    dict(num_key_value_heads=4), dict(num_key_value_heads=1), dict(num_key_value_heads=3),
    dict(num_key_value_heads=0), dict(num_hidden_layers=0), dict(num_hidden_layers=-1),
    dict(hidden_size=32.0), dict(hidden_size='32'), dict(rms_norm_eps=1), dict(rms_norm_eps='1e-5'),
    dict(rms_norm_eps=1e-12),
    dict(hidden_act='gelu_pytorch_tanh'), dict(hidden_act='gelu'), dict(hidden_act='relu'),
    dict(hidden_act='gelu_new'), dict(hidden_act='swish'), dict(hidden_act='nonsense'),
    dict(eos_token_id=[3, 5]), dict(eos_token_id=0),
    dict(tie_word_embeddings=True), dict(tie_word_embeddings='no'),
    dict(attention_bias=True), dict(mlp_bias=True), dict(qkv_bias=True),
    dict(sliding_window=None), dict(sliding_window=ABSENT), dict(sliding_window=8),
    dict(use_sliding_window=False), dict(use_sliding_window=ABSENT),
    dict(use_sliding_window=True, sliding_window=None),
    dict(max_window_layers=0), dict(max_window_layers=4), dict(max_window_layers=9),
    dict(max_window_layers=ABSENT), dict(max_window_layers=None),
    dict(layer_types=['full_attention', 'sliding_attention'] * 2),
    dict(layer_types=['full_attention'] * 4), dict(layer_types=['sliding_attention'] * 4),
    dict(layer_types=['full_attention'] * 3), dict(layer_types=None), dict(layer_types=[]),
    dict(layer_types=['attention'] * 4), dict(layer_types=['chunked_attention'] * 4),
    dict(layer_types=['sliding_attention'] * 4, sliding_window=None),
    dict(layer_types=['sliding_attention'] * 4, use_sliding_window=False),
    dict(sliding_window_pattern=2), dict(sliding_window_pattern=ABSENT),
    dict(rope_theta=ABSENT, rope_parameters=dict(rope_type='default', rope_theta=900.0)),
    dict(rope_parameters=dict(rope_type='default')),
    dict(rope_parameters=dict(rope_type='default', rope_theta=900.0)),
    dict(rope_theta=ABSENT, rope_parameters=dict(rope_type='default')),
    dict(rope_parameters=dict(rope_theta=900.0)), dict(rope_parameters={}),
    dict(rope_parameters=None), dict(rope_scaling=None), dict(rope_scaling={}),
    dict(rope_scaling=dict(rope_type='linear', factor=3.0)),
    dict(rope_scaling=dict(type='linear', factor=3.0)),
    dict(rope_scaling=dict(type='linear')), dict(rope_scaling=dict(factor=3.0)),
    dict(rope_scaling=dict(type='linear', factor=2)),
    dict(rope_scaling=dict(rope_type='linear', factor=3.0),
         rope_parameters=dict(rope_type='default', rope_theta=900.0)),
    dict(rope_scaling=LLAMA3),
    dict(rope_scaling={k: v for k, v in LLAMA3.items() if k != 'original_max_position_embeddings'}),
    dict(rope_scaling={k: v for k, v in LLAMA3.items() if k != 'low_freq_factor'}),
    dict(rope_scaling=LLAMA3, original_max_position_embeddings=16),
    dict(rope_scaling=YARN), dict(rope_scaling=dict(YARN, factor=None)),
    dict(rope_scaling={k: v for k, v in YARN.items() if k != 'factor'}),
    dict(rope_scaling={k: v for k, v in YARN.items() if k != 'original_max_position_embeddings'}),
    dict(rope_scaling=dict(YARN, beta_fast=16, beta_slow=2)),
    dict(rope_scaling=dict(YARN, beta_fast=0, beta_slow=None)),
    dict(rope_scaling=dict(YARN, mscale=0.7, mscale_all_dim=1.2)),
    dict(rope_scaling=dict(YARN, mscale=0.7)), dict(rope_scaling=dict(YARN, mscale=0, mscale_all_dim=1)),
    dict(rope_scaling=dict(YARN, attention_factor=1.5)), dict(rope_scaling=dict(YARN, truncate=False)),
    dict(rope_scaling=YARN, original_max_position_embeddings=16),
    dict(rope_scaling=dict(rope_type='dynamic', factor=2.0)),
    dict(rope_scaling=dict(rope_type='longrope', short_factor=[1.0] * 5, long_factor=[2.0] * 5)),
    dict(rope_scaling=dict(rope_type='nonsense', factor=2.0)),
    dict(rope_parameters=dict(full_attention=dict(rope_type='linear', factor=8.0, rope_theta=800.0),
                              sliding_attention=dict(rope_type='default', rope_theta=600.0))),
    dict(rope_parameters=dict(full_attention=dict(rope_type='linear', factor=8.0))),
    dict(rope_parameters=dict(full_attention=None, sliding_attention=dict(rope_theta=600.0))),
    dict(rope_parameters=dict(full_attention=dict(rope_type='default')),
         rope_scaling=dict(rope_type='linear', factor=8.0)),
    dict(rope_local_base_freq=ABSENT), dict(rope_local_base_freq=None),
    dict(partial_rotary_factor=1.0), dict(partial_rotary_factor=0.5),
    dict(rope_parameters=dict(rope_type='default', rope_theta=900.0, partial_rotary_factor=0.5)),
    dict(query_pre_attn_scalar=ABSENT), dict(query_pre_attn_scalar=None),
    dict(query_pre_attn_scalar=30), dict(query_pre_attn_scalar=12.5),
    dict(attn_logit_softcapping=ABSENT), dict(attn_logit_softcapping=None),
    dict(attn_logit_softcapping=5.0), dict(final_logit_softcapping=ABSENT),
    dict(final_logit_softcapping=None), dict(final_logit_softcapping=5.0),
    dict(attn_logit_softcapping=5, final_logit_softcapping=7),
    dict(final_logit_softcapping=0.0), dict(attn_logit_softcapping=0.0),
    dict(hidden_activation=ABSENT), dict(hidden_activation=None), dict(hidden_activation='gelu'),
    dict(use_bidirectional_attention=True), dict(use_bidirectional_attention=None),
    dict(hidden_act=ABSENT, hidden_activation=ABSENT),
    dict(unheard_of=1), dict(torch_dtype='float16'), dict(dtype='bfloat16'),
    dict(per_layer_config={'1': dict(sliding_window=4)}),
    dict(is_encoder_decoder=True),
]


def edited(family, edit):
    architecture, fields = FAMILIES[family]
    config = dict(copy.deepcopy(BASE), architectures=[architecture], model_type=family,
                  **copy.deepcopy(fields))
    for key, value in edit.items():
        config.pop(key, None)
        if value is not ABSENT:
            config[key] = copy.deepcopy(value)
    return config


def number(value):
    return None if value is None else float(value)


def rope(model, kind):
    rotary = model.model.rotary_emb
    prefix = '' if kind is None else kind + '_'
    return dict(frequencies=[float(f) for f in getattr(rotary, prefix + 'inv_freq')],
                magnitude=float(getattr(rotary, prefix + 'attention_scaling')))


def attended(model):
    """How many tokens the last of TOKENS sees in each layer, in the order of layers."""
    ids = torch.arange(TOKENS)[None] % model.config.vocab_size
    with torch.no_grad():
        maps = model(ids, output_attentions=True).attentions
    return [int((layer[0, 0, -1] != 0).sum()) for layer in maps]


def read(config):
    with tempfile.TemporaryDirectory() as directory:
        (pathlib.Path(directory) / 'config.json').write_text(json.dumps(config))
        parsed = AutoConfig.from_pretrained(directory)
    sizes = parsed.vocab_size * parsed.hidden_size + parsed.num_hidden_layers * (
        3 * parsed.hidden_size * parsed.intermediate_size)
    small = sizes < 1e7
    with torch.device('cpu' if small else 'meta'):
        model = AutoModelForCausalLM.from_config(parsed, attn_implementation='eager')
    model = model.eval()
    if not small:
        model.model.rotary_emb = type(model.model.rotary_emb)(parsed)  # frequencies, not on meta
    layers = []
    window = attended(model) if small else None
    for i, layer in enumerate(model.model.layers):
        attention = layer.self_attn
        declared = (parsed.sliding_window if parsed.model_type == 'mistral'
                    else getattr(attention, 'sliding_window', None))
        kind = (parsed.layer_types[i] if config['model_type'] == 'gemma3_text' else None)
        if window:
            expected = min(TOKENS, declared or TOKENS)
            assert window[i] == expected, (i, window[i], declared)
        head = attention.head_dim
        layers.append(dict(
            heads=attention.q_proj.weight.shape[0] // head,
            keyValueHeads=attention.k_proj.weight.shape[0] // head, headSize=head,
            scale=number(attention.scaling),
            softCap=number(getattr(attention, 'attn_logit_softcapping', None))
            if config['model_type'] == 'gemma2' else None,
            window=declared or 0, rope=rope(model, kind)))
    first = model.model.layers[0]
    norm = model.model.norm
    embed = model.get_input_embeddings().weight
    eos = GenerationConfig.from_model_config(parsed).eos_token_id
    return dict(
        vocabularySize=embed.shape[0], hiddenSize=embed.shape[1],
        feedForwardSize=first.mlp.gate_proj.weight.shape[0],
        contextLength=parsed.max_position_embeddings,
        epsilon=number(getattr(norm, 'variance_epsilon', getattr(norm, 'eps', None))),
        gate=type(first.mlp.act_fn).__name__,
        logitSoftCap=number(getattr(parsed, 'final_logit_softcapping', None))
        if config['model_type'].startswith('gemma') else None,
        tied=bool(parsed.tie_word_embeddings),
        qkvBias=first.self_attn.q_proj.bias is not None,
        outputBias=first.self_attn.o_proj.bias is not None,
        feedForwardBias=first.mlp.gate_proj.bias is not None,
        endTokens=[] if eos is None else [eos] if isinstance(eos, int) else eos,
        layers=layers)


def main(file):
    cases = []
    for family, (_, fields) in FAMILIES.items():
        keys = KEYS + list(fields)
        edits = [{}] + [{key: ABSENT} for key in keys] + [{key: None} for key in keys] + COMMON
        seen = set()
        for edit in edits:
            config = edited(family, edit)
            text = json.dumps(config, sort_keys=True)
            if text in seen:
                continue
            seen.add(text)
            try:
                outcome = dict(read=read(config))
            except Exception as error:  # noqa: BLE001, whatever it is, the configuration has no model
                outcome = dict(error=f'{type(error).__name__}: {error}'.splitlines()[0][:160])
            absent = [key for key, value in edit.items() if value is ABSENT]
            given = {key: value for key, value in edit.items() if value is not ABSENT}
            cases.append(dict(family=family, absent=absent, given=given, **outcome))
    layers = lambda case: case['read']['layers'] if 'read' in case else []
    ropes = []
    for case in cases:  # many cases have the same rotations: they are listed once
        for layer in layers(case):
            if layer['rope'] not in ropes:
                ropes.append(layer['rope'])
            layer['rope'] = ropes.index(layer['rope'])
        if len({json.dumps(layer) for layer in layers(case)}) == 1:
            case['read']['layerCount'] = len(layers(case))
            case['read']['layers'] = layers(case)[:1]
    lines = lambda items: ',\n'.join(json.dumps(item) for item in items)
    pathlib.Path(file).write_text(
        '{"transformers": "%s",\n"bases": {\n%s},\n"ropes": [\n%s],\n"cases": [\n%s]}\n' % (
            transformers.__version__,
            ',\n'.join(f'"{family}": {json.dumps(edited(family, {}))}' for family in FAMILIES),
            lines(ropes), lines(cases)), encoding='utf-8')
    print(len(cases), 'cases,', sum('error' in case for case in cases), 'errors')


main(sys.argv[1])
