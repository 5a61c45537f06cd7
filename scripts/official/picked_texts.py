"""Texts to encode and tokens to decode, picked by hand: (name, input)."""

from library import byte_tokens_of, tokens_of
from texts import MARKERS, NO_TOKENS

_PLAIN = (
    "", " ", "a", "Hello, world!", "Hello", " Hello", "  Hello", "Hello ", "hello world\n", "\n", "\n\n\n", "\r\n", "\r\r\n", " \n ",
    "a\n\nb", "\t\ta", " " * 50, "\n" * 50,
    "don't", "DON'T", "don’t", "I'll we've you're he'd it's I'm can't", "'s", "x_'s", "a'ſ", "a'ſ'street", "a'S'T'RE'VE'M'LL'D", "''s",
    "1's",
    "1", "12", "123", "1234", "1234567890", "1_234", "1,234.56", "١٢٣٤", "½Ⅷ²", "a1b22c333d4444",
    "camelCase", "PascalCaseWord", "HTTPServer", "aBc", "ABCdef", "ǅabc", "ʕa", "ªº", "a_b", "__init__", "snake_case_word", "a-b", "a.b",
    "a/b//c", " _", " _\r\n/a", "a  _b", "1_",
    "!!!", "...", "(a)", "{}[]()", "!\n/\n", "https://example.com/?a=b&c=d#e", "<b>&amp;</b>", "C:\\a\\b", "#!/bin/sh\n", "a;b;\n",
    "\"quoted\"", "$1.00", "100%", "a@b.c",
    "naïve café", "e\u0301", "a\u0300\u0301b", "\u0301", "x\u0302y", "Straße", "İstanbul", "ΑΒΓ αβγ", "Привет, мир", "東京の天気は晴れです。",
    "你好，世界", "안녕하세요 세계", "สวัสดีชาวโลก",
    "مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया", "ግዕዝ", "ᚠᚢᚦ", "🙂", "👩‍👩‍👧‍👦", "🇯🇵🇩🇪", "☀️", "👍🏽", "𝒳𝒴", "\U0001f9ff", "\U0010ffff",
    "\U000e0001",
    "\u0000", "a\u0000b", "\u007f", "\u0085", "a\u0085b", "\ufeff", "\ufeffa", "a\ufeffb", "\u00a0", "a\u00a0b", "\u2028", "\u2029",
    "\u200b", "\u3000", "\u180e", "\u1680a", "\v\f", "\x1c\x1d\x1e\x1f",
    "\ufffd", "\ufffe", "\uffff", "\ue000", "\u0378", "\u1c89", "\ua7ce", "\U00010d4a", "\U00016d40", "\U0001ccf0",
    "\ud800", "a\ud800b", "\udc00", "\ud800\ud800", "\udc00\ud800", "\ud800🙂", "🙂\udfff", " \ud800", "\ufeff\ud800",
    "a" * 200, "ab" * 100, "日" * 60, "🙂" * 30, "\u0301" * 40, "=" * 80, "-" * 3 + "\n" + "=" * 5, "aA" * 50, "zxqj" * 25,
    "def f(x):\n    if x:\n        return 1\n\treturn None\n", '{"a": [1, 2.5, null], "b": "c\\n"}',
    "SELECT *\r\nFROM t\r\nWHERE a = 'b';\r\n", "| a | b |\n|---|---|\n", "1. one\n2. two\n",
)  # fmt: skip


