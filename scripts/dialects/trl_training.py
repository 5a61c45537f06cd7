"""Writes rows of conversational data sets with the ids and labels that TRL makes of them, a line each: see README.md.

The rows are the bodies of bodies.py in the forms that SFTTrainer reads: `messages`, or `prompt` and `completion`; tools
as a list or as JSON text; settings of the template under `chat_template_kwargs`. Each row is a data set of its own, so
that one that TRL refuses does not end the others.
"""

import argparse
import datetime
import json
import os
import random
import re
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import datasets
import transformers
from transformers import GptOssConfig, GptOssForCausalLM
from trl import SFTConfig, SFTTrainer

from bodies import DATE, request
from template_stacks import prepared, trl_template

sys.path.append(str(Path(__file__).parents[1] / "engines"))
import tiny_hf

EFFORTS = ["low", "medium", "high", "as little as possible"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--sample", type=int, help="writes so many of the rows, short ones that show each shape")
    given = arguments.parse_args()
    datasets.disable_progress_bars()
    transformers.utils.chat_template_utils.datetime = PinnedDatetime
    with tempfile.TemporaryDirectory() as folder:
        trainer = any_trainer(folder)
        rows = [vector(trainer, seed) for seed in range(given.seed, given.seed + given.count)]
    for made in rows if given.sample is None else sample(rows, given.sample):
        print(json.dumps(made, ensure_ascii=False, separators=(",", ":")))


def vector(trainer, seed):
    line = json.dumps(row(seed), ensure_ascii=False)
    return {"name": f"seed {seed}", "line": line} | trained(trainer, json.loads(line))


class PinnedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromisoformat(DATE)


def row(seed):
    dice = random.Random(f"row {seed}")
    body, builtin_tools = request(seed)
    messages = prepared(body)
    for message, unprepared in zip(messages, body["messages"]):
        if "content" in unprepared and dice.random() < 0.05:
            message["content"] = unprepared["content"]
        for key in ["reasoning", "reasoning_content", "thinking"]:
            if message["role"] == "assistant" and dice.random() < 0.15:
                message[key] = dice.choice([f"Under {key}.", f"Under {key}.", "", None])
        for call, unprepared_call in zip(message.get("tool_calls", []), unprepared.get("tool_calls", [])):
            if dice.random() < 0.05:
                call["function"]["arguments"] = unprepared_call["function"]["arguments"]
            if dice.random() < 0.1:
                call["function"]["content_type"] = "code"
            if dice.random() < 0.1:
                call |= call.pop("function")
        # The template refuses both beside a call.
        if message.get("tool_calls") and message.get("content") and dice.random() < 0.8:
            for key in ["reasoning", "reasoning_content", "thinking"]:
                message.pop(key, None)
    if messages[-1]["role"] == "user" and dice.random() < 0.7:
        messages.append({"role": "assistant", "content": "Yes.", "thinking": "Is it?"})
    answers = [index for index, message in enumerate(messages) if message["role"] == "assistant" and index > 0]
    if answers and dice.random() < 0.3:
        start = dice.choice([answers[-1], answers[-1], dice.choice(answers)])
        made = {"prompt": messages[:start], "completion": messages[start:]}
    else:
        made = {"messages": messages}
    if "tools" in body:
        for tool in body["tools"]:
            add_exact_defaults(tool["function"], dice)
        made["tools"] = json.dumps(body["tools"]) if dice.random() < 0.3 else body["tools"]
    settings = {}
    if builtin_tools:
        settings["builtin_tools"] = builtin_tools
    if "reasoning_effort" in body:
        settings["reasoning_effort"] = dice.choice(EFFORTS)
    if dice.random() < 0.2:
        settings["model_identity"] = "You are a helpful pirate."
    if settings or dice.random() < 0.1:
        made["chat_template_kwargs"] = settings
    return made | ({"source": "a book", "prompt_id": 7} if dice.random() < 0.2 else {})


def add_exact_defaults(function, dice):
    """Numbers and orders of keys that a reader of JSON can lose."""
    properties = function.get("parameters", {}).get("properties")
    if properties and dice.random() < 0.5:
        properties["10"] = {"type": "number", "default": dice.choice([1.0, 1e-7, 1e22, 12345678901234567890])}
        properties["2"] = {"type": "object", "default": {"b": 2.0, "7": [], "a": -0.0, "1": None}}


def any_trainer(folder):
    """A trainer whose model is as small as can be: its preparation of data sets is all that is wanted."""
    described = tiny_hf.description()
    tokenizer = tiny_hf.build_tokenizer(described["tokens"], described["specialTokens"])
    tokenizer.chat_template = trl_template()
    sizes = {"hidden_size": 8, "intermediate_size": 8, "head_dim": 8, "num_local_experts": 1, "num_experts_per_tok": 1}
    heads = {"num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1}
    ends = {"bos_token_id": 199_998, "eos_token_id": 200_002, "pad_token_id": 199_999}
    model = GptOssForCausalLM(GptOssConfig(vocab_size=len(tokenizer), **sizes, **heads, **ends))
    settings = SFTConfig(folder, assistant_only_loss=True, max_length=None, use_cpu=True, report_to="none")
    hello = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}]}
    return SFTTrainer(
        model, settings, train_dataset=datasets.Dataset.from_list([hello]), processing_class=tokenizer
    )


