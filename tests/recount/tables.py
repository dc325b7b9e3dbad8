"""The tables of a report, counted again: name, key columns, and a function of a scan to its rows.

A cell is None (empty), a text, an integer, a float (a share, written with six decimals), or a set of
texts of which any will do.
"""
import collections
import random
import re

import domains
import parsers
import scans
import values

ISSUE_TAGS = values.ISSUE_TAGS
SET_LINTS = ("malformed_denies_all", "nonrestrictive_set", "issuewild_without_issue",
             "issuewild_redundant", "deny_all_ineffective", "duplicate_record",
             "found_at_public_suffix", "cname_delegates_policy", "ns_inconsistent", "unsigned_set",
             "accounturi_unsigned")
RECORD_LINTS = (
    "flags_reserved_bits flags_one_not_128 critical_unknown critical_on_known tag_unknown "
    "tag_reserved tag_not_lowercase tag_longer_than_15 rdata_malformed value_malformed "
    "param_malformed issuer_trailing_dot issuer_is_url issuer_is_email issuer_multiple "
    "issuer_quoted issuer_wildcard issuer_single_label issuer_not_dns_name issuer_ip_literal "
    "issuer_not_lowercase value_padded value_non_ascii value_control_char param_duplicate "
    "params_without_issuer param_tag_not_lowercase param_prestandard_spelling accounturi_invalid "
    "accounturi_duplicate validationmethods_empty validationmethods_invalid "
    "validationmethods_duplicate validationmethods_unregistered validationmethods_not_lowercase "
    "iodef_malformed iodef_missing_scheme iodef_bad_scheme iodef_plain_http contactemail_malformed "
    "contactphone_malformed unknown_issuer issuer_typo defunct_issuer").split()
UNKNOWABLE_LINTS = ("shadowed_parent", "wildcard_caa_gap", "cert_not_permitted")


def share(part, whole):
    return part / whole if whole else None


def of(unit, word, number):
    return {"unit": unit, "denominator_of": word, "denominator": number}


def top_operator(rows):
    """(operators that may be named, names) of the operator with most of the rows."""
    count = collections.Counter(row.operator[0] for row in rows if row.operator)
    if not count:
        return None, None
    most = max(count.values())
    return min(name for name, number in count.items() if number == most), most


def top_cells(rows, operator="top_operator"):
    name, names = top_operator(rows)
    return {operator: name, f"{operator}_names": names,
            f"{operator}_share": share(names, len(rows)) if name is not None else None}


# ---- sets ----

def policy(scan):
    for kind in ("issue", "wild", "mail", "vmc"):
        count = collections.Counter(values.policy(row.caa, kind) for row in scan.found)
        minimal = sum(
            any(values.denies_all_cas(r, values.MINIMAL) for r in row.caa)
            and not any(values.denies_all_cas(r, values.SUPPORTED) for r in row.caa)
            for row in scan.found)
        yield of("name", "found", len(scan.found)) | {
            "kind": kind, "minimal_ca_denied": minimal} | {
            word: count[word] for word in ("unrestricted", "allow_list", "deny_all",
                                           "deny_all_critical")}


def tags(scan):
    names, records, critical = (collections.Counter() for _ in range(3))
    for row in scan.found:
        decoded = [r for r in row.caa if r["rdata_error"] is None]
        records.update(r["tag"].lower() for r in decoded)
        names.update({r["tag"].lower() for r in decoded})
        critical.update({r["tag"].lower() for r in decoded if r["flags"] >= 128})
    for tag in names:
        meaning = values.REGISTRY.get(tag)
        kind = "unknown" if meaning is None else "reserved" if meaning == "Reserved" else tag
        yield of("name", "found", len(scan.found)) | {
            "tag": tag, "property": kind, "names": names[tag], "records": records[tag],
            "share_of_caa_names": share(names[tag], len(scan.found)),
            "critical_names": critical[tag]}


def lints(scan):
    by_lint, records = collections.defaultdict(list), collections.Counter()
    for row in scan.found:
        each = [values.record_lints(record) for record in row.caa]
        for found in each:
            records.update(found)
        for lint in set().union(*each) | values.set_lints(row.caa) | set(way_lints(row)):
            by_lint[lint].append(row)
    checked = [row for row in scan.found if row.record["dnssec"] != "unchecked"]
    for lint in (*RECORD_LINTS, *SET_LINTS, *UNKNOWABLE_LINTS):
        if lint == "ns_inconsistent":
            rows, base, known = by_lint[lint], scan.found, compared(scan)
        elif lint in ("unsigned_set", "accounturi_unsigned"):
            rows, base, known = by_lint[lint], checked, checked
        else:
            rows, base, known = by_lint[lint], scan.found, lint not in UNKNOWABLE_LINTS
        yield lint_row(lint, rows, base, known) | {
            "records": records[lint] if lint in RECORD_LINTS else None}


