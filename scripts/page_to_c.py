"""page_to_c.py OUT NAME FILE…: a C header with each FILE as a string NAME, and its SHA-256 in base64
as NAME_SHA256, as a content security policy wants it."""
import base64
import hashlib
import sys


def literal(line):
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"'


out, *pairs = sys.argv[1:]
with open(out, "w", encoding="ascii") as header:
    header.write("/* Made by page_to_c.py. */\n")
    for name, path in zip(pairs[::2], pairs[1::2]):
        with open(path, encoding="ascii") as file:
            text = file.read()
        digest = base64.b64encode(hashlib.sha256(text.encode("ascii")).digest()).decode("ascii")
        lines = " \\\n".join("    " + literal(line) for line in text.splitlines())
        header.write(f'#define {name}_SHA256 "{digest}"\n#define {name} \\\n{lines}\n')
