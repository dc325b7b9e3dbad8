#!/usr/bin/env python3
"""Runs what README.md and the manuals say of reading records with jq, pzstd and DuckDB.

usage: examples.py CAAREPORT RECORDS

The working directory is the one where npm has put DuckDB, or could not (npm_ci). An example is wrong
where it fails or prints nothing. Those for pandas and zstandard are not run.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import duckdb_client

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def blocks_of_readme():
    text = (SOURCE / "README.md").read_text().split("\n## Read the records\n")[1]
    for block in re.findall(r"(?:^    .*\n)+", text.split("\n## ")[0], re.M):
        yield re.sub(r"^    ", "", block, flags=re.M)


def blocks_of(manual, section):
    text = (SOURCE / manual).read_text().split(f"\n.SH {section}\n")[1].split("\n.SH ")[0]
    for block in re.findall(r"^\.nf\n(.*?)^\.fi$", text, re.M | re.S):
        yield block.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


def examples():
    """Yields ("sql" or "shell", text)."""
    blocks = [*blocks_of_readme(), *blocks_of("scanner/caascan-records.5", "READING"),
              *blocks_of("analysis/caareport.1", "EXAMPLES")]
    for block in blocks:
        if block.startswith(".read"):
            yield "sql", re.sub(r"^\.read .*", (SOURCE / "analysis/caascan.sql").read_text(), block)
            continue
        for line in re.sub(r"\|\n +", "| ", block).splitlines():
            if re.match(r"(?:zstdcat|pzstd|caareport (?:dump|export)) .*out\.zst", line):
                yield "shell", line


def fails(kind, text, folder, npm):
    if kind == "sql":
        status, said = duckdb_client.run(text, npm, folder)
        return status != 0 or "node" not in duckdb_client.command(npm) and not said
    if "duckdb" in text and "node" in duckdb_client.command(npm):
        return False
    done = subprocess.run(["bash", "-c", text], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    said = done.stdout
    return done.returncode != 0 or not said and "duckdb" not in text


def main():
    caareport, records = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    npm = pathlib.Path.cwd()
    duckdb_client.require(npm)
    os.environ["PATH"] = f"{caareport.parent}:{os.environ['PATH']}"
    wrong, count = 0, {"sql": 0, "shell": 0}
    with tempfile.TemporaryDirectory() as folder:
        for name in "out.zst", "shard1.zst", "shard2.zst":
            pathlib.Path(folder, name).symlink_to(records)
        for kind, text in examples():
            count[kind] += 1
            if fails(kind, text, folder, npm):
                print(f"fails, or prints nothing:\n{text}")
                wrong += 1
    print(f"{count['shell']} commands and {count['sql']} scripts, {wrong} wrong")
    sys.exit(1 if wrong or not all(count.values()) else 0)


if __name__ == "__main__":
    main()
