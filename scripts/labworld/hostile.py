"""A hostile world: authorities that misbehave on purpose, one way for each zone. Pure and seeded.

plan() places sites below the world's own top-level domains, beside zones that are healthy. A site
is one zone, one address and one row of the list; its kind says what its server sends, see PLAYS in
hostileplays.py, and OUTCOMES what a scan may make of it. The sites of a kind know each other: many
attacks need zones that refer to each other.
"""

import json
from dataclasses import asdict, dataclass, field
from random import Random

from . import dns
from .dns import caa_rdata
from .model import Zone

SOA_TIMERS = "2025020100 7200 3600 1209600 900"
TTL = 600
STRANGER = "185.67.0.1"  # where lies lead: nobody should ask it
OWN_SET = (caa_rdata(0, "issue", "hostile.example"),)
FORGED = caa_rdata(128, "issue", "poisoned.example")
MANY_LABELS = ".".join(["d"] * 90)
LOST = {"timeout"}
WRONG = {"msg_malformed", "timeout"}
OWN = {"own"}  # found, and the set is the site's own
BOUND = {"work_limit", "no_ns_address", "lame", "timeout"}
ANY = {"any"}

# What a row may end as: a class of failure, `empty`, `found` (whatever the set), `own`, `target`
# (what is true of the healthy name that the site points to), or anything (`any`).
OUTCOMES = {
    "honest": OWN,
    # messages that are none
    "random_octets": LOST, "random_body": ANY, "cut_reply": ANY, "lying_counts": ANY,
    "pointer_loop": WRONG, "pointer_in_question": WRONG, "too_long_name": WRONG,
    "many_opts": WRONG, "thousand_questions": ANY, "bit_flips": ANY,
    # referrals
    "self_referral": {"lame"}, "upward_referral": {"lame"}, "sideways_referral": {"lame"},
    "deep_referrals": BOUND, "fresh_referrals": BOUND, "thousands_of_ns": BOUND,
    "glue_of_others": {"refused", "lame", "work_limit"}, "nxns": BOUND,
    "nxns_at_target": BOUND | {"net_unreachable"},
    "circular": {"no_ns_address", "work_limit"}, "own_name_no_glue": {"no_ns_address"},
    # aliases
    "cname_chain": {"cname_chain_too_long", "work_limit"}, "cname_loop": {"cname_loop"},
    "cname_fork": {"multi_cname"}, "cname_flood": {"cname_chain_too_long", "work_limit"},
    "cname_tree": {"multi_cname", "cname_chain_too_long", "work_limit"},
    "dname_loop": {"cname_loop", "cname_chain_too_long", "dname_overflow", "work_limit"},
    "dname_growth": {"cname_loop", "cname_chain_too_long", "dname_overflow", "work_limit"},
    # much
    "many_caa": {"found"}, "one_large_caa": {"found"}, "many_bad_caa": {"found"},
    "huge_edns": OWN, "longest_names": OWN, "hundredfold": OWN, "flood": OWN,
    # TCP
    "tcp_drip": {"truncated_no_tcp"}, "tcp_silent": {"truncated_no_tcp"},
    "tcp_closes": {"truncated_no_tcp"}, "tcp_short": {"truncated_no_tcp"}, "tcp_pieces": OWN,
    "tcp_truncated": {"truncated_no_tcp"}, "tcp_babble": {"truncated_no_tcp"},
    # replies that are not from whom was asked, or not to what was asked
    "other_port": LOST, "other_address": LOST, "wrong_ids": OWN,
    "wrong_ids_only": {"id_mismatch"}, "echo": {"qr_not_set"}, "echoes_first": OWN,
    "other_questions": {"question_mismatch"},
    # lies about others
    "poison_answer": OWN, "poison_additional": OWN, "poison_authority": OWN,
    "poison_alias": {"target"}, "poison_glue": {"refused", "lame", "own"},
    "poison_soa": {"lame", "empty", "msg_malformed", "own"},
    # moods
    "random_rcode": ANY, "late": {"own", "timeout"}, "odd_ttls": OWN, "all_types": OWN,
    "contradiction": ANY, "chameleon": ANY,
}  # fmt: skip

GLUELESS = {"circular", "own_name_no_glue"}


@dataclass
class Site:
    """One hostile zone. name: the row that asks about it; ns: its server by the parent's word;
    glue: does the parent know its address? peers: other zones of the kind; targets: healthy names;
    operator: name and address of a healthy server."""

    kind: str
    seed: str
    zone: str
    address: str
    name: str
    ns: str
    glue: bool
    peers: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    operator: list = field(default_factory=list)


def plan(count, seed, tlds, targets, operators):
    """`count` sites of all kinds in turn, below these top-level domains."""
    kinds = list(OUTCOMES)
    dice = Random(f"{seed}/hostile")
    sites = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        zone = f"{kind.replace('_', '-')}-{number}.{dice.choice(tlds)}"
        address = f"185.66.{number // 250}.{number % 250 + 1}"
        glue = kind not in GLUELESS
        name = row_name(kind, zone, dice)
        sites.append(Site(kind, str(seed), zone, address, name, f"ns1.{zone}", glue))
    for site in sites:
        site.peers = [other.zone for other in sites if other.kind == site.kind and other != site]
        site.targets = dice.sample(targets, min(4, len(targets)))
        site.operator = list(dice.choice(operators))
        if site.kind == "circular" and site.peers:
            site.ns = f"ns1.{following(site, 0)}"
    return sites


def row_name(kind, zone, dice):
    if kind == "deep_referrals":
        return f"{MANY_LABELS}.{zone}"
    return f"{dice.choice(('www', 'a.b', 'login'))}.{zone}"


def following(site, step):
    """Another zone of the kind: the next one in a circle, or one further on."""
    circle = sorted([site.zone, *site.peers])
    return circle[(circle.index(site.zone) + 1 + step) % len(circle)]


def read(path):
    with open(path, encoding="utf-8") as file:
        return [Site(**row) for row in map(json.loads, file)]


def write(path, sites):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(site)) + "\n" for site in sites)


def delegate(world, sites):
    """Puts the delegations into the top-level domains."""
    for site in sites:
        above = world.zone_of(dns.parent(site.zone))
        above.add(site.zone, "NS", site.ns)
        if site.glue:
            above.add(site.ns, "A", site.address)


def honest_zone(site):
    """What the site would serve if it behaved: a set of its own at the row's name."""
    zone = Zone(site.zone, "hostile", ttl=TTL)
    zone.add(site.zone, "SOA", f"ns1.{site.zone} hostmaster.{site.zone} {SOA_TIMERS}")
    zone.add(site.zone, "NS", f"ns1.{site.zone}")
    zone.add(f"ns1.{site.zone}", "A", site.address)
    zone.add(site.name, "CAA", *OWN_SET)
    return zone
