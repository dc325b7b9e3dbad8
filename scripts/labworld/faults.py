"""Servers that misbehave, as rows of resolution.jsonl describe them: which zone is at which
address, and what a server there does instead of answering. Pure.

Every zone of a row has an address of its own for each of its servers, unless another zone of the
row holds its delegation as records. A behavior is played by the servers of the zone that holds the
name it is for, as often as `times` says, and with `only_edns` to queries with EDNS alone; those of
delegations change the delegation.

The zones that `held_above` names are also held by the servers of the zone above them, which then
answer for them without a referral.

Zones that a row calls signed are signed as they answer, and have a DS; `ds_override` is a DS that no
validator can use, and `bogus` breaks signatures or proofs as its extended error (`ede`) says.
"""

import json
from dataclasses import dataclass, field

from . import authority, dns, message, onlinesigner, scenarios
from .message import RCODES, Reply
from .model import Zone

SOA_TIMERS = "2025020100 7200 3600 1209600 900"
TTL = 3600
PRIVATE_ADDRESS = "10.0.0.53"
NO_ROUTE = "198.18.0.53"  # an address that lo does not have
# Extended errors (RFC 8914) by which rows say how a zone is bogus.
BOGUS, DNSKEY_MISSING, RRSIG_MISSING, NSEC_MISSING = 6, 9, 10, 12
OUT_OF_TIME = {7: onlinesigner.EXPIRED, 8: onlinesigner.NOT_YET_VALID}
WITHOUT_TCP = {"tc_no_tcp", "tc_whole"}
OVERRUN_RDATA = b"\0\xffissue"
# Behaviors of delegations; all others are played by servers.
OF_DELEGATIONS = {"no_ns_addr", "no_glue", "private_ns", "stale_glue", "unreachable"}


@dataclass
class Place:
    """One server: what it holds and how it misbehaves."""

    address: str
    zone: Zone
    behaviors: list
    below: list = field(default_factory=list)  # zones below that it holds too
    played: dict = field(default_factory=dict)  # by behavior, how often

    def zone_for(self, query):
        """The closest to the name; DS is the delegating zone's to answer."""
        held = [zone for zone in self.below if zone.holds(query.name)
                and not (query.rtype == "DS" and query.name == zone.origin)]  # fmt: skip
        return max([self.zone, *held], key=lambda zone: len(zone.origin))

    def takes_tcp(self):
        return not any(behavior["do"] in WITHOUT_TCP for behavior in self.behaviors)


def lab_address(number):
    return f"185.50.{number // 250}.{number % 250 + 1}"


def read(path):
    """All rows that have a lookup to play, faults or none."""
    with open(path, encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if row["type"] == "resolution"]


def plan(rows, root):
    """Places for all zones of the rows. Adds the delegations to the world's root zone, and what
    rows put there."""
    places, also_above = [], []
    for row in rows:
        zones = {scenarios.relative(z["origin"]): z for z in row["zones"]}
        if "." in zones:
            add_records(root, zones.pop("."))
        made = {origin: make_zone(described) for origin, described in zones.items()}
        by_hand = {owner for zone in made.values() for owner in zone.nodes
                   if "NS" in zone.nodes[owner] and owner != zone.origin}  # fmt: skip
        above_too = {scenarios.relative(origin) for origin in row.get("held_above", ())}
        for origin, zone in made.items():
            if origin in by_hand:
                continue
            above = next((made[up] for up in dns.ancestors(origin) if up in made), root)
            hosts = place_zone(places, row, zone, above)
            give_addresses(made.values(), above, zone, hosts)
            if origin in above_too:
                also_above.append((above, zone))
            above.add(origin, "NS", *hosts)
            for ds in delegation_signers(row, zone):
                above.add(origin, "DS", ds)
    for above, zone in also_above:
        for place in places:
            if place.zone is above:
                place.below.append(zone)
    return places


def make_zone(described):
    origin = scenarios.relative(described["origin"])
    zone = Zone(origin, "faults", ttl=TTL)
    zone.add(origin, "SOA", f"ns1.{origin} hostmaster.{origin} {SOA_TIMERS}")
    add_records(zone, described)
    zone.signed = described.get("signed", False)
    if zone.signed:
        zone.add(origin, "DNSKEY", onlinesigner.key_of(origin).rdata)
    return zone


