"""Completions picked by hand: (name, input)."""

from library import byte_tokens_of, ordinary_tokens_of, tokens_of

_ANALYSIS = "<|channel|>analysis<|message|>Need a tool.<|end|>"
_CALL = '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a": 1}<|call|>'
_FINAL = "<|channel|>final<|message|>Done.<|return|>"


def parses():
    yield from _valid()
    yield from _headers()
    yield from _wrong_headers()
    yield from _sequences()
    yield from _ends()
    yield from _characters()
    yield from _odd_tokens()


def _valid():
    completions = {
        "final": _FINAL,
        "analysis, then final": f"{_ANALYSIS}<|start|>assistant{_FINAL}",
        "analysis, then call": f"{_ANALYSIS}<|start|>assistant{_CALL}",
        "two calls": f"{_CALL}<|start|>assistant{_CALL}",
        "preamble": "<|channel|>commentary<|message|>Let me look.<|end|>",
        "no channel": "<|message|>Hi<|end|>",
        "empty content": "<|channel|>final<|message|><|return|>",
        "recipient first": " to=functions.f<|channel|>commentary <|constrain|>json<|message|>{}<|call|>",
        "markup as text in the content": "<|channel|>final<|message|>a < b | c > d <b>&amp;</b><|return|>",
        "lines and spaces": "<|channel|>final<|message|> \n\n a\r\n\tb \n<|return|>",
        "scripts": "<|channel|>final<|message|>日本 안녕 مرحبا 🙂👩‍👩‍👧 e\u0301<|return|>",
        "arguments that are no JSON": "<|channel|>commentary to=python code<|message|>print(1<|call|>",
    }
    for name, text in completions.items():
        yield from _both(name, "assistant", text)
        yield from _both(f"{name}, started", None, f"<|start|>assistant{text}")
    conversation = "<|start|>system<|message|>S<|end|><|start|>user:alice<|message|>Hi<|end|>"
    yield from _both(
        "a whole prefill",
        None,
        "<|start|>system<|message|>S<|end|><|start|>developer<|message|>D<|end|><|start|>user<|message|>Hi<|end|><|start|>assistant",
    )
    yield from _both("user with a name", None, conversation)
    yield from _both("tool message", None, "<|start|>functions.f to=assistant<|channel|>commentary<|message|>20<|end|>")
    yield from _both("tool message without recipient", None, "<|start|>functions.f<|channel|>commentary<|message|>20<|end|>")
    yield from _both("role tool", None, "<|start|>tool<|channel|>commentary<|message|>20<|end|>")
    yield from _both("role tool with a recipient", None, "<|start|>tool to=assistant<|message|>20<|end|>")
    for role in ("system", "developer", "user", "tool"):
        yield from _both(f"role {role} preset", role, _FINAL)
        yield from _both(f"role {role} preset and written", role, f"{role}{_FINAL}")


# What stands where the header stands, with the role assistant preset.
_HEADERS = (
    "", " ", "\n", "assistant", " assistant", "assistant assistant", "assistantassistant", "user", "tool", "functions.f",
    "to=functions.f", " to=functions.f", "to=", "to= f",
    "to = functions.f", "to=a to=b", "json", "json to=f", "to=f json", "to=f json xml", "a b c", "assistant to=f json", "assistant json",
    "assistant a b", "to=日本", "to=f\u00a0g",
    "to=f\u3000json", "to=f\u0085json", "to=f\x0bjson", "to=f\x0cjson", "to=f\tjson\n", "to=f\u200bjson", "\ufeffto=f",
    "\u00a0to=f\u00a0", "to=f<|constrain|>json", "to=f <|constrain|>json",
    "<|constrain|>json", "<|constrain|>", "to=f<|constrain|>", "to=f <|constrain|> json", "<|constrain|>json to=f",
    "to=f<|constrain|>json<|constrain|>xml", "<|constrain|><|constrain|>",
    "<|channel|>final", "<|channel|> final", "<|channel|>", "<|channel|> ", "<|channel|>\n", "<|channel|>final ", "<|channel|>Final",
    "<|channel|>fina", "<|channel|>final<", "<|channel|>fi<nal",
    "<|channel|><|constrain|>json", "<|channel|><|channel|>final", "<|channel|>final<|channel|>analysis",
    "<|channel|>final <|constrain|>json", "<|channel|>final<|constrain|>json",
    "<|channel|>final json", "<|channel|>commentary to=f", "<|channel|>commentary to=f json",
    "<|channel|>commentary to=f <|constrain|>json", "<|channel|>commentary to=f<|constrain|>json",
    "<|channel|>commentaryto=f", "<|channel|>commentary json to=f", "<|channel|>commentary  ANYTHING to=f",
    "<|channel|>commentary to=f<|channel|>commentary json",
    "<|channel|>commentary to=assistant<|channel|>analysis", "to=f<|channel|>commentary", "to=f<|channel|>commentary json",
    "to=f<|channel|>commentary<|constrain|>json", "to=f json<|channel|>commentary",
    "assistant<|channel|>final", "assistant to=f<|channel|>commentary", "assistant<|channel|>commentary to=f",
    "assistant <|channel|>final", "user<|channel|>final", "tool<|channel|>final",
    "<|channel|>日本", "<|channel|>a\u00a0b", "<|channel|>a\u0085b", "<|channel|>a\u200bb", "<|channel|>a\ufeffb",
    "<|channel|>commentary?commentary?", "––commentary", "<|channel|>final__HANDOFF__",
    "<|start|>assistant<|channel|>final", "<|start|><|channel|>final", "<|end|>", "<|return|>", "<|call|>", "<|endoftext|>",
    "<|reserved_200013|>", "<|channel|>final<|reserved_200013|>", "<|startoftext|>to=f",
    "<|channel|>final<|endoftext|>", "<|constrain|>json<|channel|>final", "functions.f to=g", "to=functions.f to=functions.g json",
    "<|channel|>commentary to=functions.shelljson",
    "analysis", "final", "commentary to=f", "to=all", "to=<|constrain|>json", "to=to=f", "TO=f", "x" * 40, "a" + " " * 40 + "b",
)  # fmt: skip