def lint_row(lint, rows, base, known):
    if not known:
        return of("name", None, None) | {
            "lint": lint, "names": None, "share_of_caa_names": None, "top_operator": None,
            "top_operator_names": None, "top_operator_share": None}
    word = "found_dnssec_checked" if lint.endswith("unsigned") or lint == "unsigned_set" else "found"
    return of("name", word, len(base)) | {
        "lint": lint, "names": len(rows), "share_of_caa_names": share(len(rows), len(base)),
    } | top_cells(rows)


def way_lints(row):
    record = row.record
    if record["depth"] > 0 and (
            row.registrable is None or len(record["found_at"]) < len(row.registrable)):
        yield "found_at_public_suffix"
    owner = record["rrset_owner"]
    if owner != record["found_at"] and not (
            domains.within(owner, row.registrable or row.name)):
        yield "cname_delegates_policy"
    if notes_of(row, "ns_inconsistent"):
        yield "ns_inconsistent"
    if record["dnssec"] == "insecure":
        yield "unsigned_set"
        if any(tag.lower() == "accounturi" for issue_tag in ISSUE_TAGS
               for value in row.values(issue_tag) for tag, _ in values.parse(value).params):
            yield "accounturi_unsigned"


def notes_of(row, kind):
    return [note for note in row.record["notes"] if note["kind"] == kind]


def compared(scan):
    """Does a record or the metadata say that name servers were compared?"""
    notes = ("ns_inconsistent", "census_incomplete")
    said = any(notes_of(row, note) for row in scan.asked for note in notes)
    return said or "--all-nameservers" in (scan.metadata.get("argv") or [])


def ca_share(scan):
    for tag in ISSUE_TAGS:
        base = [row for row in scan.found if row.has(tag)]
        names, alone = collections.Counter(), collections.Counter()
        operator_names, operator_alone = collections.Counter(), collections.Counter()
        for row in base:
            named = row.identifiers(tag)
            behind = {allowed(identifier) for identifier in named}
            names.update(named)
            operator_names.update(behind)
            if len(named) == 1:
                alone.update(named)
            if len(behind) == 1:
                operator_alone.update(behind)
        head = of("name", "found_with_property", len(base)) | {"property": tag}
        for name, number in names.items():
            yield head | {"by": "identifier", "identifier": name,
                          "operator": values.operator(name), "names": number,
                          "share": share(number, len(base)), "exclusive_names": alone[name]}
        for (kind, name), number in operator_names.items():
            if kind == "operator":
                yield head | {"by": "operator", "identifier": None, "operator": name,
                              "names": number, "share": share(number, len(base)),
                              "exclusive_names": operator_alone[kind, name]}


def allowed(identifier):
    """Who an identifier stands for: its operator, or itself where none is known."""
    known = values.operator(identifier)
    return ("operator", known) if known else ("identifier", identifier)


def ca_set_size(scan):
    kinds = {"issue": "issue", "issuewild": "wild", "issuemail": "mail", "issuevmc": "vmc"}
    for tag, kind in kinds.items():
        count = collections.Counter()
        for row in scan.found:
            word, k = values.policy(row.caa, kind), 0
            if word == "allow_list":
                named = {values.issuer(v) for v in values.property_values(row.caa, kind)} - {""}
                k = min(len({allowed(identifier) for identifier in named}), 64)
            count[word, None if word == "unrestricted" else k] += 1
        for word, k in (("unrestricted", None), ("deny_all", 0), ("deny_all_critical", 0)):
            count[word, k] += 0
        for (word, k), number in count.items():
            yield of("name", "found", len(scan.found)) | {
                "property": tag, "policy": word, "k": k, "names": number,
                "share": share(number, len(scan.found))}


def ca_concentration(scan):
    for tag in ISSUE_TAGS:
        count = collections.Counter()
        for row in scan.found:
            count.update({allowed(identifier)[1] for identifier in row.identifiers(tag)})
        total, so_far = sum(count.values()), 0
        hhi = sum(number * number for number in count.values()) / total ** 2 if total else None
        order = sorted(count.items(), key=lambda item: (-item[1], item[0].encode()))
        for k, (name, number) in enumerate(order[:50], 1):
            so_far += number
            yield of("naming", "namings", total) | {
                "property": tag, "k": k, "operator": name, "names": number,
                "cumulative_share": share(so_far, total), "hhi": hhi}