def delegation_signers(row, zone):
    """The DS records at a zone's delegation: also where the zone has lost its keys."""
    override = row.get("ds_override", {})
    if scenarios.relative(override.get("zone", "")) == zone.origin:
        return [onlinesigner.ds_of(zone.origin, override["kind"])]
    lost = any(behavior["do"] == "bogus" and behavior["ede"] == DNSKEY_MISSING
               and scenarios.relative(behavior["match"]["name"]) == zone.origin
               for behavior in row["behaviors"])  # fmt: skip
    return [onlinesigner.ds_of(zone.origin)] if zone.signed or lost else []


def add_records(zone, described):
    for owner, rtype, text in scenarios.expand(described):
        is_name = rtype in ("CNAME", "DNAME", "NS")  # as it is written, upper case too
        value = text.rstrip(".") or "." if is_name else scenarios.rdata(rtype, text)
        zone.add(owner, rtype, value)


def behaviors_of(row, zone, server):
    """Those that this server plays: the ones for names that its zone holds, and no zone below."""
    origins = {scenarios.relative(described["origin"]) for described in row["zones"]}
    chosen = []
    for behavior in row["behaviors"]:
        name = scenarios.relative(behavior["match"]["name"])
        holder = next((up for up in (name, *dns.ancestors(name)) if up in origins), None)
        if behavior["do"] not in PLAYS.keys() | OF_DELEGATIONS:
            raise ValueError(f"{row['id']}: no such behavior: {behavior['do']}")
        if holder == zone.origin and behavior.get("server") in (None, server):
            chosen.append(behavior)
    return chosen


def place_zone(places, row, zone, above):
    """Gives each server of the zone its place. Returns the hosts to delegate to: {name: address},
    with None for a name that has none."""
    hosts, new = {}, []
    servers = {scenarios.relative(k): v for k, v in row.get("servers", {}).items()}
    second = {scenarios.relative(z["origin"]): z for z in row.get("s2_zones", ())}
    for number, server in enumerate(servers.get(zone.origin, ["s1"]), 1):
        behaviors = behaviors_of(row, zone, server)
        ways = {behavior["do"] for behavior in behaviors}
        host = f"ns{number}.{zone.origin}"
        if "no_glue" in ways:
            host = f"far{number}.host.{above.origin}"
        if "no_ns_addr" in ways:
            hosts[f"no-address{number}.{above.origin}".rstrip(".")] = None
        elif "stale_glue" in ways:
            hosts |= by_stale_glue(behaviors, above, lab_address(len(places) + len(new)))
            new.append(Place(lab_address(len(places) + len(new)), zone, behaviors))
        elif "private_ns" in ways:
            hosts[host] = PRIVATE_ADDRESS
        elif "unreachable" in ways:
            hosts[host] = NO_ROUTE
        else:
            hosts[host] = lab_address(len(places) + len(new))
            differs = number == 2 and zone.origin in second
            held = make_zone(second[zone.origin]) if differs else zone
            new.append(Place(hosts[host], held, behaviors))
    for place in new:
        place.zone.add(zone.origin, "NS", *hosts)
        add_addresses(place.zone, hosts)
    places += new
    return hosts


def by_stale_glue(behaviors, above, address):
    """A server named in another zone, where it has this address. The zone above has an old one."""
    host = next(scenarios.relative(behavior["host"]) for behavior in behaviors
                if behavior["do"] == "stale_glue")  # fmt: skip
    above.add(host, "A", NO_ROUTE)
    return {host: address}


def give_addresses(zones, above, zone, hosts):
    """Glue for servers in the zone itself; the zone that holds another has its address."""
    for host, address in hosts.items():
        if dns.is_below(host, zone.origin):
            add_addresses(above, {host: address})
            continue
        holders = [other for other in zones if other.holds(host)] or [above]
        add_addresses(max(holders, key=lambda other: len(other.origin)), {host: address})