def _headers():
    for header in _HEADERS:
        for strict in (True, False):
            yield f"header {header!r}{'' if strict else ', not strict'}", _case("assistant", f"{header}<|message|>x<|end|>", strict)


# What stands after <|start|>, when no role is preset.
_STARTED = (
    "", " ", "assistant", "assistant ", " assistant", "Assistant", "nobody", "functions.f", "functions.f to=assistant",
    "functions.f to=", "functions.f json", "functions.f a b", "functions.f to=a json", "to=f",
    "to=f json", "to=f g", "assistant to=f", "assistant json", "assistant to=f json", "assistant f json", "assistant a b c",
    "assistantassistant", "assistant assistant", "user:alice", "user:alice to=f", "user alice",
    "tool", "tool to=assistant", "tool f to=assistant", "system", "developer", "assistant<|channel|>final", "<|channel|>final",
    "<|channel|>final assistant", "assistant<|channel|>", "functions.f<|channel|>commentary",
    "functions.f to=assistant<|channel|>commentary", "functions.f<|channel|>commentary to=assistant", "functions.f <|constrain|>json",
    "<|constrain|>json", "assistant<|constrain|>json", "<|start|>assistant",
    "assistant<|start|>assistant", "<|end|>", "assistant<|end|>", "functions.f functions.f", "user\u00a0to=f", "user\u3000",
    "日本 to=assistant", "日本",
)  # fmt: skip


def _wrong_headers():
    for header in _STARTED:
        for strict in (True, False):
            yield f"started {header!r}{'' if strict else ', not strict'}", _case(None, f"<|start|>{header}<|message|>x<|end|>", strict)


