"""Samples answers to the prefills of prefill.py with vLLM on Ray Data, into JSON lines that `harmony completions` reads.

Usage: python examples/ray/generate.py PREFILLS OUTPUTS [MODEL]
       harmony completions OUTPUTS/*.json -o answers.jsonl
"""

import json
import sys

import ray
from ray.data.llm import build_processor, vLLMEngineProcessorConfig

# vLLM's own default for max_tokens is 16.
DEFAULTS = {"temperature": 1.0, "top_p": 1.0, "max_tokens": 16_384, "detokenize": False}


def request_of(row: dict) -> dict:
    return {"tokenized_prompt": row["tokenized_prompt"], "sampling_params": {**DEFAULTS, **json.loads(row["sampling_params"])}}


def answer_of(row: dict) -> dict:
    kept = ("custom_id", "prompt_token_ids", "tool_names", "generated_tokens")
    return {key: row[key] for key in kept}


def main(prefills: str, outputs: str, model: str = "openai/gpt-oss-20b") -> None:
    config = vLLMEngineProcessorConfig(
        model_source=model,
        # Tokens in and tokens out: templates and tokenizers have no part in it.
        chat_template_stage=False,
        tokenize_stage=False,
        detokenize_stage=False,
    )
    processor = build_processor(config, preprocess=request_of, postprocess=answer_of)
    rows = ray.data.read_parquet(prefills).filter(lambda row: row["error"] is None)
    processor(rows).write_json(outputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
