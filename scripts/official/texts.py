"""Random texts and random encode and decode cases."""

from dice import Dice
from library import SPECIAL_TOKENS, byte_tokens_of, ordinary_tokens_of

_WORDS = (
    "the weather in Tokyo is sunny get_weather location HTTPServer camelCase snake_case x1y2 don't we'LL I'm a'ſ'street O'Reilly's "
    "naïve Straße ΑΒΓ привет мир 東京の天気 안녕하세요 สวัสดี مرحبا שלום नमस्ते ǅ ʕ ª ½ Ⅷ ٣٤ x̂ e\u0301a\u0308"
).split()
_MARKS = "! ? . , ; : - -- — … ( ) [ ] { } ' \" ` ~ @ # $ % ^ & * _ + = / // \\ < > <| |> | 【 】 † € 🙂 👩‍👩‍👧 🇯🇵 ☀️".split()
_SPACES = (
    " ",
    " ",
    " ",
    "  ",
    "   ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    " \n",
    "\n ",
    "\u00a0",
    "\u3000",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\u200b",
    "\v",
    "\f",
)
_CODE = (
    '{"a": [1, 2.5, null]}',
    "def f(x):\n    return x",
    "https://example.com/a?b=c",
    "if (a) {\r\n\treturn\r\n}",
    "x_'s",
    "1_234",
    "a  _b",
    " _\r\n/a",
    "a_b",
)
MARKERS = (
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|channel|>",
    "<|constrain|>",
    "<|return|>",
    "<|call|>",
    "<|endoftext|>",
    "<|startoftext|>",
    "<|reserved_200000|>",
    "<|reserved_200013|>",
    "<|reserved_201088|>",
)
_NEAR_MARKERS = (
    "<|end",
    "|end|>",
    "<|END|>",
    "<| end |>",
    "<|refusal|>",
    "<|reserved_200002|>",
    "<|reserved_201089|>",
    "<|<|end|>|>",
    "<|endofprompt|>",
)


def text(dice: Dice, most: int = 12) -> str:
    """Text as it may stand in JSON."""
    return "".join(dice.many(most, lambda: _piece(dice)))


def any_text(dice: Dice) -> str:
    """Text that may hold lone surrogates too."""
    pieces = dice.many(12, lambda: _piece(dice))
    if dice.chance(0.1):
        pieces.insert(dice.below(len(pieces) + 1), chr(dice.between(0xD800, 0xDFFF)) * dice.between(1, 2))
    return "".join(pieces)


def word(dice: Dice) -> str:
    return dice.pick(_WORDS)


def _piece(dice: Dice) -> str:
    return dice.weighted(
        (30, lambda: dice.pick((" ", "")) + dice.pick(_WORDS)),
        (10, lambda: dice.pick(_MARKS)),
        (12, lambda: dice.pick(_SPACES)),
        (5, lambda: str(dice.below(10 ** dice.between(1, 8)))),
        (5, lambda: dice.pick(_CODE)),
        (5, lambda: dice.pick(MARKERS)),
        (2, lambda: dice.pick(_NEAR_MARKERS)),
        (3, lambda: dice.pick((*_MARKS, *_SPACES, "a", "7", "é")) * dice.between(2, 40)),
        (8, lambda: "".join(_code_point(dice) for _ in range(dice.between(1, 5)))),
    )()


def _code_point(dice: Dice) -> str:
    code = dice.weighted(
        (4, lambda: dice.below(0x80)),
        (4, lambda: dice.between(0x80, 0x2FF)),
        (4, lambda: dice.between(0x300, 0x1FFF)),
        (4, lambda: dice.between(0x2000, 0xD7FF)),
        (2, lambda: dice.between(0xE000, 0xFFFF)),
        (3, lambda: dice.between(0x10000, 0x1FFFF)),
        (1, lambda: dice.between(0x20000, 0x10FFFF)),
    )()
    return chr(code)


def encode_case(dice: Dice) -> dict:
    given = {"text": any_text(dice)}
    # Few choices: the library compiles a pattern for each, which takes longer than everything else together.
    allowed, disallowed = dice.weighted(
        (4, (None, [])),
        (2, (None, None)),
        (2, ("all", None)),
        (1, ("all", [])),
        (1, (["<|end|>"], None)),
        (1, (["<|start|>", "<|message|>"], [])),
        (1, (["<|end|>"], ["<|end|>"])),
        (1, (None, ["<|end|>", "<|call|>"])),
        (1, (["not special"], ["a"])),
    )
    if allowed is not None:
        given["allowedSpecial"] = allowed
    if disallowed is not None:
        given["disallowedSpecial"] = disallowed
    return given


def decode_case(dice: Dice) -> dict:
    tokens = []
    for _ in range(dice.between(0, 8)):
        tokens += dice.weighted(
            (4, lambda: ordinary_tokens_of(text(dice, 3))),
            (4, lambda: [dice.below(199_998)]),
            (2, lambda: [dice.between(199_998, 201_088)]),
            (2, lambda: [dice.pick(list(SPECIAL_TOKENS))]),
            (6, lambda: byte_tokens_of(broken_bytes(dice))),
            (0.3, lambda: [dice.pick(NO_TOKENS)]),
        )()
    return {"tokens": tokens}


NO_TOKENS = (201_089, 201_090, 999_999, 2**31, 2**32 - 1, 2**32, 2**53, -1, 0.5)


def broken_bytes(dice: Dice) -> bytes:
    """UTF-8, whole, cut short, or wrong in one of the ways that decoders disagree about."""
    data = "".join(_code_point(dice) for _ in range(dice.between(1, 3))).encode()
    if dice.chance(0.4):
        data = data[: dice.below(len(data)) + 1]
    if dice.chance(0.2):
        data = data[dice.below(len(data)) :]
    if dice.chance(0.5):
        data += dice.pick(
            (
                b"\x80", b"\xbf\xbf", b"\xc0\xaf", b"\xc1", b"\xc3", b"\xe0\x80", b"\xe2\x82", b"\xe2\x82A", b"\xed\xa0\x80",
                b"\xed\xbf\xbf",
                b"\xef\xbb\xbf", b"\xf0\x80\x80\x80", b"\xf0\x9f\x92", b"\xf0\x9f\x92A", b"\xf0\x9f", b"\xf4\x90\x80\x80", b"\xf5",
                b"\xff", b"\xfe\xff",
            )
        )  # fmt: skip
    return data
