"""Samples with transformers' `generate`, ids in and ids out: all prompts at once.

usage: python scripts/engines/generate.py MODEL < request.json

The request has `prompts`, `stop_token_ids`, `max_tokens` and `seed`; the answer is a list of what was sampled after each
prompt, the stop token included.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, set_seed

PAD = 199_999

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.bfloat16)
request = json.load(sys.stdin)
prompts, stop = request["prompts"], request["stop_token_ids"]
length = max(map(len, prompts))
padded = torch.tensor([[PAD] * (length - len(prompt)) + prompt for prompt in prompts])
set_seed(request["seed"])
output = model.generate(
    padded,
    attention_mask=(padded != PAD).long(),
    do_sample=True,
    top_k=0,
    max_new_tokens=request["max_tokens"],
    eos_token_id=stop,
    pad_token_id=PAD,
)


def sampled(tokens):
    end = next((index + 1 for index, token in enumerate(tokens) if token in stop), len(tokens))
    return tokens[:end]


print(json.dumps([sampled(tokens) for tokens in output[:, length:].tolist()]))
