"""Writes fixtures/official/*.json by running the official library. The same bytes every time."""

from pathlib import Path

import json_text
import library
import picked_defaults
import picked_parses
import picked_renderings
import picked_schemas
import picked_texts
from completions import parse_case
from conversations import document_case, render_case, schema_case
from dice import Dice
from texts import decode_case, encode_case

_FOLDER = Path(__file__).parents[2] / "fixtures" / "official"


def main() -> None:
    _write_cases("render", "render", [*picked_renderings.renderings(), *_random("render", render_case, 150)])
    documents = [*picked_defaults.documents(), *_random("document", document_case, 50)]
    _write_cases("documents", "document", documents)
    schemas = [(name, {"parameters": schema}) for name, schema in picked_schemas.schemas()]
    _write_cases("schemas", "schema", [*schemas, *_random("schema", schema_case, 200)])
    _write_cases("parse", "parse", [*picked_parses.parses(), *_random("parse", parse_case, 200)])
    _write_cases("encode", "encode", [*picked_texts.encodings(), *_random("encode", encode_case, 150)])
    _write_cases("decode", "decode", [*picked_texts.decodings(), *_random("decode", decode_case, 100)])
    _write("encoding", library.facts())


def _random(suite: str, make, count: int):
    for index in range(count):
        yield f"random {index}", make(Dice(f"fixtures/{suite}/{index}"))


def _write_cases(file: str, suite: str, cases: list) -> None:
    names = [name for name, _ in cases]
    double = {name for name in names if names.count(name) > 1}
    assert not double, f"{file}: {double}"
    _write(file, {"cases": [{"name": name, "input": given, "expected": library.answer(suite, given)} for name, given in cases]})
    print(f"{file}: {len(cases)}")


def _write(file: str, value: dict) -> None:
    """One line an entry, so that a change of one case is a change of one line."""
    parts = []
    for key, item in {"source": f"openai-harmony {library.VERSION}", **value}.items():
        if isinstance(item, list):
            lines = ",\n".join(f"    {json_text.write(entry)}" for entry in item)
            parts.append(f"  {json_text.write(key)}: [\n{lines}\n  ]")
        else:
            parts.append(f"  {json_text.write(key)}: {json_text.write(item)}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    (_FOLDER / f"{file}.json").write_bytes(text.encode())


if __name__ == "__main__":
    main()
