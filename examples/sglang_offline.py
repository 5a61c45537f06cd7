"""Samples answers to prompts.jsonl (`harmony prefill`) with SGLang, into outputs.jsonl, which `harmony completions` reads.

Usage: python examples/sglang_offline.py prompts.jsonl outputs.jsonl [MODEL]
"""

import json
import sys
from itertools import islice

import sglang

# What vLLM, whose names a prefill file has, calls otherwise; SGLang's own default for max_new_tokens is 128.
NAMES = {"max_tokens": "max_new_tokens", "min_tokens": "min_new_tokens", "seed": "sampling_seed"}
DEFAULTS = {"temperature": 1.0, "top_p": 1.0, "max_new_tokens": 16_384}
PROMPTS_AT_A_TIME = 10_000


def main(prompts_path: str, outputs_path: str, model: str = "openai/gpt-oss-20b") -> None:
    engine = sglang.Engine(model_path=model, skip_tokenizer_init=True)
    with open(prompts_path, encoding="utf-8") as prompts, open(outputs_path, "w", encoding="utf-8") as outputs:
        while rows := [json.loads(line) for line in islice(prompts, PROMPTS_AT_A_TIME)]:
            # SGLang wants the same `n` of all requests, and is slower with it than with requests that come n times.
            counts = [row.setdefault("sampling_params", {}).pop("n", 1) for row in rows]
            repeated = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
            named = [{NAMES.get(name, name): value for name, value in row["sampling_params"].items()} for row in repeated]
            settings = [{**DEFAULTS, **own, "stop_token_ids": row["stop_token_ids"]} for own, row in zip(named, repeated, strict=True)]
            results = iter(engine.generate(input_ids=[row["prompt_token_ids"] for row in repeated], sampling_params=settings))
            for row, count in zip(rows, counts, strict=True):
                answers = [{"output_ids": r["output_ids"], "finish_reason": r["meta_info"]["finish_reason"]} for r in islice(results, count)]
                outputs.write(json.dumps({"custom_id": row["custom_id"], "outputs": answers}) + "\n")


# The engine starts processes that import this file.
if __name__ == "__main__":
    main(*sys.argv[1:])
