"""Who serves what, and at which addresses.

Root servers have their real addresses; all others have lab addresses, which are ordinary unicast
addresses, so that nothing takes them for special ones.
"""

import re
from dataclasses import dataclass

ROOT = "root"
REGISTRY = "registry"


@dataclass(frozen=True)
class Group:
    """A set of equal name servers: hosts maps a server's name to its addresses."""

    key: str
    daemon: str
    hosts: dict


@dataclass(frozen=True)
class Operator:
    """A hosting operator. share: of all domains; caa: factor on adoption; template: share of its
    customers that have the operator's own set; signed: share of its zones that are signed."""

    key: str
    domain: str
    daemon: str
    share: float
    caa: float
    template: float
    signed: float


OPERATORS = (
    Operator("skydesk", "skydesk-dns.com", "knot", 0.34, 1.1, 0.03, 0.15),
    Operator("parkhaus", "parkhaus-dns.net", "nsd", 0.22, 0.4, 0.0, 0.03),
    Operator("zonewerk", "zonewerk-dns.de", "nsd", 0.15, 1.0, 0.0, 0.2),
    Operator("hostfarm", "hostfarm-dns.com", "knot", 0.12, 0.8, 0.2, 0.05),
    Operator("nordname", "nordname-dns.org", "nsd", 0.08, 1.3, 0.0, 0.4),
    Operator("registrado", "registrado-dns.net", "knot", 0.05, 0.7, 0.0, 0.02),
    Operator("selfrun", "selfrun-dns.io", "knot", 0.04, 2.0, 0.0, 0.1),
)

RESOLVERS = ("185.49.200.53", "193.108.200.53", "2a0a:4500:200::53")


def lab_addresses(number, host):
    """IPv4 and IPv6 address of server `host` (0, 1, …) of group `number`."""
    ipv4 = ("185.49", "193.108")[host]
    return (f"{ipv4}.{number}.53", f"2a0a:4500:{number:x}::{host + 1}:53")


def root_servers(hints_text):
    """The hosts of a root hints file: {"a.root-servers.net": [IPv4, IPv6], …}."""
    hosts = {}
    for line in hints_text.splitlines():
        match = re.match(r"([A-Z]\.ROOT-SERVERS\.NET)\.\s+\d+\s+A(?:AAA)?\s+(\S+)", line, re.I)
        if match:
            hosts.setdefault(match[1].lower(), []).append(match[2].lower())
    return hosts


def groups(hints_text):
    """Every group of name servers, by key."""
    made = {ROOT: Group(ROOT, "knot", root_servers(hints_text))}
    hosts = {f"{'ab'[i]}.registry-servers.net": lab_addresses(1, i) for i in range(2)}
    made[REGISTRY] = Group(REGISTRY, "nsd", hosts)
    for number, operator in enumerate(OPERATORS, 10):
        hosts = {f"ns{i + 1}.{operator.domain}": lab_addresses(number, i) for i in range(2)}
        made[operator.key] = Group(operator.key, operator.daemon, hosts)
    return made
