"""How an authority answers from one zone: RFC 1034 section 4.3.2, 4592 and 6672. Pure.

Zones may hold what a good server would refuse, such as a CNAME beside other data: the answer is
then what the algorithm gives.
"""

from . import dns
from .message import RCODES, Reply

NEGATIVE_TTL = 900


def respond(zone, qname, rtype):
    """The reply of the zone's server to one question."""
    reply = Reply()
    if not zone.holds(qname):
        return Reply(RCODES["REFUSED"], authoritative=False)
    name, seen = qname, set()
    while name not in seen and zone.holds(name):
        seen.add(name)
        cut = find_cut(zone, name, rtype)
        if cut is not None:
            refer(zone, cut, reply)
            break
        name = step(zone, name, rtype, reply)
        if name is None:
            break
    return reply


def find_cut(zone, name, rtype):
    """The topmost delegation at or above `name`. DS is the parent's to answer."""
    for above in reversed([name, *dns.ancestors(name)]):
        if above != zone.origin and zone.holds(above) and "NS" in zone.nodes.get(above, {}):
            return None if above == name and rtype == "DS" else above
    return None


def refer(zone, cut, reply):
    """A referral; behind an alias the answer stays authoritative."""
    reply.authoritative = bool(reply.answer)
    hosts = zone.nodes[cut]["NS"]
    reply.authority += [(cut, "NS", zone.ttl, host) for host in hosts]
    for host in hosts:
        for rtype in ("A", "AAAA"):
            values = zone.nodes.get(host, {}).get(rtype, ()) if zone.holds(host) else ()
            reply.additional += [(host, rtype, zone.ttl, value) for value in values]


def step(zone, name, rtype, reply):
    """Adds what is at `name`. Returns the name to go on at, None where the reply is complete."""
    owner = next((above for above in reversed(list(dns.ancestors(name)))
                  if zone.holds(above) and "DNAME" in zone.nodes.get(above, {})), None)  # fmt: skip
    if owner is not None:
        return redirect(zone, owner, name, reply)
    node, _ = zone.find(name)
    if node is None:
        reply.rcode = RCODES["NXDOMAIN"]
        deny(zone, reply)
        return None
    if "CNAME" in node and rtype != "CNAME":
        reply.answer += [(name, "CNAME", zone.ttl, target) for target in node["CNAME"]]
        return node["CNAME"][0].lower()
    if rtype in node:
        reply.answer += [(name, rtype, zone.ttl, value) for value in node[rtype]]
    else:
        deny(zone, reply)
    return None


def redirect(zone, owner, name, reply):
    """DNAME and the CNAME it stands for (RFC 6672 section 3.1)."""
    (target,) = zone.nodes[owner]["DNAME"]
    reply.answer.append((owner, "DNAME", zone.ttl, target))
    prefix = name[: -len(owner) - 1]
    new = prefix if target == "." else f"{prefix}.{target}"
    if len(dns.wire_name(new)) > 255:
        reply.rcode = RCODES["YXDOMAIN"]
        return None
    reply.answer.append((name, "CNAME", zone.ttl, new))
    return new.lower()


def deny(zone, reply):
    (soa,) = zone.nodes[zone.origin]["SOA"]
    reply.authority.append((zone.origin, "SOA", NEGATIVE_TTL, soa))
