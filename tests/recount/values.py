"""What CAA values say: grammar, issuers, parameters, lints, policy. Octets in, plain data out.

Written from the RFCs and the manual, apart from the library in analysis/caa.
"""
import collections
import csv
import functools
import pathlib
import re

DATASETS = pathlib.Path(__file__).resolve().parents[2] / "datasets"
ISSUE_TAGS = ("issue", "issuewild", "issuemail", "issuevmc")
BLANKS = b" \t"

LABEL = rb"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?"
DOMAIN = re.compile(rb"%b(?:\.%b)*" % (LABEL, LABEL))
PARAMETER = re.compile(rb"(%b)[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]*)" % LABEL)
SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*):")
URI = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:"
                 rb"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*")
AUTHORITY = re.compile(rb"[^:]+://([^/?#]*)")
ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
ADDRESS = re.compile(rf"{ATEXT}+(?:\.{ATEXT}+)*@{ATEXT}+(?:\.{ATEXT}+)*")
# RFC 6532 lets an address have any letters; RFC 6068 wants / ? # and their like as %XX.
UTEXT = rf"(?:{ATEXT}|[^\x00-\x7f])"
UATOMS = rf"{UTEXT}+(?:\.{UTEXT}+)*"
QUOTED = r'"(?:[ \t!#-\[\]-~]|[^\x00-\x7f]|\\[\t -~])*"'
LITERAL = r"\[[!-Z^-~ \t]*\]"
UADDRESS = re.compile(rf"(?:{UATOMS}|{QUOTED})@(?:{UATOMS}|{LITERAL})")
MTEXT = r"(?:[A-Za-z0-9!$'*+_~-]|%[0-9A-Fa-f]{2})"
MAILTO = re.compile(rf"{MTEXT}+(?:\.{MTEXT}+)*@{MTEXT}+(?:\.{MTEXT}+)*")
METHOD = re.compile(rb"[A-Za-z0-9-]+")


def rows_of(name):
    with open(DATASETS / name, newline="") as file:
        return list(csv.DictReader(file))


REGISTRY = {row["tag"]: row["meaning"] for row in rows_of("iana_caa_properties.csv")}
IDENTIFIERS = {row["identifier"]: row for row in rows_of("ca_identifiers.csv")}
METHODS = {row["label"]: row["status"] for row in rows_of("iana_acme_methods.csv")}


def octets(text):
    """The octets behind a text of a record."""
    return re.sub(rb"\\(\d{3}|\\)", lambda m: m[1] if m[1] == b"\\" else bytes([int(m[1])]),
                  text.encode())


Value = collections.namedtuple("Value", "valid fault issuer params")


@functools.lru_cache(maxsize=None)
def parse(value):
    """An issue-type value; the fault is domain or params, the issuer as it is written."""
    domain, separator, rest = value.partition(b";")
    domain, rest = domain.strip(BLANKS), rest.strip(BLANKS)
    if domain and not DOMAIN.fullmatch(domain):
        return Value(False, "domain", b"", ())
    params = []
    for text in rest.split(b";") if separator and rest else []:
        match = PARAMETER.fullmatch(text.strip(BLANKS))
        if not match:
            return Value(False, "params", b"", ())
        params.append((match[1].decode(), match[2]))
    return Value(True, None, domain, tuple(params))


def issuer(value):
    """The issuer of a value in lower case; "" for nobody, also where the value is malformed."""
    return parse(value).issuer.lower().decode()


def operator(identifier):
    row = IDENTIFIERS.get(identifier)
    return row["ca_operator"] if row else None


def account_is_uri(value):
    return bool(URI.fullmatch(value))


def methods_fit(value):
    return value == b"" or all(METHOD.fullmatch(label) for label in value.split(b","))


def parameter_fits(name, value):
    return account_is_uri(value) if name == "accounturi" else methods_fit(value)


def unsatisfiable(params):
    """The names of RFC 8657 parameters in a value that no account and method satisfies."""
    bad = set()
    for name in ("accounturi", "validationmethods"):
        values = [value for tag, value in params if tag.lower() == name]
        if len(values) > 1 or any(v == b"" or not parameter_fits(name, v) for v in values):
            bad.add(name)
    return bad


def critical(record):
    if record["rdata_error"] is None:
        return record["flags"] >= 128
    rdata = bytes.fromhex(record["rdata"])
    return bool(rdata) and rdata[0] >= 128


