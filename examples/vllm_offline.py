"""Samples answers to prompts.jsonl (`harmony prefill`) with vLLM, into outputs.jsonl, which `harmony completions` reads.

Usage: python examples/vllm_offline.py prompts.jsonl outputs.jsonl [MODEL]
"""

import json
import sys
from itertools import islice

from vllm import LLM, SamplingParams

# vLLM's own default for max_tokens is 16.
DEFAULTS = {"temperature": 1.0, "top_p": 1.0, "max_tokens": 16_384}
PROMPTS_AT_A_TIME = 10_000


def main(prompts_path: str, outputs_path: str, model: str = "openai/gpt-oss-20b") -> None:
    llm = LLM(model=model)
    with open(prompts_path, encoding="utf-8") as prompts, open(outputs_path, "w", encoding="utf-8") as outputs:
        while rows := [json.loads(line) for line in islice(prompts, PROMPTS_AT_A_TIME)]:
            settings = [{**DEFAULTS, **row.get("sampling_params", {}), "stop_token_ids": row["stop_token_ids"]} for row in rows]
            # Not SamplingParams(…), which takes no logit_bias with texts for keys, and JSON has no others.
            params = [SamplingParams.from_optional(**setting) for setting in settings]
            results = llm.generate([{"prompt_token_ids": row["prompt_token_ids"]} for row in rows], params)
            for row, result in zip(rows, results, strict=True):
                answers = [{key: getattr(o, key) for key in ("token_ids", "finish_reason", "stop_reason")} for o in result.outputs]
                outputs.write(json.dumps({"custom_id": row["custom_id"], "outputs": answers}, default=list) + "\n")


# The engine may start processes that import this file.
if __name__ == "__main__":
    main(*sys.argv[1:])