def ca_combinations(scan):
    for tag in ISSUE_TAGS:
        count, base = collections.Counter(), 0
        for row in scan.found:
            if not row.has(tag):
                continue
            base += 1
            named = {values.operator(identifier) or "unknown CA"
                     for identifier in row.identifiers(tag)}
            label = " + ".join(sorted(named, key=str.encode)) if named else "no CA"
            count[label if len(named) <= 4 else "more than 4 CAs"] += 1
        for label, number in count.items():
            yield of("name", "found_with_property", base) | {
                "property": tag, "operators": label, "names": number,
                "share": share(number, base)}


def params(scan):
    names, records, distinct = (collections.defaultdict(set) for _ in range(3))
    fits, bad = collections.defaultdict(set), collections.defaultdict(set)
    for at, row in enumerate(scan.found):
        for which, record in enumerate(row.caa):
            if record["rdata_error"] is not None or record["tag"].lower() not in ISSUE_TAGS:
                continue
            parsed = values.parse(values.octets(record["value"]))
            for tag, value in parsed.params:
                tag = tag.lower()
                names[tag].add(at)
                records[tag].add((at, which))
                distinct[tag].add(value)
                if tag in ("accounturi", "validationmethods") and (
                        values.parameter_fits(tag, value)):
                    fits[tag].add(at)
            for tag in values.unsatisfiable(parsed.params):
                bad[tag].add(at)
    for tag in names:
        judged = tag in ("accounturi", "validationmethods")
        yield of("name", "found", len(scan.found)) | {
            "parameter": tag, "names": len(names[tag]), "records": len(records[tag]),
            **distinct_cells(distinct[tag], "distinct_values"),
            "valid": len(fits[tag]) if judged else None,
            "unsatisfiable": len(bad[tag]) if judged else None,
            "share_of_caa_names": share(len(names[tag]), len(scan.found))}


def distinct_cells(found, column):
    exact = len(found) <= 2048
    return {column: len(found) if exact else estimate(len(found)),
            "distinct_exact": "yes" if exact else "no"}


class estimate:
    """A count that may be off by four standard errors of 2.2 %."""

    def __init__(self, number):
        self.number = number

    def allows(self, text):
        return text.isdigit() and abs(int(text) - self.number) <= 0.088 * self.number

    def __str__(self):
        return f"about {self.number}"


def iodef(scan):
    names, records, valid, same, distinct = (collections.defaultdict(set) for _ in range(5))
    for at, row in enumerate(scan.found):
        for which, record in enumerate(row.caa):
            if record["rdata_error"] is not None or record["tag"].lower() != "iodef":
                continue
            value = values.octets(record["value"])
            scheme, usable = values.iodef(value)
            names[scheme].add(at)
            records[scheme].add((at, which))
            distinct[scheme].add(value.lower())
            if usable:
                valid[scheme].add(at)
                host = values.iodef_host(value)
                if host and domains.within(host, row.registrable or row.name):
                    same[scheme].add(at)
    for scheme in ("mailto", "https", "http", "other", "missing", "no_uri"):
        yield of("name", "found", len(scan.found)) | {
            "scheme": scheme, "names": len(names[scheme]), "records": len(records[scheme]),
            "valid": len(valid[scheme]), "same_domain": len(same[scheme]),
            **distinct_cells(distinct[scheme], "distinct_targets"),
            "share_of_caa_names": share(len(names[scheme]), len(scan.found))}


# ---- adoption ----

def climb(scan):
    count = collections.Counter((row.record["depth"], row.part) for row in scan.found)
    for (depth, part), number in count.items():
        yield of("name", "found", len(scan.found)) | {
            "depth": depth, "via": part, "names": number, "share": share(number, len(scan.found))}


def bounds(found, answered, indeterminate, prefix="share"):
    asked = answered + indeterminate
    return {f"{prefix}_lo": share(found, asked), prefix: share(found, answered),
            f"{prefix}_hi": share(found + indeterminate, asked)}


