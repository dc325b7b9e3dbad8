"""text_to_c.py NAME FILE OUT: a C header that defines NAME as the text of FILE without comments."""
import sys

name, path, out = sys.argv[1:]
with open(path, encoding="ascii") as file:
    lines = [line.split(";")[0].rstrip().replace("\t", " ") for line in file]
text = " \\\n".join(f'    "{line}\\n"' for line in lines if line)
with open(out, "w", encoding="ascii") as file:
    file.write(f"#define {name} \\\n{text}\n")
