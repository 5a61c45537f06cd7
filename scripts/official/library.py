"""The official library, and what it answers to a case's input. fixtures/official/README.md describes inputs and answers."""

import hashlib
import json
import os
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import json_text

VERSION = "0.0.8"
_CACHE = Path(__file__).parents[2] / ".harmony-cache"
_VOCABULARY_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"


def _load():
    """Loads the encoding with a vocabulary of our own making: the library would download it."""
    try:
        found = version("openai-harmony")
    except PackageNotFoundError:
        found = "none"
    if found != VERSION:
        raise SystemExit(f"openai-harmony: found {found}, wanted {VERSION}: pip install -r scripts/official/requirements.txt")
    vocabulary = _CACHE / "o200k_base.tiktoken"
    if not vocabulary.exists() or hashlib.sha256(vocabulary.read_bytes()).hexdigest() != _VOCABULARY_SHA256:
        subprocess.run(["node", str(Path(__file__).with_name("vocabulary.mjs")), str(_CACHE)], check=True)
    os.environ["TIKTOKEN_ENCODINGS_BASE"] = str(_CACHE)

    import openai_harmony

    return openai_harmony, openai_harmony.load_harmony_encoding("HarmonyGptOss")


_library, _encoding = _load()
# The core below the Python classes: it takes the JSON as it is, so that what is wrong with it is for the core to say.
_core = _encoding._inner

SPECIAL_TOKENS = {_core.encode(text, [text])[0]: text for text in sorted(_core.special_tokens())}
# Not all: the library makes a set of what it is given, each time.
_MARKERS = [text for text in SPECIAL_TOKENS.values() if "reserved" not in text] + ["<|reserved_200000|>", "<|reserved_200013|>"]
_BYTE_TOKENS = {_core.decode_bytes([token])[0]: token for token in range(256)}


def tokens_of(text: str) -> list:
    """The tokens of text in which markers stand for themselves."""
    return _core.encode(text, _MARKERS)


def ordinary_tokens_of(text: str) -> list:
    return _core.encode(text, [])


def byte_tokens_of(data: bytes) -> list:
    """One token a byte, as a model writes what is no character of its vocabulary."""
    return [_BYTE_TOKENS[byte] for byte in data]


def tool_namespace(name: str) -> dict:
    """The library's own text for the tools `browser` and `python`."""
    return getattr(_library.ToolNamespaceConfig, name)().model_dump(exclude_none=True)


def facts() -> dict:
    return {
        "stopTokens": sorted(_encoding.stop_tokens()),
        "stopTokensForAssistantActions": sorted(_encoding.stop_tokens_for_assistant_actions()),
        "specialTokens": [{"token": token, "text": text} for token, text in sorted(SPECIAL_TOKENS.items())],
    }


def answer(suite: str, given: dict) -> dict:
    return _ANSWERS[suite](given)


def _render(given: dict) -> dict:
    try:
        tokens = _rendered(given)
    except BaseException as error:
        return {"error": _reason(error)}
    return {"text": _core.decode_utf8(tokens), "tokens": tokens}


def _rendered(given: dict) -> list:
    call = given["call"]
    if call == "message":
        text = given["json"] if "json" in given else json_text.write(given["message"])
        return _core.render(text, {"conversation_has_function_tools": given.get("conversationHasFunctionTools", False)})

    text = given["json"] if "json" in given else json_text.write(given["conversation"])
    config = {"auto_drop_analysis": given.get("autoDropAnalysis", True)}
    if call == "completion":
        return _core.render_conversation_for_completion(text, given["nextRole"], config)
    return {"conversation": _core.render_conversation, "training": _core.render_conversation_for_training}[call](text, config)


def _document(given: dict) -> dict:
    """The second oracle: JSON as the Python classes read it, which fill in what system content lacks."""
    try:
        text = given["json"] if "json" in given else json_text.write(given["conversation"])
        conversation = _library.Conversation.from_json(text)
        tokens = _encoding.render_conversation_for_completion(conversation, _library.Role.ASSISTANT)
    except BaseException as error:
        return {"error": _reason(error)}
    return {"text": _core.decode_utf8(tokens), "tokens": tokens}


def training_ids(text: str) -> dict:
    try:
        conversation = _library.Conversation.from_json(text)
        return {"input_ids": _encoding.render_conversation_for_training(conversation)}
    except BaseException as error:
        return {"refused": _reason(error)}


