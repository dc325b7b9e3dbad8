"""suffixes_to_c.py FILE DATE OUT: a C header with the rules of a Public Suffix List, one a line."""
import sys

path, date, out = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    rules = [line.split()[0] for line in file if line.strip() and not line.startswith("//")]


def quoted(rule):
    """A C string; an octet that is not ASCII in a string of its own, so that no digit joins it."""
    parts = [chr(octet) if octet < 0x80 else f'""\\x{octet:02x}""' for octet in rule.encode()]
    return '"' + "".join(parts) + '\\n"'


with open(out, "w", encoding="ascii") as file:
    file.write(f'#define SUFFIX_DATE "{date}"\n#define SUFFIX_RULES')
    file.writelines(f" \\\n    {quoted(rule)}" for rule in rules)
    file.write("\n")
