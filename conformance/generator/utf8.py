"""Characters cut between tokens at every point, byte sequences that are no UTF-8, and characters that are easily lost."""

from functools import cache

import library

from completion import OFFICIAL, completion, official_answer, tokens_of

_HEAD = "<|channel|>final<|message|>"

_CHARACTERS = {
    "two-bytes": "é",
    "three-bytes": "中",
    "four-bytes": "𝒳",
    "emoji": "🙂",
    "family": "👩‍👩‍👧",
    "flag": "🇵🇪",
    "combining-accent": "e\u0301",
    "euro": "€",
    "bismillah": "﷽",
    "byte-order-mark": "\ufeff",
    "replacement-character": "\ufffd",
    "nul": "\0",
    "first-astral": "\U00010000",
    "last": "\U0010ffff",
    "last-before-surrogates": "\ud7ff",
    "first-after-surrogates": "\ue000",
    "noncharacter": "\uffff",
    "line-separator": "\u2028",
    "zero-width-space": "\u200b",
    "right-to-left": "שלום",
}

_INVALID = {
    "lone-continuation": b"\x80",
    "two-continuations": b"\x80\xbf",
    "overlong-two": b"\xc0\xaf",
    "overlong-three": b"\xe0\x80\x80",
    "overlong-four": b"\xf0\x80\x80\x80",
    "surrogate": b"\xed\xa0\x80",
    "surrogate-pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "past-the-last": b"\xf4\x90\x80\x80",
    "never-a-byte": b"\xf5",
    "utf16-mark": b"\xff\xfe",
    "cut-two": b"\xc3",
    "cut-three": b"\xe4\xb8",
    "cut-four": b"\xf0\x9f\x99",
    "cut-four-early": b"\xf0",
    "lead-after-lead": b"\xc3\xc3\xa9",
    "cut-then-character": b"\xe4\xb8\xf0\x9f\x99\x82",
    "cut-three-times": b"\xe4\xb8\xe4\xb8\xe4\xb8",
}


def vectors():
    for name, character in _CHARACTERS.items():
        data = character.encode()
        yield _vector(f"whole/{name}", [_HEAD, f"a{character}b", "<|return|>"])
        yield _vector(f"bytes/{name}", [_HEAD, "a", data, "b<|return|>"])
        for cut in range(1, len(data)):
            yield _vector(f"cut/{name}-{cut}", [_HEAD, "a", _largest_tokens_of(data[:cut]), _largest_tokens_of(data[cut:]), "b<|return|>"])
    for name, data in _INVALID.items():
        yield _vector(f"invalid/{name}", [_HEAD, "a", data, "b<|return|>"])
        yield _vector(f"invalid-first/{name}", [_HEAD, data, "b<|return|>"])
        yield _vector(f"invalid-last/{name}", [_HEAD, "a", data, "<|return|>"])
    yield _vector("mark-first", [_HEAD, "\ufeffa<|return|>"], note="A byte order mark is text.")
    yield _vector("mark-alone", [_HEAD, "\ufeff<|return|>"])
    yield _vector("spaces-with-half-an-emoji", [_HEAD, [9552, 9552], "<|return|>"], source="https://github.com/openai/harmony/pull/83")
    yield _vector("two-messages", ["<|channel|>analysis<|message|>a", b"\xc3", "<|end|><|start|>assistant", _HEAD, b"\xa9", "b<|return|>"])
    yield _vector("in-recipient", ["<|channel|>commentary to=functions.", "gr\u00fc\u00dfe".encode(), " json<|message|>{}<|call|>"])
    yield _vector("in-channel", ["<|channel|>", "\u5206\u6790".encode(), "<|message|>x<|end|>"])
    yield _vector("in-arguments", ['<|channel|>commentary to=functions.f json<|message|>{"x":"', "🙂".encode(), '"}<|call|>'])


def _largest_tokens_of(data: bytes) -> list:
    """One token for the bytes where the vocabulary has it, else one a byte."""
    token = _token_of().get(data)
    return library.byte_tokens_of(data) if token is None else [token]


@cache
def _token_of() -> dict:
    """The ordinary tokens by their bytes."""
    return {bytes.fromhex(library.answer("decode", {"tokens": [token]})["bytes"]): token for token in range(199998)}


def _vector(id: str, input, source: str = OFFICIAL, note: str | None = None) -> dict:
    given = completion(tokens_of(input), "assistant")
    expected = official_answer(given)
    assert "messages" in expected, id
    return {"id": id, "input": given, "expected": expected, "source": source, "note": note}
