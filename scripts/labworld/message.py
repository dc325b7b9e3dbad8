"""DNS messages as a server reads and writes them. Pure."""

import struct
from dataclasses import dataclass, field

from . import dns

QR, AA, TC, RD, RA = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080
OPT_TYPE = 41
UDP_PLAIN, UDP_MOST = 512, 1232
RCODES = {
    "NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5,
    "YXDOMAIN": 6, "YXRRSET": 7, "NXRRSET": 8, "NOTAUTH": 9, "NOTZONE": 10, "BADVERS": 16,
}  # fmt: skip
_TYPE_NAMES = {number: name for name, number in dns.TYPES.items()}


@dataclass
class Query:
    """One question. name: lower case; question: the question's octets as they came."""

    id: int
    flags: int
    name: str
    rtype: str  # "TYPE<n>" where it has no name here
    question: bytes
    edns: bool = False
    udp_len: int = UDP_PLAIN
    dnssec_ok: bool = False


@dataclass
class Reply:
    """rrs of the sections: (owner, type, TTL, value) with values as in dns.py. opts: OPT records
    in reply to EDNS."""

    rcode: int = 0
    authoritative: bool = True
    truncated: bool = False
    recursive: bool = False
    opcode: int = 0
    opts: int = 1
    edns_version: int = 0
    answer: list = field(default_factory=list)
    authority: list = field(default_factory=list)
    additional: list = field(default_factory=list)


def read_query(octets):
    """The query in a message; ValueError where there is none."""
    if len(octets) < 12:
        raise ValueError("shorter than a header")
    number, flags, questions, answers, authorities, additionals = struct.unpack_from(">6H", octets)
    if flags & QR or questions != 1 or answers or authorities:
        raise ValueError("not one question")
    name, end = _plain_name(octets, 12)
    code = int.from_bytes(octets[end : end + 2], "big")
    query = Query(number, flags, name, _TYPE_NAMES.get(code, f"TYPE{code}"), octets[12 : end + 4])
    if additionals and octets[end + 4 : end + 7] == b"\0\0\x29":
        query.edns = True
        udp_len = int.from_bytes(octets[end + 7 : end + 9], "big")
        query.udp_len = max(UDP_PLAIN, min(udp_len, UDP_MOST))
        query.dnssec_ok = bool(octets[end + 11 : end + 12] and octets[end + 11] & 0x80)
    return query


def _plain_name(octets, at):
    labels = []
    while at < len(octets) and 0 < octets[at] < 64:
        labels.append(octets[at + 1 : at + 1 + octets[at]].decode("latin-1").lower())
        at += 1 + octets[at]
    if at + 5 > len(octets) or octets[at]:
        raise ValueError("no name")
    return ".".join(labels) or ".", at + 1


def write_reply(query, reply):
    """The whole message, whatever its length."""
    flags = QR | (query.flags & RD) | (reply.rcode & 15)
    flags |= (AA if reply.authoritative else 0) | (TC if reply.truncated else 0)
    flags |= (RA if reply.recursive else 0) | reply.opcode << 11
    opts = query.edns * reply.opts
    additional_count = len(reply.additional) + opts
    out = bytearray(struct.pack(">6H", query.id, flags, 1, len(reply.answer),
                                len(reply.authority), additional_count))  # fmt: skip
    out += query.question
    known = {query.name: 12}
    for rr in (*reply.answer, *reply.authority, *reply.additional):
        _write_rr(out, known, *rr)
    extended = (reply.rcode >> 4) << 24 | reply.edns_version << 16
    out += opts * struct.pack(">BHHIH", 0, OPT_TYPE, UDP_MOST, extended, 0)
    return bytes(out)


def _write_rr(out, known, owner, rtype, ttl, value):
    if owner in known:
        out += struct.pack(">H", 0xC000 | known[owner])
    else:
        if len(out) < 0x4000:
            known[owner] = len(out)
        out += dns.wire_name(owner)
    rdata = dns.wire_rdata(rtype, value)
    out += struct.pack(">HHIH", dns.TYPES[rtype], 1, ttl, len(rdata)) + rdata


def fit(query, reply, tcp):
    """The message for this transport: truncated where the datagram has no room (RFC 2181 s. 9)."""
    octets = write_reply(query, reply)
    if tcp or len(octets) <= query.udp_len:
        return octets
    return truncated(query, reply)


def truncated(query, reply):
    """The message with TC set and nothing in it."""
    return write_reply(query, Reply(reply.rcode, reply.authoritative, truncated=True))