def adoption_by_rank(scan, bands=False):
    buckets = [(None, None)] + [(1, 10 ** n) for n in range(3, 10)]
    if bands:
        buckets += [(low, low + 3999) for low in range(1, 1000000, 4000)]
    ranks = [row.record["rank"] for row in scan.rows if row.record["rank"] is not None]
    top = max(ranks, default=0)
    for low, high in buckets:
        if low == 1 and high > 1000 and high >= top * 10:
            continue
        rows = [row for row in scan.rows if low is None or (
            row.record["rank"] is not None and low <= row.record["rank"] <= high)]
        if low and not rows:
            continue
        yield rank_row(scan, rows) | {"bucket_lo": low, "bucket_hi": high}


def rank_row(scan, rows):
    count = collections.Counter(row.part for row in rows)
    asked = [row for row in rows if row.asked]
    own = sum(row.record["own"] in ("found", "empty") for row in asked)
    found = sum(count[part] for part in scans.FOUND_PARTS)
    answered = found + count["none"]
    names = {"direct": "own", "via_alias": "via_alias", "at_tld": "ancestor_tld",
             "at_ancestor_intermediate": "ancestor_intermediate",
             "at_ancestor_regdom": "ancestor_regdom",
             "at_ancestor_public_suffix": "ancestor_public_suffix",
             "at_ancestor_via_alias": "ancestor_via_alias", "none": "none",
             "indeterminate": "indeterminate", "invalid": "invalid", "skipped": "skipped"}
    return of("name", "asked", len(asked)) | {
        column: count[part] for column, part in names.items()} | {
        "list": scan.list_name(), "n": len(asked), "n_answered": answered, "any": found,
        "not_existing": sum(row.record["exists"] == "no" for row in asked),
        "n_own_answered": own, "share_direct": share(count["own"], own),
        **bounds(found, answered, count["indeterminate"], "share_any")}


def adoption_by_tld(scan, sample=False):
    by_tld, of_domains = (collections.defaultdict(collections.Counter) for _ in range(2))
    for row in scan.asked:
        by_tld[row.tld][row.outcome] += 1
        of_domains[row.tld][row.outcome] += row.name == row.registrable
    for tld, names in by_tld.items():
        count = of_domains[tld]
        answered = count["found"] + count["empty"]
        low, high = wilson(count["found"], answered) if sample else (None, None)
        yield of("registrable_domain", "answered", answered) | {
            "tld": tld, "type": domains.tld_type(tld), "n": answered + count["indeterminate"],
            "n_answered": answered, "any": count["found"],
            "indeterminate": count["indeterminate"], "wilson_lo": low, "wilson_hi": high,
            "psl": domains.list_version(), "names": sum(names.values()),
            "names_answered": names["found"] + names["empty"], "names_any": names["found"],
            "names_indeterminate": names["indeterminate"],
            **bounds(count["found"], answered, count["indeterminate"])}


def wilson(part, whole, z=1.959963984540054):
    if not whole:
        return None, None
    p, zz = part / whole, z * z / whole
    middle = p + zz / 2
    width = z * (p * (1 - p) / whole + zz / (4 * whole)) ** 0.5
    return max(0.0, (middle - width) / (1 + zz)), min(1.0, (middle + width) / (1 + zz))


# ---- failures ----

SCANNERS_OWN = {"local_error", "net_unreachable", "work_limit"}


def br_word(row):
    """What the Baseline Requirements let a CA do with a failed lookup."""
    record = row.record
    status = record["dnssec"]
    if status == "bogus" or record["error_class"] == "dnssec_bogus":
        late = record["timestamp"][:10] >= "2026-03-15"
        return "br_must_not_issue" if late else "br_only_if_not_checked"
    if record["error_class"] in SCANNERS_OWN:
        return "br_unknown"
    if status in ("secure", "indeterminate") or record["error_class"] == "dnssec_indeterminate":
        return "br_must_not_issue"
    if status == "insecure":
        return "br_exception_possible"
    return {"present": "br_must_not_issue", "absent": "br_exception_possible",
            "unknown": "br_unknown"}[record["ds"]]


