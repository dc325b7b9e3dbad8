"""CAA sets in the mix that surveys have published, with the mistakes that operators make.

Shares of identifiers and properties follow the survey of the top 1M by Schaumann (2023) and the
data of Scheitle et al. (2018); the rare cases are given more room than they have in reality, so
that a small world holds all of them.
"""

import csv

from .dns import caa_rdata

COMMON_ISSUERS = {
    "letsencrypt.org": 25.6, "digicert.com": 21.1, "sectigo.com": 14.5, "pki.goog": 12.8,
    "comodoca.com": 8.0, "globalsign.com": 6.0, "amazon.com": 4.0, "godaddy.com": 1.8,
    "entrust.net": 1.5, "ssl.com": 1.2, "amazontrust.com": 0.8, "certum.pl": 0.6,
    "buypass.com": 0.4,
}  # fmt: skip
REST_SHARE = 1.7  # of all other identifiers together
MISTAKE_EVERY = 10  # each so many sets, the next special case
ISSUER_COUNTS = ((1, 50), (2, 24), (3, 14), (4, 6), (5, 3), (7, 1))


def pick(dice, weighted):
    values, weights = zip(*weighted)
    return dice.choices(values, weights)[0]


# The special cases. Each takes (dice, domain) and returns RDATA to put beside, or in place of, an
# ordinary set. Those under MALFORMED are loaded as they are by Knot only; empty RDATA, by neither.
def flags_one(dice, domain):
    return [caa_rdata(1, "issue", "letsencrypt.org")]


def critical_issue(dice, domain):
    return [caa_rdata(128, "issue", "digicert.com"), caa_rdata(128, "issuewild", ";")]


def critical_unknown(dice, domain):
    return [caa_rdata(128, "tbs", "unknown"), caa_rdata(0, "issue", "letsencrypt.org")]


def unknown_tag(dice, domain):
    return [caa_rdata(0, "issuer", "globalsign.com"), caa_rdata(0, "issue", "globalsign.com")]


def upper_case_tag(dice, domain):
    return [caa_rdata(0, "Issue", "sectigo.com"), caa_rdata(0, "issueWild", ";")]


def long_tag(dice, domain):
    return [caa_rdata(0, "thistagislongerthanfifteenoctets", "x"), caa_rdata(0, "issue", "ssl.com")]


def deny_all(dice, domain):
    return [caa_rdata(0, "issue", ";")]


def empty_value(dice, domain):
    return [caa_rdata(0, "issue", "")]


def trailing_dot(dice, domain):
    return [caa_rdata(0, "issue", "letsencrypt.org."), caa_rdata(0, "issue", "pki.goog")]


def issuer_url(dice, domain):
    return [caa_rdata(0, "issue", "https://letsencrypt.org/")]


def several_issuers(dice, domain):
    return [caa_rdata(0, "issue", "letsencrypt.org, digicert.com")]


def quoted_issuer(dice, domain):
    return [
        caa_rdata(0, "issue", '"digicert.com"'),
        caa_rdata(0, "iodef", f"mailto:hostmaster@{domain}"),
    ]


def padded_value(dice, domain):
    return [caa_rdata(0, "issue", " comodoca.com "), caa_rdata(0, "issue", "\tpki.goog")]


def account_uri(dice, domain):
    uri = f"https://acme-v02.api.letsencrypt.org/acme/acct/{dice.randrange(10**8, 10**9)}"
    value = f"letsencrypt.org; accounturi={uri}; validationmethods=dns-01,http-01"
    return [caa_rdata(0, "issue", value), caa_rdata(0, "issuewild", value)]


def other_parameters(dice, domain):
    return [
        caa_rdata(0, "issue", "digicert.com; cansignhttpexchanges=yes"),
        caa_rdata(0, "issue", "pki.goog; account=4711"),
        caa_rdata(0, "issue", "comodoca.com; policy=ev;"),
    ]


def iodef_only(dice, domain):
    return [caa_rdata(0, "iodef", f"mailto:security@{domain}")]


def iodef_without_scheme(dice, domain):
    return [caa_rdata(0, "issue", "godaddy.com"), caa_rdata(0, "iodef", f"admin@{domain}")]


def mail_and_mark(dice, domain):
    return [
        caa_rdata(0, "issue", "digicert.com"),
        caa_rdata(0, "issuemail", "digicert.com"),
        caa_rdata(0, "issuevmc", "digicert.com"),
    ]


