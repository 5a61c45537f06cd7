"""Writes conformance/vectors/*.json. The same bytes every time.

Usage: python3 conformance/generator/generate.py [GROUP …]
"""

import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "scripts" / "official"))

import official
import recovery
import rendering
import streaming
import utf8

_FOLDER = Path(__file__).parents[1] / "vectors"
_GROUPS = {
    "official": official.vectors,
    "recovery": recovery.vectors,
    "utf8": utf8.vectors,
    "streaming": streaming.vectors,
    "rendering": rendering.vectors,
}


def main() -> None:
    for group in sys.argv[1:] or _GROUPS:
        _write(group, list(_GROUPS[group]()))


def _write(group: str, vectors: list) -> None:
    ids = [vector["id"] for vector in vectors]
    double = {id for id in ids if ids.count(id) > 1}
    assert not double, f"{group}: {double}"
    # A line a vector, so that a change of one vector is a change of one line.
    lines = ",\n".join(json.dumps(_whole(group, vector), ensure_ascii=False, separators=(",", ":")) for vector in vectors)
    (_FOLDER / f"{group}.json").write_bytes(f"[\n{lines}\n]\n".encode())
    print(f"{group}: {len(vectors)}")


def _whole(group: str, vector: dict) -> dict:
    """With its keys in one order, without those that say nothing."""
    id, source, note = f"{group}/{vector['id']}", vector["source"], vector.get("note")
    return {
        "id": id,
        "group": group,
        "input": vector["input"],
        "expected": vector["expected"],
        "source": source,
        **({"note": note} if note else {}),
    }


if __name__ == "__main__":
    main()