def errors(scan):
    failed, recovered = collections.defaultdict(list), collections.Counter()
    for row in scan.asked:
        if row.outcome == "indeterminate":
            failed[row.record["error_class"]].append(row)
        else:
            recovered.update({note["detail"] for note in notes_of(row, "recovered")})
    asked_again = recovered or any(notes_of(row, "recovered") for row in scan.rows) or any(
        probe["type"] == "A" for rows in failed.values() for row in rows
        for probe in row.record["control"])
    for word in sorted(set(failed) | set(recovered)):
        rows = failed[word]
        probes = [[p for p in row.record["control"] if p["type"] == "A"] for row in rows]
        probed = [each for each in probes if each]
        operators = {row.operator[0] for row in rows if row.operator}
        br = collections.Counter(map(br_word, rows))
        yield of("name", "asked", len(scan.asked)) | {
            "class": word, "names": len(rows), "share_of_all": share(len(rows), len(scan.asked)),
            **distinct_error_levels(rows),
            "distinct_operators": len(operators) if operators else None,
            **top_cells(rows, "operator_top"),
            "a_probed": len(probed),
            "a_works_caa_fails": sum(any(p["answered"] for p in each) for each in probed)
            if probed else None,
            "recovered": recovered[word] if asked_again else None,
            **{column: br[column] for column in (
                "br_exception_possible", "br_must_not_issue", "br_only_if_not_checked",
                "br_unknown")}}


def distinct_error_levels(rows):
    cells = distinct_cells({row.record["error_at"] for row in rows}, "distinct_error_at")
    return cells


# ---- servers, algorithms, DNSSEC ----

def ns_consistency(scan):
    words = ("presence", "content", "alias", "nxdomain", "other")
    rows = {word: [] for word in (*words, "any", "incomplete")}
    for row in scan.asked:
        notes = notes_of(row, "ns_inconsistent")
        ways = {re.match("[a-z]*", note["detail"] or "")[0] for note in notes}
        for word in {way if way in words else "other" for way in ways}:
            rows[word].append(row)
        if notes:
            rows["any"].append(row)
        elif notes_of(row, "census_incomplete"):
            rows["incomplete"].append(row)
    known = compared(scan)
    for word, each in rows.items():
        cells = {"names": None, "share": None, "operator_top": None, "operator_top_names": None,
                 "operator_top_share": None}
        if known:
            cells = {"names": len(each), "share": share(len(each), len(scan.asked)),
                     **top_cells(each, "operator_top")}
        yield of("name", "asked", len(scan.asked)) | {"kind": word} | cells


def algorithm_diff(scan):
    def verdict(row, which):
        record = row.record if which == "rfc8659" else row.record["alt"][which]
        return record["outcome"], (record["rrset_owner"] or "").lower()

    rows = [row for row in scan.asked if row.record["alt"]]
    for a, b in (("rfc8659", "rfc6844"), ("rfc8659", "erratum5065"), ("rfc6844", "erratum5065")):
        count, changed = collections.Counter(), []
        for row in rows:
            (outcome, owner), (other_outcome, other_owner) = verdict(row, a), verdict(row, b)
            failed = (outcome == "indeterminate") + (other_outcome == "indeterminate")
            if failed:
                count["both" if failed == 2 else "one"] += 1
            elif outcome != other_outcome:
                count["presence"] += 1
                changed.append(row)
            elif outcome == "found" and owner != other_owner:
                count["set"] += 1
                changed.append(row)
        base = len(rows) - count["one"] - count["both"]
        cells = dict.fromkeys(("verdict_changed", "share_changed", "presence_changed",
                               "set_changed", "one_indeterminate", "both_indeterminate",
                               "operator_top", "operator_top_names", "operator_top_share"))
        if rows:
            cells = {"verdict_changed": len(changed), "share_changed": share(len(changed), base),
                     "presence_changed": count["presence"], "set_changed": count["set"],
                     "one_indeterminate": count["one"], "both_indeterminate": count["both"],
                     **top_cells(changed, "operator_top")}
        yield of("name", "compared", base) | {"pair": f"{a}_{b}", "names": len(rows)} | cells


def odds(rows):
    """The odds of a set with the first status against those with the second, by strata."""
    strata = collections.defaultdict(lambda: [0, 0, 0, 0])
    for stratum, first, found in rows:
        strata[stratum][(0 if first else 2) + (0 if found else 1)] += 1
    above = sum(a * d / (a + b + c + d) for a, b, c, d in strata.values())
    below = sum(b * c / (a + b + c + d) for a, b, c, d in strata.values())
    return above / below if above and below else None