def _sequences():
    sequences = {
        "extra stop": "<|channel|>final<|message|>A<|end|><|return|>",
        "message without start": f"{_ANALYSIS}<|channel|>final<|message|>A<|end|>",
        "text between messages": f"{_ANALYSIS} some text <|start|>assistant{_FINAL}",
        "text before the header": f"I need both. <|start|>assistant{_FINAL}",
        "no markup": "Hello there",
        "stop within the header": "I must refuse<|end|>",
        "stop within the header, then more": f"I must refuse<|end|><|start|>assistant{_FINAL}",
        "stop within the header after the channel": "<|channel|>analysis I must refuse<|end|>",
        "stop within the header after channel and recipient": "<|channel|>commentary to=f json<|call|>",
        "stop within the header after an empty channel": "<|channel|> <|end|>",
        "stop within the header after the role": "assistant hello<|end|>",
        "stop at once": "<|end|>",
        "stop at once, then more": f"<|return|><|start|>assistant{_FINAL}",
        "stop within a later header": f"{_ANALYSIS}<|start|>assistant<|channel|>final<|end|>",
        "stop within a later header, then more": f"{_ANALYSIS}<|start|>assistant I refuse<|end|><|start|>assistant{_FINAL}",
        "stop right after a later start": f"{_ANALYSIS}<|start|><|end|><|start|>assistant{_FINAL}",
        "white space and a stop within the header": " \n <|end|>",
        "two stops within headers": "a<|end|>b<|end|>",
        "implicit end": "analysis<|message|>a<|channel|>final<|message|>b<|return|>",
        "start within content": "<|channel|>analysis<|message|>a<|start|>assistant<|channel|>final<|message|>b<|end|>",
        "message marker within content": "<|channel|>final<|message|>a<|message|>b<|end|>",
        "markers within content": "<|channel|>final<|message|><|constrain|>json<|channel|>x<|startoftext|><|reserved_200000|><|end|>",
        "end of text": "<|channel|>final<|message|>A<|endoftext|>",
        "end of text after a stop": "<|channel|>final<|message|>A<|return|><|endoftext|>",
        "starts repeated": f"<|start|><|start|>assistant{_FINAL}",
        "header without role, then a good one": f"{_ANALYSIS}<|start|><|message|>x<|end|><|start|>assistant{_FINAL}",
        "unknown role, then a good message": f"{_ANALYSIS}<|start|>nobody<|message|>x<|end|><|start|>assistant{_FINAL}",
        "header too long, then a good message": f"a b c<|message|>x<|end|><|start|>{_FINAL}",
        "empty channel, then a good message": f"<|channel|><|message|>x<|end|><|start|>assistant{_FINAL}",
        "call within arguments as text": "<|channel|>commentary to=f<|message|>{}<|call|><|start|>functions.f to=assistant<|message|>ok<|end|>",
        "role preset and a whole message": f"<|start|>assistant{_FINAL}",
    }
    for name, text in sequences.items():
        yield from _both(name, "assistant", text)
        yield from _both(f"{name}, no role", None, text)


def _ends():
    for name, text in (
        ("nothing", ""),
        ("within the header", "<|channel|>fin"),
        ("after the channel marker", "<|channel|>"),
        ("right after the header", "<|channel|>final<|message|>"),
        ("within content", "<|channel|>final<|message|>Do"),
        ("after a message", "<|channel|>final<|message|>Done.<|end|>"),
        ("right after start", "<|channel|>final<|message|>Done.<|end|><|start|>"),
        ("within a later header", "<|channel|>final<|message|>Done.<|end|><|start|>assistant"),
    ):
        yield from _both(f"end {name}", "assistant", text)
        yield from _both(f"end {name}, no role", None, f"<|start|>assistant{text}" if text else "")
    final = tokens_of("<|channel|>final<|message|>A")
    stop, start = tokens_of("<|end|><|start|>")
    feeds = {
        "twice": [*final, None, None],
        "then a stop": [*final, None, stop],
        "then another message": [*final, None, start, *tokens_of("assistant"), *final],
        "then content": [*final, None, *ordinary_tokens_of("more")],
        "at once": [None, None],
        "in the header, then on": [final[0], None, *final[1:], stop],
        "between bytes of a character": [*final, *byte_tokens_of("é".encode()[:1]), None, start, *tokens_of("assistant"), *final],
    }
    for name, tokens in feeds.items():
        for strict in (True, False):
            yield f"end, {name}{'' if strict else ', not strict'}", {"role": "assistant", "strict": strict, "tokens": tokens}
            yield (
                f"end, {name}, no role{'' if strict else ', not strict'}",
                {"role": None, "strict": strict, "tokens": [start, *tokens_of("assistant"), *tokens]},
            )


