"""What the servers of a hostile world send, by the kind of their site. Pure.

A play gets a turn, one query at one site, and returns what is sent: a list of Sent, empty for
silence.
"""

import struct
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from . import authority, dns, hostile, message
from .hostile import FORGED, OWN_SET, STRANGER, TTL
from .message import RCODES, Reply

MESSAGE_MOST = 65000
CUT_LEAST = 12
CLASS_IN, CLASS_CHAOS = 1, 3
QR_AA = 0x8400
LABEL = "g" * 60


@dataclass
class Sent:
    """octets: a datagram, or what goes into the connection as it is. after: seconds from the query.
    source: "" for the address asked, else "port" or "stranger". close: the connection ends."""

    octets: bytes = b""
    after: float = 0.0
    source: str = ""
    close: bool = False


@dataclass
class Host:
    """A site at work. asked: how often each name was."""

    site: hostile.Site
    asked: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.zone = hostile.honest_zone(self.site)
        self.dice = Random(f"{self.site.seed}/{self.site.zone}")


@dataclass
class Turn:
    site: hostile.Site
    zone: object
    octets: bytes
    query: message.Query
    tcp: bool
    dice: Random
    count: int  # queries for this name, this one included

    def honest(self):
        reply = authority.respond(self.zone, self.query.name, self.query.rtype)
        return message.fit(self.query, reply, self.tcp)

    def fit(self, **parts):
        return message.fit(self.query, Reply(**parts), self.tcp)

    def framed(self, octets):
        return struct.pack(">H", len(octets)) + octets if self.tcp else octets

    def send(self, octets, **how):
        return [Sent(self.framed(octets), **how)]

    def own_set(self):
        return [(self.query.name, "CAA", TTL, value) for value in OWN_SET]

    def child(self):
        """The name one label below the zone, on the way to the name asked."""
        labels = self.query.name[: -len(self.site.zone) - 1].split(".")
        return f"{labels[-1]}.{self.site.zone}"

    def word(self):
        return f"x{self.dice.randrange(10**6)}"


def reply_to(host, octets, tcp):
    """What the site sends back. ValueError where the octets are no query."""
    query = message.read_query(octets)
    host.asked[query.name] += 1
    turn = Turn(host.site, host.zone, octets, query, tcp, host.dice, host.asked[query.name])
    if query.rtype in ("A", "AAAA") and query.name == f"ns1.{host.site.zone}":
        return turn.send(turn.honest())
    return PLAYS[host.site.kind](turn)


def lie(octets):
    """What the stranger says, who is only asked by those who believed one of the lies here."""
    query = message.read_query(octets)
    values = {"CAA": FORGED, "A": STRANGER}
    answer = [(query.name, query.rtype, TTL, values[query.rtype])] * (query.rtype in values)
    return message.write_reply(query, Reply(answer=answer))


def is_below(turn):
    return dns.is_below(turn.query.name, turn.site.zone)


def raw(turn, counts, body, flags=QR_AA):
    """A message made by hand: header, the question, and what follows."""
    return struct.pack(">6H", turn.query.id, flags, *counts) + turn.query.question + body


def raw_rr(owner, code, rdata, rclass=CLASS_IN, ttl=TTL):
    return owner + struct.pack(">HHIH", code, rclass, ttl, len(rdata)) + rdata


def by_tcp(turn, play):
    """Truncated by UDP; by TCP what `play` gives."""
    return play() if turn.tcp else turn.send(message.truncated(turn.query, Reply()))


def whole_by_tcp(turn, **parts):
    """A reply that fits into no datagram, as much of it as a TCP message can hold."""
    return by_tcp(turn, lambda: turn.send(shortened(turn, parts)))


