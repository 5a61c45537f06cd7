"""Prefills on Ray Data: each actor sends its batches through a `harmony prefill --stdio` of its own.

Usage: python examples/ray/prefill.py IN OUT [--actors N] [--command 'harmony prefill --stdio --reasoning-effort low']

IN is whatever Ray reads as text. OUT becomes a folder of Parquet files with the columns that Ray Data LLM reads (generate.py goes on with them) and
`error`, which says for a line of which no prefill could be made why. Lines want a custom_id of their own. Every machine needs Node and the command.
"""

import argparse
import json
import shlex
import subprocess
import threading

import pyarrow
import ray

COLUMNS = pyarrow.schema(
    [
        ("custom_id", pyarrow.string()),
        ("tokenized_prompt", pyarrow.list_(pyarrow.int32())),
        ("sampling_params", pyarrow.string()),
        ("tool_names", pyarrow.string()),
        ("error", pyarrow.string()),
    ]
)


class HarmonyPrefill:
    """A line in, its line out, by a process that lives as long as the actor."""

    def __init__(self, command: str) -> None:
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        lines = batch["text"].to_pylist()
        # Beside the reading: a batch is more than the two pipes hold.
        writing = threading.Thread(target=self.write, args=[lines])
        writing.start()
        rows = [self.read_row() for _ in lines]
        writing.join()
        return pyarrow.Table.from_pylist(rows, COLUMNS)

    def write(self, lines: list[str]) -> None:
        for line in lines:
            self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def read_row(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{shlex.join(self.process.args)}: ended with code {self.process.wait()}")
        record = json.loads(line)
        if "error" in record:
            return {"custom_id": record["custom_id"], "error": record["error"]["reason"]}
        return {
            "custom_id": record["custom_id"],
            "tokenized_prompt": record["prompt_token_ids"],
            "sampling_params": json.dumps({**record.get("sampling_params", {}), "stop_token_ids": record["stop_token_ids"]}),
            "tool_names": json.dumps(record["tool_names"]) if "tool_names" in record else None,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description="Prefills on Ray Data.")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--actors", type=int, default=1, help="no more than there are cores but one, which reading and writing need")
    parser.add_argument("--command", default="harmony prefill --stdio")
    arguments = parser.parse_args()

    lines = ray.data.read_text(arguments.input)
    actors = ray.data.ActorPoolStrategy(size=arguments.actors)
    rows = lines.map_batches(HarmonyPrefill, fn_constructor_args=[arguments.command], compute=actors, batch_format="pyarrow", batch_size=256)
    rows.write_parquet(arguments.output)


if __name__ == "__main__":
    main()
