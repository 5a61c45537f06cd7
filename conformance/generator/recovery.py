"""The recovery vectors: the hand-written cases, with ids from the official library."""

from case import CASES
from cases import authors, combined, contents, framing, headers, valid  # noqa: F401 - each adds its cases
from completion import completion, tokens_of


def vectors():
    for case in CASES:
        yield {
            "id": case.id,
            "input": completion(tokens_of(case.input), "assistant", **case.options),
            "expected": {"messages": case.messages, "deviations": case.deviations},
            "source": case.source,
            "note": case.note,
        }
