"""Registrable domains and operators of name servers, from the lists in datasets/."""
import functools

from values import DATASETS, rows_of


def read_rules():
    """The rules of the Public Suffix List, as tuples of labels from the right."""
    normal, exceptions = set(), set()
    for line in (DATASETS / "public_suffix_list.dat").read_text(encoding="utf-8").splitlines():
        rule = line.split()[0] if line.strip() else ""
        if not rule or rule.startswith("//"):
            continue
        labels = tuple(reversed([ascii_label(label) for label in rule.lstrip("!").split(".")]))
        (exceptions if rule.startswith("!") else normal).add(labels)
    return normal, exceptions


def ascii_label(label):
    return label if label.isascii() else "xn--" + label.lower().encode("punycode").decode()


RULES, EXCEPTIONS = read_rules()
IDN_COUNTRIES = {row["tld"] for row in rows_of("idn_cctlds.csv")}


def suffix_length(labels):
    """How many labels, from the right, the public suffix has. `labels` begins with the TLD."""
    for count in range(len(labels), 0, -1):
        head = labels[:count]
        if head in EXCEPTIONS:
            return count - 1
        if head in RULES or head[:-1] + ("*",) in RULES:
            return count
    return 1


@functools.lru_cache(maxsize=None)
def registrable(name):
    """The registrable domain of a name; None for a public suffix."""
    if not name or name == ".":
        return None
    labels = tuple(reversed(name.split(".")))
    count = suffix_length(labels)
    return ".".join(reversed(labels[:count + 1])) if len(labels) > count else None


def tld_type(tld):
    if tld == "arpa":
        return ""
    return "cc" if len(tld) == 2 or tld in IDN_COUNTRIES else "g"


def within(name, domain):
    return name == domain or name.endswith("." + domain)


KNOWN, PREFIXES = {}, []
for row in rows_of("dns_operators.csv"):
    if row["pattern"].endswith("*"):
        PREFIXES.append((row["pattern"][:-1], row["operator"]))
    else:
        KNOWN[row["pattern"]] = row["operator"]


@functools.lru_cache(maxsize=None)
def operator_of(servers):
    """(operator, rule) of a zone with these name servers, or None."""
    if not servers:
        return None
    host = min(servers)
    domain = registrable(host)
    if domain is None:
        return host, "host"
    if domain in KNOWN:
        return KNOWN[domain], "known_operator"
    for prefix, operator in PREFIXES:
        if domain.startswith(prefix):
            return operator, "known_operator"
    return domain, "registrable_domain"


def list_version():
    """How a report names the list that is built in."""
    return f"2023-02-09 ({len(RULES) + len(EXCEPTIONS)} rules)"
