#!/usr/bin/env python3
"""Runs SQL in DuckDB: by the program `duckdb` on PATH, else by the package that npm_ci has fetched.

Both get one script. Results come back as files of JSON, which keeps numbers, texts and nulls apart.

usage: duckdb_client.py NPM_DIR COMMAND...

runs the command where there is DuckDB; exit code 77 where there is none.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
# Macros and formats of DuckDB from 1.3 on; nothing is fetched from DuckDB's servers.
PROBE = """
SELECT list_transform([1], lambda x: x), TRY(CAST('x' AS INTEGER)) FROM read_json('{file}',
    columns={{'a': 'INTEGER'}});
"""


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def command(npm_folder):
    """The command that runs a script from standard input, or None."""
    program = shutil.which("duckdb")
    if program:
        return [program, "-init", os.devnull, "-batch", "-bail"]
    if npm_folder and os.path.exists(os.path.join(npm_folder, "node_modules/.done")):
        return ["node", os.path.join(npm_folder, "duckdb.mjs")]
    return None


def run(script, npm_folder, folder=None):
    """(exit status, messages) of a script; file names in it begin in `folder`."""
    script = "SET autoinstall_known_extensions = false;\n" + script
    done = subprocess.run(command(npm_folder), input=script, cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def require(npm_folder):
    """Ends the program, as skipped, where there is no DuckDB that can do what the tests need."""
    if command(npm_folder) is None:
        print("SKIPPED: DuckDB is neither on PATH nor here by npm")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as scratch:
        line = pathlib.Path(scratch, "line.json")
        line.write_text('{"a":1}\n')
        status, said = run(PROBE.format(file=line), npm_folder)
    if status != 0:
        print(f"SKIPPED: this DuckDB is too old, or has no json: {command(npm_folder)[0]}: {said}")
        sys.exit(SKIPPED)


def tables(setup, queries, npm_folder, folder=None):
    """The rows of each query, {name: [{column: value}]}, after a script that makes its tables."""
    with tempfile.TemporaryDirectory() as scratch:
        files = {name: pathlib.Path(scratch, f"{name}.json") for name in queries}
        copies = [f"COPY (\n{query.strip().rstrip(';')}\n) TO {quoted(files[name])} (FORMAT json);"
                  for name, query in queries.items()]
        status, said = run("\n".join([setup, *copies]), npm_folder, folder)
        if status != 0:
            sys.exit(f"DuckDB: {said}")
        return {name: [json.loads(line) for line in path.read_text().splitlines()]
                for name, path in files.items()}


if __name__ == "__main__":
    require(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
