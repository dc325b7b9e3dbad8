"""What is true of a world: zones, how an authority answers (RFC 1034, 4592, 6672), and the search
for the relevant CAA set (RFC 8659 section 3). Pure; knows nothing of servers, files or packets.
"""

from dataclasses import dataclass, field

from . import dns

CHAIN_MAX = 32  # aliases followed
NAME_MAX = 253  # characters, which are 255 octets on the wire


class Zone:
    """Authoritative data of one zone.

    server is the key of the group of servers that holds it. fault, where set, is the error class
    that every question to the zone ends in.
    """

    __slots__ = ("origin", "server", "ns", "ttl", "nodes", "signed", "has_ds", "fault", "_existing")

    def __init__(self, origin, server, ns=(), ttl=3600):
        self.origin = origin
        self.server = server
        self.ns = tuple(ns)
        self.ttl = ttl
        self.nodes = {}
        self.signed = False
        self.has_ds = False
        self.fault = None
        self._existing = None

    def add(self, owner, rtype, *values):
        rrset = self.nodes.setdefault(owner, {}).setdefault(rtype, [])
        rrset.extend(value for value in values if value not in rrset)
        self._existing = None

    def existing(self):
        """Every name that exists: owners and empty non-terminals."""
        if self._existing is None:
            names = {self.origin}
            for owner in self.nodes:
                while owner not in names:
                    names.add(owner)
                    owner = dns.parent(owner)
            self._existing = names
        return self._existing

    def find(self, qname):
        """(node, redirected) for qname. node: its RRsets, or those a wildcard stands for;
        {} for an empty non-terminal; None where the name does not exist. redirected: the new name
        where a DNAME above qname applies."""
        above = [name for name in dns.ancestors(qname) if self.holds(name)]
        for owner in reversed(above):
            for target in self.nodes.get(owner, {}).get("DNAME", ()):
                return None, qname[: -len(owner)] + target
        if qname in self.existing():
            return self.nodes.get(qname, {}), None
        encloser = next((name for name in above if name in self.existing()), self.origin)
        return self.nodes.get("*" if encloser == "." else "*." + encloser), None

    def holds(self, name):
        return name == self.origin or dns.is_below(name, self.origin)


@dataclass
class Answer:
    """What one CAA question shows. outcome: records, nodata, nxdomain, or an error class."""

    name: str
    outcome: str = ""
    owner: str = ""
    chain: list = field(default_factory=list)
    caa: list = field(default_factory=list)
    secure: bool = True
    failed: bool = False
    error_name: str | None = None


class World:
    def __init__(self):
        self.zones = {}
        self._secure = {}

    def add_zone(self, zone):
        self.zones[zone.origin] = zone
        return zone

    def zone_of(self, name):
        """The zone that holds `name`: the longest origin at or above it."""
        while name not in self.zones:
            name = dns.parent(name)
        return self.zones[name]

    def parent_zone(self, zone):
        return self.zone_of(dns.parent(zone.origin))

    def is_secure(self, zone):
        """Is there an unbroken chain of signed delegations from the root? Asked once the world is
        complete: the answer is kept."""
        if zone.origin == ".":
            return zone.signed
        if zone.origin not in self._secure:
            linked = zone.signed and zone.has_ds
            self._secure[zone.origin] = linked and self.is_secure(self.parent_zone(zone))
        return self._secure[zone.origin]

    def ds_status(self, zone):
        """Is there DS at the zone's delegation? Only a signed zone can hold it."""
        if zone.origin == ".":
            return "unknown"
        return "present" if zone.has_ds and self.parent_zone(zone).signed else "absent"

    def served_with(self, zone):
        """The zones above that the same servers hold. They answer for `zone` without a referral, so
        that one of these may be taken for it."""
        above = []
        server = zone.server
        while zone.origin != ".":
            zone = self.parent_zone(zone)
            if zone.server == server:
                above.append(zone)
        return above

    def hides_ds(self, zone):
        """Is the parent unsigned, but taken for a signed zone above that its servers hold? Then it
        shows neither DS nor a denial where there should be one; and so on below it."""
        parent = self.parent_zone(zone)
        if parent.signed or zone is parent:
            return False
        return any(up.signed for up in self.served_with(parent)) or self.hides_ds(parent)

    def caa(self, qname, validate=True):
        """The answer that a careful resolver or iteration gives for qname's CAA, with or without
        DNSSEC validation."""
        answer = Answer(qname)
        name = qname
        seen = {name}
        while not self._step(answer, name, validate):
            name = answer.chain[-1]["target"]
            if len(name) > NAME_MAX:
                return _failed(answer, "dname_overflow", answer.chain.pop()["owner"])
            if name in seen:
                return _failed(answer, "cname_loop", name)
            if len(answer.chain) > CHAIN_MAX:
                return _failed(answer, "cname_chain_too_long", answer.chain[-1]["owner"])
            seen.add(name)
        return answer

    def _step(self, answer, name, validate):
        """Looks one name up in its zone. True where the answer is complete."""
        zone = self.zone_of(name)
        answer.owner = name
        answer.secure = answer.secure and self.is_secure(zone)
        if zone.fault and (validate or zone.fault != "dnssec_bogus"):
            _failed(answer, zone.fault, name)
            return True
        node, redirected = zone.find(name)
        if redirected is not None:
            answer.chain.append({"owner": name, "kind": "DNAME", "target": redirected})
            return False
        if node is None:
            answer.outcome = "nxdomain"
            return True
        for target in node.get("CNAME", ()):
            answer.chain.append({"owner": name, "kind": "CNAME", "target": target})
            return False
        answer.caa = node.get("CAA", [])
        answer.outcome = "records" if answer.caa else "nodata"
        return True


