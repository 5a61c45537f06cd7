"""What the official library makes of completions: valid ones, and the ways in which models break them, strict and not."""

from case import CASES
from cases import combined, contents, framing, headers, valid  # noqa: F401 - each adds its cases
from completion import OFFICIAL, START, completion, official_answer, tokens_of

# Of each class of recovery/, this many inputs are shown to the official library too.
_A_CLASS = 4

# What stands where the header stands: the official library's own rules for its parts.
_HEADERS = {
    "one-part-is-a-recipient": " functions.f<|channel|>commentary",
    "type-alone": "<|channel|>final json",
    "constrain-alone": "<|channel|>final <|constrain|>json",
    "two-parts": "<|channel|>commentary functions.f json",
    "three-parts": "<|channel|>commentary to=functions.f json xml",
    "type-before-recipient": "<|channel|>commentary json to=functions.f",
    "empty-recipient": "<|channel|>commentary to=",
    "recipient-all": "<|channel|>commentary to=all",
    "role-again": "assistant<|channel|>final",
    "other-role": "user<|channel|>final",
    "constrain-without-type": "<|channel|>commentary to=functions.f <|constrain|>",
    "two-constrains": "<|channel|>commentary to=functions.f<|constrain|>json<|constrain|>xml",
    "channel-cut-by-angle": "<|channel|>fi<nal",
    "no-break-space": "<|channel|>commentary\u00a0to=functions.f",
    "reserved-token": "<|channel|>final<|reserved_200013|>",
    "text": "We need to think.",
}

# What stands after <|start|> when no role is given.
_STARTED = {
    "assistant": "assistant<|channel|>final",
    "user": "user",
    "user-with-name": "user:alice",
    "tool-name": "functions.f to=assistant<|channel|>commentary",
    "tool-name-without-recipient": "functions.f<|channel|>commentary",
    "tool-name-with-type": "functions.f to=assistant json",
    "unknown-role": "nobody",
    "capital": "Assistant<|channel|>final",
    "role-tool": "tool to=assistant",
    "empty": "",
    "recipient-alone": "to=functions.f",
}

_SEQUENCES = {
    "starts-with-text-without-role": (None, "Hello<|end|>"),
    "nothing": ("assistant", ""),
    "nothing-without-role": (None, ""),
    "preset-user": ("user", "<|message|>Hi<|end|>"),
    "preset-tool": ("tool", " to=assistant<|channel|>commentary<|message|>1<|end|>"),
    "started-with-role-preset": ("assistant", "<|start|>assistant<|channel|>final<|message|>Hi<|return|>"),
    "start-in-content": ("assistant", "<|channel|>final<|message|>a<|start|>assistant<|channel|>final<|message|>b<|return|>"),
    "all-stop-tokens": ("assistant", "<|message|>a<|end|><|start|>assistant<|message|>b<|call|><|start|>assistant<|message|>c<|return|>"),
    "invalid-utf8-in-header": ("assistant", ["<|channel|>final", b"\xc3", "<|message|>a<|end|>"]),
}


def vectors():
    for name, header in _HEADERS.items():
        yield from _both(f"header/{name}", "assistant", f"{header}<|message|>x<|end|>")
    for name, start in _STARTED.items():
        yield from _both(f"started/{name}", None, f"<|start|>{start}<|message|>x<|end|>")
    for name, (role, input) in _SEQUENCES.items():
        yield from _both(f"sequence/{name}", role, input)
    taken = {}
    for case in CASES:
        name = case.id.split("/")[0]
        taken[name] = taken.get(name, 0) + 1
        if taken[name] <= (12 if name == "valid" else _A_CLASS):
            tokens = tokens_of(case.input)
            yield from _both(case.id, None if tokens[:1] == [START] else "assistant", case.input)


def _both(id: str, role: str | None, input):
    for strict in (True, False):
        given = completion(tokens_of(input), role, strict=strict)
        yield {"id": f"{id}{'' if strict else '-not-strict'}", "input": given, "expected": official_answer(given), "source": OFFICIAL}
