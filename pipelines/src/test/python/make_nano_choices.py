"""Golden file of ProgramNanoTest: how transformers weighs the choices of the demo tasks.

  python make_nano_choices.py MODEL_DIRECTORY TICKETS.jsonl ../resources/golden/nano-choices.json

Prompts are those that the model's card recommends, raw and as a chat. The log-likelihood of a
choice is the sum over its tokens, each choice with a forward pass of its own, float32 on a CPU.
"""
import json, sys
import torch, transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

CATEGORIES = ['billing', 'shipping', 'returns', 'technical', 'account', 'product', 'complaint', 'other']
TASKS = {
    'category': ('Classify the support ticket into one of these categories: ' + ', '.join(CATEGORIES) + '.', 'Category', CATEGORIES),
    'urgency': ('Rate the urgency of the ticket from 1 (not urgent) to 5 (critical).', 'Urgency', list('12345')),
}
ROWS = 12

model_directory, tickets, out = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(model_directory)
model = AutoModelForCausalLM.from_pretrained(model_directory, dtype=torch.float32).eval()


def ids(text):
    return tokenizer(text, add_special_tokens=False)['input_ids']


def logprob(prompt, choice):
    with torch.no_grad():
        logits = model(torch.tensor([prompt + choice])).logits[0].log_softmax(-1)
    return sum(logits[len(prompt) - 1 + i, token].item() for i, token in enumerate(choice))


rows = [json.loads(line) for line in open(tickets, encoding='utf-8')][:ROWS]
golden = []
for row in rows:
    ticket = f'Ticket: Subject: {row["subject"]}\n{row["body"]}'
    for task, (instruction, label, choices) in TASKS.items():
        for chat in (False, True):
            if chat:
                turns = [{'role': 'user', 'content': f'{instruction}\n\n{ticket}'}]
                prompt = ids(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
            else:
                prompt = ids(f'{instruction}\n\n{ticket}\n{label}:')
            golden.append({
                'ticket': row['id'], 'task': task, 'chat': chat, 'promptTokens': len(prompt),
                'logprobs': {c: round(logprob(prompt, ids(c if chat else ' ' + c)), 5) for c in choices},
            })
with open(out, 'w', encoding='utf-8') as f:
    f.write('{"torch": "%s", "transformers": "%s", "choices": [\n' % (torch.__version__, transformers.__version__))
    f.write(',\n'.join(json.dumps(g) for g in golden))
    f.write('\n]}\n')
