"""Names and RDATA: text, wire form, canonical order.

A name is a str without the final dot, lower case, `.` for the root. No name here needs escapes.
An RDATA value is a str in presentation form, except CAA, DS, DNSKEY and NSEC, which are octets.
"""

import ipaddress

TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "DNAME": 39, "DS": 43,
    "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "CAA": 257,
}  # fmt: skip


def parent(name):
    """The name without its first label; the root for a single label."""
    return name.partition(".")[2] or "."


def ancestors(name):
    """The names above `name`, nearest first, without the root."""
    name = parent(name)
    while name != ".":
        yield name
        name = parent(name)


def is_below(name, top):
    """Is `name` strictly below `top`?"""
    return name != "." and top == "." or name.endswith("." + top)


def label_count(name):
    return 0 if name == "." else name.count(".") + 1


def wire_name(name):
    if name == ".":
        return b"\0"
    return b"".join(bytes((len(label),)) + label.encode() for label in name.split(".")) + b"\0"


def canonical_key(name):
    """Sort key of RFC 4034 section 6.1."""
    return [] if name == "." else [label.encode() for label in reversed(name.split("."))]


def absolute(name):
    return "." if name == "." else name + "."


def wire_rdata(rtype, value):
    """RDATA in canonical wire form (RFC 4034 section 6.2)."""
    if isinstance(value, bytes):
        return value
    if rtype in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if rtype in ("NS", "CNAME", "DNAME"):
        return wire_name(value)
    if rtype == "MX":
        preference, host = value.split()
        return int(preference).to_bytes(2, "big") + wire_name(host)
    if rtype == "SOA":
        fields = value.split()
        numbers = b"".join(int(number).to_bytes(4, "big") for number in fields[2:])
        return wire_name(fields[0]) + wire_name(fields[1]) + numbers
    if rtype == "TXT":
        return bytes((len(value),)) + value.encode()
    raise ValueError(f"no wire form for {rtype}")


def text_rdata(rtype, value):
    """RDATA in the presentation form that both NSD and Knot read."""
    if rtype == "CAA":
        return caa_text(value)
    if isinstance(value, bytes):
        return generic_text(value)
    if rtype in ("NS", "CNAME", "DNAME"):
        return absolute(value)
    if rtype == "MX":
        preference, host = value.split()
        return f"{preference} {absolute(host)}"
    if rtype == "SOA":
        fields = value.split()
        return " ".join([absolute(fields[0]), absolute(fields[1]), *fields[2:]])
    if rtype == "TXT":
        return f'"{value}"'
    return value


def generic_text(rdata):
    """RFC 3597 form."""
    return rf"\# {len(rdata)} {rdata.hex()}".rstrip()


def caa_rdata(flags, tag, value):
    tag = tag.encode() if isinstance(tag, str) else tag
    value = value.encode() if isinstance(value, str) else value
    return bytes((flags, len(tag))) + tag + value


def caa_error(rdata):
    """Why RDATA can't be split into flags, tag and value (RFC 8659 section 4.1), or None."""
    if not rdata:
        return "rdata_empty"
    if len(rdata) == 1:
        return "rdata_too_short"
    tag_len = rdata[1]
    if tag_len == 0:
        return "tag_len_zero"
    tag = rdata[2 : 2 + tag_len]
    if len(tag) < tag_len:
        return "tag_overrun"
    if not (tag.isalnum() and tag.isascii()):
        return "tag_bad_char"
    return None


def caa_split(rdata):
    """(flags, tag, value) of well-formed RDATA."""
    end = 2 + rdata[1]
    return rdata[0], rdata[2:end], rdata[end:]


def caa_text(rdata):
    """Plain text for what every server reads, generic form for the rest: NSD refuses upper-case
    tags and tags over 15 octets in text."""
    if caa_error(rdata) is None:
        flags, tag, value = caa_split(rdata)
        plain = all(0x20 <= octet <= 0x7E and octet not in b'"\\' for octet in value)
        if plain and tag.islower() and len(tag) <= 15 and len(value) <= 255:
            return f'{flags} {tag.decode()} "{value.decode()}"'
    return generic_text(rdata)


def escape(octets):
    """Octets as the record schema writes them: \\DDD outside printable ASCII, backslash doubled."""
    parts = []
    for octet in octets:
        if octet == 0x5C:
            parts.append("\\\\")
        elif 0x20 <= octet <= 0x7E:
            parts.append(chr(octet))
        else:
            parts.append(f"\\{octet:03d}")
    return "".join(parts)