def encodings():
    for text in _PLAIN:
        yield f"text {_name(text)}", {"text": text, "disallowedSpecial": []}
    for marker in (
        *MARKERS,
        "<|refusal|>",
        "<|reserved_200002|>",
        "<|reserved_201089|>",
        "<|end",
        "end|>",
        "<|END|>",
        "<|<|end|>|>",
        "<|end|><|end|>",
        "a<|end|>b",
    ):
        for name, options in _OPTIONS.items():
            yield f"{name}: {marker}", {"text": marker, **options}
    for name, options in _OPTIONS.items():
        yield f"{name}: a message", {"text": "<|start|>user<|message|>Hi <|end| there<|end|>\n<|reserved_200013|> x", **options}
    # A marker ends the text before it: the space does not join the word behind it, and white space before it is the last of its text.
    for text in ("a <|end|> b", "a  <|end|>  b", "a\n\n<|end|>\n\nb", "12<|end|>34", "\ud800<|end|>\udc00", "'<|end|>s"):
        yield f"around a marker: {_name(text)}", {"text": text, "allowedSpecial": "all"}
        yield f"around a marker as text: {_name(text)}", {"text": text, "disallowedSpecial": []}
    yield "allowed that is not special", {"text": "a hello b", "allowedSpecial": ["hello"]}
    yield "disallowed that is not special", {"text": "a hello b", "disallowedSpecial": ["hello"]}
    yield "disallowed that is not there", {"text": "a hello b", "disallowedSpecial": ["bye"]}
    yield "disallowed pattern signs are text", {"text": "abc", "disallowedSpecial": ["a.c"]}
    yield "disallowed empty string", {"text": "abc", "disallowedSpecial": [""]}


_OPTIONS = {
    "default": {},
    "allow all": {"allowedSpecial": "all"},
    "allow none": {"allowedSpecial": []},
    "check off": {"disallowedSpecial": []},
    "allow end": {"allowedSpecial": ["<|end|>"]},
    "allow end, check off": {"allowedSpecial": ["<|end|>"], "disallowedSpecial": []},
    "allow and disallow end": {"allowedSpecial": ["<|end|>"], "disallowedSpecial": ["<|end|>"]},
    "allow all, disallow end": {"allowedSpecial": "all", "disallowedSpecial": ["<|end|>"]},
    "disallow all": {"disallowedSpecial": "all"},
    "disallow end": {"disallowedSpecial": ["<|end|>"]},
}


def decodings():
    yield "nothing", {"tokens": []}
    for text in ("Hello, world!", "東京の天気", "👩‍👩‍👧‍👦🇯🇵", "<|start|>user<|message|>Hi<|end|>", "\ufeffa", "a\ufeff", "\u0000"):
        yield f"tokens of {_name(text)}", {"tokens": tokens_of(text)}
    for name, data in {
        "a character": "é".encode(),
        "half a character": "é".encode()[:1],
        "two thirds of a character": "日".encode()[:2],
        "three quarters of a character": "🙂".encode()[:3],
        "half a character, then a letter": "é".encode()[:1] + b"a",
        "three quarters, then a letter": "🙂".encode()[:3] + b"a",
        "half a character, then another": "é".encode()[:1] + "日".encode(),
        "lone continuation": b"\x80",
        "continuations": b"\x80\xbf\x80",
        "overlong two": b"\xc0\xaf",
        "overlong three": b"\xe0\x80\xaf",
        "overlong four": b"\xf0\x80\x80\xaf",
        "surrogate": b"\xed\xa0\x80",
        "surrogate pair": b"\xed\xa0\xbd\xed\xb8\x80",
        "beyond unicode": b"\xf4\x90\x80\x80",
        "never a byte": b"\xf5\xff\xfe",
        "byte order mark": b"\xef\xbb\xbf",
        "byte order mark, then text": b"\xef\xbb\xbfa",
        "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf",
        "text, then byte order mark": b"a\xef\xbb\xbf",
    }.items():
        yield f"bytes: {name}", {"tokens": byte_tokens_of(data)}
    yield "every byte", {"tokens": list(range(256))}
    yield "two halves of two tokens", {"tokens": [9552, 9552]}
    yield "last ordinary tokens", {"tokens": [199_995, 199_996, 199_997]}
    for token in (199_998, 199_999, 200_000, 200_001, 200_004, 200_009, 200_010, 200_011, 200_013, 200_014, 201_088):
        yield f"special token {token}", {"tokens": [token]}
    for token in NO_TOKENS:
        yield f"no token {token}", {"tokens": [token]}
        yield f"no token {token} after a token", {"tokens": [0, token, 1]}


def _name(text: str) -> str:
    return ascii(text if len(text) <= 40 else f"{text[:20]}… ({len(text)})")
