"""A completion as input, and what the official library makes of it."""

import library

OFFICIAL = f"official library {library.VERSION}"
END_OF_TEXT = 199999
START = 200006


class Plain(str):
    """Text whose markers are ordinary tokens."""


def tokens_of(parts) -> list:
    """The tokens of text in which markers are tokens, or of a list of parts: such text, Plain text, bytes (a token each), token ids."""
    return [token for part in (parts if isinstance(parts, list) else [parts]) for token in _part_tokens(part)]


def _part_tokens(part) -> list:
    if isinstance(part, bytes):
        return library.byte_tokens_of(part)
    if isinstance(part, Plain):
        return library.ordinary_tokens_of(part)
    return library.tokens_of(part) if isinstance(part, str) else part


def completion(tokens: list, role: str | None, **options) -> dict:
    """A vector's input. The text is for the reader: what is no UTF-8 is U+FFFD in it."""
    return {"text": library.answer("decode", {"tokens": tokens})["text"], "tokens": tokens, "role": role, **options}


def official_steps(given: dict) -> dict:
    return library.answer("parse", {"tokens": given["tokens"], "role": given["role"], "strict": given.get("strict", True)})


def official_answer(given: dict) -> dict:
    """Messages, or the error that the official library raises."""
    answer = official_steps(given)
    return {"error": answer["error"]["message"]} if "error" in answer else {"messages": answer["messages"]}
