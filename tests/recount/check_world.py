#!/usr/bin/env python3
"""Makes two scans by a seed, has caareport report about them, and counts the tables again.

usage: check_world.py CAAREPORT SEED ROWS [COUNTER...]

COUNTER is the command that counts again, recount.py if not given.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def run(*command, accepted=(0,)):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if done.returncode not in accepted:
        print(done.stdout, end="")
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}")
    return done.stdout


def main():
    caareport, seed, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    counter = sys.argv[4:] or [sys.executable, "-B", HERE / "recount.py"]
    with tempfile.TemporaryDirectory() as folder:
        records, report = [f"{folder}/world.zst", f"{folder}/later.zst"], f"{folder}/report"
        options = ["--sample", "--rank-bands"] if seed % 2 else []
        compared = ["--compared"] if seed % 3 == 0 else []
        run(sys.executable, "-B", HERE / "world.py", records[0], "--seed", seed, "--rows", rows, *compared)
        run(sys.executable, "-B", HERE / "world.py", records[1], "--seed", seed + 1000,
            "--rows", rows // 4, "--scan", "later", "--year", 2027)
        # Modes and prefixes are mixed, so each of them has rows that the list has and it has not.
        run(caareport, "report", *records, "-o", report, "--quiet", *options, accepted=(4,))
        print(f"seed {seed}:", run(*counter, *options, *records, report), end="")


if __name__ == "__main__":
    main()