def contacts(dice, domain):
    return [
        caa_rdata(0, "issue", "entrust.net"),
        caa_rdata(0, "contactemail", f"domains@{domain}"),
        caa_rdata(0, "contactphone", "+1-555-0100"),
    ]


def wild_only(dice, domain):
    return [caa_rdata(0, "issuewild", "letsencrypt.org")]


def strange_octets(dice, domain):
    value = b'letsencrypt.org; note="\\back\\slash\x00\x07\xc3\xa9\xff"'
    return [caa_rdata(0, "issue", value), caa_rdata(0, "issue", "l\u00e9ts.example".encode())]


def long_value(dice, domain):
    return [caa_rdata(0, "issue", "ssl.com; note=" + "n" * dice.randrange(300, 700))]


def many_records(dice, domain):
    count = dice.randrange(40, 70)
    return [caa_rdata(0, "issue", f"letsencrypt.org; accounturi=https://acme.example/{domain}/{i}")
            for i in range(count)]  # fmt: skip


def reserved_flags(dice, domain):
    return [caa_rdata(64, "issue", "amazon.com"), caa_rdata(130, "iodef", f"mailto:abuse@{domain}")]


def same_but_for_case(dice, domain):
    return [caa_rdata(0, "issue", "letsencrypt.org"), caa_rdata(0, "issue", "LetsEncrypt.org")]


def rdata_too_short(dice, domain):
    return [b"\x00", caa_rdata(0, "issue", "letsencrypt.org")]


def tag_len_zero(dice, domain):
    return [b"\x00\x00letsencrypt.org"]


def tag_overrun(dice, domain):
    return [b"\x00\x20issue", caa_rdata(0, "issue", "pki.goog")]


def tag_bad_char(dice, domain):
    return [caa_rdata(0, "issue-wild", "digicert.com"), caa_rdata(0, "issue", "digicert.com")]


SPECIAL = (
    flags_one, critical_issue, unknown_tag, deny_all, upper_case_tag, account_uri, iodef_only,
    other_parameters, tag_bad_char, trailing_dot, wild_only, long_value, tag_overrun,
    critical_unknown, mail_and_mark, empty_value, many_records, issuer_url, contacts,
    rdata_too_short, strange_octets, iodef_without_scheme, several_issuers, long_tag, padded_value,
    reserved_flags, quoted_issuer, tag_len_zero, same_but_for_case,
)  # fmt: skip
MALFORMED = (tag_bad_char, tag_overrun, rdata_too_short, tag_len_zero)


class CaaMix:
    """Makes sets. Holds where it stands in the row of special cases."""

    def __init__(self, identifiers):
        rest = sorted(set(identifiers) - set(COMMON_ISSUERS))
        self.issuers = list(COMMON_ISSUERS.items())
        self.issuers += [(name, REST_SHARE / len(rest)) for name in rest]
        self.made = 0
        self.waiting = []

    def make(self, dice, domain, malformed_ok):
        """The RDATA of one set for `domain`. malformed_ok: its servers load malformed RDATA."""
        self.made += 1
        if self.made % MISTAKE_EVERY == 0:
            return self._special(malformed_ok)(dice, domain)
        return self._ordinary(dice, domain)

    def _special(self, malformed_ok):
        if len(self.waiting) < len(SPECIAL):
            self.waiting += SPECIAL
        index = next(
            i for i, case in enumerate(self.waiting) if malformed_ok or case not in MALFORMED
        )
        return self.waiting.pop(index)

    def _ordinary(self, dice, domain):
        issuers = []
        for _ in range(pick(dice, ISSUER_COUNTS)):
            name = pick(dice, self.issuers)
            if name not in issuers:
                issuers.append(name)
        records = [caa_rdata(0, "issue", name) for name in issuers]
        draw = dice.random()
        if draw < 0.27:
            records += [caa_rdata(0, "issuewild", name) for name in issuers]
        elif draw < 0.38:
            records.append(caa_rdata(0, "issuewild", ";"))
        elif draw < 0.45:
            records.append(caa_rdata(0, "issuewild", pick(dice, self.issuers)))
        if dice.random() < 0.2:
            records.append(caa_rdata(0, "iodef", self._report_to(dice, domain)))
        return records

    @staticmethod
    def _report_to(dice, domain):
        scheme = pick(dice, (("mailto", 85), ("https", 11), ("http", 4)))
        if scheme == "mailto":
            return f"mailto:{dice.choice(('security', 'hostmaster', 'caa', 'ssl'))}@{domain}"
        return f"{scheme}://{domain}/caa-report"


def read_identifiers(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [row["identifier"] for row in csv.DictReader(file)]
