"""A small DNS client for readiness checks and tests: one question, one datagram, one answer."""

import secrets
import socket
import struct
from dataclasses import dataclass, field

from . import dns

AD, RD, TC = 0x0020, 0x0100, 0x0200
OPT = bytes((0,)) + struct.pack(">HHIH", 41, 1232, 0, 0)
ALIASES = (dns.TYPES["CNAME"], dns.TYPES["DNAME"])


@dataclass
class Reply:
    rcode: int = 0
    ad: bool = False
    truncated: bool = False
    answer: list = field(default_factory=list)  # (owner, type code, RDATA or, for aliases, target)


def ask(server, name, rtype, timeout=2.0, recurse=True):
    """The reply of `server`, by TCP where the datagram was truncated. OSError on silence."""
    query = encode(name, rtype, recurse)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        udp.settimeout(timeout)
        udp.connect((server, 53))
        udp.send(query)
        octets = udp.recv(65535)
        while octets[:2] != query[:2]:
            octets = udp.recv(65535)
    reply = decode(octets)
    return decode(ask_tcp(server, query, timeout)) if reply.truncated else reply


def ask_tcp(server, query, timeout):
    with socket.create_connection((server, 53), timeout) as tcp:
        tcp.sendall(len(query).to_bytes(2, "big") + query)
        with tcp.makefile("rb") as stream:
            return stream.read(int.from_bytes(stream.read(2), "big"))


def encode(name, rtype, recurse):
    flags = (RD | AD) if recurse else 0
    head = secrets.token_bytes(2) + struct.pack(">HHHHH", flags, 1, 0, 0, 1)
    return head + dns.wire_name(name) + struct.pack(">HH", dns.TYPES[rtype], 1) + OPT


def decode(octets):
    _, flags, questions, answers = struct.unpack_from(">HHHH", octets)
    reply = Reply(flags & 15, bool(flags & AD), bool(flags & TC))
    at = 12
    for _ in range(questions):
        at = read_name(octets, at)[1] + 4
    for _ in range(answers):
        owner, at = read_name(octets, at)
        code, _, _, length = struct.unpack_from(">HHIH", octets, at)
        at += 10
        data = octets[at : at + length]
        reply.answer.append((owner, code, read_name(octets, at)[0] if code in ALIASES else data))
        at += length
    return reply


def read_name(octets, at):
    """(name, offset behind it). Compression may point backwards only."""
    labels, end = [], None
    while octets[at]:
        if octets[at] >= 0xC0:
            end = end or at + 2
            target = int.from_bytes(octets[at : at + 2], "big") & 0x3FFF
            if target >= at:
                raise ValueError("compression pointer not backwards")
            at = target
            continue
        labels.append(octets[at + 1 : at + 1 + octets[at]].decode("latin-1").lower())
        at += 1 + octets[at]
    return ".".join(labels) or ".", end or at + 1
