"""Made-up scans of one list, for what compares scans: most names stay as they were, some are written
in other words, some change in one thing, some altogether."""
import csv
import datetime
import itertools
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "recount"))
import world  # noqa: E402

make_records = world.make_records
FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Twins(world.World):
    """Rows for names that are given, and what becomes of a row."""

    def __init__(self, seed, set_size=None):
        super().__init__(seed, 2026)
        self.given, self.set_size = None, set_size

    def name(self):
        return self.given or super().name()

    def row_of(self, name):
        self.given = name
        row = self.row(1)
        self.given = None
        for key in ("mode", "ad", "alt"):
            row.pop(key, None)
        if "set" in row:
            row["set"] = row["set"][:self.set_size]
        if self.chance(0.02):
            row = {"name": name, "outcome": "skipped", "own": "skipped", "exists": "unknown",
                   "levels": []}
        return row

    def names(self, count):
        """Different names, and some once more: a list may have them twice."""
        pool = list({self.name(): None for _ in range(count)})
        return pool + self.random.sample(pool, len(pool) // 30)

    def reworded(self, record):
        if len(record) == 2:
            return record
        flags, tag, value = record
        if tag.lower().startswith("issue") and self.chance(0.6):
            head, *params = value.split(";")
            value = ";".join([self.pick((" ", "")) + head.swapcase()] + params) + self.pick(("", " "))
        return [flags, tag.swapcase() if self.chance(0.5) else tag, value]

    def reordered(self, records):
        records = [self.reworded(record) for record in records]
        records += [self.pick(records)] if self.chance(0.2) else []
        return self.random.sample(records, len(records))

    def with_other_params(self, record):
        if len(record) == 2 or not record[1].lower().startswith("issue"):
            return record
        head, *params = record[2].split(";")
        if params and self.chance(0.5):
            params.pop()
        else:
            params.append(" " + self.parameter())
        return [*record[:2], ";".join([head] + params)]

    def varied(self, records):
        at = self.random.randrange(len(records))
        less, one = records[:at] + records[at + 1:], records[at]
        return self.pick((less, records + [self.record()], less + [self.record()],
                          less + [self.with_other_params(one)],
                          records + [self.with_other_params(one)]))

    def later(self, row):
        row, kind = dict(row), self.random.random()
        if kind < 0.1 or "set" not in row:
            return self.row_of(row["name"]) if kind < 0.2 else row
        if kind < 0.3:
            row["set"] = self.reordered(row["set"])
        elif kind < 0.6:
            row["set"] = self.varied(row["set"])
        elif kind < 0.65:
            row["alias"] = self.pick(("edge.cdn.example", "customer.cdn.example"))
        elif kind < 0.7:
            row["ns"] = list(self.pick(world.OPERATORS))
        if not row["set"]:
            del row["set"]
        return row

    def scan(self, rows, part):
        """That part of the rows, invalid ones and some that were asked again a day later."""
        rows = [row for row in rows if self.chance(part)]
        rows += [{"name": None} | time_of(row) for row in rows[:3]]
        rows = self.random.sample(rows, len(rows))
        again = [(number, self.later(row) | {"pass": 2} | time_of(row, days=1))
                 for number, row in enumerate(rows, start=1) if row["name"] and self.chance(0.02)]
        return [*enumerate(rows, start=1), *again]


def time_of(row, days=0):
    if "timestamp" not in row:
        return {}
    seen = datetime.datetime.strptime(row["timestamp"], FORMAT) + datetime.timedelta(days=days)
    return {"timestamp": seen.strftime(FORMAT[:-3]) + "250Z"}


def first_rows(seed, count, set_size=None):
    twins = Twins(seed, set_size)
    return twins, [twins.row_of(name) for name in twins.names(count)]


def write(path, numbered, scan, **keys):
    """Writes rows (number, row) as the records of a scan."""
    metadata = {"schema": "caascan/1", "scan": scan, "input": {"path": "lists/world.csv"},
                "argv": ["caascan"]}
    lines = (make_records.line_of(make_records.record_of(row | keys, number, scan))
             for number, row in numbered)
    with open(path, "wb") as output:
        output.write(make_records.announced(make_records.metadata_frame(metadata)))
        while batch := b"".join(itertools.islice(lines, 500)):
            output.write(make_records.announced(make_records.zstd_frame(batch)))
    return path


TIMES = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", "%Y%m%d%H%M%SZ", "%b %d %H:%M:%S %Y GMT")
SOMEBODY = ["Nobody knows", "C=US, O=Let's Encrypt, CN=R3", "DigiCert Inc", "GLOBALSIGN NV SA",
            "C=GB, O=Sectigo Limited, CN=x", "google trust services", "letsencrypt.org", "amazon"]


def time_near(rng, times):
    """Some time before the last one or soon behind it, or about one of them, to the second."""
    if rng.random() < 0.5:
        return max(times) + datetime.timedelta(seconds=rng.randint(-18_000_000, 6_000_000))
    return rng.choice(times) + datetime.timedelta(seconds=rng.choice((-100_000, -10, 0, 0, 1, 90_000)))


def write_certs(path, seed, names):
    """A list of certificates for (name, identifiers, times), mostly of CAs that some set names."""
    rng = random.Random(seed)
    written = set()
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "issuer", "notBefore", "wildcard"])
        for _ in range(3 * len(names)):
            name, issuers, times = rng.choice(names)
            issuer = rng.choice(issuers) if issuers and rng.random() < 0.7 else rng.choice(SOMEBODY)
            at = time_near(rng, times)
            if rng.random() < 0.05:
                name = "nowhere.example"
            wild = rng.random() < 0.3
            if (name, issuer, at.date(), wild) in written:
                continue
            written.add((name, issuer, at.date(), wild))
            star = wild and rng.random() < 0.5
            rows.writerow([("*." if star else "") + rng.choice((name, name.upper(), name + ".")),
                           issuer, at.strftime(rng.choice(TIMES)),
                           rng.choice(("true", "Yes", "1")) if wild and not star else
                           rng.choice(("", "false", "0"))])
