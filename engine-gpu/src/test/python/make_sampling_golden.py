"""Golden file of SamplingDistributionTest: the logits of the built-in model as transformers gives them.

  python make_sampling_golden.py MODEL_DIRECTORY ../resources/golden/nano-sampling.json

The model computes in float64 on a CPU. For each prompt: all logits of the first token to come; and
after each sequence of up to two tokens of the prompt's support, the logits of the support and the
logarithm of the sum of the exponentials of all logits, which is what those of the rest leave.
Logits are written with nine significant digits, all that float32 holds.
"""
import itertools, json, sys
import torch, transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

# The support has tokens of the prompt and others, probable and improbable ones, and an end of turn.
PROMPTS = {
    'The door. The window. The kitchen door. The little dog went to the':
        [' door', ' front', ' corner', ' window', ' garden', ' wall', '<|im_end|>'],
    'The cat sat. The cat ran. The':
        [' cat', ' dog', ' door', ' The', ' c', 'at', '<|im_end|>'],
}
LATER = 2

model_directory, out = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(model_directory)
model = AutoModelForCausalLM.from_pretrained(model_directory, dtype=torch.float64).eval()


def ids(text):
    return tokenizer(text, add_special_tokens=False)['input_ids']


def logits(tokens):
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0, -1]


def short(values):
    return [float(f'{v:.9g}') for v in values.tolist()]


prompts = []
for text, support in PROMPTS.items():
    tokens = ids(text)
    of_support = [one for word in support for one in ids(word)]
    assert len(of_support) == len(support)
    after = []
    for count in range(1, LATER + 1):
        for came in itertools.product(of_support, repeat=count):
            row = logits(tokens + list(came))
            after.append({
                'came': list(came),
                'logits': short(row[of_support]),
                'logSumExp': float(f'{row.logsumexp(-1).item():.9g}'),
            })
    prompts.append({
        'prompt': text, 'input_ids': tokens, 'support': of_support,
        'first': short(logits(tokens)), 'later': after,
    })
with open(out, 'w', encoding='utf-8') as f:
    f.write('{"torch": "%s", "transformers": "%s", "prompts": [\n' % (torch.__version__, transformers.__version__))
    f.write(',\n'.join(json.dumps(p) for p in prompts))
    f.write('\n]}\n')