def _failed(answer, error_class, name):
    answer.outcome = error_class
    answer.failed = True
    answer.error_name = name
    return answer


def climb(world, name, validate=True):
    """The answers of the levels that RFC 8659 asks, from `name` up: to the first set, the first
    failure, or the top-level domain."""
    levels = []
    for level in [name, *dns.ancestors(name)] if name != "." else []:
        levels.append(world.caa(level, validate))
        if levels[-1].failed or levels[-1].outcome == "records":
            break
    return levels


def caa_row(rdata):
    error = dns.caa_error(rdata)
    if error:
        return dict(flags=None, tag=None, value=None, rdata_error=error, rdata=rdata.hex())
    flags, tag, value = dns.caa_split(rdata)
    return dict(flags=flags, tag=dns.escape(tag), value=dns.escape(value),
                rdata_error=None, rdata=None)  # fmt: skip


def row_outcome(answer):
    """The outcome of a row that ends with this answer."""
    if answer.failed:
        return "indeterminate"
    return "found" if answer.outcome == "records" else "empty"


def existence(answer):
    """A CNAME exists even where its target does not; a name below a DNAME has no such owner."""
    if answer.failed:
        return "unknown"
    own_alias = bool(answer.chain) and answer.chain[0]["kind"] == "CNAME"
    return "no" if answer.outcome == "nxdomain" and not own_alias else "yes"


def dnssec_status(levels):
    """Of the set, of the zone that failed, or, without either, of all the denials."""
    last = levels[-1]
    if last.outcome == "dnssec_bogus":
        return "bogus"
    decisive = [last] if last.failed or last.outcome == "records" else levels
    return "secure" if all(answer.secure for answer in decisive) else "insecure"


INVALID = dict(
    name=None, outcome="invalid", error_class="qname_invalid", error_at=None, error_name=None,
    exists="unknown", own="invalid", found_at=None, depth=None, rrset_owner=None, chain=[], caa=[],
    zone=None, ns=[], set_zone=None, set_ns=[], ad=None, dnssec="unchecked", ds="unknown",
    operator=None, levels=[], zone_above=[], set_zone_above=[], ds_hidden=False,
    unvalidated={},
)  # fmt: skip


def verdict(world, name):
    """What is true of one name; keys as in the record, where the record has them. `unvalidated`
    holds what is otherwise for who does not validate."""
    if name is None:
        return dict(INVALID)
    if name == ".":
        return dict(INVALID, name=name, outcome="empty", error_class=None, own="empty")
    truth = _verdict(world, name, validate=True)
    other = _verdict(world, name, validate=False)
    truth["unvalidated"] = {key: other[key] for key in other if other[key] != truth[key]}
    return truth


def _verdict(world, name, validate):
    levels = climb(world, name, validate)
    last = levels[-1]
    found = last.outcome == "records"
    zone = world.zone_of(name)
    set_zone = world.zone_of(last.owner) if found else None
    return dict(
        name=name,
        outcome=row_outcome(last),
        error_class=last.outcome if last.failed else None,
        error_at=last.name if last.failed else None,
        error_name=last.error_name,
        exists=existence(levels[0]),
        own=row_outcome(levels[0]),
        found_at=last.name if found else None,
        depth=len(levels) - 1 if found else None,
        rrset_owner=last.owner if found else None,
        chain=last.chain if found else [],
        caa=[caa_row(rdata) for rdata in last.caa],
        zone=zone.origin,
        ns=sorted(zone.ns),
        set_zone=set_zone.origin if found else None,
        set_ns=sorted(set_zone.ns) if found else [],
        ad=None if last.failed else all(answer.secure for answer in levels),
        dnssec=dnssec_status(levels),
        ds=world.ds_status(zone),
        operator=zone.server,
        levels=[
            dict(name=a.name, outcome=a.outcome, chain=a.chain, secure=a.secure) for a in levels
        ],
        ds_hidden=world.hides_ds(zone),
        zone_above=_zones_above(world, zone),
        set_zone_above=_zones_above(world, set_zone) if found else [],
    )


def _zones_above(world, zone):
    return [dict(zone=above.origin, ns=sorted(above.ns), ds=world.ds_status(above))
            for above in world.served_with(zone)]  # fmt: skip
