"""Random conversations in the official JSON form, mostly right."""

from dice import Dice
from schemas import json_value, parameters
from texts import text, word

ROLES = ("system", "developer", "user", "assistant", "tool")
_CHANNELS = ("analysis", "commentary", "final")
_CONTENT_TYPES = (
    "json",
    "<|constrain|>json",
    "<|constrain|>",
    "<|constrain|> json",
    "x<|constrain|>json",
    "<|constrain|><|constrain|>",
    "code",
    "",
    "<|message|>",
)
_NAMESPACES = ("functions", "browser", "python", "mcp", "a", "B", "é", "𝒳", "\ufb01", "", "__proto__", "constructor")


def render_case(dice: Dice) -> dict:
    if dice.chance(0.15):
        given = {"call": "message", "message": _changed(dice, message(dice))}
        if dice.chance(0.6):
            given["conversationHasFunctionTools"] = dice.chance(0.5)
        return given
    given = {
        "call": dice.pick(("completion", "completion", "conversation", "training")),
        "conversation": _changed(dice, {"messages": dice.many(6, lambda: message(dice))}),
    }
    if given["call"] == "completion":
        given["nextRole"] = dice.pick(ROLES) if dice.chance(0.98) else dice.pick(("", "Assistant", "functions.f"))
    if dice.chance(0.5):
        given["autoDropAnalysis"] = dice.chance(0.5)
    return given


def document_case(dice: Dice) -> dict:
    """A conversation as JSON from outside, its shape right. A schema is an object: the Python classes take no other."""
    made = {"messages": dice.many(6, lambda: message(dice))}
    for container, key in list(_places(made)):
        if key == "parameters" and "description" in container and not isinstance(container[key], dict):
            container[key] = None
    return {"conversation": made}


def schema_case(dice: Dice) -> dict:
    return {"parameters": parameters(dice)}


def message(dice: Dice) -> dict:
    role = dice.weighted((1, "system"), (1, "developer"), (3, "user"), (6, "assistant"), (2, "tool"))
    made = {"role": role}
    if role == "tool":
        if dice.chance(0.98):
            made["name"] = dice.pick(("functions.get_weather", "browser.search", "python", word(dice), text(dice, 2)))
    else:
        _maybe(dice, made, "name", 0.1, lambda: dice.pick(("alice", "", "a:b", text(dice, 2))))
    made["content"] = _content(dice, role)
    _maybe(dice, made, "channel", 0.8 if role == "assistant" else 0.1, lambda: dice.pick(_CHANNELS) if dice.chance(0.9) else text(dice, 2))
    _maybe(dice, made, "recipient", 0.3 if role in ("assistant", "tool") else 0.05, lambda: _recipient(dice))
    _maybe(dice, made, "content_type", 0.2, lambda: dice.pick(_CONTENT_TYPES) if dice.chance(0.9) else text(dice, 2))
    if dice.chance(0.02):
        made["unknown_key"] = json_value(dice, 1)
    return made


def _recipient(dice: Dice) -> str:
    return dice.weighted(
        (4, "functions.get_weather"), (2, "all"), (2, "assistant"), (1, "python"), (1, ""), (1, " all"), (1, text(dice, 2))
    )


def _maybe(dice: Dice, made: dict, key: str, probability: float, make) -> None:
    if dice.chance(probability):
        made[key] = make()
    elif dice.chance(0.1):
        made[key] = None


def _content(dice: Dice, role: str):
    if role in ("system", "developer") and dice.chance(0.8):
        parts = [_part(dice, role)]
    elif dice.chance(0.6):
        return text(dice)
    else:
        parts = dice.many(3, lambda: _text_part(dice))
    if dice.chance(0.1):
        parts.append(_part(dice, role))
    if dice.chance(0.02):
        parts.append(_part(dice, dice.pick(("system", "developer"))))
    return parts


def _part(dice: Dice, role: str) -> dict:
    if role == "system":
        return _system_content(dice)
    return _developer_content(dice) if role == "developer" else _text_part(dice)


def _text_part(dice: Dice) -> dict:
    return {"type": "text", "text": text(dice, 6)}


def _system_content(dice: Dice) -> dict:
    made = {"type": "system_content"}
    _maybe(
        dice,
        made,
        "model_identity",
        0.7,
        lambda: dice.pick(("You are ChatGPT, a large language model trained by OpenAI.", "", text(dice, 5))),
    )
    _maybe(dice, made, "reasoning_effort", 0.7, lambda: dice.pick(("Low", "Medium", "High")))
    _maybe(dice, made, "conversation_start_date", 0.5, lambda: dice.pick(("2025-06-28", "", text(dice, 2))))
    _maybe(dice, made, "knowledge_cutoff", 0.6, lambda: dice.pick(("2024-06", "", text(dice, 2))))
    _maybe(dice, made, "channel_config", 0.7, lambda: _channel_config(dice))
    _maybe(dice, made, "tools", 0.3, lambda: namespaces(dice))
    return made


def _channel_config(dice: Dice) -> dict:
    channels = list(_CHANNELS) if dice.chance(0.6) else dice.many(3, lambda: text(dice, 2))
    return {"valid_channels": channels, "channel_required": dice.chance(0.5)}


def _developer_content(dice: Dice) -> dict:
    made = {"type": "developer_content"}
    _maybe(dice, made, "instructions", 0.8, lambda: text(dice))
    _maybe(dice, made, "tools", 0.6, lambda: namespaces(dice))
    return made


def namespaces(dice: Dice) -> dict:
    made = {}
    for _ in range(dice.weighted((1, 0), (6, 1), (2, 2), (1, 4))):
        key = "functions" if dice.chance(0.5) else dice.pick(_NAMESPACES)
        # The text shows the name inside; the key decides the order.
        made[key] = _namespace(dice, key if dice.chance(0.9) else text(dice, 2))
    return made


def _namespace(dice: Dice, name: str) -> dict:
    made = {"name": name}
    _maybe(dice, made, "description", 0.4, lambda: _description(dice))
    made["tools"] = dice.many(3, lambda: _tool(dice))
    return made


def _tool(dice: Dice) -> dict:
    made = {"name": dice.pick(("get_weather", "search", "f", "", text(dice, 2))), "description": _description(dice)}
    _maybe(dice, made, "parameters", 0.8, lambda: parameters(dice))
    return made


def _description(dice: Dice) -> str:
    if dice.chance(0.5):
        return text(dice, 6)
    # What Rust's lines() makes of line ends: \n and \r\n end a line, a lone \r does not, and the last empty line is none.
    return "".join(dice.many(5, lambda: dice.pick(("a line", "", " ", "\n", "\n", "\r\n", "\r", "\r\r\n", "\u2028", "\x0b", "\x85"))))


def _changed(dice: Dice, value: dict) -> dict:
    """Rarely, one value somewhere in it is dropped or replaced, so that its shape may be wrong."""
    if not dice.chance(0.05):
        return value
    places = list(_places(value))
    if not places:
        return value
    container, key = dice.pick(places)
    if isinstance(container, dict) and dice.chance(0.4):
        del container[key]
    else:
        # No list that holds something: the official library reads a list as an object whose keys are left out, see known-differences.json.
        container[key] = dice.pick((None, True, 5, "", "text", {}, []))
    return value


def _places(value):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield value, key
        yield from _places(item)