def shortened(turn, parts):
    octets = message.write_reply(turn.query, Reply(**parts))
    while len(octets) > MESSAGE_MOST:
        longest = max(parts, key=lambda key: len(parts[key]))
        parts[longest] = parts[longest][: len(parts[longest]) * MESSAGE_MOST // len(octets)]
        octets = message.write_reply(turn.query, Reply(**parts))
    return octets


# Messages that are none


def honest(turn):
    return turn.send(turn.honest())


def random_octets(turn):
    return turn.send(turn.dice.randbytes(turn.dice.randrange(1, 1200)))


def random_body(turn):
    counts = (1, *(turn.dice.randrange(6) for _ in range(3)))
    return turn.send(raw(turn, counts, turn.dice.randbytes(turn.dice.randrange(400))))


def cut_reply(turn):
    octets = turn.honest()
    return turn.send(octets[: turn.dice.randrange(CUT_LEAST, len(octets))])


def lying_counts(turn):
    octets = turn.honest()
    counts = [turn.dice.choice((0, 1, 2, 100, 65535)) for _ in range(3)]
    return turn.send(octets[:6] + struct.pack(">3H", *counts) + octets[12:])


def bit_flips(turn):
    octets = bytearray(turn.honest())
    for _ in range(turn.dice.randrange(1, 8)):
        octets[turn.dice.randrange(len(octets))] ^= 1 << turn.dice.randrange(8)
    return turn.send(bytes(octets))


def pointer_loop(turn):
    at = 12 + len(turn.query.question)
    owner = struct.pack(">H", 0xC000 | at)
    return turn.send(raw(turn, (1, 1, 0, 0), raw_rr(owner, dns.TYPES["CAA"], OWN_SET[0])))


def pointer_in_question(turn):
    head = struct.pack(">6H", turn.query.id, QR_AA, 1, 0, 0, 0)
    return turn.send(head + b"\x01a\xc0\x0c" + turn.query.question[-4:])


def too_long_name(turn):
    owner = bytes((63,)) + b"l" * 63
    body = raw_rr(owner * 5 + b"\0", dns.TYPES["CAA"], OWN_SET[0])
    return turn.send(raw(turn, (1, 1, 0, 0), body))


def many_opts(turn):
    opts = raw_rr(b"\0", message.OPT_TYPE, b"", 1232, 0) * 30
    return turn.send(raw(turn, (1, 0, 0, 30), opts))


def thousand_questions(turn):
    def whole():
        answer = raw_rr(b"\xc0\x0c", dns.TYPES["CAA"], OWN_SET[0])
        return turn.send(raw(turn, (1000, 1, 0, 0), turn.query.question * 999 + answer))

    return by_tcp(turn, whole)


# Referrals


def refer(turn, cut, hosts, glue=()):
    """A referral; whom the name at the top of the zone is asked for gets silence."""
    if not is_below(turn):
        return []
    authority_part = [(cut, "NS", TTL, host) for host in hosts]
    additional = [(host, "A", TTL, address) for host, address in glue]
    return turn.send(turn.fit(authoritative=False, authority=authority_part, additional=additional))


def self_referral(turn):
    server = f"ns1.{turn.site.zone}"
    return refer(turn, turn.site.zone, [server], [(server, turn.site.address)])


def upward_referral(turn):
    cut = turn.dice.choice((".", dns.parent(turn.site.zone)))
    server = f"ns1.{turn.site.zone}"
    return refer(turn, cut, [server], [(server, STRANGER)])


def sideways_referral(turn):
    server = f"ns1.{turn.site.zone}"
    return refer(turn, turn.dice.choice(turn.site.targets), [server], [(server, STRANGER)])


def deep_referrals(turn):
    """One label deeper each time that the name is asked for."""
    if not is_below(turn):
        return []
    labels = turn.query.name.split(".")
    depth = min(len(labels), dns.label_count(turn.site.zone) + turn.count)
    cut = ".".join(labels[-depth:])
    return refer(turn, cut, [f"ns.{cut}"], [(f"ns.{cut}", turn.site.address)])


def fresh_referrals(turn):
    """To a server with a new name in the next zone, where the same awaits who asks for it."""
    return refer(turn, turn.child(), [f"ns.{turn.word()}.{hostile.following(turn.site, 0)}"])


def thousands_of_ns(turn):
    tld = turn.site.zone.rpartition(".")[2]
    hosts = [f"{turn.word()}.{peer}" for peer in turn.site.peers]
    hosts += [f"n{i}.{tld}" for i in range(4000)]
    servers = [(turn.child(), "NS", TTL, host) for host in hosts]
    return whole_by_tcp(turn, authority=servers)


def glue_of_others(turn):
    """All servers of the zone below are at the address of somebody else."""
    hosts = [f"ns{i}.{turn.site.zone}" for i in range(2, 18)]
    return refer(turn, turn.child(), hosts, [(host, turn.site.operator[1]) for host in hosts])


def nxns(turn):
    hosts = [f"{turn.word()}.{turn.word()}.{turn.dice.choice(turn.site.peers)}" for _ in range(16)]
    return refer(turn, turn.child(), hosts)


def nxns_at_target(turn):
    hosts = [f"{turn.word()}.{turn.dice.choice(turn.site.targets)}" for _ in range(16)]
    return refer(turn, turn.child(), hosts)


# Aliases


def alias(turn, *targets):
    return turn.send(turn.fit(answer=[(turn.query.name, "CNAME", TTL, to) for to in targets]))


def cname_chain(turn):
    return alias(turn, f"{turn.word()}.{turn.dice.choice(turn.site.peers)}")


def cname_loop(turn):
    return alias(turn, f"loop.{hostile.following(turn.site, 0)}")


def cname_fork(turn):
    return alias(turn, *(f"{turn.word()}.{turn.dice.choice(turn.site.peers)}" for _ in range(2)))


def aliases_in_row(turn, count):
    names = [turn.query.name] + [f"{turn.word()}.{turn.site.zone}" for _ in range(count)]
    return [(owner, "CNAME", TTL, to) for owner, to in zip(names, names[1:])]


def cname_flood(turn):
    return whole_by_tcp(turn, answer=aliases_in_row(turn, 2000))


def cname_tree(turn):
    """Eight aliases here, then on to another zone, where eight more follow."""
    answer = aliases_in_row(turn, 8)
    away = f"{turn.word()}.{turn.dice.choice(turn.site.peers)}"
    answer.append((answer[-1][3], "CNAME", TTL, away))
    return turn.send(turn.fit(answer=answer))


def dname(turn, target):
    if not is_below(turn):
        return []
    prefix = turn.query.name[: -len(turn.site.zone) - 1]
    answer = [(turn.site.zone, "DNAME", TTL, target)]
    if len(prefix) + len(target) > 250:
        return turn.send(turn.fit(rcode=RCODES["YXDOMAIN"], answer=answer))
    answer.append((turn.query.name, "CNAME", TTL, f"{prefix}.{target}"))
    return turn.send(turn.fit(answer=answer))


def dname_loop(turn):
    return dname(turn, hostile.following(turn.site, 0))


def dname_growth(turn):
    label = LABEL if turn.site.address.endswith(("1", "3", "5", "7", "9")) else "g"
    return dname(turn, f"{label}.{hostile.following(turn.site, 0)}")


# Much


def caa_answer(turn, values):
    return whole_by_tcp(turn, answer=[(turn.query.name, "CAA", TTL, value) for value in values])


def many_caa(turn):
    return caa_answer(turn, [dns.caa_rdata(0, "issue", f"a{i}") for i in range(4000)])


def one_large_caa(turn):
    return caa_answer(turn, [dns.caa_rdata(0, "issue", "v" * 60000)])


def many_bad_caa(turn):
    bad = [struct.pack(">BBH", 0, turn.dice.choice((0, 2, 200)), i) for i in range(5000)]
    return caa_answer(turn, bad)


def huge_edns(turn):
    options = struct.pack(">HH", 65001, 900) + bytes(900) + struct.pack(">HHH", 15, 2, 22) * 8
    answer = raw_rr(b"\xc0\x0c", dns.TYPES["CAA"], OWN_SET[0])
    opt = raw_rr(b"\0", message.OPT_TYPE, options, 65535, 0)
    return turn.send(raw(turn, (1, 1, 0, 1), answer + opt))


def longest_names(turn):
    """An alias to a name of 255 octets, which has the set."""
    room = 255 - len(dns.wire_name(turn.site.zone))
    labels = []
    while room > 1:
        labels.append("l" * min(63, room - 1 if room - 65 != 1 else 62))
        room -= len(labels[-1]) + 1
    target = ".".join([*labels, turn.site.zone])
    answer = [(turn.query.name, "CNAME", TTL, target), (target, "CAA", TTL, OWN_SET[0])]
    return turn.send(turn.fit(answer=answer))


def hundredfold(turn):
    return turn.send(turn.honest()) * 100


def flood(turn):
    return [Sent(turn.dice.randbytes(100)) for _ in range(200)] * (not turn.tcp) + honest(turn)


# TCP


def tcp_drip(turn):
    def drip():
        octets = turn.framed(turn.honest())
        return [Sent(octets[i : i + 1], after=0.2 * (i + 1)) for i in range(len(octets))]

    return by_tcp(turn, drip)


def tcp_silent(turn):
    return by_tcp(turn, list)


def tcp_closes(turn):
    return by_tcp(turn, lambda: [Sent(close=True)])


def tcp_short(turn):
    return by_tcp(turn, lambda: [Sent(b"\xff\xff" + turn.honest(), close=True)])


def tcp_pieces(turn):
    def pieces():
        octets = turn.framed(turn.honest())
        return [Sent(octets[i : i + 7], after=0.005 * (i // 7)) for i in range(0, len(octets), 7)]

    return by_tcp(turn, pieces)


def tcp_truncated(turn):
    return turn.send(message.truncated(turn.query, Reply()))


def tcp_babble(turn):
    return by_tcp(turn, lambda: turn.send(turn.dice.randbytes(turn.dice.randrange(1, 60000))))


# Replies that are not from whom was asked, or not to what was asked


def other_port(turn):
    return [Sent(turn.honest(), source="port")]


def other_address(turn):
    return [Sent(turn.honest(), source="stranger")]


def with_id(turn, number):
    return turn.framed(struct.pack(">H", number) + turn.honest()[2:])


def forged_with_wrong_ids(turn):
    answer = turn.fit(answer=[(turn.query.name, "CAA", TTL, FORGED)])
    numbers = [turn.dice.randrange(65536) for _ in range(100)]
    return [Sent(struct.pack(">H", number) + answer[2:])
            for number in numbers if number != turn.query.id]  # fmt: skip


def wrong_ids(turn):
    return forged_with_wrong_ids(turn) + honest(turn)


def wrong_ids_only(turn):
    return forged_with_wrong_ids(turn)


def echo(turn):
    return turn.send(turn.octets)


def echoes_first(turn):
    return echo(turn) * 100 + honest(turn)


def other_questions(turn):
    sent = []
    for target in turn.site.targets:
        turn.query.question = dns.wire_name(target) + turn.query.question[-4:]
        sent += turn.send(message.write_reply(
            turn.query, Reply(answer=[(target, "CAA", TTL, FORGED)])))  # fmt: skip
    return sent


# Lies about others


def forged_sets(turn):
    return [(target, "CAA", TTL, FORGED) for target in turn.site.targets]


def poison_answer(turn):
    return turn.send(turn.fit(answer=forged_sets(turn) + turn.own_set() + forged_sets(turn)))


def poison_additional(turn):
    tld = turn.site.zone.rpartition(".")[2]
    servers = (turn.site.operator[0], "a.root-servers.net", "a.registry-servers.net")
    additional = [(host, "A", TTL, STRANGER) for host in servers]
    additional += [(tld, "CAA", TTL, FORGED), *forged_sets(turn)]
    return turn.send(turn.fit(answer=turn.own_set(), additional=additional))


def poison_authority(turn):
    server = f"ns1.{turn.site.zone}"
    owners = [".", turn.site.zone.rpartition(".")[2], *turn.site.targets]
    servers = [(owner, "NS", TTL, server) for owner in owners]
    glue = [(server, "A", TTL, STRANGER)]
    return turn.send(turn.fit(answer=turn.own_set(), authority=servers, additional=glue))


def poison_alias(turn):
    """An alias to a healthy name, with a set for it."""
    target = turn.site.targets[0]
    answer = [(turn.query.name, "CNAME", TTL, target), (target, "CAA", TTL, FORGED)]
    return turn.send(turn.fit(answer=answer))


def poison_glue(turn):
    """The zone below is at an operator's server, whose address is said to be another."""
    host = turn.site.operator[0]
    return refer(turn, turn.child(), [host], [(host, STRANGER)])


def poison_soa(turn):
    """The name does not exist, and neither does any other, by the word of the zones above."""
    owner = turn.dice.choice((".", turn.site.zone.rpartition(".")[2]))
    soa = f"ns1.{turn.site.zone} hostmaster.{turn.site.zone} {hostile.SOA_TIMERS}"
    denial = [(owner, "SOA", 86400, soa)]
    return turn.send(turn.fit(rcode=RCODES["NXDOMAIN"], authority=denial))


# Moods


def random_rcode(turn):
    return turn.send(turn.fit(rcode=turn.dice.randrange(4096)))


def late(turn):
    return turn.send(turn.honest(), after=turn.dice.uniform(0.2, 0.6))


def odd_ttls(turn):
    ttls = (0, 0xFFFFFFFF, 0x80000000)
    return turn.send(turn.fit(answer=[
        (turn.query.name, "CAA", turn.dice.choice(ttls), value) for value in OWN_SET]))  # fmt: skip


def all_types(turn):
    """Records of types and classes that nobody asked for, around the set."""
    codes = [code for code in range(60, 110) if code != message.OPT_TYPE]
    body = b"".join(raw_rr(b"\xc0\x0c", code, turn.dice.randbytes(4)) for code in codes)
    body += raw_rr(b"\xc0\x0c", dns.TYPES["CAA"], OWN_SET[0])
    body += raw_rr(b"\xc0\x0c", dns.TYPES["CAA"], FORGED, CLASS_CHAOS)
    return turn.send(raw(turn, (1, len(codes) + 2, 0, 0), body))


def contradiction(turn):
    soa = (turn.site.zone, "SOA", TTL, turn.zone.nodes[turn.site.zone]["SOA"][0])
    to = f"{turn.word()}.{turn.site.zone}"
    return turn.send(turn.fit(**turn.dice.choice((
        dict(rcode=RCODES["NXDOMAIN"], answer=turn.own_set(), authority=[soa]),
        dict(answer=[*turn.own_set(), (turn.query.name, "CNAME", TTL, to)]),
        dict(answer=turn.own_set(), authority=[soa]),
        dict(authoritative=False, rcode=RCODES["NXDOMAIN"]),
        dict(authority=[soa, soa]),
    ))))  # fmt: skip


def chameleon(turn):
    return PLAYS[turn.dice.choice([kind for kind in PLAYS if kind != "chameleon"])](turn)


PLAYS = {
    play.__name__: play
    for play in (
        honest, random_octets, random_body, cut_reply, lying_counts, bit_flips, pointer_loop,
        pointer_in_question, too_long_name, many_opts, thousand_questions, self_referral,
        upward_referral, sideways_referral, deep_referrals, fresh_referrals, thousands_of_ns,
        glue_of_others, nxns, nxns_at_target, cname_chain, cname_loop, cname_fork, cname_flood,
        cname_tree, dname_loop, dname_growth, many_caa, one_large_caa, many_bad_caa, huge_edns,
        longest_names, hundredfold, flood, tcp_drip, tcp_silent, tcp_closes, tcp_short, tcp_pieces,
        tcp_truncated, tcp_babble, other_port, other_address, wrong_ids, wrong_ids_only, echo,
        echoes_first, other_questions, poison_answer, poison_additional, poison_authority,
        poison_alias, poison_glue, poison_soa, random_rcode, late, odd_ttls, all_types,
        contradiction, chameleon,
    )
}  # fmt: skip
# Nobody gets as far as their servers.
PLAYS["circular"] = PLAYS["own_name_no_glue"] = honest
