"""The tables of a report, counted again: name, key columns, and a function of a scan to its rows.

A cell is None (empty), a text, an integer, a float (a share, written with six decimals), or a set of
texts of which any will do.
"""
import collections

import domains
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
    inconsistent = [row for row in scan.asked if notes_of(row, "ns_inconsistent")]
    checked = [row for row in scan.found if row.record["dnssec"] != "unchecked"]
    for lint in (*RECORD_LINTS, *SET_LINTS, *UNKNOWABLE_LINTS):
        if lint == "ns_inconsistent":
            rows, base, known = by_lint[lint], scan.found, inconsistent or compared(scan)
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
    return "--all-nameservers" in (scan.metadata.get("argv") or [])


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
    probed_at_all = any(row.record["control"] for row in scan.asked)
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
            "recovered": recovered[word] if probed_at_all else None,
            **{column: br[column] for column in (
                "br_exception_possible", "br_must_not_issue", "br_only_if_not_checked",
                "br_unknown")}}


def distinct_error_levels(rows):
    cells = distinct_cells({row.record["error_at"] for row in rows}, "distinct_error_at")
    return cells


TABLES = {
    "adoption_by_rank": (("bucket_lo", "bucket_hi"), adoption_by_rank),
    "adoption_by_tld": (("tld",), adoption_by_tld),
    "ca_combinations": (("property", "operators"), ca_combinations),
    "ca_concentration": (("property", "k"), ca_concentration),
    "ca_set_size": (("property", "policy", "k"), ca_set_size),
    "ca_share": (("by", "property", "identifier", "operator"), ca_share),
    "climb": (("depth", "via"), climb),
    "errors": (("class",), errors),
    "iodef": (("scheme",), iodef),
    "lints": (("lint",), lints),
    "params": (("parameter",), params),
    "policy": (("kind",), policy),
    "tags": (("tag",), tags),
}