def _schema(given: dict) -> dict:
    schema = given["json"] if "json" in given else json_text.write(given["parameters"])
    return _render({"call": "message", "json": developer_message(schema)})


def developer_message(schema: str) -> str:
    """The JSON of a message that offers a function with these parameters."""
    tools = f'{{"functions":{{"name":"functions","tools":[{{"name":"f","description":"","parameters":{schema}}}]}}}}'
    return f'{{"role":"developer","content":[{{"type":"developer_content","tools":{tools}}}]}}'


def _parse(given: dict) -> dict:
    feed, role, strict = given["tokens"], given["role"], given["strict"]
    try:
        parser = _library._PyStreamableParser(_core, role, strict)
    except ValueError as error:
        return {"error": {"at": -1, "message": _reason(error)}}

    view = _View(parser)
    steps = [view.changes()]
    first_error = None
    for at, token in enumerate([*feed, None]):
        message = None
        try:
            parser.process_eos() if token is None else parser.process(token)
        except BaseException as error:
            message = _reason(error)
            first_error = first_error or {"at": at, "message": message}
        step = view.changes()
        steps.append(step if message is None else {"error": message, **step})

    assert parser.tokens == [token for token in feed if _is_token(token)]
    result = {"messages": json.loads(parser.messages), "steps": steps}
    _check_batch(given, result["messages"], first_error)
    return result if first_error is None else {"error": first_error, **result}


class _View:
    """What a consumer of the streaming parser sees, as changes from one look to the next."""

    def __init__(self, parser) -> None:
        self._parser = parser
        self._messages = "[]"
        self._seen = {
            "state": None,
            "role": None,
            "channel": None,
            "recipient": None,
            "contentType": None,
            "content": "",
            "delta": None,
            "messageCount": 0,
        }

    def changes(self) -> dict:
        parser, seen = self._parser, self._seen
        messages = parser.messages
        count = seen["messageCount"] if messages == self._messages else len(json.loads(messages))
        self._messages = messages
        self._seen = {
            "state": parser.state.split('"', 4)[3],
            "role": parser.current_role,
            "channel": parser.current_channel,
            "recipient": parser.current_recipient,
            "contentType": parser.current_content_type,
            "content": parser.current_content,
            "delta": parser.last_content_delta,
            "messageCount": count,
        }
        return {key: value for key, value in self._seen.items() if value != seen[key]}


def _check_batch(given: dict, messages: list, error) -> None:
    """The answer says nothing of reading all tokens at once, because that follows from reading them one by one. Here is the proof."""
    if None in given["tokens"]:
        return
    try:
        batch = json.loads(_core.parse_messages_from_completion_tokens(given["tokens"], given["role"], given["strict"]))
    except Exception:
        assert error is not None
    else:
        assert error is None and batch == messages


def _is_token(value) -> bool:
    """Whether the core can take the value as a token at all: if not, Python raises before the parser sees it."""
    return isinstance(value, int) and 0 <= value < 2**32


def _encode(given: dict) -> dict:
    options = {}
    for key, name in (("allowedSpecial", "allowed_special"), ("disallowedSpecial", "disallowed_special")):
        if key in given:
            options[name] = given[key] if given[key] == "all" else set(given[key])
    try:
        return {"tokens": _encoding.encode(given["text"], **options)}
    except BaseException as error:
        return {"error": _reason(error)}


def _decode(given: dict) -> dict:
    tokens = given["tokens"]
    try:
        data = bytes(_core.decode_bytes(tokens))
    except BaseException as error:
        return {"error": _reason(error)}
    try:
        _core.decode_utf8(tokens)
        valid = True
    except Exception:
        valid = False
    return {"text": _encoding.decode(tokens), "bytes": data.hex(), "validUtf8": valid}


def _reason(error: BaseException) -> str:
    # A panic in the core is a BaseException, so that those of this program have to be told apart: a KeyError is an input without its parts.
    if isinstance(error, (KeyboardInterrupt, SystemExit, AssertionError, KeyError)):
        raise error
    return f"{type(error).__name__}: {error}".split("\n")[0]


_ANSWERS = {
    "render": _render,
    "document": _document,
    "schema": _schema,
    "parse": _parse,
    "encode": _encode,
    "decode": _decode,
}
