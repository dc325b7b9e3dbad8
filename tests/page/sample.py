"""Records for reports: ordinary ones, and hostile ones."""
import json
import pathlib
import random
import subprocess
import sys

MAKE_RECORDS = pathlib.Path(__file__).resolve().parent.parent / "golden/report/make_records.py"
ISSUERS = ["letsencrypt.org"] * 8 + ["digicert.com"] * 4 + ["sectigo.com"] * 3 + ["pki.goog"] * 3 + [
    "globalsign.com", "amazon.com", "unknown-ca.example"]
TLDS = ["com"] * 6 + ["net", "org", "de", "co.uk", "fr", "nl"]
HOSTILE = [
    "</script><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "\" onclick=\"x", "'",
    "\\input{/etc/passwd}", "\\end{tabular}", "%", "[2pt]", "{{{", "$x^2_1$", "a&b", "~#", "=1+1",
    "<!--", "]]>", "&lt;", "-->", "\\DDD", "*", "`rm`", "very-" * 60,
]


def ordinary_rows(count=9000):
    chance = random.Random(7)
    for rank in range(1, count + 1):
        row = {"name": f"n{rank}.{chance.choice(TLDS)}", "rank": rank,
               "ns": [f"ns1.hoster{int(chance.paretovariate(0.8)) % 50}.example"]}
        draw = chance.random()
        if draw < 0.2:
            names = sorted(set(chance.choices(ISSUERS, k=chance.choice([1, 1, 2, 3]))))
            row["set"] = [[0, "issue", name] for name in names]
            if chance.random() < 0.5:
                row["set"].append([0, "issuewild", chance.choice([";", names[0]])])
            if chance.random() < 0.05:
                row["set"].append([1, "issue", "LetsEncrypt.org."])
        elif draw < 0.24:
            row["error"] = chance.choice(["timeout", "timeout", "servfail"])
        yield row


def rows_of_two_scans():
    for date in "2026-03-01", "2025-09-01":
        for row in ordinary_rows(300):
            yield row | {"scan": f"scan of {date}", "timestamp": f"{date}T10:00:00.000Z"}


def rows_of_many_scans(scans=12):
    """Scans at different vantages, each with more of all than a page shows."""
    chance = random.Random(1)
    for number in range(400 * scans):
        row = {"name": f"n{number}.tld{number % 400}x", "rank": number + 1,
               "ns": [f"ns1.operator{chance.randint(0, 99)}.example"],
               "vantage": f"v{number // 400}", "scan": f"scan {number // 400}",
               "set": [[0, "issue", f"ca{number % 397}.example; p{number % 399}=1"],
                       [0, f"tag{number % 395}", "x"]]}
        yield row


def hostile_rows():
    for number, text in enumerate(HOSTILE, 1):
        yield {"name": f"h{number}.example", "rank": number, "vantage": text, "scan": text,
               "ns": [text + ".example"],
               "set": [[0, text, "x"], [0, "issue", text], [0, "iodef", text],
                       [0, "issue", f"ca.example; {text}=1"]]}
        yield {"name": f"f{number}.example", "error": "timeout", "error_at": text, "scan": text,
               "vantage": text}


def write(rows, path, *options):
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    subprocess.run([sys.executable, MAKE_RECORDS, path, "--rows-per-frame", "1000", *options], input=lines.encode(), check=True)


def report(program, rows, folder, *options):
    """Writes records and a report of them into the folder; returns the folder of the report."""
    records = pathlib.Path(folder, "records.zst")
    write(rows, records, *options)
    out = pathlib.Path(folder, "report")
    subprocess.run([program, records, "-o", out, "--quiet", "--rank-bands"], check=False,
                   stderr=subprocess.PIPE)
    if not (out / "SHA256SUMS").exists():
        sys.exit("caareport wrote no report")
    return out
