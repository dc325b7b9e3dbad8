"""suffixes_to_c.py FILE DATE OUT: a C header with the rules of a Public Suffix List, one a line.

U-labels become A-labels (RFC 3492). Those of the list are normalised and in lower case, which is all
that IDNA asks for more; a test holds the rules against what libidn2 makes of the list.
"""
import sys

path, date, out = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    rules = [line.split()[0] for line in file if line.strip() and not line.startswith("//")]


def a_label(label):
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()


with open(out, "w", encoding="ascii") as file:
    file.write(f'#define SUFFIX_DATE "{date}"\n#define SUFFIX_RULES')
    for rule in rules:
        labels = ".".join(a_label(label) for label in rule.split("."))
        file.write(f' \\\n    "{labels}\\n"')
    file.write("\n")
