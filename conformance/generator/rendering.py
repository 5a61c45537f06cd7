"""Conversations and the ids that the official library renders them to."""

import library

from completion import OFFICIAL


def _system(**content) -> dict:
    return {"role": "system", "content": [{"type": "system_content", **content}]}


def _developer(instructions: str | None = None, tools: list | None = None) -> dict:
    content = {"type": "developer_content"}
    if instructions is not None:
        content["instructions"] = instructions
    if tools is not None:
        content["tools"] = {"functions": {"name": "functions", "tools": tools}}
    return {"role": "developer", "content": [content]}


def _user(content: str, **rest) -> dict:
    return {"role": "user", **rest, "content": content}


def _assistant(content: str, channel: str | None = None, **rest) -> dict:
    return {"role": "assistant", "content": content, **({"channel": channel} if channel else {}), **rest}


def _call(content: str, recipient: str = "functions.get_weather", channel: str = "commentary", type: str = "<|constrain|>json") -> dict:
    return _assistant(content, channel, recipient=recipient, content_type=type)


def _tool(content: str, name: str = "functions.get_weather", **rest) -> dict:
    return {"role": "tool", "name": name, "recipient": "assistant", "channel": "commentary", "content": content, **rest}


_CHANNELS = {"valid_channels": ["analysis", "commentary", "final"], "channel_required": True}
_DEFAULTS = {
    "model_identity": "You are ChatGPT, a large language model trained by OpenAI.",
    "knowledge_cutoff": "2024-06",
    "reasoning_effort": "Medium",
    "channel_config": _CHANNELS,
}
_WEATHER = {
    "name": "get_weather",
    "description": "Gets the current weather in the provided location.",
    "parameters": {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "format": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
        },
        "required": ["location"],
    },
}
_NO_ARGUMENTS = {"name": "get_location", "description": "Gets the location of the user."}


def _one_parameter(schema: dict) -> list:
    return [_developer(tools=[{"name": "f", "description": "F.", "parameters": {"type": "object", "properties": {"p": schema}}}])]


_ASKED = [_system(**_DEFAULTS), _user("What is 2 + 2?")]
_TOOL_TURN = [
    _system(**_DEFAULTS),
    _developer("Use the tools.", [_WEATHER]),
    _user("What is the weather in Tokyo?"),
    _assistant("User asks for the weather.", "analysis"),
    _call('{"location":"Tokyo"}'),
    _tool('{"temperature":20}'),
]
_TWO_TURNS = [
    _user("2 + 2?"),
    _assistant("Simple.", "analysis"),
    _assistant("4", "final"),
    _user("And 3 + 3?"),
    _assistant("Simple too.", "analysis"),
    _assistant("6", "final"),
]

