"""Samples with transformers' `generate`, ids in and ids out: a JSON line for each line of standard input.

usage: python scripts/engines/generate.py MODEL < prompts.jsonl

A line has `prompt_token_ids`, `stop_token_ids`, `max_tokens` and `seed`; its answer has `token_ids`, the stop token included.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, set_seed

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.bfloat16)
for line in sys.stdin:
    request = json.loads(line)
    prompt = torch.tensor([request["prompt_token_ids"]])
    set_seed(request["seed"])
    output = model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        do_sample=True,
        top_k=0,
        max_new_tokens=request["max_tokens"],
        eos_token_id=request["stop_token_ids"],
        pad_token_id=199_999,
    )
    print(json.dumps({"token_ids": output[0, prompt.shape[1] :].tolist()}))