def dnssec(scan):
    for by, key, first, second, words in (
            ("validation", "dnssec", "secure", "insecure",
             ("secure", "insecure", "bogus", "indeterminate", "unchecked")),
            ("delegation", "ds", "present", "absent", ("present", "absent", "unknown"))):
        both = [row for row in scan.asked
                if row.outcome != "indeterminate" and row.record[key] in (first, second)]
        for word in words:
            rows = [row for row in scan.asked if row.record[key] == word]
            if not rows:
                continue
            failed = sum(row.outcome == "indeterminate" for row in rows)
            found = sum(row.found for row in rows)
            cells = dict.fromkeys(("odds_ratio", "odds_ratio_within_tld",
                                   "odds_ratio_within_operator"))
            if word == first:
                triple = [(row, row.record[key] == first, row.found) for row in both]
                cells = {
                    "odds_ratio": odds((0, f, s) for _, f, s in triple),
                    "odds_ratio_within_tld": odds((row.tld, f, s) for row, f, s in triple),
                    "odds_ratio_within_operator": odds(
                        (row.operator, f, s) for row, f, s in triple if row.operator)}
            yield of("name", "answered_with_status", len(rows) - failed) | {
                "by": by, "status": word, "caa_names": found, "all_names": len(rows),
                "indeterminate": failed, "share": share(found, len(rows) - failed)} | cells


# ---- operators ----

DOMAIN_PARTS = ("own", "ancestor_intermediate", "ancestor_regdom")


def as_items(row):
    """The set of a row as a set of records; a malformed one is its reason alone."""
    return frozenset(
        (r["rdata_error"],) if r["rdata_error"] is not None
        else (r["flags"], r["tag"].lower(), values.octets(r["value"])) for r in row.caa)


def contains(items, part):
    return items == part or part < items and max(len(items), len(part)) <= 24


def operator_cells(rows):
    count = collections.Counter(row.outcome for row in rows)
    answered = count["found"] + count["empty"]
    return of("name", "answered", answered) | {
        "n": len(rows), "n_answered": answered, "any": count["found"],
        "direct": sum(row.part == "own" for row in rows), "indeterminate": count["indeterminate"],
        **bounds(count["found"], answered, count["indeterminate"]),
        "domain_sets": sum(row.part in DOMAIN_PARTS for row in rows),
        "top_set_hash": None, "top_set_share": None, "containing_share": None, "template": None,
        "template_names": 0, "set_sample": 1.0, "boot_lo": None, "boot_hi": None}


def template_cells(rows):
    sets = collections.Counter(as_items(row) for row in rows if row.part in DOMAIN_PARTS)
    if not sets:
        return {}
    total, most = sum(sets.values()), max(sets.values())
    tops = [items for items, number in sets.items() if number == most]
    containing = {sum(n for items, n in sets.items() if contains(items, top)) for top in tops}
    is_template = {total >= 20 and 2 * number >= total for number in containing}
    if len(containing) > 1:
        return dict.fromkeys(("containing_share", "template", "template_names"), ANY) | {
            "top_set_hash": ANY, "top_set_share": most / total}
    number = containing.pop()
    template = is_template.pop()
    return {"top_set_hash": SetHash(tops[0]) if len(tops) == 1 else ANY,
            "top_set_share": most / total, "containing_share": number / total,
            "template": "yes" if template else "no", "template_names": number if template else 0}


class Any:
    """A cell that the manual leaves open, as where two sets are equally frequent."""

    def allows(self, text):
        return True


ANY = Any()


class SetHash:
    """A hash: another text for another set, and always the same for the same."""

    sets = {}
    hashes = {}

    def __init__(self, items):
        self.items = items

    def allows(self, text):
        same = self.hashes.setdefault(self.items, text) == text
        return same and self.sets.setdefault(text, self.items) == self.items and len(text) == 16

    def __str__(self):
        return "a hash of its own"


def bootstrap(groups, seed=1, times=2000):
    """The cells of an interval by drawing operators; two such intervals differ by chance."""
    counts = [(sum(row.found for row in rows), sum(row.outcome != "indeterminate" for row in rows))
              for rows in groups.values()]
    if sum(answered > 0 for _, answered in counts) < 2:
        return {}
    draw = random.Random(seed)
    shares = []
    for _ in range(times):
        found, answered = map(sum, zip(*draw.choices(counts, k=len(counts))))
        if answered:
            shares.append(found / answered)
    shares.sort()
    low, high = (shares[int(part * (len(shares) - 1))] for part in (0.025, 0.975))
    margin = 0.2 * (high - low) + 1e-6
    return {"boot_lo": Near(low, margin), "boot_hi": Near(high, margin)}


class Near:
    """A number that may be off by so much."""

    def __init__(self, number, margin):
        self.number, self.margin = number, margin

    def allows(self, text):
        return bool(text) and abs(float(text) - self.number) <= self.margin

    def __str__(self):
        return f"about {self.number:.6f}"


