"""Random token streams to parse: what a model should write, what it may write, and noise."""

from conversations import ROLES
from dice import Dice
from library import SPECIAL_TOKENS, byte_tokens_of, ordinary_tokens_of, tokens_of
from texts import MARKERS, NO_TOKENS, broken_bytes, text

_STRUCTURE = tokens_of("<|start|><|channel|><|message|><|end|><|return|><|call|><|constrain|>")
# What stands in a header: as it should be, and as it may be.
_STARTS = (
    ("assistant", "user", "functions.f to=assistant", "system", "developer", "tool"),
    ("functions.f", "user:alice", "", "nobody", "assistantassistant"),
)
_CHANNELS = (
    ("analysis", "commentary", "final"),
    ("Final", "", " final", "ana<lysis", "a\u00a0b", "a\u0085b", "日本", "x\u3000y", "a\u200bb", "a\ufeffb"),
)
_RECIPIENTS = (
    ("to=functions.f", "to=python"),
    ("to=", "to=all", "functions.f", "to=functions.f to=functions.g", "to = functions.f", "assistant", "to=日本", "to=a<b"),
)
_TYPES = (
    ("json", "<|constrain|>json", "code"),
    ("<|constrain|>", "<|constrain|> json", "<|constrain|>json <|constrain|>xml", "text/plain", "j<|constrain|>"),
)
_SPACES = (" ",), ("", "  ", "\n", "\t", "\u00a0", "\x0b", "\x0c", "\x1c", "\u0085", "\u200b", "\ufeff")


def parse_case(dice: Dice) -> dict:
    preset = dice.chance(0.7)
    kind = dice.weighted((5, "messages"), (6, "mutated"), (2, "noise"))
    if kind == "noise":
        tokens = [_noise(dice) for _ in range(dice.between(0, 25))]
    else:
        tokens = _completion(dice, preset)
        if kind == "mutated":
            for _ in range(dice.between(1, 3)):
                tokens = _mutated(dice, tokens)
    if dice.chance(0.03):
        tokens.insert(dice.below(len(tokens) + 1), None)
    return {"role": dice.pick(("assistant", *ROLES)) if preset else None, "strict": dice.chance(0.5), "tokens": tokens}


def _completion(dice: Dice, preset: bool) -> list:
    tokens = []
    for index in range(dice.between(1, 3)):
        if index > 0 or not preset:
            tokens += tokens_of("<|start|>" + _part(dice, _STARTS))
        tokens += _header(dice) + tokens_of("<|message|>") + _content(dice)
        tokens += tokens_of(dice.weighted((5, "<|end|>"), (2, "<|return|>"), (2, "<|call|>"), (0.3, "<|endoftext|>"), (0.3, "")))
    return tokens


def _header(dice: Dice) -> list:
    channel = ["<|channel|>" + _part(dice, _CHANNELS)] if dice.chance(0.85) else []
    recipient = [_part(dice, _SPACES) + _part(dice, _RECIPIENTS)] if dice.chance(0.4) else []
    content_type = [_part(dice, _SPACES) + _part(dice, _TYPES)] if dice.chance(0.3) else []
    extra = [dice.pick((_part(dice, _SPACES), text(dice, 2), "<|channel|>commentary", dice.pick(MARKERS)))] if dice.chance(0.1) else []
    parts = dice.pick((channel + recipient + content_type, recipient + channel + content_type))
    if dice.chance(0.1):
        parts = content_type + channel + recipient
    if extra:
        parts.insert(dice.below(len(parts) + 1), extra[0])
    return tokens_of("".join(parts))


def _part(dice: Dice, choices) -> str:
    right, odd = choices
    return dice.pick(right if dice.chance(0.85) else odd)


def _content(dice: Dice) -> list:
    tokens = []
    for _ in range(dice.between(0, 3)):
        tokens += dice.weighted(
            (6, lambda: ordinary_tokens_of(text(dice, 6))),
            (2, lambda: byte_tokens_of(text(dice, 1).encode()[:24])),
            (2, lambda: byte_tokens_of(broken_bytes(dice))),
            (1, lambda: [dice.below(199_998)]),
            (0.3, lambda: [dice.pick(tokens_of("<|channel|><|message|><|constrain|><|start|><|endoftext|>"))]),
            (0.5, lambda: [dice.pick(NO_TOKENS)]),
        )()
    return tokens


def _mutated(dice: Dice, tokens: list) -> list:
    tokens = list(tokens)
    at = dice.below(len(tokens) + 1)
    change = dice.pick(("drop", "double", "swap", "insert", "insert", "splice", "cut", "copy"))
    if change == "drop":
        del tokens[at : at + dice.between(1, 2)]
    elif change == "double":
        tokens[at:at] = tokens[at : at + dice.between(1, 3)]
    elif change == "swap":
        tokens[at : at + 2] = reversed(tokens[at : at + 2])
    elif change == "insert":
        tokens.insert(at, _noise(dice))
    elif change == "splice":
        tokens[at:at] = tokens_of(
            dice.pick(
                (
                    "<|start|>assistant",
                    "<|channel|>final",
                    "<|end|><|start|>assistant",
                    "<|message|>",
                    "<|constrain|>json",
                    "<|end|>",
                    " to=f",
                )
            )
        )
    elif change == "cut":
        tokens = tokens[:at]
    else:
        start = dice.below(len(tokens) + 1)
        tokens[at:at] = tokens[start : start + dice.between(1, 6)]
    return tokens


def _noise(dice: Dice):
    return dice.weighted(
        (8, lambda: dice.pick(_STRUCTURE)),
        (1, lambda: dice.pick(list(SPECIAL_TOKENS))),
        (4, lambda: dice.below(199_998)),
        (4, lambda: dice.below(256)),
        (4, lambda: dice.pick(_HEADER_WORDS)),
        (0.5, lambda: dice.pick(NO_TOKENS)),
    )()


_HEADER_WORDS = ordinary_tokens_of("assistant user final analysis commentary to= to=functions.f json ")
