"""JSON text with what JavaScript's values do not keep: how numbers are written, and where keys like "10" stand.

The core reads digits as they are and the Python classes read them as Python does, which is what this package follows. The two differ in `-0`
and in more digits than a float has, so that only documents have those.
"""

import json

import json_text
from dice import Dice


def document_text(dice: Dice, conversation: dict) -> str:
    return _write(dice, conversation, _any_number, False)


def core_text(dice: Dice, value: dict) -> str:
    return _write(dice, value, _python_number, False)


def schema_text(dice: Dice, schema) -> str:
    return _write(dice, schema, _python_number, True)


def _write(dice: Dice, value, number, in_schema: bool) -> str:
    if isinstance(value, dict):
        members = {}
        for key, item in value.items():
            member = _write(dice, item, number, in_schema or key == "parameters")
            if in_schema and key == "default" and dice.chance(0.7):
                member = _default(dice, number, 2)
            members[_key(dice, key) if in_schema and "type" not in value else key] = member
        return _joined(dice, "{}", [f"{json_text.write_string(key)}{_space(dice)}:{_space(dice)}{item}" for key, item in members.items()])
    if isinstance(value, list):
        return _joined(dice, "[]", [_write(dice, item, number, in_schema) for item in value])
    if in_schema and isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(dice)
    return json_text.write(value)


def _default(dice: Dice, number, depth: int) -> str:
    if depth == 0 or dice.chance(0.6):
        return number(dice)
    if dice.chance(0.5):
        return _joined(dice, "[]", dice.many(3, lambda: _default(dice, number, depth - 1)))
    keys = dict.fromkeys(dice.many(4, lambda: dice.pick(("a", "b", "10", "2", "0", "01", "-1", "4294967295"))))
    return _joined(dice, "{}", [f'"{key}":{_space(dice)}{_default(dice, number, depth - 1)}' for key in keys])


def _key(dice: Dice, key: str) -> str:
    return dice.pick(("10", "2", "0", "1")) if dice.chance(0.2) else key


def _joined(dice: Dice, brackets: str, items: list) -> str:
    return brackets[0] + _space(dice) + ",".join(item + _space(dice) for item in items) + brackets[1]


def _space(dice: Dice) -> str:
    return dice.pick((" ", "\n", "\t ")) if dice.chance(0.1) else ""


def _python_number(dice: Dice) -> str:
    """As Python writes it."""
    value = json.loads(_any_number(dice))
    return json.dumps(value)


def _any_number(dice: Dice) -> str:
    """Any spelling of a number that a float can hold."""
    whole = dice.weighted((2, "0"), (6, _digits(dice, 2)), (4, _digits(dice, 21)))
    fraction = dice.weighted((5, ""), (4, ".0"), (1, ".50"), (4, "." + _digits(dice, 3)), (2, ".00" + _digits(dice, 20)))
    exponent = dice.weighted((6, ""), (2, f"{dice.pick('eE')}{dice.pick(('', '+', '-'))}{dice.below(30)}"), (1, f"e-{dice.below(340)}"))
    return dice.pick(("", "", "-")) + whole + fraction + exponent


def _digits(dice: Dice, most: int) -> str:
    return str(dice.between(1, 9)) + "".join(str(dice.below(10)) for _ in range(dice.below(most)))
