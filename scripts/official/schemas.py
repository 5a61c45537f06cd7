"""Random JSON Schemas: every keyword that the official renderer reads, those that it does not, right and wrong."""

from dice import Dice
from texts import text, word

_NAMES = (
    "location", "unit", "query", "snake_case", "camelCase", "with space", "kebab-case", "a.b", "日本", "ünïcode", "", "$ref", "type",
    "default",
    "__proto__", "constructor", "toString", "hasOwnProperty", "quo\"te", "back\\slash", "new\nline", "null", "01", "1.5", "-1", "<|end|>",
)  # fmt: skip
_UNKNOWN_KEYWORDS = (
    ("anyOf", [{"type": "string"}, {"type": "null"}]),
    ("allOf", [{"type": "object", "properties": {"a": {"type": "string"}}}]),
    ("not", {"type": "string"}),
    ("$ref", "#/$defs/a"),
    ("$defs", {"a": {"type": "string"}}),
    ("$schema", "https://json-schema.org/draft/2020-12/schema"),
    ("const", "fixed"),
    ("format", "date-time"),
    ("pattern", "^a+$"),
    ("minimum", 0),
    ("maxLength", 10),
    ("additionalProperties", False),
    ("patternProperties", {"^x": {"type": "string"}}),
    ("prefixItems", [{"type": "string"}]),
    ("uniqueItems", True),
    ("deprecated", True),
    ("if", {"properties": {"a": {"const": 1}}}),
)


def parameters(dice: Dice):
    """A tool's schema: mostly an object, as function tools have it."""
    return dice.weighted(
        (12, lambda: _object(dice, 3)), (4, lambda: schema(dice, 3)), (0.3, lambda: None), (0.3, lambda: json_value(dice, 1))
    )()


def schema(dice: Dice, depth: int):
    if dice.chance(0.03):
        return json_value(dice, 1)
    made = dice.weighted(
        (6, lambda: {"type": "string"}),
        (3, lambda: {"type": "string", "enum": _enum(dice)}),
        (1, lambda: {"enum": _enum(dice)}),
        (2, lambda: {"type": "number"}),
        (2, lambda: {"type": "integer"}),
        (2, lambda: {"type": "boolean"}),
        (1, lambda: {"type": dice.pick(("null", "any", "file", "", "Object", 5, None, {}))}),
        (2, lambda: {"type": _type_list(dice)}),
        (4, lambda: _array(dice, depth)),
        (5, lambda: _object(dice, depth)),
        (4, lambda: {"oneOf": _variants(dice, depth)}),
        (1, lambda: {"type": "object", "oneOf": _variants(dice, depth)}),
        (1, lambda: {}),
    )()
    return _annotated(dice, made)


def _object(dice: Dice, depth: int) -> dict:
    made = {"type": "object"}
    if dice.chance(0.9):
        names = [_name(dice) for _ in range(dice.between(0, 4))] if depth > 0 else []
        made["properties"] = {name: schema(dice, depth - 1) for name in names}
        if dice.chance(0.7):
            made["required"] = [*dice.subset(names), *dice.many(1, lambda: dice.pick(("absent", 5, None, ["location"])))]
    if dice.chance(0.03):
        made["properties"] = dice.pick(([], "none", None, [{"type": "string"}]))
    if dice.chance(0.05):
        made["required"] = dice.pick((True, "location", {}, None))
    return made


def _name(dice: Dice) -> str:
    return dice.pick(_NAMES) if dice.chance(0.8) else word(dice) + "_" + word(dice)


def _array(dice: Dice, depth: int) -> dict:
    made = {"type": "array"}
    if dice.chance(0.85) and depth > 0:
        made["items"] = schema(dice, depth - 1)
    elif dice.chance(0.3):
        made["items"] = dice.pick((True, None, [], [{"type": "string"}], "string"))
    return made


def _variants(dice: Dice, depth: int):
    if dice.chance(0.05):
        return dice.pick(({}, "none", None, True))
    return [schema(dice, depth - 1) if depth > 0 else _annotated(dice, {"type": "string"}) for _ in range(dice.between(0, 3))]


def _enum(dice: Dice):
    if dice.chance(0.08):
        return dice.pick(({}, "celsius", None, 5))
    return dice.many(
        4, lambda: dice.weighted((6, lambda: word(dice)), (1, lambda: _short(dice)), (1, lambda: dice.pick((1, None, True, []))))()
    )


def _type_list(dice: Dice) -> list:
    return dice.many(3, lambda: dice.pick(("string", "number", "integer", "null", "object", "array", "made up", "", 5, None)))


def _annotated(dice: Dice, made: dict) -> dict:
    """With annotations before or behind the rest: the order of keywords must not matter."""
    notes = {}
    if dice.chance(0.4):
        notes["description"] = _description(dice)
    if dice.chance(0.15):
        notes["title"] = _description(dice)
    if dice.chance(0.25):
        notes["default"] = _default(dice)
    if dice.chance(0.15):
        notes["examples"] = dice.weighted((5, lambda: dice.many(3, lambda: _default(dice))), (1, lambda: "not a list"))()
    if dice.chance(0.2):
        notes["nullable"] = dice.pick((True, True, True, False, "true", 1, None))
    if dice.chance(0.1):
        keyword, value = dice.pick(_UNKNOWN_KEYWORDS)
        notes[keyword] = value
    return {**notes, **made} if dice.chance(0.5) else {**made, **notes}


def _description(dice: Dice):
    return dice.weighted(
        (5, lambda: "The city and state, e.g. San Francisco, CA"),
        (5, lambda: "Shared"),
        (5, lambda: text(dice, 6)),
        (1, lambda: "two\nlines"),
        (1, lambda: "can be null"),
        (1, lambda: ""),
        (1, lambda: dice.pick((5, None, True, ["list"]))),
    )()


def _default(dice: Dice):
    return dice.weighted((4, lambda: word(dice)), (2, lambda: _short(dice)), (6, lambda: json_value(dice, 2)))()


def _short(dice: Dice) -> str:
    return dice.pick(("", '"quoted"', "back\\slash", "two\nlines", "null", "<|end|>", "\u2028", "\x7f", "\x00", "🙂", "é"))


def json_value(dice: Dice, depth: int):
    simple = [
        (1, lambda: None),
        (2, lambda: dice.chance(0.5)),
        (4, lambda: number(dice)),
        (2, lambda: word(dice)),
        (2, lambda: _short(dice)),
    ]
    if depth > 0:
        simple.append((1, lambda: dice.many(3, lambda: json_value(dice, depth - 1))))
        simple.append((1, lambda: {_name(dice): json_value(dice, depth - 1) for _ in range(dice.between(0, 3))}))
    return dice.weighted(*simple)()


def number(dice: Dice):
    """Numbers that JavaScript writes the same as it reads them, from all over the range of a double."""
    sign = dice.pick((1, 1, -1))
    return (
        sign
        * dice.weighted(
            (4, lambda: dice.below(100)),
            (2, lambda: dice.below(10 ** dice.between(3, 15))),
            (3, lambda: dice.between(1, 999) / 8 + 1 / 16),
            (2, lambda: float(f"{dice.between(1, 999_999)}e{dice.between(-12, -1)}")),
            (1, lambda: float(f"{dice.between(1, 10**17)}e{dice.between(-324, 290)}")),
            (1, lambda: 2.0 ** dice.between(53, 70)),
            (1, lambda: dice.pick((5e-324, 1.7976931348623157e308, 1e21, 1e20, 1.5e300, 0.1, 1e-7, 123456789.125, 9007199254740993.0))),
        )()
    )
