"""Writes random conversations with the official library's training ids, a line each: see README.md."""

import argparse
import json

import json_text
import library
from conversations import document_case
from dice import Dice


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    for number in range(given.count):
        conversation = document_case(Dice(f"training/{given.seed}/{number}"))["conversation"]
        line = json_text.write(conversation)
        print(json.dumps({"name": f"case {number}", "line": line} | library.training_ids(line)))


if __name__ == "__main__":
    main()