def _characters():
    contents = {
        "a character in two tokens": [9552, 118],
        "a character that stays open": [9552],
        "a character that stays open twice": [9552, 9552],
        "every byte a token": byte_tokens_of("é日🙂a".encode()),
    }
    for name, data in {
        "lone continuation": b"\x80",
        "continuations": b"a\x80\x80\x80b",
        "overlong": b"\xc0\xafa",
        "overlong in three": b"\xe0\x80\xafa",
        "surrogate": b"\xed\xa0\x80a",
        "beyond unicode": b"\xf4\x90\x80\x80a",
        "never a byte": b"a\xff\xfeb",
        "cut, then text": b"\xe2\x82abc",
        "cut, then another character": "\u20ac".encode()[:2] + "é".encode(),
        "cut four": b"\xf0\x9f\x99",
        "cut four, then text": b"\xf0\x9f\x99abc",
        "byte order mark": b"\xef\xbb\xbfa",
        "byte order mark in pieces, late": b"ab\xef\xbb\xbf",
        "null": b"\x00a\x00",
    }.items():
        contents[name] = byte_tokens_of(data)
    # A token of text that follows bytes which it makes invalid: the library replaces one sequence a token and keeps the rest waiting.
    contents["open bytes, then a word"] = [*byte_tokens_of(b"\xe2\x82"), *ordinary_tokens_of("Hello there")]
    contents["open bytes, then two words"] = [*byte_tokens_of(b"\xe2"), *ordinary_tokens_of(" Hello"), *ordinary_tokens_of(" there")]
    contents["many open bytes, then a word"] = [*byte_tokens_of(b"\xff\xfe\xe2\x82\xf0\x9f"), *ordinary_tokens_of("Hello there")]
    contents["open bytes, then a special token"] = [*byte_tokens_of(b"\xe2"), *tokens_of("<|channel|>"), *ordinary_tokens_of("a")]
    header = tokens_of("<|channel|>final<|message|>")
    for name, content in contents.items():
        for ending in ("<|end|>", ""):
            yield (
                f"bytes: {name}{'' if ending else ', no stop'}",
                {"role": "assistant", "strict": True, "tokens": [*header, *content, *tokens_of(ending)]},
            )
    for name, data in (("cut character", b"\xe2\x82"), ("invalid byte", b"\xff"), ("whole character in pieces", "é".encode())):
        tokens = [*tokens_of("<|channel|>"), *byte_tokens_of(data), *tokens_of("<|message|>x<|end|>")]
        yield f"header bytes: {name}", {"role": "assistant", "strict": True, "tokens": tokens}
        yield (
            f"header bytes: {name}, stop in the header",
            {"role": "assistant", "strict": False, "tokens": [*byte_tokens_of(data), *tokens_of("<|end|>")]},
        )
        yield (
            f"header bytes: {name}, stop in the header, then more",
            {"role": "assistant", "strict": False, "tokens": [*byte_tokens_of(data), *tokens_of("<|end|><|message|>x<|end|>")]},
        )


def _odd_tokens():
    header, (stop,) = tokens_of("<|channel|>final<|message|>"), tokens_of("<|end|>")
    for token in (201089, 2**31, 2**32 - 1, 2**32, -1, 0.5, 1e300):
        yield (
            f"no token {token} in content",
            {"role": "assistant", "strict": True, "tokens": [*header, *ordinary_tokens_of("a"), token, *ordinary_tokens_of("b"), stop]},
        )
        yield (
            f"no token {token} in the header",
            {"role": "assistant", "strict": True, "tokens": [header[0], token, *header[1:], *ordinary_tokens_of("b"), stop]},
        )
        yield (
            f"no token {token} in the header, then a stop",
            {"role": "assistant", "strict": False, "tokens": [header[0], token, stop, *tokens_of("<|start|>assistant"), *header, stop]},
        )
        yield (
            f"no token {token} between messages",
            {"role": None, "strict": True, "tokens": [token, *tokens_of("<|start|>assistant"), *header, stop]},
        )
    waiting = [*byte_tokens_of(b"\xe2"), *ordinary_tokens_of("Hello"), 201089, *ordinary_tokens_of(" there"), stop]
    yield "no token in content after open bytes", {"role": "assistant", "strict": True, "tokens": [*header, *waiting]}
    for name, after in (
        ("open bytes", b"\xe2\x82"),
        ("an invalid byte", b"\xff"),
        ("a character in pieces", "é".encode()),
        ("open bytes and a letter", b"\xe2a"),
    ):
        for ending in ([stop], []):
            tokens = [*header, *ordinary_tokens_of("a"), 201089, *byte_tokens_of(after), *ending]
            yield (
                f"no token in content, then {name}{'' if ending else ', no stop'}",
                {"role": "assistant", "strict": True, "tokens": tokens},
            )
    yield "no token in content, no stop", {"role": "assistant", "strict": True, "tokens": [*header, 201089, *ordinary_tokens_of("b")]}
    yield (
        "no token in content, then another message",
        {
            "role": "assistant",
            "strict": True,
            "tokens": [*header, 201089, stop, *tokens_of("<|start|>assistant"), *header, *ordinary_tokens_of("b"), stop],
        },
    )
    for token in (199998, 199999, 200000, 200001, 200004, 200009, 200011, 200013, 201088):
        yield (
            f"special token {token} in content",
            {"role": "assistant", "strict": True, "tokens": [*header, token, *ordinary_tokens_of("b"), stop]},
        )
    for role in ("", "Assistant", "functions.f"):
        yield f"unknown role {role!r} preset", {"role": role, "strict": True, "tokens": tokens_of(_FINAL)}


def _both(name, role, text):
    for strict in (True, False):
        yield f"{name}{'' if strict else ', not strict'}", _case(role, text, strict)


def _case(role, text, strict):
    return {"role": role, "strict": strict, "tokens": tokens_of(text)}
