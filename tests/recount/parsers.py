"""parsers.csv: records that CA software is known to read in another way, by the rules of the manual."""
import re

import values

BOULDER_KNOWS = {"issue", "issuewild", "iodef", "issuemail", "issuevmc"}
RFC8657 = ("accounturi", "validationmethods")
OLD_GRAMMAR = re.compile(
    rb"[ \t]*(?:%b)?[ \t]*(?:;(?:[ \t]*[0-9A-Za-z]+=[\x21-\x7e]*)*[ \t]*)?" % values.DOMAIN.pattern)

# Rule, software and effect, in the order of the table.
RULES = tuple(line.split("|") for line in """\
minimal_critical|a CA with issue, issuewild and iodef only|denies
boulder_flag_one|Boulder|denies
boulder_contact|Boulder|denies
boulder_issuer_case|Boulder|denies
boulder_param_hyphen|Boulder|denies
boulder_param_empty|Boulder|permits
boulder_param_case|Boulder|permits
boulder_methods_first|Boulder|permits
boulder_methods_ca|Boulder|denies
boulder_decode|Boulder|fails
openmpic_params|Open MPIC|permits
openmpic_space|Open MPIC|permits
openmpic_not_utf8|Open MPIC|fails
openmpic_issuevmc|Open MPIC|denies
rfc6844_refuses|the grammar of RFC 6844|denies
rfc6844_accepts|the grammar of RFC 6844|permits
strict_decoder|BIND, dnspython|fails
hickory_tag_length|hickory-dns|fails
hickory_separator|hickory-dns|permits""".splitlines())


def rules_of(record):
    """The rules that hold of a record."""
    if record["rdata_error"] is not None:
        yield "strict_decoder"
        if record["rdata_error"] == "tag_overrun":
            yield "boulder_decode"
        return
    tag, value = record["tag"].lower(), values.octets(record["value"])
    yield from flag_rules(record["flags"], tag)
    if not is_utf8(value):
        yield "openmpic_not_utf8"
    if len(tag) > 15:
        yield "hickory_tag_length"
    if tag in values.ISSUE_TAGS:
        yield from value_rules(value)


def flag_rules(flags, tag):
    if flags >= 128 and tag in ("issuemail", "issuevmc", "contactemail", "contactphone"):
        yield "minimal_critical"
    if flags & 1 and flags < 128 and tag not in BOULDER_KNOWS:
        yield "boulder_flag_one"
    if flags >= 128 and tag in ("contactemail", "contactphone"):
        yield "boulder_contact"
    if flags >= 128 and tag == "issuevmc":
        yield "openmpic_issuevmc"


def is_utf8(value):
    try:
        return bool(value.decode()) or True
    except UnicodeDecodeError:
        return False


def value_rules(value):
    parsed = values.parse(value)
    old = bool(OLD_GRAMMAR.fullmatch(value))
    if parsed.valid:
        yield from valid_rules(parsed)
        if not old:
            yield "rfc6844_refuses"
        return
    if old:
        yield "rfc6844_accepts"
    if is_utf8(value) and names_somebody(value.decode().strip().encode()):
        yield "openmpic_space"
    bare = value.strip(values.BLANKS)
    if bare.endswith(b";") and names_somebody(bare[:-1]):
        yield "hickory_separator"
    if first_fault_is_no_tag(value):
        yield "boulder_param_empty"


def names_somebody(value):
    return values.parse(value).issuer != b""


def first_fault_is_no_tag(value):
    """Is the first fault of a malformed value a parameter without a tag?"""
    if values.parse(value).fault != "params":
        return False
    texts = (text.strip(values.BLANKS) for text in value.partition(b";")[2].split(b";"))
    return next(text for text in texts if not values.PARAMETER.fullmatch(text)).startswith(b"=")


def valid_rules(parsed):
    tags = [tag for tag, _ in parsed.params]
    if parsed.issuer != parsed.issuer.lower():
        yield "boulder_issuer_case"
    if not parsed.issuer:
        return
    if any("-" in tag for tag in tags):
        yield "boulder_param_hyphen"
    if any(tag.lower() in RFC8657 and tag != tag.lower() for tag in tags):
        yield "boulder_param_case"
    if any(tag.lower() in RFC8657 for tag in tags):
        yield "openmpic_params"
    for tag, value in parsed.params:
        if tag.lower() == "validationmethods":
            labels = value.split(b",")
            good = [bool(values.METHOD.fullmatch(label)) for label in labels]
            if good[0] and not all(good):
                yield "boulder_methods_first"
            if any(label.startswith(b"ca-") for label in labels):
                yield "boulder_methods_ca"
