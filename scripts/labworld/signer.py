"""Signs zones with Ed25519 (RFC 8080) and NSEC, by the OpenSSL library that Python itself uses.

Ed25519 signatures hold no randomness, and validity is fixed, so equal zones give equal octets.
"""

import base64
import calendar
import ctypes
import ctypes.util
import hashlib
import time

from . import dns

ALGORITHM = 15
SHA256_DIGEST = 2
CSK_FLAGS = 257
NID_ED25519 = 1087
INCEPTION = "20240101000000"
EXPIRATION = "20380101000000"


def _open_libcrypto():
    name = ctypes.util.find_library("crypto") or "libcrypto.so.3"
    library = ctypes.CDLL(name)
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    for function, result, arguments in (
        ("EVP_PKEY_new_raw_private_key", pointer, [ctypes.c_int, pointer, ctypes.c_char_p, size]),
        ("EVP_PKEY_get_raw_public_key", ctypes.c_int, [pointer] * 3),
        ("EVP_PKEY_free", None, [pointer]),
        ("EVP_MD_CTX_new", pointer, []),
        ("EVP_MD_CTX_free", None, [pointer]),
        ("EVP_DigestSignInit", ctypes.c_int, [pointer] * 5),
        ("EVP_DigestSign", ctypes.c_int, [pointer, pointer, pointer, ctypes.c_char_p, size]),
    ):
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


_crypto = None


def _library():
    global _crypto
    _crypto = _crypto or _open_libcrypto()
    return _crypto


class Key:
    """The one key of a zone, derived from the world's seed and the zone's name."""

    def __init__(self, seed, origin):
        private = hashlib.sha256(f"{seed} {origin}".encode()).digest()
        self._key = _library().EVP_PKEY_new_raw_private_key(NID_ED25519, None, private, 32)
        if not self._key:
            raise RuntimeError("libcrypto offers no Ed25519")
        self.origin = origin
        self.rdata = bytes((CSK_FLAGS >> 8, CSK_FLAGS & 0xFF, 3, ALGORITHM)) + self._public()
        self.tag = key_tag(self.rdata)

    def __del__(self):
        if getattr(self, "_key", None):
            _library().EVP_PKEY_free(self._key)

    def _public(self):
        octets = ctypes.create_string_buffer(32)
        length = ctypes.c_size_t(32)
        _library().EVP_PKEY_get_raw_public_key(self._key, octets, ctypes.byref(length))
        return octets.raw

    def sign(self, message):
        octets = ctypes.create_string_buffer(64)
        length = ctypes.c_size_t(64)
        context = _library().EVP_MD_CTX_new()
        _library().EVP_DigestSignInit(context, None, None, None, self._key)
        done = _library().EVP_DigestSign(
            context, octets, ctypes.byref(length), message, len(message)
        )
        _library().EVP_MD_CTX_free(context)
        if done != 1:
            raise RuntimeError("libcrypto did not sign")
        return octets.raw

    def ds(self):
        return ds_rdata(self.origin, self.rdata)


def ds_rdata(origin, dnskey):
    """The DS that names a DNSKEY (RFC 4034 section 5.1.4, RFC 4509)."""
    digest = hashlib.sha256(dns.wire_name(origin) + dnskey).digest()
    return key_tag(dnskey).to_bytes(2, "big") + bytes((dnskey[3], SHA256_DIGEST)) + digest


def key_tag(rdata):
    """RFC 4034 appendix B."""
    total = sum(octet if i & 1 else octet << 8 for i, octet in enumerate(rdata))
    return (total + (total >> 16)) & 0xFFFF


def _seconds(stamp):
    return calendar.timegm(time.strptime(stamp, "%Y%m%d%H%M%S")).to_bytes(4, "big")


_VALIDITY = _seconds(EXPIRATION) + _seconds(INCEPTION)


def rrsig_text(key, owner, rtype, ttl, values):
    """The RRSIG of one RRset in presentation form (RFC 4034 section 3.1.8.1)."""
    labels = dns.label_count(owner) - owner.startswith("*")
    type_code, ttl_octets = dns.TYPES[rtype].to_bytes(2, "big"), ttl.to_bytes(4, "big")
    head = type_code + bytes((ALGORITHM, labels)) + ttl_octets + _VALIDITY
    head += key.tag.to_bytes(2, "big") + dns.wire_name(key.origin)
    prefix = dns.wire_name(owner) + type_code + b"\0\1" + ttl_octets
    rdatas = sorted(dns.wire_rdata(rtype, value) for value in values)
    message = head + b"".join(prefix + len(r).to_bytes(2, "big") + r for r in rdatas)
    signature = base64_text(key.sign(message))
    return (
        f"{rtype} {ALGORITHM} {labels} {ttl} {EXPIRATION} {INCEPTION} {key.tag} "
        f"{dns.absolute(key.origin)} {signature}"
    )


def nsec_rdata(next_owner, rtypes):
    """RFC 4034 section 4.1."""
    windows = {}
    for code in sorted(dns.TYPES[rtype] for rtype in rtypes):
        bits = windows.setdefault(code >> 8, bytearray(32))
        bits[(code & 0xFF) >> 3] |= 0x80 >> (code & 7)
    rdata = dns.wire_name(next_owner)
    for window, bits in windows.items():
        used = bytes(bits).rstrip(b"\0")
        rdata += bytes((window, len(used))) + used
    return rdata


def base64_text(octets):
    return base64.b64encode(octets).decode()


def nsec_text(next_owner, rtypes):
    ordered = sorted(rtypes, key=dns.TYPES.get)
    return f"{dns.absolute(next_owner)} {' '.join(ordered)}"
