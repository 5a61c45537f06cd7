"""Writes fixtures/conformance/*.json: python3 scripts/conformance/generate.py [GROUP …]"""

import json
import sys
from pathlib import Path

import recovery

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "conformance"
GROUPS = {"recovery": recovery.vectors}


def write(group):
    # A line a vector, so that a difference shows which one changed.
    lines = ",\n".join(json.dumps(vector, ensure_ascii=False, separators=(",", ":")) for vector in GROUPS[group]())
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{group}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


for group in sys.argv[1:] or GROUPS:
    write(group)