def add_addresses(zone, hosts):
    for host, address in hosts.items():
        if address is not None and zone.holds(host):
            zone.add(host, "A", address)


def matches(behavior, query):
    wanted = behavior["match"]
    name = scenarios.relative(wanted["name"])
    same_name = query.name == name or wanted.get("below", False) and dns.is_below(query.name, name)
    return same_name and wanted["qtype"] in ("any", query.rtype)


def reply_to(place, octets, tcp):
    """What the server sends back: octets, or None for silence."""
    query = message.read_query(octets)
    zone = place.zone_for(query)
    reply = respond(zone, query)
    for number, behavior in enumerate(place.behaviors):
        if behavior["do"] in OF_DELEGATIONS or not matches(behavior, query):
            continue
        if behavior.get("only_edns") and not query.edns:
            continue
        place.played[number] = count = place.played.get(number, 0) + 1
        if count <= behavior.get("times", count):
            turn = Turn(zone, query, reply, tcp, behavior, count)
            return PLAYS[behavior["do"]](turn)
    return message.fit(query, reply, tcp)


def respond(zone, query, validity=None):
    reply = authority.respond(zone, query.name, query.rtype)
    if zone.signed and query.dnssec_ok:
        onlinesigner.sign(zone, query, reply, validity)
    return reply


@dataclass
class Turn:
    """One query that a behavior is for. count: how many there were, this one included."""

    zone: Zone
    query: message.Query
    reply: Reply
    tcp: bool
    behavior: dict
    count: int

    def fit(self, reply=None):
        return message.fit(self.query, reply or self.reply, self.tcp)


def play_drop(turn):
    return None


def play_drop_first(turn):
    return None if turn.count == 1 and not turn.tcp else turn.fit()


def play_rcode(turn):
    """With `no_opt` from a server that does not know EDNS, so its reply has none."""
    turn.query.edns &= not turn.behavior.get("no_opt")
    return turn.fit(Reply(rcode_of(turn.behavior), authoritative=False))


def rcode_of(behavior):
    rcode = behavior.get("rcode", 0)
    return rcode if isinstance(rcode, int) else RCODES[rcode]


def play_truncated(turn):
    return turn.fit() if turn.tcp else message.truncated(turn.query, turn.reply)


def play_truncated_whole(turn):
    """TC over what would have been the answer; there is no TCP."""
    turn.reply.truncated = True
    return message.write_reply(turn.query, turn.reply)


def play_untruncated(turn):
    """More than the query has room for, in one datagram."""
    return message.write_reply(turn.query, turn.reply)


def play_truncated_always(turn):
    return message.truncated(turn.query, turn.reply)


def play_formerr_on_edns(turn):
    """Such a server does not know EDNS, so its reply has none."""
    if not turn.query.edns:
        return turn.fit()
    turn.query.edns = False
    return turn.fit(Reply(RCODES["FORMERR"], authoritative=False))


def play_wrong_id(turn):
    turn.query.id ^= 0x5555
    return turn.fit()


def play_not_a_reply(turn):
    octets = turn.fit()
    return octets[:2] + bytes((octets[2] & 0x7F,)) + octets[3:]


def play_wrong_question(turn):
    turn.query.question = dns.wire_name("not-asked.example") + turn.query.question[-4:]
    return turn.fit(Reply())


def play_garbage(turn):
    return turn.fit()[:14]


def play_bad_rdata(turn):
    return turn.fit(Reply(answer=[(turn.query.name, "CAA", TTL, OVERRUN_RDATA)]))


def play_lame_referral(turn):
    upward = [(".", "NS", TTL, f"{letter}.root-servers.net") for letter in "abc"]
    return turn.fit(Reply(authoritative=False, authority=upward))


def play_self_referral(turn):
    """Refers to the zone that it is asked about: no closer to the answer."""
    origin = turn.zone.origin
    servers = [(origin, "NS", TTL, host) for host in turn.zone.nodes[origin]["NS"]]
    return turn.fit(Reply(authoritative=False, authority=servers))


def play_no_authority(turn):
    return turn.fit(Reply(authoritative=False))


def play_not_authoritative(turn):
    turn.reply.authoritative = False
    return turn.fit()