def denies_all_cas(record, known):
    """Whether a critical record denies a CA that supports the tags `known`."""
    if not critical(record):
        return False
    return record["rdata_error"] is not None or record["tag"].lower() not in known


SUPPORTED = {tag for tag, meaning in REGISTRY.items() if meaning != "Reserved"}
MINIMAL = {"issue", "issuewild", "iodef"}


def values_with(records, tag):
    return [octets(r["value"]) for r in records
            if r["rdata_error"] is None and r["tag"].lower() == tag]


def property_values(records, kind):
    """The values that decide about a kind of certificate."""
    if kind == "wild":
        return values_with(records, "issuewild") or values_with(records, "issue")
    return values_with(records, {"issue": "issue", "mail": "issuemail", "vmc": "issuevmc"}[kind])


def policy(records, kind):
    if any(denies_all_cas(record, SUPPORTED) for record in records):
        return "deny_all_critical"
    values = property_values(records, kind)
    if not values:
        return "unrestricted"
    return "allow_list" if any(issuer(value) for value in values) else "deny_all"


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


@functools.lru_cache(maxsize=None)
def nearly_known(identifier):
    return any(abs(len(known) - len(identifier)) <= 2 and edit_distance(known, identifier) <= 2
               for known in IDENTIFIERS)


# ---- lints of one value ----

def causes(value):
    """Recognisable causes of a malformed issuer."""
    text = value.partition(b";")[0].strip(BLANKS)
    if text.endswith(b".") and DOMAIN.fullmatch(text[:-1]):
        yield "issuer_trailing_dot"
    if b"/" in text:
        yield "issuer_is_url"
    if b"@" in text:
        yield "issuer_is_email"
    parts = [part for part in re.split(rb"[ \t,]+", text) if part]
    if len(parts) > 1 and all(DOMAIN.fullmatch(part) for part in parts):
        yield "issuer_multiple"
    if text[:1] in (b'"', b"'"):
        yield "issuer_quoted"
    if text.startswith(b"*."):
        yield "issuer_wildcard"


def issuer_lints(name):
    text = name.decode()
    if "." not in text:
        yield "issuer_single_label"
    if len(text) > 253 or any(len(label) > 63 for label in text.split(".")):
        yield "issuer_not_dns_name"
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text) and all(int(x) < 256 for x in text.split(".")):
        yield "issuer_ip_literal"
    if text != text.lower():
        yield "issuer_not_lowercase"
    known = IDENTIFIERS.get(text.lower())
    if known is None:
        yield "unknown_issuer"
        if nearly_known(text.lower()):
            yield "issuer_typo"
    elif "distrusted" in known["status"]:
        yield "defunct_issuer"


def method_lints(value):
    if value == b"":
        yield "validationmethods_empty"
    elif not methods_fit(value):
        yield "validationmethods_invalid"
    else:
        for label in value.decode().split(","):
            if label != label.lower():
                yield "validationmethods_not_lowercase"
            if not label.lower().startswith("ca-") and METHODS.get(label) != "registered":
                yield "validationmethods_unregistered"


def parameter_lints(parsed):
    tags = [tag.lower() for tag, _ in parsed.params]
    if len(set(tags)) < len(tags):
        yield "param_duplicate"
    if tags and not parsed.issuer:
        yield "params_without_issuer"
    if any(tag != tag.lower() and tag.lower() in ("accounturi", "validationmethods")
           for tag, _ in parsed.params):
        yield "param_tag_not_lowercase"
    if {"account-uri", "validation-methods"} & set(tags):
        yield "param_prestandard_spelling"
    for name in ("accounturi", "validationmethods"):
        if tags.count(name) > 1:
            yield f"{name}_duplicate"
    for tag, value in parsed.params:
        if tag.lower() == "accounturi" and not account_is_uri(value):
            yield "accounturi_invalid"
        if tag.lower() == "validationmethods":
            yield from method_lints(value)


def issue_lints(value):
    if any(octet >= 0x7f for octet in value):
        yield "value_non_ascii"
    if any(octet < 0x20 and octet != 9 for octet in value):
        yield "value_control_char"
    parsed = parse(value)
    if parsed.valid and value.strip(BLANKS) not in (b"", value):
        yield "value_padded"
    if not parsed.valid:
        yield "value_malformed"
        if parsed.fault == "params":
            yield "param_malformed"
        else:
            yield from causes(value)
        return
    if parsed.issuer:
        yield from issuer_lints(parsed.issuer)
    yield from parameter_lints(parsed)


