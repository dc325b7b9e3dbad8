"""Signs replies of one zone as they leave (RFC 4035 section 3.1), NSEC included. Pure.

Every zone has one Ed25519 key, derived from its name: who delegates to it knows its DS.
"""

import bisect
import functools

from . import dns, signer

SEED = "faults"
EXPIRED = ("20200101000000", "20210101000000")
NOT_YET_VALID = ("20370101000000", "20380101000000")
NSEC_TTL = 900


@functools.cache
def key_of(origin):
    return signer.Key(SEED, origin)


def ds_of(origin, kind=None):
    """The DS of a zone; kind: one that a validator does not know how to use."""
    ds = key_of(origin).ds()
    if kind == "unsupported_algorithm":
        return ds[:2] + b"\x63" + ds[3:]
    if kind == "unsupported_digest":
        return ds[:3] + b"\x63" + ds[4:]
    return ds


def canonical(rtype, value):
    return value.lower() if rtype in ("CNAME", "DNAME", "NS") else value


def chain(zone):
    """Owners of NSEC records in order: what is authoritative, and delegations."""
    cuts = {o for o, node in zone.nodes.items() if "NS" in node and o != zone.origin}
    owners = [o for o in zone.nodes
              if zone.holds(o) and not any(up in cuts for up in dns.ancestors(o))]  # fmt: skip
    return sorted(owners, key=dns.canonical_key), cuts


def nsec_for(zone, name):
    """The NSEC record (owner, rdata) at `name`, or the one that covers it."""
    owners, cuts = chain(zone)
    at = bisect.bisect_right([dns.canonical_key(o) for o in owners], dns.canonical_key(name)) - 1
    owner, following = owners[at], owners[(at + 1) % len(owners)]
    types = {t for t in zone.nodes[owner] if owner not in cuts or t in ("NS", "DS")}
    return owner, signer.nsec_rdata(following, types | {"NSEC", "RRSIG"})


def wildcard_for(zone, name):
    """The wildcard that stands for `name`, whether it is there or not."""
    encloser = next((up for up in dns.ancestors(name) if up in zone.existing()), zone.origin)
    return "*" if encloser == "." else "*." + encloser


def rrsets(section):
    """{(owner, type): [rr]} in the order of the section."""
    sets = {}
    for rr in section:
        sets.setdefault((rr[0], rr[1]), []).append(rr)
    return sets


class Signing:
    """One reply being signed."""

    def __init__(self, zone, validity=None):
        self.zone = zone
        self.key = key_of(zone.origin)
        self.validity = validity
        self.proofs = {}

    def rrsig(self, owner, rtype, rrs, source=None):
        values = [canonical(rtype, rr[3]) for rr in rrs]
        rdata = signer.rrsig_rdata(self.key, source or owner, rtype, rrs[0][2], values,
                                   self.validity)  # fmt: skip
        return (owner, "RRSIG", rrs[0][2], rdata)

    def prove(self, name):
        owner, rdata = nsec_for(self.zone, name)
        self.proofs[owner] = rdata

    def sign_answer(self, reply):
        sets = rrsets(reply.answer)
        dnames = [owner for owner, rtype in sets if rtype == "DNAME"]
        signatures = []
        for (owner, rtype), rrs in sets.items():
            made = rtype == "CNAME" and any(dns.is_below(owner, up) for up in dnames)
            if made or not self.zone.holds(owner):
                continue
            source = owner
            if owner not in self.zone.nodes:
                source = wildcard_for(self.zone, owner)
                self.prove(owner)
            signatures.append(self.rrsig(owner, rtype, rrs, source))
        reply.answer += signatures

    def deny(self, query, reply):
        """The proof that what is behind the aliases is not there."""
        aliases = {rr[0]: rr[3].lower() for rr in reply.answer if rr[1] == "CNAME"}
        name = query.name
        for _ in aliases:
            name = aliases.get(name, name)
        self.prove(name)
        if name not in self.zone.existing():
            self.prove(wildcard_for(self.zone, name))

    def sign_authority(self, query, reply):
        sets = rrsets(reply.authority)
        for (owner, rtype), rrs in sets.items():
            if rtype == "SOA":
                reply.authority.append(self.rrsig(owner, rtype, rrs))
                self.deny(query, reply)
            elif rtype == "NS" and owner != self.zone.origin:
                self.delegate(owner, reply)

    def delegate(self, cut, reply):
        ds = [(cut, "DS", self.zone.ttl, value) for value in self.zone.nodes[cut].get("DS", ())]
        if not ds:
            self.prove(cut)
            return
        reply.authority += ds + [self.rrsig(cut, "DS", ds)]

    def add_proofs(self, reply):
        for owner, rdata in self.proofs.items():
            rr = (owner, "NSEC", NSEC_TTL, rdata)
            reply.authority += [rr, self.rrsig(owner, "NSEC", [rr])]


def sign(zone, query, reply, validity=None):
    """Adds signatures and proofs to the reply of a signed zone."""
    signing = Signing(zone, validity)
    signing.sign_answer(reply)
    signing.sign_authority(query, reply)
    signing.add_proofs(reply)


def covered(rr):
    """The type that an RRSIG is over; None of other records."""
    if rr[1] != "RRSIG":
        return None
    code = int.from_bytes(rr[3][:2], "big")
    return next(name for name, number in dns.TYPES.items() if number == code)