def play_strip_authority(turn):
    turn.reply.authority.clear()
    return turn.fit()


def play_answer(turn):
    """With `glue`, what the zone has of the servers named in the authority section."""
    said = turn.behavior
    answer, authority = (literal(said.get(section, ())) for section in ("answer", "authority"))
    reply = Reply(rcode_of(said), said.get("authoritative", True), answer=answer,
                  authority=authority)  # fmt: skip
    for host in (value for _, rtype, _, value in authority if rtype == "NS" and said.get("glue")):
        addresses = turn.zone.nodes.get(host, {}).get("A", ())
        reply.additional += [(host, "A", TTL, address) for address in addresses]
    return turn.fit(reply)


def literal(records):
    """Records as a row writes them down; `rdata_hex` is for what has no presentation form."""
    return [(scenarios.relative(rr["name"]), rr["type"], rr.get("ttl", TTL),
             bytes.fromhex(rr["rdata_hex"]) if "rdata_hex" in rr
             else scenarios.rdata(rr["type"], rr["rdata"]))
            for rr in records]  # fmt: skip


def play_bare(turn):
    """A header with an rcode, without even the question."""
    flags = message.QR | rcode_of(turn.behavior)
    return turn.query.id.to_bytes(2, "big") + flags.to_bytes(2, "big") + bytes(8)


def play_relabel(turn):
    """The right reply under another rcode, or with other fields of the header or of OPT."""
    turn.reply.rcode = rcode_of(turn.behavior)
    for name in ("authoritative", "recursive", "opcode", "opts", "edns_version"):
        setattr(turn.reply, name, turn.behavior.get(name, getattr(turn.reply, name)))
    return turn.fit()


def play_chain_cut(turn):
    """The first alias and nothing behind it."""
    aliases = [rr for rr in turn.reply.answer if rr[1] in ("CNAME", "DNAME")]
    end = next((i for i, rr in enumerate(aliases, 1) if rr[1] == "CNAME"), 0)
    return turn.fit(Reply(answer=aliases[:end]))


def play_bogus(turn):
    """Signatures out of time, wrong or missing; proofs missing. Where keys are missing, the
    delegation shows it."""
    ede, reply = turn.behavior["ede"], turn.reply
    if ede in OUT_OF_TIME:
        reply = respond(turn.zone, turn.query, OUT_OF_TIME[ede])
    elif ede == RRSIG_MISSING:
        reply.answer = [rr for rr in reply.answer
                        if onlinesigner.covered(rr) != turn.query.rtype]  # fmt: skip
    elif ede == NSEC_MISSING:
        reply.authority = [rr for rr in reply.authority
                           if "NSEC" not in (rr[1], onlinesigner.covered(rr))]  # fmt: skip
    elif ede == BOGUS:
        reply.answer = [spoilt(rr) for rr in reply.answer]
        reply.authority = [spoilt(rr) for rr in reply.authority]
    return turn.fit(reply)


def spoilt(rr):
    """A signature with one bit turned."""
    owner, rtype, ttl, value = rr
    return (owner, rtype, ttl, value[:-1] + bytes((value[-1] ^ 1,))) if rtype == "RRSIG" else rr


PLAYS = {
    "drop": play_drop, "drop_first": play_drop_first, "rcode": play_rcode,
    "tc_tcp_ok": play_truncated, "tc_no_tcp": play_truncated, "tc_always": play_truncated_always,
    "formerr_on_edns": play_formerr_on_edns, "wrong_id": play_wrong_id, "qr0": play_not_a_reply,
    "wrong_question": play_wrong_question, "garbage": play_garbage, "bad_rdata": play_bad_rdata,
    "lame_referral": play_lame_referral, "strip_authority": play_strip_authority,
    "self_referral": play_self_referral, "no_authority": play_no_authority,
    "not_authoritative": play_not_authoritative, "answer": play_answer,
    "chain_cut": play_chain_cut, "bogus": play_bogus, "bare": play_bare,
    "relabel": play_relabel, "tc_whole": play_truncated_whole, "untruncated": play_untruncated,
}  # fmt: skip
