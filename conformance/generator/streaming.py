"""What is visible after each token, and after the end of the input: the official library's StreamableParser, token by token."""

from completion import OFFICIAL, Plain, completion, official_steps, tokens_of

_COMPLETIONS = {
    "final": ("assistant", "<|channel|>final<|message|>The capital of Peru is Lima.<|return|>"),
    "analysis-then-final": (
        "assistant",
        "<|channel|>analysis<|message|>Simple sum.<|end|><|start|>assistant<|channel|>final<|message|>2 + 2 = 4<|return|>",
    ),
    "call": ("assistant", '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"location":"Tokyo"}<|call|>'),
    "call-recipient-first": ("assistant", ' to=functions.get_weather<|channel|>commentary json<|message|>{"location":"Tokyo"}<|call|>'),
    "call-on-analysis": ("assistant", "<|channel|>analysis to=python code<|message|>print(2 ** 10)\n<|call|>"),
    "preamble-then-call": (
        "assistant",
        "<|channel|>commentary<|message|>One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.f json<|message|>{}<|call|>",
    ),
    "two-calls": (
        "assistant",
        "<|channel|>commentary to=functions.a json<|message|>{}<|call|><|start|>assistant<|channel|>commentary to=functions.b json<|message|>[1]<|call|>",
    ),
    "started": (None, "<|start|>assistant<|channel|>final<|message|>Hi<|return|>"),
    "no-channel": ("assistant", "<|message|>Hi there<|end|>"),
    "user-and-tool": (
        None,
        '<|start|>user<|message|>Weather?<|end|><|start|>assistant<|channel|>commentary to=functions.f json<|message|>{}<|call|><|start|>functions.f to=assistant<|channel|>commentary<|message|>"20°"<|end|><|start|>assistant<|channel|>final<|message|>20°.<|return|>',
    ),
    "empty-content": ("assistant", "<|channel|>final<|message|><|return|>"),
    "empty-arguments": ("assistant", "<|channel|>commentary to=functions.f<|message|><|call|>"),
    "same-delta-twice": ("assistant", ["<|channel|>final<|message|>", [64, 64, 64], "<|return|>"]),
    "white-space": ("assistant", "<|channel|>final<|message|>\n\n  a\n\t b \n<|return|>"),
    "emoji": ("assistant", "<|channel|>final<|message|>Hi 👩‍👩‍👧 and 𝒳!<|return|>"),
    "character-a-byte": ("assistant", ["<|channel|>final<|message|>", "é中🙂".encode(), "<|return|>"]),
    "character-ends-within-a-token": (
        "assistant",
        ["<|channel|>final<|message|>", b"\xe2\x80", b"\x94", b"\xf0\x9f", "🙂".encode()[2:], "x<|return|>"],
    ),
    "byte-order-mark": ("assistant", "<|channel|>final<|message|>\ufeffa<|return|>"),
    "marker-text": ("assistant", ["<|channel|>final<|message|>", Plain("a <|end|> b"), "<|return|>"]),
    "long-header": (
        "assistant",
        "<|channel|>commentary to=functions.a_rather_long_tool_name_with_many_parts <|constrain|>json<|message|>{}<|call|>",
    ),
    "ends-in-content": ("assistant", "<|channel|>final<|message|>The capital"),
    "ends-after-message": ("assistant", "<|channel|>analysis<|message|>a<|end|>"),
    "scripts": ("assistant", "<|channel|>final<|message|>日本語 русский العربية ไทย हिन्दी<|return|>"),
    "three-messages": (
        "assistant",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>c<|return|>",
    ),
}


def vectors():
    for id, (role, input) in _COMPLETIONS.items():
        given = completion(tokens_of(input), role)
        answer = official_steps(given)
        assert "error" not in answer, id
        yield {"id": id, "input": given, "expected": {"states": _states(answer["steps"])}, "source": OFFICIAL}


def _states(steps: list) -> list:
    """A state a token and one for the end, each whole."""
    now = {}
    states = []
    for step in steps:
        now.update(step)
        states.append(_visible(now))
    return states[1:]


def _visible(now: dict) -> dict:
    """While a message's content is open: its header and the text that the token made visible. Always: how many messages are over."""
    keys = {"role": "role", "recipient": "recipient", "channel": "channel", "contentType": "content_type", "delta": "delta"}
    shown = keys if now["state"] == "Content" else {}
    return {**{name: now[key] for key, name in shown.items() if now.get(key) is not None}, "messages": now.get("messageCount", 0)}