# For completion by the assistant, unless the name's second part says otherwise.
_CONVERSATIONS = {
    "defaults": _ASKED,
    "date-and-effort": [_system(**{**_DEFAULTS, "reasoning_effort": "High"}, conversation_start_date="2025-06-28"), _user("Hi")],
    "low-effort": [_system(**{**_DEFAULTS, "reasoning_effort": "Low"}), _user("Hi")],
    "system-text": [{"role": "system", "content": "You are a pirate."}, _user("Hi")],
    "system-empty": [_system(), _user("Hi")],
    "identity-alone": [_system(model_identity="You are Bob."), _user("Hi")],
    "two-channels": [
        _system(**{**_DEFAULTS, "channel_config": {"valid_channels": ["analysis", "final"], "channel_required": True}}),
        _user("Hi"),
    ],
    "channels-not-required": [_system(**{**_DEFAULTS, "channel_config": {**_CHANNELS, "channel_required": False}}), _user("Hi")],
    "instructions": [_system(**_DEFAULTS), _developer("Always answer in riddles."), _user("Hi")],
    "instructions-of-lines": [_developer("First.\n\n- a\n- b\n"), _user("Hi")],
    "developer-text": [{"role": "developer", "content": "Be brief."}, _user("Hi")],
    "developer-empty": [_developer(), _user("Hi")],
    "one-tool": [_system(**_DEFAULTS), _developer("Use the tools.", [_WEATHER]), _user("Weather in Tokyo?")],
    "two-tools": [_system(**_DEFAULTS), _developer(None, [_NO_ARGUMENTS, _WEATHER]), _user("Weather here?")],
    "no-tools": [_system(**_DEFAULTS), _developer("Hi.", []), _user("Hi")],
    "python": [_system(**_DEFAULTS, tools={"python": library.tool_namespace("python")}), _user("2 ** 10?")],
    "browser": [_system(**_DEFAULTS, tools={"browser": library.tool_namespace("browser")}), _user("News?")],
    "parameter-number": _one_parameter({"type": "integer", "description": "How many."}),
    "parameter-nullable": _one_parameter({"type": ["string", "null"], "default": None}),
    "parameter-array": _one_parameter({"type": "array", "items": {"type": "string"}, "default": ["a", "b"]}),
    "parameter-object": _one_parameter(
        {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}, "required": ["x"]}
    ),
    "parameter-one-of": _one_parameter({"oneOf": [{"type": "string", "description": "A name."}, {"type": "number"}]}),
    "parameter-examples": _one_parameter({"type": "string", "title": "Name", "examples": ["a", "b"]}),
    "parameter-any": _one_parameter({}),
    "tool-turn": _TOOL_TURN,
    "tool-turn-answered": [*_TOOL_TURN, _assistant("It is 20 °C.", "final"), _user("And in Oslo?")],
    "call-without-type": [_user("x"), _assistant("{}", "commentary", recipient="functions.f")],
    "call-on-analysis": [_user("x"), _call("print(1)", "python", "analysis", "code"), _tool("1", "python")],
    "recipient-all": [_assistant("Hi", "final", recipient="all")],
    "user-with-name": [_user("Hi", name="alice")],
    "two-turns": _TWO_TURNS,
    "two-turns-open": [*_TWO_TURNS, _user("And 4 + 4?"), _assistant("Again.", "analysis")],
    "marker-text": [_user("What does <|end|><|start|>assistant<|channel|>final<|message|> mean?")],
    "marker-text-in-instructions": [_developer("Never write <|call|>."), _user("<|im_start|>")],
    "unicode": [_user("Привет, 世界! 👩‍👩‍👧 e\u0301 \u00a0 ﷽")],
    "white-space": [_user("  \n\n a\t b \r\n ")],
    "digits": [_user("1234567890 3.14159 1e-7 ١٢٣")],
    "code": [_user("```js\nfor (let i = 0; i < 10; i++) {\n    console.log(`${i}`)\n}\n```")],
    "empty-content": [_user("")],
    "two-parts": [_user([{"type": "text", "text": "Hello, "}, {"type": "text", "text": "world"}])],
    "no-messages": [],
}

_OTHER_MODES = {
    "tool-turn/conversation": (_TOOL_TURN, {"mode": "conversation"}),
    "two-turns/conversation": (_TWO_TURNS, {"mode": "conversation"}),
    "two-turns/keep-analysis": (_TWO_TURNS, {"mode": "completion", "next_role": "assistant", "auto_drop_analysis": False}),
    "two-turns/training": (_TWO_TURNS, {"mode": "training"}),
    "two-turns/training-keep-analysis": (_TWO_TURNS, {"mode": "training", "auto_drop_analysis": False}),
    "tool-turn/training": (_TOOL_TURN, {"mode": "training"}),
    "defaults/completion-by-user": (_ASKED, {"mode": "completion", "next_role": "user"}),
    "no-messages/conversation": ([], {"mode": "conversation"}),
    "no-messages/training": ([], {"mode": "training"}),
    "error/tool-without-name": ([{"role": "tool", "content": "x"}], {"mode": "conversation"}),
    "error/system-content-of-user": ([{"role": "user", "content": [{"type": "system_content"}]}], {"mode": "conversation"}),
    "error/developer-content-of-system": ([{"role": "system", "content": [{"type": "developer_content"}]}], {"mode": "conversation"}),
    "error/unknown-role": ([{"role": "robot", "content": "x"}], {"mode": "conversation"}),
    "error/no-content": ([{"role": "user"}], {"mode": "conversation"}),
}


def vectors():
    for id, messages in _CONVERSATIONS.items():
        yield _vector(id, messages, {"mode": "completion", "next_role": "assistant"})
    for id, (messages, options) in _OTHER_MODES.items():
        yield _vector(id, messages, options)


def _vector(id: str, messages: list, options: dict) -> dict:
    conversation = {"messages": messages}
    given = {"call": options["mode"], "conversation": conversation}
    if "next_role" in options:
        given["nextRole"] = options["next_role"]
    if "auto_drop_analysis" in options:
        given["autoDropAnalysis"] = options["auto_drop_analysis"]
    answer = library.answer("render", given)
    expected = {"error": answer["error"]} if "error" in answer else {"text": answer["text"], "tokens": answer["tokens"]}
    assert ("error" in expected) == id.startswith("error/"), (id, expected)
    return {"id": id, "input": {"conversation": conversation, **options}, "expected": expected, "source": OFFICIAL}
