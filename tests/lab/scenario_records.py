"""Compares records with the scenarios (rows of resolution.jsonl) that they are of."""

from compare import caa_set, chain

# What a resolver does not show, or shows otherwise.
RESOLVER_HIDES = {
    "R050": "Unbound follows 11 aliases",
    "R092": "Unbound passes on the low four bits of BADVERS, which are zero",
    "R136": "Unbound completes the chain",
}
# Behind SERVFAIL, or behind the silence of a resolver that still waits.
HIDDEN_CLASSES = {"servfail", "timeout"}
# Notes that iteration makes on rows that do not say so themselves.
BY_TYPE = {"rcode_differs_by_type"}
NOTES = {
    "R019": {"nxdomain_tld"}, "R081": BY_TYPE, "R084": BY_TYPE, "R085": BY_TYPE, "R086": BY_TYPE,
    "R091": {"formerr_on_edns"}, "R092": BY_TYPE, "R093": BY_TYPE, "R095": BY_TYPE,
    "R096": BY_TYPE, "R098": BY_TYPE, "R099": BY_TYPE, "R102": {"rdata_malformed"},
    "R113": {"nodata_without_soa"}, "R114": {"nodata_without_soa"},
    "R116": {"unexpected_rrtype_in_answer", "nodata_without_soa"}, "R118": {"nodata_without_soa"},
    "R129": BY_TYPE, "R130": BY_TYPE,
}  # fmt: skip
ANSWERED = {"records", "nodata", "nxdomain"}
OLDER = ("rfc6844", "erratum5065")


def left_out(scenario, mode):
    """Why a row can't be shown in this mode; None where it can."""
    if mode != "resolver":
        return None
    return scenario.get("resolver_hides", RESOLVER_HIDES.get(scenario["id"]))


def relative(name):
    return None if name is None else name.rstrip(".").lower() or "."


def expected_chain(aliases):
    return [(relative(a["owner"]), a["kind"], relative(a["target"])) for a in aliases]


def expectations(scenario, mode, search="rfc8659"):
    """What may be found: one thing, or either of two where the servers disagree."""
    expect = scenario["expect"][search]
    if mode == "iterate" and "expect_iterate" in scenario:
        iterating = scenario["expect_iterate"]
        expect = iterating.get(search, iterating["rfc8659"])
    either = None in scenario.get("outcome_set", ())
    return [expect, {"outcome": "empty"}] if either else [expect]


def expected_notes(scenario):
    """None where they depend on which server is asked first."""
    expect = scenario["expect"]["rfc8659"]
    if "notes" not in expect:
        return NOTES.get(scenario["id"], set())
    return None if expect["notes"] is None else set(expect["notes"])


def expected_dnssec(scenario):
    """None where the row does not say. A zone that fails below a secure chain counts as secure."""
    if scenario["expect"]["rfc8659"]["outcome"] == "invalid" or scenario.get("contested"):
        return None
    if scenario["query"]["name"] == ".":
        return "unchecked"
    return {"secure_chain": "secure"}.get(scenario.get("dnssec"), scenario.get("dnssec"))


def expected_ede(scenario):
    if scenario["expect"]["rfc8659"]["outcome"] != "indeterminate":
        return set()
    return {behavior["ede"] for behavior in scenario["behaviors"] if behavior["do"] == "bogus"}


def same_class(expected, found, mode):
    hidden = mode == "resolver" and expected is not None and expected not in ANSWERED
    return expected == found or hidden and found in HIDDEN_CLASSES


def same_set(expect, caa):
    """Are the CAA records those expected? A generated set is known by its number and one member."""
    unset = dict(flags=None, tag=None, value=None, rdata_error=None, rdata=None)
    due, found = caa_set([{**unset, **record} for record in expect["rrset"]]), caa_set(caa)
    if expect.get("rrset_generated"):
        return len(found) == expect["rrset_count"] and set(due) <= set(found)
    return due == found


def same_levels(expected, levels, mode):
    return len(expected) == len(levels) and all(
        relative(due["name"]) == level["name"]
        and same_class(due["outcome"], level["outcome"], mode)
        for due, level in zip(expected, levels)
    )


def verdict_differences(expect, verdict, mode):
    """Keys that the verdicts of all searches have."""
    found = [key for key in ("outcome", "depth") if expect.get(key) != verdict[key]]
    found += [key for key in ("found_at", "rrset_owner")
              if relative(expect.get(key)) != verdict[key]]  # fmt: skip
    if not same_class(expect.get("error_class"), verdict["error_class"], mode):
        found.append("error_class")
    return found


def evidence_differences(expect, record, mode):
    """Keys that the main search alone has. Rows name what failed where it is not the level."""
    found = []
    if relative(expect.get("error_at")) != record["error_at"]:
        found.append("error_at")
    failed = expect.get("error_name", expect.get("error_at"))
    if mode == "iterate" and relative(failed) != record["error_name"]:
        found.append("error_name")
    if "chain" in expect and expected_chain(expect["chain"]) != chain(record["chain"]):
        found.append("chain")
    if "rrset" in expect and not same_set(expect, record["caa"]):
        found.append("caa")
    levels = expect.get("levels")
    if isinstance(levels, list) and not same_levels(levels, record["levels"], mode):
        found.append("levels")
    return found


def differences(scenario, record):
    """Names of the keys in which a record is not what its scenario expects."""
    mode = record["mode"]
    found = min((verdict_differences(expect, record, mode)
                 + evidence_differences(expect, record, mode)
                 for expect in expectations(scenario, mode)), key=len)  # fmt: skip
    if mode == "iterate" and expected_dnssec(scenario) not in (None, record["dnssec"]):
        found.append("dnssec")
    if mode == "iterate" and not expected_ede(scenario) <= {
            ede for level in record["levels"] for ede in level["ede"]}:  # fmt: skip
        found.append("ede")
    notes = {note["kind"] for note in record["notes"]}
    if mode == "iterate" and expected_notes(scenario) not in (None, notes):
        found.append("notes")
    for search in OLDER if record["alt"] is not None else ():
        if search not in scenario["expect"]:
            continue
        verdict = record["alt"][search]
        if all(verdict_differences(expect, verdict, mode)
               for expect in expectations(scenario, mode, search)):  # fmt: skip
            found.append(search)
    return found


def shown(scenario, record, key):
    """One line about a key that differs."""
    if key == "notes":
        return f"{scenario['id']} notes: {record['notes']}, should be {expected_notes(scenario)}"
    if key == "dnssec":
        due = expected_dnssec(scenario)
        return f"{scenario['id']} dnssec: is {record['dnssec']}, should be {due}"
    if key == "ede":
        return f"{scenario['id']} ede: no {expected_ede(scenario)}"
    search = key if key in OLDER else "rfc8659"
    due = expectations(scenario, record["mode"], search)[0]
    now = record["alt"][key] if key in OLDER else record[key]
    due = due if key in OLDER else due.get(key)
    return f"{scenario['id']} {key}: is {now!r}, should be {due!r}"