def adoption_by_operator(scan, sample=False):
    groups = collections.defaultdict(list)
    for row in scan.asked:
        groups[row.operator].append(row)
    order = sorted((key for key in groups if key), key=lambda key: (-len(groups[key]), key[0]))
    listed = {key: operator_cells(groups[key]) | template_cells(groups[key])
              for key in order[:1000]}
    rest = [operator_cells(groups[key]) | template_cells(groups[key]) for key in order[1000:]]
    known = [cells["template_names"] for cells in [*listed.values(), *rest]]
    templates = ANY if ANY in known else sum(known)

    whole = operator_cells(scan.asked) | {"template_names": templates}
    yield whole | {"row": "all", "operator": None, "ns_rule": None} | (
        bootstrap(groups) if sample else {})
    yield without_templates(whole, templates)
    with_sets = {key: sum(row.found for row in groups[key]) for key in order}
    if any(with_sets.values()):
        largest = max(order, key=lambda key: with_sets[key])
        yield operator_cells([row for row in scan.asked if row.operator != largest]) | {
            "row": "without_largest", "operator": largest[0], "ns_rule": largest[1],
            "template_names": ANY if templates is ANY
            else templates - (listed | dict(zip(order[1000:], rest)))[largest]["template_names"]}
    for key, cells in listed.items():
        yield cells | {"row": "operator", "operator": key[0], "ns_rule": key[1]}
    if rest:
        rows = [row for key in order[1000:] for row in groups[key]]
        yield operator_cells(rows) | {
            "row": "other", "operator": None, "ns_rule": None,
            "template_names": sum(cells["template_names"] for cells in rest)}
    if groups[None]:
        yield operator_cells(groups[None]) | {"row": "unknown", "operator": None, "ns_rule": None}


def without_templates(whole, templates):
    if templates is ANY:
        return {column: ANY for column in whole} | {
            "row": "without_templates", "operator": None, "ns_rule": None}
    found = whole["any"] - templates
    return whole | {
        "row": "without_templates", "operator": None, "ns_rule": None, "any": found,
        "direct": None, "domain_sets": whole["domain_sets"] - templates, "template_names": 0,
        **bounds(found, whole["n_answered"], whole["indeterminate"])}


def adoption_over_time(scan, all_scans=()):
    def any_by_operator(of_scan):
        return collections.Counter(row.operator[0] for row in of_scan.found if row.operator)

    earlier = [other for other in all_scans
               if (other.mode, other.vantage, other.prefix) == (scan.mode, scan.vantage, scan.prefix)
               and other.first < scan.first]
    previous = max(earlier, key=lambda other: other.first, default=None)
    now = any_by_operator(scan)
    cells = {"previous_scan": None, "any_delta": None, "largest_operator": None,
             "largest_operator_any": None, "largest_operator_delta": None}
    if previous:
        before = any_by_operator(previous)
        delta = {name: now[name] - before[name] for name in now | before}
        cells |= {"previous_scan": previous.scan, "any_delta": len(scan.found) - len(previous.found)}
        name = min(delta, key=lambda name: (-abs(delta[name]), -now[name], name), default=None)
        if name is not None:
            cells |= {"largest_operator": name, "largest_operator_any": now[name],
                      "largest_operator_delta": delta[name]}
    elif now:
        name = min(now, key=lambda name: (-now[name], name))
        cells |= {"largest_operator": name, "largest_operator_any": now[name]}
    count = collections.Counter(row.part for row in scan.asked)
    yield of("name", "asked", len(scan.asked)) | {
        "began": scan.first, "list": scan.list_name(), "n": len(scan.asked),
        "n_answered": scan.answered, "direct": count["own"], "via_alias": count["via_alias"], "any": len(scan.found),
        "indeterminate": scan.count["indeterminate"],
        **bounds(len(scan.found), scan.answered, scan.count["indeterminate"])} | cells


def parser_rules(scan):
    by_rule, records = collections.defaultdict(list), collections.Counter()
    for row in scan.found:
        each = [set(parsers.rules_of(record)) for record in row.caa]
        for found in each:
            records.update(found)
            records["any"] += bool(found)
        all_rules = set().union(*each)
        for rule in all_rules | ({"any"} if all_rules else set()):
            by_rule[rule].append(row)
    for rule, software, effect in (*parsers.RULES, ("any", None, None)):
        yield of("name", "found", len(scan.found)) | {
            "rule": rule, "software": software, "effect": effect, "names": len(by_rule[rule]),
            "records": records[rule], "share_of_caa_names": share(
                len(by_rule[rule]), len(scan.found)), **top_cells(by_rule[rule])}


