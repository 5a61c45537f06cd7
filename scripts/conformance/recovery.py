"""The recovery vectors: the hand-written cases, with ids from the official library."""

from official import byte_tokens_of, plain_tokens_of, text_of, tokens_of
from recovery_cases import CASES, Plain


def vectors():
    for case in CASES:
        tokens = input_tokens(case.input)
        yield {
            "id": f"recovery/{case.id}",
            "group": "recovery",
            "text": text_of(tokens),
            "tokens": tokens,
            "role": "assistant",
            **({"options": case.options} if case.options else {}),
            "messages": case.messages,
            "deviations": case.deviations,
            "source": case.source,
            **({"note": case.note} if case.note else {}),
        }


def input_tokens(parts):
    return [token for part in (parts if isinstance(parts, list) else [parts]) for token in _part_tokens(part)]


def _part_tokens(part):
    if isinstance(part, bytes):
        return byte_tokens_of(part)
    if isinstance(part, Plain):
        return plain_tokens_of(part.text)
    return tokens_of(part) if isinstance(part, str) else part
