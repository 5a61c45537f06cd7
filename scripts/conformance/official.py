"""The official library, and the marker-aware encoder that the vectors' ids come from.

Needs `pip install openai-harmony==0.0.8`, and TIKTOKEN_ENCODINGS_BASE set to a folder with `o200k_base.tiktoken`
(`node scripts/official/vocabulary.mjs FOLDER` writes it).
"""

import json

import openai_harmony as harmony

encoding = harmony.load_harmony_encoding("HarmonyGptOss")
inner = encoding._inner

# o200k has every byte as a token of its own, the first 256.
BYTE_TOKENS = {bytes(inner.decode_bytes([token]))[0]: token for token in range(256)}


def tokens_of(text):
    """Markers are tokens, the rest is ordinary text."""
    return encoding.encode(text, allowed_special="all")


def plain_tokens_of(text):
    """Marker text is ordinary text."""
    return encoding.encode(text, disallowed_special=())


def byte_tokens_of(data):
    return [BYTE_TOKENS[byte] for byte in data]


def text_of(tokens):
    """With U+FFFD for what is no UTF-8."""
    return bytes(inner.decode_bytes(tokens)).decode("utf-8", "replace")


def plain_message(message):
    """An official message in the vectors' form: content as one string, absent keys left out."""
    parts = message["content"]
    content = parts if isinstance(parts, str) else "".join(part["text"] for part in parts)
    keys = ("role", "name", "recipient", "content", "channel", "content_type")
    return {key: value for key in keys if (value := {**message, "content": content}.get(key)) is not None}


def parse(tokens, role, strict=True):
    """What the official library makes of a completion: messages, or the error that it raises."""
    try:
        answer = inner.parse_messages_from_completion_tokens(tokens, role, strict)
    except harmony.HarmonyError as error:
        return {"error": str(error)}
    return {"messages": [plain_message(message) for message in json.loads(answer)]}
