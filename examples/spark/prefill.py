"""Prefills on Spark: each partition's lines go through a `harmony prefill --stdio` of its own.

Usage: spark-submit examples/spark/prefill.py IN OUT [--command 'harmony prefill --stdio --reasoning-effort low']

IN is whatever Spark reads as text: a file, a folder, a pattern. OUT becomes Parquet in two folders: `failed=false` with a prefill a row, in the
order of IN, and `failed=true` with the lines of which none could be made, and why. Lines want a custom_id of their own: those without get one by
their place in the partition. Every machine needs Node and the command.
"""

import argparse
import os

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

COLUMNS = """
    custom_id string, prompt_token_ids array<int>, stop_token_ids array<int>, sampling_params string, num_prompt_tokens int,
    tool_names map<string, string>, error struct<line: bigint, code: string, path: string, reason: string>
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Prefills on Spark.")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--command", default="harmony prefill --stdio")
    arguments = parser.parse_args()

    spark = SparkSession.builder.appName("harmony prefill").getOrCreate()
    # pipe() gives the command an empty environment, where it does not find Node.
    environment = {"PATH": os.environ["PATH"]}
    lines = spark.sparkContext.textFile(arguments.input).pipe(arguments.command, environment, checkCode=True)
    rows = spark.read.schema(COLUMNS).json(lines)
    rows.withColumn("failed", col("error").isNotNull()).write.partitionBy("failed").parquet(arguments.output)


if __name__ == "__main__":
    main()