def iodef(value):
    """The scheme of an iodef value as the table has it, and whether it is usable."""
    text = value.decode("latin-1")
    scheme = SCHEME.match(value)
    if not scheme or not URI.fullmatch(value):
        return ("missing", False) if ADDRESS.fullmatch(text) else ("no_uri", False)
    word = scheme[1].lower().decode()
    if word == "mailto":
        addresses = text[7:].partition("?")[0].split(",")
        return "mailto", all(MAILTO.fullmatch(a) for a in addresses)
    if word in ("http", "https"):
        return word, bool(iodef_host(value))
    return "other", False


def iodef_host(value):
    """The host that an iodef value reports to, in lower case; None where it has none."""
    word = SCHEME.match(value)[1].lower()
    if word == b"mailto":
        first = value[7:].partition(b"?")[0].split(b",")[0]
        return first.rpartition(b"@")[2].decode("latin-1").lower()
    authority = AUTHORITY.match(value)
    host = authority[1].rpartition(b"@")[2] if authority else b""
    host = re.sub(rb":\d*$", b"", host)
    return host.decode("latin-1").lower() or None


def iodef_lints(value):
    scheme, usable = iodef(value)
    if scheme == "missing":
        yield "iodef_missing_scheme"
    elif scheme == "other":
        yield "iodef_bad_scheme"
    elif scheme == "http" and usable:
        yield "iodef_plain_http"
    elif not usable:
        yield "iodef_malformed"


PHONE = re.compile(rb"\+[0-9(). -]*[0-9](?:;[A-Za-z0-9-]+(?:=[^;]+)?)*")


def contact_lints(tag, value):
    if tag == "contactemail":
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if not UADDRESS.fullmatch(text):
            yield "contactemail_malformed"
    elif not PHONE.fullmatch(value):
        yield "contactphone_malformed"


def flag_lints(flags, tag):
    if flags & 0x7f:
        yield "flags_reserved_bits"
    if flags == 1:
        yield "flags_one_not_128"
    if flags & 0x80:
        yield "critical_on_known" if tag in SUPPORTED else "critical_unknown"


def record_lints(record):
    """The lints that are about one record, each once."""
    if record["rdata_error"] is not None:
        return {"rdata_malformed"} | ({"critical_unknown"} if critical(record) else set())
    tag = record["tag"].lower()
    value = octets(record["value"])
    found = set(flag_lints(record["flags"], tag))
    if tag not in REGISTRY:
        found.add("tag_unknown")
    elif REGISTRY[tag] == "Reserved":
        found.add("tag_reserved")
    if tag != record["tag"]:
        found.add("tag_not_lowercase")
    if len(tag) > 15:
        found.add("tag_longer_than_15")
    if tag in ISSUE_TAGS:
        found |= set(issue_lints(value))
    elif tag == "iodef":
        found |= set(iodef_lints(value))
    elif tag in ("contactemail", "contactphone"):
        found |= set(contact_lints(tag, value))
    return found


# ---- lints of a set ----

def meaning(value):
    """An issuer and its parameters, folded, in any order; None for what fails the grammar."""
    parsed = parse(value)
    if not parsed.valid:
        return None
    return (parsed.issuer.lower(), tuple(sorted((t.lower(), v) for t, v in parsed.params)))


def set_lints(records):
    values = {tag: values_with(records, tag) for tag in ISSUE_TAGS}
    found = set()
    for each in values.values():
        if each and not any(parse(value).valid for value in each):
            found.add("malformed_denies_all")
        named = [bool(issuer(value)) for value in each]
        if any(named) and not all(named):
            found.add("deny_all_ineffective")
        meanings = [meaning(value) for value in each if parse(value).valid]
        if len(set(meanings)) < len(meanings):
            found.add("duplicate_record")
    if not values["issue"] and not values["issuewild"]:
        found.add("nonrestrictive_set")
    if values["issuewild"] and not values["issue"]:
        found.add("issuewild_without_issue")
    if values["issuewild"] and values["issue"]:
        if {meaning(v) for v in values["issue"]} == {meaning(v) for v in values["issuewild"]}:
            found.add("issuewild_redundant")
    return found