# ---- summary ----

def summary(scan):
    def put(base, metric, number, of_base=True):
        return base | {"metric": metric, "count": number,
                       "share": share(number, base["denominator"]) if of_base else None}

    rows, asked = scan.rows, scan.asked
    nothing = of("record", None, None)
    for metric, number in (
            ("records", len(rows)),
            ("records_of_later_passes", sum(row.record["pass"] > 1 for row in rows)),
            ("invalid", scan.count["invalid"]), ("skipped", scan.count["skipped"]),
            ("wildcards", sum(row.record["wildcard"] for row in rows)),
            ("queries", sum(row.record["queries"] for row in rows)),
            ("retries", sum(row.record["retries"] for row in rows))):
        yield put(nothing, metric, number, False)
    notes = collections.Counter(kind for row in rows
                                for kind in {note["kind"] for note in row.record["notes"]})
    for kind, number in notes.items():
        yield put(nothing, f"note_{kind}", number, False)

    base = of("name", "asked", len(asked))
    exists = collections.Counter(row.record["exists"] for row in asked)
    own = sum(row.record["own"] in ("found", "empty") for row in asked)
    part = collections.Counter(row.part for row in asked)
    found, failed = scan.count["found"], scan.count["indeterminate"]
    for metric, number in (
            ("asked", len(asked)), ("answered", scan.answered), ("found", found),
            ("empty", scan.count["empty"]), ("indeterminate", failed),
            *((f"exists_{word}", exists[word]) for word in ("yes", "no", "unknown")),
            ("own_level_answered", own),
            ("public_suffixes", sum(row.registrable is None for row in asked)),
            ("adoption_any_lo", found), ("adoption_any_hi", found + failed),
            *((f"part_{word}", part[word]) for word in scans.PARTS)):
        yield put(base, metric, number)
    yield put(of("name", "own_level_answered", own), "adoption_direct", part["own"])
    yield put(of("name", "answered", scan.answered), "adoption_any", found)

    base = of("name", "found", found)
    malformed = [sum(r["rdata_error"] is not None for r in row.caa) for row in scan.found]
    yield put(base, "malformed_names", sum(number > 0 for number in malformed))
    for word, number in collections.Counter(row.record["dnssec"] for row in scan.found).items():
        yield put(base, f"dnssec_{word}", number)
    nothing = of("caa_record", None, None)
    yield put(nothing, "caa_records", sum(len(row.caa) for row in scan.found), False)
    yield put(nothing, "malformed_caa_records", sum(malformed), False)
    yield from summary_of_input(scan, put)


def summary_of_input(scan, put):
    """What is missing and what stands twice. The files that are made here are whole."""
    keys = collections.Counter((row.record["row"], row.record["pass"]) for row in scan.rows)
    length = (scan.metadata.get("input") or {}).get("rows")
    length = length or max(row.record["row"] for row in scan.rows)
    missing = length - len({row.record["row"] for row in scan.rows})
    yield put(of("row", "expected", length), "rows_missing", missing)
    yield put(of("record", None, None), "records_repeated",
              sum(number - 1 for number in keys.values()), False)
    for unit, metric in (("line", "bad_lines"), ("frame", "torn_frames"),
                         ("frame", "damaged_frames"), ("octet", "octets_left_out")):
        yield put(of(unit, None, None), f"input_{metric}", 0, False)


TABLES = {
    "adoption_by_operator": (("row", "operator", "ns_rule"), adoption_by_operator),
    "adoption_by_rank": (("bucket_lo", "bucket_hi"), adoption_by_rank),
    "adoption_by_tld": (("tld",), adoption_by_tld),
    "adoption_over_time": ((), adoption_over_time),
    "algorithm_diff": (("pair",), algorithm_diff),
    "ca_combinations": (("property", "operators"), ca_combinations),
    "ca_concentration": (("property", "k"), ca_concentration),
    "ca_set_size": (("property", "policy", "k"), ca_set_size),
    "ca_share": (("by", "property", "identifier", "operator"), ca_share),
    "climb": (("depth", "via"), climb),
    "dnssec": (("by", "status"), dnssec),
    "errors": (("class",), errors),
    "iodef": (("scheme",), iodef),
    "lints": (("lint",), lints),
    "ns_consistency": (("kind",), ns_consistency),
    "params": (("parameter",), params),
    "parsers": (("rule",), parser_rules),
    "policy": (("kind",), policy),
    "summary": (("metric",), summary),
    "tags": (("tag",), tags),
}
