"""Signs zones with NSEC, by the OpenSSL library that Python itself uses.

Two algorithms, neither of which has randomness in its signatures; with a fixed validity equal
zones give equal octets. Root and registries have RSASHA256 (RFC 5702), as in reality: a resolver
checks one of their denials for every unsigned domain, and RSA is checked ten times faster. Their
zones share one key pair, because making one takes long. All others have Ed25519 (RFC 8080) and a
key of their own.
"""

import base64
import calendar
import ctypes
import ctypes.util
import functools
import hashlib
import random
import time

from . import dns

RSASHA256, ED25519 = 8, 15
SHA256_DIGEST = 2
CSK_FLAGS = 257
PKEY_RSA, NID_ED25519 = 6, 1087
RSA_BITS = 1024
RSA_EXPONENT = 65537
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
        ("EVP_sha256", pointer, []),
        ("d2i_PrivateKey", pointer, [ctypes.c_int, pointer, pointer, ctypes.c_long]),
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


def _ed25519_key(seed, origin):
    private = hashlib.sha256(f"{seed} {origin}".encode()).digest()
    key = _library().EVP_PKEY_new_raw_private_key(NID_ED25519, None, private, 32)
    octets = ctypes.create_string_buffer(32)
    length = ctypes.c_size_t(32)
    _library().EVP_PKEY_get_raw_public_key(key, octets, ctypes.byref(length))
    return key, octets.raw


def _rsa_key(seed):
    octets = _rsa_private(seed)
    place = ctypes.c_char_p(octets)
    return _library().d2i_PrivateKey(PKEY_RSA, None, ctypes.byref(place), len(octets))


def _rsa_public(seed):
    """The key field of a DNSKEY (RFC 3110 section 2)."""
    p, q = _rsa_primes(seed)
    return b"\3" + RSA_EXPONENT.to_bytes(3, "big") + (p * q).to_bytes(RSA_BITS // 8, "big")


@functools.cache
def _rsa_private(seed):
    """RSAPrivateKey in DER (RFC 8017 appendix A.1.2)."""
    p, q = _rsa_primes(seed)
    d = pow(RSA_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, RSA_EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    integers = (number.to_bytes(number.bit_length() // 8 + 1, "big") for number in numbers)
    return _der(0x30, b"".join(_der(2, octets) for octets in integers))


def _der(tag, content):
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


@functools.cache
def _rsa_primes(seed):
    """Two primes with both top bits set, so that their product has RSA_BITS bits."""
    dice = random.Random(f"rsa {seed}")
    primes = []
    while len(primes) < 2:
        number = dice.getrandbits(RSA_BITS // 2) | 3 << RSA_BITS // 2 - 2 | 1
        if number % RSA_EXPONENT != 1 and number not in primes and _is_prime(number, dice):
            primes.append(number)
    return sorted(primes, reverse=True)


def _is_prime(number, dice):
    """Miller and Rabin's test."""
    if any(number % small == 0 for small in range(3, 2000, 2)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        power = pow(dice.randrange(2, number - 1), odd, number)
        if power not in (1, number - 1) and not any(
            pow(power, 1 << i, number) == number - 1 for i in range(1, twos)
        ):
            return False
    return True


class Key:
    """The one key of a zone, derived from the world's seed."""

    def __init__(self, seed, origin, algorithm=ED25519):
        self.origin = origin
        self.algorithm = algorithm
        if algorithm == RSASHA256:
            self._key, public = _rsa_key(seed), _rsa_public(seed)
            self._digest, self._length = _library().EVP_sha256(), RSA_BITS // 8
        else:
            self._key, public = _ed25519_key(seed, origin)
            self._digest, self._length = None, 64
        if not self._key:
            raise RuntimeError(f"libcrypto offers no algorithm {algorithm}")
        self.rdata = bytes((CSK_FLAGS >> 8, CSK_FLAGS & 0xFF, 3, algorithm)) + public
        self.tag = key_tag(self.rdata)

    def __del__(self):
        if getattr(self, "_key", None):
            _library().EVP_PKEY_free(self._key)

    def sign(self, message):
        octets = ctypes.create_string_buffer(self._length)
        length = ctypes.c_size_t(self._length)
        context = _library().EVP_MD_CTX_new()
        _library().EVP_DigestSignInit(context, None, self._digest, None, self._key)
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


def rrsig_rdata(key, owner, rtype, ttl, values, validity=None):
    """The RRSIG of one RRset (RFC 4034 section 3.1.8.1). validity: (inception, expiration)."""
    labels = dns.label_count(owner) - owner.startswith("*")
    type_code, ttl_octets = dns.TYPES[rtype].to_bytes(2, "big"), ttl.to_bytes(4, "big")
    times = _VALIDITY if validity is None else _seconds(validity[1]) + _seconds(validity[0])
    head = type_code + bytes((key.algorithm, labels)) + ttl_octets + times
    head += key.tag.to_bytes(2, "big") + dns.wire_name(key.origin)
    prefix = dns.wire_name(owner) + type_code + b"\0\1" + ttl_octets
    rdatas = sorted({dns.wire_rdata(rtype, value) for value in values})
    message = head + b"".join(prefix + len(r).to_bytes(2, "big") + r for r in rdatas)
    return head + key.sign(message)


def rrsig_text(key, owner, rtype, ttl, values):
    """The same in presentation form."""
    rdata = rrsig_rdata(key, owner, rtype, ttl, values)
    labels = rdata[3]
    signature = base64_text(rdata[18 + len(dns.wire_name(key.origin)) :])
    return (
        f"{rtype} {key.algorithm} {labels} {ttl} {EXPIRATION} {INCEPTION} {key.tag} "
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
