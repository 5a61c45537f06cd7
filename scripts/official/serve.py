"""Makes random cases and answers them, for `npm run fuzz:official`: a JSON line in, JSON lines out, in order.

{"generate": {"seed", "from", "count", "suite"?}} gives a line {"suite", "input", "expected"} a case. A case depends on the seed and its
number alone.
{"answer": {"suite", "input"}} gives a line {"expected"}, null where the input is no case at all.
"""

import json
import sys

import json_text
import library
from completions import parse_case
from conversations import document_case, render_case, schema_case
from dice import Dice
from texts import decode_case, encode_case
from written_text import core_text, document_text, schema_text

_MAKERS = {
    "render": render_case,
    "document": document_case,
    "schema": schema_case,
    "parse": parse_case,
    "encode": encode_case,
    "decode": decode_case,
}


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if "generate" in request:
            _generate(**{"suite": None, "start": request["generate"].pop("from"), **request["generate"]})
        else:
            _write({"expected": _answer(**request["answer"])})
        sys.stdout.flush()


def _generate(seed: str, start: int, count: int, suite) -> None:
    for number in range(start, start + count):
        dice = Dice(f"fuzz/{seed}/{number}")
        chosen = dice.weighted((8, "parse"), (5, "render"), (2, "document"), (3, "schema"), (3, "encode"), (1, "decode"))
        chosen = suite or chosen
        given = _as_text(dice, chosen, _MAKERS[chosen](dice))
        _write({"suite": chosen, "input": given, "expected": library.answer(chosen, given)})


def _as_text(dice: Dice, suite: str, given: dict) -> dict:
    """Half of the cases with JSON, as text that JavaScript's values do not keep."""
    if dice.chance(0.5):
        return given
    for key, write in _WRITERS.get(suite, {}).items():
        if key in given:
            given["json"] = write(dice, given.pop(key))
    return given


_WRITERS = {
    "render": {"conversation": core_text, "message": core_text},
    "document": {"conversation": document_text},
    "schema": {"parameters": schema_text},
}


def _answer(suite: str, input: dict):
    """A shrunken input may lack what makes it a case."""
    try:
        return library.answer(suite, input)
    except Exception:
        return None


def _write(value: dict) -> None:
    sys.stdout.buffer.write(json_text.write(value).encode() + b"\n")


if __name__ == "__main__":
    main()
