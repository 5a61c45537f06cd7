"""Random Chat Completions bodies with whatever makes stacks differ. The same seed gives the same bodies."""

import json
import random

WORDS = [
    "rain", "Oslo", "naïve", "天気", "🙂", "it's", "& so", "<i>x</i>", '{"b":2}', "`ls`", "21 °C", "—", "two  spaces",
    "line\n\n- item", "end.", "why?", "\ttab", "über", "<|end|>", "<|start|>user",
]
DATE = "2025-06-28"


def request(seed):
    dice = random.Random(seed)
    body = {"messages": messages(dice)}
    if dice.random() < 0.6:
        body["tools"] = [tool(dice, index) for index in range(dice.choice([0, 1, 1, 2, 3]))]
    if dice.random() < 0.5:
        body["reasoning_effort"] = dice.choice(["low", "medium", "high"])
    if dice.random() < 0.1:
        body["tool_choice"] = dice.choice(["none", "required", {"type": "function", "function": {"name": "fn_0"}}])
    if dice.random() < 0.05:
        body["response_format"] = {"type": "json_object"}
    builtin_tools = dice.sample(["browser", "python"], dice.choice([1, 2])) if dice.random() < 0.1 else []
    return body, builtin_tools


def text(dice, least=1, most=8):
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(least, most))) + dice.choice(["", "", " ", "\n"])


def parts(dice, chance=0.15):
    if dice.random() >= chance:
        return text(dice)
    return [{"type": "text", "text": text(dice)} for _ in range(dice.choice([1, 2, 2, 3]))]


def messages(dice):
    list_ = []
    if dice.random() < 0.5:
        content = "" if dice.random() < 0.1 else parts(dice, 0.05)
        list_.append({"role": dice.choice(["system", "developer"]), "content": content})
    ids = iter(f"call_{index}" for index in range(100))
    for _ in range(dice.choice([1, 1, 2, 3, 4])):
        user = {"role": "user", "content": parts(dice)}
        if dice.random() < 0.05:
            user["name"] = "ada"
        list_.append(user)
        if dice.random() < 0.4:
            list_ += calls(dice, ids)
        if dice.random() < 0.08:
            list_.append({"role": dice.choice(["system", "developer"]), "content": text(dice)})
        if dice.random() < 0.7:
            answer = {"role": "assistant", "content": "" if dice.random() < 0.06 else parts(dice, 0.05)}
            list_.append(answer | reasoning(dice))
    if list_[-1]["role"] == "assistant" and dice.random() < 0.8:
        list_.append({"role": "user", "content": text(dice)})
    return list_


def calls(dice, ids):
    list_ = []
    for _ in range(dice.choice([1, 1, 2])):
        called = [
            {
                "id": next(ids),
                "type": "function",
                "function": {"name": f"fn_{dice.randrange(3)}", "arguments": arguments(dice)},
            }
            for _ in range(dice.choice([1, 1, 1, 2, 3]))
        ]
        message = {"role": "assistant", "tool_calls": called}
        if dice.random() < 0.7:
            message["content"] = None if dice.random() < 0.6 else text(dice)
        list_.append(message | reasoning(dice))
        for call in called:
            result = {"role": "tool", "tool_call_id": call["id"], "content": "" if dice.random() < 0.05 else parts(dice)}
            if dice.random() < 0.2:
                result["name"] = call["function"]["name"]
            list_.append(result)
    return list_


def reasoning(dice):
    if dice.random() < 0.5:
        return {}
    return {dice.choice(["reasoning", "reasoning_content", "thinking"]): text(dice)}


def arguments(dice):
    odd = ["", "not json", '{"a": 2.0, "b": 1e2, "c": 1E-7, "d": 12345678901234567890}', "[1,2]", '{"q":"<a>&\\u00e9\\n"}']
    if dice.random() < 0.2:
        return dice.choice(odd)
    value = {key: json_value(dice, 2) for key in dice.sample(["z", "a", "city", "n", "10", "2"], dice.randint(0, 3))}
    return json.dumps(value, ensure_ascii=dice.random() < 0.3, separators=dice.choice([(",", ":"), (", ", ": ")]))


def json_value(dice, depth):
    kind = dice.randrange(8 if depth > 0 else 6)
    if kind == 6:
        return [json_value(dice, depth - 1) for _ in range(dice.randrange(3))]
    if kind == 7:
        return {key: json_value(dice, depth - 1) for key in dice.sample("klm", dice.randrange(3))}
    return [text(dice, 1, 2), dice.randrange(-9, 999), dice.choice([0.5, 3.25, 1e-7, 2.0]), True, None, "é"][kind]


def tool(dice, index):
    function = {"name": f"fn_{index}"}
    if dice.random() < 0.9:
        function["description"] = text(dice, 1, 4)
    if dice.random() < 0.85:
        names = [f"a{place}" for place in range(dice.randrange(5))]
        function["parameters"] = {
            "type": "object",
            "properties": {name: schema(dice, 2) for name in names},
            "required": [name for name in names if dice.random() < 0.5],
        }
        if dice.random() < 0.2:
            function["parameters"]["$defs"] = {"X": {"type": "object", "properties": {"k": {"type": "string"}}}}
    return {"type": "function", "function": function}


def schema(dice, depth):
    kinds = [
        lambda: {"type": "string"},
        lambda: {"type": "string", "enum": dice.sample(["a", "b", 'q"', "é"], 2)},
        lambda: {"type": dice.choice(["integer", "number", "boolean"])},
        lambda: {"type": dice.choice([["string", "null"], ["integer", "null"], ["string", "integer"], ["string"]])},
        lambda: {"type": "array"},
        lambda: {"type": "object"},
        lambda: {"anyOf": [{"type": "string"}, {"type": "null"}]},
        lambda: {"$ref": "#/$defs/X"},
        lambda: {"const": "c"},
        lambda: {"enum": ["p", 1, None]},
    ]
    if depth > 0:
        kinds += [
            lambda: {"type": "array", "items": schema(dice, depth - 1)},
            lambda: {
                "type": "object",
                "properties": {key: schema(dice, depth - 1) for key in dice.sample("klm", dice.randrange(3))},
                "required": ["k"],
            },
            lambda: {"oneOf": [schema(dice, depth - 1) for _ in range(dice.choice([1, 2, 3]))]},
        ]
    made = dice.choice(kinds)()
    for keyword, value in {
        "description": text(dice, 1, 3),
        "title": "A title",
        "nullable": True,
        "default": dice.choice(["x", 1, 0.5, None, [], {"a": [1, "é"]}, True]),
        "examples": ["one", 2],
    }.items():
        if dice.random() < 0.15:
            made[keyword] = value
    return made
