"""JSON as JavaScript's JSON.stringify writes it, so that both libraries are given the same text.

Python writes 1.0 and 1e-07 where JavaScript writes 1 and 1e-7, and it writes integers of any size. A difference in what the two libraries
make of a number should come from the libraries.
"""

import json
import re
from decimal import Decimal

# Everything that an editor may hide, reorder or not know is escaped: what is left are common letters, signs and emoji.
_ESCAPED = re.compile(
    "[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u02af\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f"
    "\u2013-\u201e\u2020-\u2022\u2026\u20ac\u2190-\u2193\u3010\u3011\u3042-\u3093\u30a2-\u30f3\u4e00-\u9fa5\uac00-\ud7a3\ufffd"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001f6c5]"
)


def write(value) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return write_string(value)
    if isinstance(value, (int, float)):
        return write_number(value)
    if isinstance(value, dict):
        for key in value:
            # JavaScript moves these to the front. Where that is the point, the case holds its JSON as text.
            assert not is_array_index(key), f"integer-like key {key!r}"
        return "{" + ",".join(f"{write_string(key)}:{write(item)}" for key, item in value.items()) + "}"
    return "[" + ",".join(map(write, value)) + "]"


def write_string(text: str) -> str:
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match) -> str:
    return json.dumps(match.group())[1:-1]


def write_number(value) -> str:
    number = Decimal(repr(float(value)))
    sign, digits, exponent = number.normalize().as_tuple()
    if digits == (0,):
        return "0"
    minus = "-" if sign else ""
    text = "".join(map(str, digits))
    point = len(text) + exponent
    if not -6 < point <= 21:
        fraction = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{fraction}e{point - 1:+d}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    if point >= len(text):
        return minus + text.ljust(point, "0")
    return f"{minus}{text[:point]}.{text[point:]}"


def is_array_index(key: str) -> bool:
    return re.fullmatch("0|[1-9][0-9]{0,9}", key, re.ASCII) is not None
