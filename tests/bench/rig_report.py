"""Samples to a table: medians, spread, ratios to R, and what the limit was. Pure."""

import statistics

BUSY = 0.9  # of the time: who is as busy as this is the limit
# How far peak memory may be from what --dry-run said: a share of that, or so many MiB where this is
# more, since a busy machine has fewer names in flight at a time, or repeats queries.
FORETOLD_SHARE, FORETOLD_MIB = 0.15, 4
OTHERS = 0.1  # cores

COLUMNS = (
    "what", "kq/s", "min..max", "/R", "knames/s", "cores", "us/query", "user", "kernel", "/R",
    "us/name", "MiB", "rows", "right", "failed", "retries", "drops", "limit",
)  # fmt: skip


def rate(sample):
    """Queries per second; of R and dnsperf those that were answered."""
    answered = sample.queries if sample.scanner else sample.replies
    return answered / sample.seconds if sample.seconds else 0


def cpu_us(sample):
    """CPU per query, in microseconds."""
    return (sample.user + sample.system) * 1e6 / sample.queries if sample.queries else 0


def cpu_per_name_us(sample):
    return (sample.user + sample.system) * 1e6 / sample.names if sample.names else 0


def median(values):
    return statistics.median(values) if values else 0


def ratios(samples, references, figure):
    """The median of each sample's figure to that of R in the same turn; None without R."""
    pairs = [(figure(s), figure(r)) for s, r in zip(samples, references)]
    return median([a / b for a, b in pairs if b]) if any(b for _, b in pairs) else None


def limit(samples):
    """What kept the program from being faster, in words."""
    busy = median([(s.user + s.system) / s.seconds / s.cores for s in samples if s.seconds])
    reflector = median([s.reflector for s in samples])
    spent = median([s.user + s.system for s in samples])
    kernel = median([s.system for s in samples]) / spent if spent else 0
    if busy >= BUSY:
        cores = "its core" if samples[0].cores == 1 else f"its {samples[0].cores} cores"
        return f"{cores}, {kernel:.0%} kernel"
    if reflector >= BUSY:
        return f"the reflector (itself {busy:.0%} busy)"
    return f"waiting ({busy:.0%} busy, the reflector {reflector:.0%})"


def number(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def total(samples, key):
    return sum(s.judged.get(key, 0) for s in samples)


def middle(samples, figure, digits=2):
    return number(median([figure(sample) for sample in samples]) if samples else None, digits)


def row(what, samples, references):
    """The cells of one program's line."""
    rates = [rate(s) / 1e3 for s in samples]
    named = [s for s in samples if s.names]
    return [
        what,
        number(median(rates), 1),
        f"{min(rates):.3g}..{max(rates):.3g}",
        number(ratios(samples, references, rate), 2),
        middle(named, lambda s: names_rate(s) / 1e3, 1),
        middle(samples, lambda s: (s.user + s.system) / s.seconds),
        middle(samples, cpu_us),
        middle(samples, lambda s: s.user * 1e6 / max(s.queries, 1)),
        middle(samples, lambda s: s.system * 1e6 / max(s.queries, 1)),
        number(ratios(samples, references, cpu_us), 2),
        middle(named, cpu_per_name_us),
        *scan_cells([s for s in samples if s.scanner]),
        str(sum(s.dropped for s in samples)),
        limit(samples),
    ]


def scan_cells(scans):
    """What only a scanner has: memory, rows, retries."""
    if not scans:
        return ["-"] * 5
    names = sum(s.names for s in scans)
    return [
        f"{max(s.peak_mib for s in scans):.0f}",
        f"{sum(s.recorded for s in scans)}/{names}",
        f"{total(scans, 'right')}/{names}",
        str(total(scans, "failed")),
        str(sum(s.retries for s in scans)),
    ]


def names_rate(sample):
    return sample.names / sample.seconds if sample.seconds else 0


def against_one_thread(samples):
    """A line for each scanner with several threads: its rate by that of one thread, same turn, and
    its CPU time a name, which says how it would be on cores that nobody else wants."""
    by_what = {}
    for sample in samples:
        by_what.setdefault(sample.what, []).append(sample)
    for what, scans in by_what.items():
        one = by_what.get(what.partition(", ")[0])
        if ", " in what and one:
            yield (f"{what}: {ratios(scans, one, names_rate):.2f} x the names/s of one, "
                   f"{ratios(scans, one, cpu_per_name_us):.2f} x the CPU time a name")  # fmt: skip


def against_dnsperf(samples):
    """A line for each scanner that took turns with dnsperf: CPU per name as against dnsperf's CPU
    per query, of the same turn."""
    others = [s for s in samples if s.what == "dnsperf"]
    for what in dict.fromkeys(s.what for s in samples if s.scanner):
        scans = [s for s in samples if s.what == what]
        ratio = ratios(scans, others, cpu_per_name_us)
        if ratio is not None:
            yield f"{what}: CPU per name {ratio:.2f} x dnsperf's"


def complaint(sample):
    """A line about rows that are not right, None where all are."""
    judged = sample.judged
    good = judged.get("right", 0) + judged.get("failed", 0)
    if not sample.scanner or good == sample.names == sample.recorded:
        return None
    return f"NOT ALL RIGHT: {sample.what}: {judged}, {sample.recorded} recorded"


def is_foretold(peak_mib, foretold_mib):
    return abs(peak_mib - foretold_mib) <= max(FORETOLD_SHARE * foretold_mib, FORETOLD_MIB)


def against_foretold(samples):
    """Lines about peak memory beside what --dry-run said, and whether all of it was near."""
    lines, near = [], True
    for sample in samples:
        if not sample.foretold_mib:
            continue
        ratio = sample.peak_mib / sample.foretold_mib
        good = is_foretold(sample.peak_mib, sample.foretold_mib)
        near = near and good
        lines.append(f"{'' if good else 'NOT AS FORETOLD: '}{sample.what}: {sample.peak_mib:.1f} MiB, "
                     f"--dry-run said {sample.foretold_mib:.0f}: {ratio:.2f}")  # fmt: skip
    return lines, near


def table(samples):
    """Lines of a table over the samples of one case; those of a program are in turns' order."""
    labels = list(dict.fromkeys(s.what for s in samples))
    by_label = {label: [s for s in samples if s.what == label] for label in labels}
    references = by_label.get("R", [])
    rows = [COLUMNS] + [row(label, by_label[label], references) for label in labels]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(COLUMNS))]
    for cells in rows:
        first, *rest, last = zip(cells, widths)
        yield "  ".join(
            [first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest), last[0]]
        ).rstrip()
    others = median([s.others for s in samples])
    if others >= OTHERS:
        yield f"Not a quiet machine: other programs used {others:.1f} cores (median)."
