"""Prints random Chat bodies as users of OpenAI's SDKs write them, a line each; the same seed gives the same bodies."""

import argparse
import json
import random

from bodies import arguments, schema, text


def request(dice):
    tools = [tool(dice, name) for name in dice.sample(["weather", "get-time", "db.query", "send_mail"], dice.randrange(4))]
    body = {"messages": messages(dice, [each["function"]["name"] for each in tools])}
    if tools:
        body["tools"] = tools
        if dice.random() < 0.3:
            named = {"type": "function", "function": {"name": dice.choice(tools)["function"]["name"]}}
            body["tool_choice"] = dice.choice(["auto", "none", "required", named])
        if dice.random() < 0.2:
            body["parallel_tool_calls"] = dice.choice([True, False])
    for chance, fields in [
        (0.3, {"reasoning_effort": dice.choice(["minimal", "low", "medium", "high", "xhigh", "none"])}),
        (0.25, {"response_format": response_format(dice)}),
        (0.3, {"temperature": 0.2, "top_p": 0.9}),
        (0.3, {"max_completion_tokens": 100}),
        (0.2, {"stream": True, "stream_options": {"include_usage": True}}),
        (0.1, {"user": "u1", "seed": 3, "stop": ["END"]}),
        (0.1, {"n": 2, "logit_bias": None, "metadata": {"a": "b"}, "store": False}),
    ]:
        if dice.random() < chance:
            body |= fields
    return body


def messages(dice, names):
    list_ = []
    for role in dice.choice([[], ["system"], ["developer"], ["system", "developer"], ["developer", "system"]]):
        list_.append({"role": role, "content": content(dice)})
    for turn in range(dice.choice([1, 1, 2, 3])):
        list_.append({"role": "user", "content": content(dice)} | ({"name": "ada"} if dice.random() < 0.05 else {}))
        for step in range(dice.choice([0, 1, 1, 2]) if names else 0):
            list_ += calls(dice, names, f"call_{turn}{step}")
        if dice.random() < 0.7:
            # As `message.model_dump()` of the Python SDK gives it.
            nulls = {"refusal": None, "annotations": [], "audio": None, "function_call": None, "tool_calls": None}
            answer = {"role": "assistant", "content": content(dice)} | reasoning(dice)
            list_.append(answer | (nulls if dice.random() < 0.2 else {}))
    if list_[-1]["role"] == "assistant":
        list_.append({"role": "user", "content": "And now?"})
    return list_


def content(dice):
    if dice.random() < 0.75:
        return text(dice)
    return [{"type": "text", "text": text(dice)} for _ in range(dice.choice([1, 2, 3]))]


def reasoning(dice):
    keys = dice.choice([[], ["reasoning"], ["reasoning_content"], ["reasoning", "reasoning_content"]])
    return dict.fromkeys(keys, text(dice))


def calls(dice, names, id_):
    called = [
        {
            "id": f"{id_}{index}",
            "type": "function",
            "function": {"name": dice.choice(names), "arguments": arguments(dice)},
        }
        for index in range(dice.choice([1, 1, 2, 3]))
    ]
    message = {"role": "assistant", "content": dice.choice([None, None, "", text(dice)]), "tool_calls": called}
    results = [{"role": "tool", "tool_call_id": call["id"], "content": content(dice)} for call in called]
    dice.shuffle(results)
    return [message | reasoning(dice), *results]


def tool(dice, name):
    properties = {key: schema(dice, 2) for key in dice.sample(["city", "days", "unit"], dice.randrange(4))}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    function = {"name": name, "description": text(dice, 1, 4), "parameters": parameters}
    return {"type": "function", "function": function | ({"strict": True} if dice.random() < 0.3 else {})}


def response_format(dice):
    properties = {key: schema(dice, 1) for key in ["answer", "score"]}
    json_schema = {"name": "reply", "schema": {"type": "object", "properties": properties}, "strict": True}
    return dice.choice([{"type": "text"}, {"type": "json_object"}, {"type": "json_schema", "json_schema": json_schema}])


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    for seed in range(given.seed, given.seed + given.count):
        print(json.dumps({"name": f"seed {seed}", "request": request(random.Random(seed))}, ensure_ascii=False))