def trained(trainer, example):
    """The trainer's `input_ids` and which of them are `learned`, as ranges, or why it refuses the row."""
    # As the trainer sets it from the first row of a data set.
    trainer.completion_only_loss = "prompt" in example and "completion" in example
    try:
        return prepared_row(trainer, example)
    except RuntimeError as error:
        if "has no assistant tokens" not in str(error):
            raise
        # The trainer ends there. The ids are those that it would have had.
        trainer.args.assistant_only_loss = False
        ids = prepared_row(trainer, example)["input_ids"]
        trainer.args.assistant_only_loss = True
        return {"input_ids": ids, "learned": []}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}


def prepared_row(trainer, example):
    rows = datasets.IterableDataset.from_generator(lambda: iter([example]))
    made = next(iter(trainer._prepare_dataset(rows, trainer.processing_class, trainer.args, False, None, "train")))
    assert all(label in (-100, token) for label, token in zip(made["labels"], made["input_ids"], strict=True))
    return {"input_ids": made["input_ids"], "learned": ranges(made["labels"])}


def ranges(labels):
    edges = [index for index in range(len(labels) + 1) if is_learned(labels, index) != is_learned(labels, index - 1)]
    return [[start, end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def is_learned(labels, index):
    return 0 <= index < len(labels) and labels[index] != -100


SHAPES = [
    r'"prompt": \[', r'"messages": \[', r'"learned": \[\]', r'"learned": .*\], \[', "no attribute 'description'",
    "Cannot pass both", "can only concatenate", r'"tools": "\[\{', r'"tools": \[\{', r'"tools": \[\]',
    "model_identity", "builtin_tools", "as little as", r'"chat_template_kwargs": \{\}', '"source"', '"content_type"',
    r'"type": "function", "name"', r'"arguments": \{[^}]*\d\.0', r'"arguments": \{"\w+": [^}]*"2": ',
    r'"arguments": "not json', r'"arguments": \[', r'"default": (-?0\.0|1\.0|1e|12)', r'"2": \{.*"default": \{"b": 2\.0',
    r'"thinking": null', r'"thinking": "[^}]*\}\]', r'"reasoning": "[^}]*\}\]', r'"reasoning_content": "[^}]*\}\]',
    r'"developer"', r'"system"', r"<\|end\|>", '"call_1"', '"oneOf"', '"content": ""',
]  # fmt: skip


def sample(rows, count):
    """Rows that the command reads as TRL does: short ones, among which each shape occurs, three times if it can."""
    missing = {shape: 3 for shape in SHAPES}
    chosen = []
    candidates = sorted(filter(is_prepared, rows), key=lambda made: len(json.dumps(made)))
    for made in candidates:
        text = "\n".join([made["line"], json.dumps({key: made[key] for key in made if key != "line"})])
        shown = [shape for shape in SHAPES if missing[shape] > 0 and re.search(shape, text)]
        if shown and len(chosen) < count:
            chosen.append(made)
            missing |= {shape: missing[shape] - 1 for shape in shown}
    never = [shape for shape in SHAPES if missing[shape] == 3]
    assert not never, never
    return sorted(chosen, key=rows.index)


def is_prepared(made):
    example = json.loads(made["line"])
    messages = example.get("messages") or example["prompt"] + example["completion"]
    calls = [call.get("function", call) for message in messages for call in message.get("tool_calls", [])]
    return not any(isinstance(message.get("content"), list) for message in messages) and not any(
        isinstance(call["arguments"], str) and is_json(call["arguments"]) for call in calls
    )


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
