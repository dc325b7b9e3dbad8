#!/usr/bin/env python3
"""Makes records of a scan that never was: every outcome, hostile sets, odd servers, by a seed.

usage: world.py --seed N --rows N --scan NAME --year YEAR OUTPUT
"""
import argparse
import itertools
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden" / "report"))
import make_records  # noqa: E402
import values  # noqa: E402

SUFFIXES = ("com com com com org net de de co.uk org.uk github.io blogspot.com kawasaki.jp "
            "city.kawasaki.jp xn--p1ai xn--55qx5d.cn arpa in-addr.arpa s3.amazonaws.com nowhere "
            "test compute.amazonaws.com bd ck www.ck example.ck xn--kpry57d ac.uk").split()
WORDS = "shop mail www www api cdn example a b blue river _dmarc x--y r3---sn-x 0 fax".split()
TAGS = ("issue issue issue issue issue issuewild issuewild issuemail issuevmc iodef iodef "
        "contactemail contactphone auth path policy security tbs unknowntagoversixteen").split()
METHODS = "http-01 dns-01 tls-alpn-01 tls-sni-01 ca-tbr-7 CA-own HTTP-01 dns_01 x-99".split()
ACCOUNTS = ("https://acme.example/acct/1 https://acme.example/acct/2 https://acme.example 123 "
            "urn:x:y https:// mailto:a@b.example https://h/%zz https://h/%41 https://h/a|b "
            "https://[2001:db8::1]/a http:x a: :b 1a:b https://h/#f https://h/#f#g").split() + [""]
ISSUERS = ("ca.example CA.example unknown.invalid letsencrypt.org. *.digicert.com "
           "https://letsencrypt.org admin@digicert.com digicert.com,sectigo.com org none "
           "letsencrpyt.org lets_encrypt.org -x.org x-.org 192.0.2.1 256.1.1.1 1.2.3 a..b .a "
           "letsencrypt.org/ b\\195\\188cher.example letsencrypt\\000.org letsencrypt.org\\127 "
           "sectigo.com;digicert.com xn--bcher-kva.example digcert.com pki.goog. "
           "tagssl.example SECTIGO.com let.org").split() + [
               '"letsencrypt.org"', "'digicert.com'", "letsencrypt.org digicert.com", '"x',
               "a" * 64 + ".example", ".".join(["b" * 50] * 6), "digicert.com, sectigo.com",
               "letsencrypt.org\\009", "letsencrypt.org\\194\\160", "mailto:ca@x.example",
               "=cmd()", "@x", "+1", "-", "<script>", "\\\\", "digicert.com sectigo.com;"]
IODEF = ("mailto:a@example.com mailto:security@shop.com https://report.example.org/x HTTP://a.de/ "
         "http://a.de:80/p ftp://a.de/ tel:+1 a@example.com a@b example.com https:// mailto: "
         "mailto:a@x.com,b@y.com mailto:a@x.com?subject=hi MAILTO:A@Example.com mailto://a@x.com "
         "https://user@shop.com/ https://[2001:db8::1]/ http:///x https:x mailto:a%40b@x.com ; "
         "mailto:a@x.com,bad mailto:s\\195\\169@x.com https://a.de/\\032x urn:x:y").split() + [
             "", " mailto:a@x.com", "mailto:a@x.com ", "two words", "https://a.de/a b"]
EMAILS = ("a@example.com mailto:a@example.com a@b a,b@c.de a@b,c@d d\\195\\182main@example.com "
          "a@b\\195\\188cher.example a.b.@c.de .a@c.de a..b@c.de a@[192.0.2.1] @x.de a@ "
          "Owner\\032<a@b.de>").split() + ["", '"a b"@c.de', "Owner <a@b.de>"]
PHONES = ("+15551234567 +1-555 +1.555 0044123 + +1;ext=5 +1;ext +(44)20 +44(0)20 tel:+1 "
          "+1x").split() + ["+1 555 1", "+1 ", " +1", "", "+1;isub=a;ext=5"]
ERRORS = ("timeout net_unreachable no_ns_address ns_private_address servfail refused notimp formerr "
          "badvers rcode_other lame truncated_no_tcp id_mismatch question_mismatch qr_not_set "
          "msg_malformed cname_loop cname_chain_too_long incomplete_chain dname_overflow "
          "multi_cname dnssec_bogus dnssec_indeterminate work_limit local_error").split()
MALFORMED = [["rdata_empty", ""], ["rdata_too_short", "80"], ["rdata_too_short", "00"],
             ["tag_len_zero", "0000"], ["tag_len_zero", "800078"], ["tag_overrun", "00ff697373"],
             ["tag_overrun", "80ff697373"], ["tag_bad_char", "0003692d64787878"],
             ["tag_bad_char", "8003692d64787878"]]
OPERATORS = (["a.ns.cloudflare.com", "b.ns.cloudflare.com"],
             ["ns-1.awsdns-01.com", "ns-2.awsdns-02.org", "ns-3.awsdns-03.co.uk"],
             ["ns1.awsdns-07.com"], ["ns1.hoster.example", "ns2.hoster.example"],
             ["ns2.hoster.example", "ns0.other.net"], ["localhost"], ["ns"], ["dns.co.uk"],
             ["ns1.p01.dynect.net"], ["z.gtld-servers.net", "b.ns.cloudflare.com"], ["co.uk"], [],
             ["ns1.github.io"], ["ns.me.github.io"], ["ns1.small.org"], ["ns1.tiny.de"])
NOTES = ("formerr_on_edns cname_and_other_data unexpected_rrtype_in_answer nxdomain_tld "
         "nodata_without_soa nxdomain_on_ent rcode_differs_by_type census_incomplete").split()
IDENTIFIERS = list(values.IDENTIFIERS)


class World:
    def __init__(self, seed, year):
        self.year = year
        self.random = random.Random(seed)
        self.domains = [f"{word}{n}.{suffix}" for n, (word, suffix) in enumerate(
            (self.random.choice(WORDS).strip("_"), self.random.choice(SUFFIXES))
            for _ in range(1500))]
        self.templates = {n: [self.record() for _ in range(self.random.randint(1, 3))]
                          for n in range(len(OPERATORS)) if n % 3 != 1}

    def chance(self, part):
        return self.random.random() < part

    def pick(self, items):
        return self.random.choice(items)

    def name(self):
        if self.chance(0.03):
            return self.pick(SUFFIXES)
        head = [self.pick(WORDS) for _ in range(self.pick((0, 0, 0, 1, 1, 2, 4)))]
        return ".".join(head + [self.pick(self.domains)])

    def parameter(self):
        word = self.pick(("accounturi", "validationmethods", "accounturi", "validationmethods",
                          "AccountURI", "ValidationMethods", "account-uri", "validation-methods",
                          "policy", "POLICY", "cansignhttpexchanges", "x", "a-b"))
        if word.lower() == "accounturi":
            value = self.pick(ACCOUNTS) if self.chance(0.7) else (
                f"https://acme.example/acct/{self.random.randint(1, 9999)}")
        elif word.lower() == "validationmethods":
            value = ",".join(self.pick(METHODS) for _ in range(self.pick((0, 1, 1, 2, 3))))
            value += "," if self.chance(0.03) else ""
        else:
            value = self.pick(("yes", "1", "", "a=b", "ev"))
        return self.pick(("=", "=", " = ", "= ")).join((word, value))

    def issue_value(self):
        issuer = self.pick(IDENTIFIERS[:40]) if self.chance(0.5) else self.pick(
            IDENTIFIERS) if self.chance(0.6) else self.pick(ISSUERS) if self.chance(0.7) else ""
        if self.chance(0.05):
            issuer = issuer.upper()
        text = issuer
        if self.chance(0.3):
            separator = self.pick((";", "; ", " ; ", ";\\009"))
            params = [self.parameter() for _ in range(self.pick((0, 1, 1, 1, 2, 2, 3)))]
            if self.chance(0.08):
                params.append(self.pick(("", "novalue", "=x", "a_b=1", "a=b c", "-a=1", "a-=1",
                                         "a=\\226\\152\\149", "c d=e")))
            text += separator + separator.join(params)
        elif not issuer:
            text = self.pick((";", ";", "", " ", "; ", "  ;"))
        if self.chance(0.04):
            text = self.pick((" ", "", "\\009", "  ")) + text + self.pick((" ", "\\009", ""))
        return text

    def record(self):
        if self.chance(0.02):
            return self.pick(MALFORMED)
        tag = self.pick(TAGS)
        if tag.startswith("issue"):
            value = self.issue_value()
        else:
            value = self.pick({"iodef": IODEF, "contactemail": EMAILS,
                               "contactphone": PHONES}.get(tag, ["", "x", "\\255\\000", "=1+1"]))
        flags = 0 if self.chance(0.9) else self.pick((1, 2, 64, 127, 128, 128, 128, 129, 130, 255))
        if self.chance(0.04):
            tag = "".join(c.upper() if self.chance(0.5) else c for c in tag)
        return [flags, tag, value]

    def a_set(self, operator):
        if self.chance(0.5) and operator in self.templates:
            return self.templates[operator] + ([self.record()] if self.chance(0.3) else [])
        if self.chance(0.005):
            return [[0, "issue", f"ca{n}.example"] for n in range(self.random.randint(60, 70))]
        records = [self.record() for _ in range(self.pick((1, 1, 2, 2, 3, 4, 6)))]
        if self.chance(0.05):
            records.append(self.pick(records))
        return records

    def own_reports(self, name):
        """Now and then a record that reports to the name, near it, or to what only looks like it."""
        if not self.chance(0.1):
            return []
        host = self.pick(("", "x.", "not")) + self.pick((name, name.split(".", 1)[-1]))
        return [[0, "iodef", self.pick(("mailto:a@", "https://", "http://u@")) + host]]

    def alt(self, row):
        """Verdicts by older rules: mostly the same, now and then another."""
        verdict = {"outcome": "empty", "error_class": None, "found_at": None, "depth": None,
                   "rrset_owner": None}
        word = self.pick(("same", "same", "same", "empty", "found", "failed"))
        if word == "failed":
            return verdict | {"outcome": "indeterminate", "error_class": "recursion_limit"}
        if word == "found" or word == "same" and "set" in row:
            at = row["name"].split(".", row.get("depth", 0))[-1]
            owner = row.get("alias", at) if word == "same" else "other." + at
            return verdict | {"outcome": "found", "found_at": at, "depth": row.get("depth", 0),
                              "rrset_owner": owner}
        if word == "same" and "error" in row:
            return verdict | {"outcome": "indeterminate", "error_class": row["error"]}
        return verdict

    def probes(self, row):
        for kind in ("A", "SOA", "CAA"):
            if kind == "A" and self.chance(0.2):
                continue
            answered = self.chance(0.5)
            yield {"at": row["name"], "server": "192.0.2.1", "type": kind, "cd": False,
                   "rcode": self.pick((0, 3) if answered else (2, 5, None)), "answered": answered,
                   "caa": []}

    def failure(self, row):
        row["error"] = self.pick(ERRORS) if self.chance(0.5) else self.pick(ERRORS[:6])
        if self.chance(0.3):
            parts = row["name"].split(".")
            row["error_at"] = ".".join(parts[self.random.randrange(len(parts)):])
            if row["error_at"] != row["name"]:
                row |= {"own": "empty", "exists": "yes"}
        if self.chance(0.5):
            row["control"] = list(self.probes(row))

    def row(self, number):
        row = {"name": self.name(), "rank": number if self.chance(0.8) else None}
        operator = self.random.randrange(len(OPERATORS))
        row["ns"] = list(OPERATORS[operator])
        if self.chance(0.1):
            row["ns"] = [f"ns.op{self.random.randint(1, 1500)}.org"]
        row["zone"] = "zone.example" if row["ns"] else None
        row["dnssec"] = self.pick(("secure", "insecure", "insecure", "insecure", "unchecked",
                                   "bogus", "indeterminate"))
        row["ds"] = self.pick(("present", "absent", "absent", "unknown"))
        row["timestamp"] = f"{self.year}-03-{self.random.randint(13, 16)}T12:00:00.000Z"
        row["queries"], row["retries"] = self.random.randint(0, 40), self.random.randint(0, 5)
        row["wildcard"] = self.chance(0.05)
        word = self.pick(("found",) * 9 + ("empty",) * 6 + ("failed",) * 4)
        if word == "found":
            row["set"] = self.a_set(operator) + self.own_reports(row["name"])
            depth = self.pick((0, 0, 0, 1, 1, 2, 3))
            row["depth"] = min(depth, row["name"].count("."))
            at = row["name"].split(".", row["depth"])[-1]
            alias = self.pick((f"edge.{at}", "customer.cdn.example", "x." + row["name"],
                               self.name(), "not" + row["name"].split(".", 1)[-1]))
            if self.chance(0.2) and alias != at:
                row["alias"] = alias
        elif word == "failed":
            self.failure(row)
        elif self.chance(0.3):
            row["exists"] = "no"
        self.oddities(row, word)
        return row

    def oddities(self, row, word):
        notes = []
        if self.chance(0.1):
            for way in self.random.sample(("presence", "content", "alias", "nxdomain", "new"), 2):
                notes.append({"kind": "ns_inconsistent", "at": row["name"],
                              "detail": f"{way}: 192.0.2.1 x"})
        if self.chance(0.05):
            notes.append({"kind": "recovered", "at": row["name"], "detail": self.pick(ERRORS)})
            row.setdefault("control", list(self.probes(row)))
        if self.chance(0.05):
            notes.append({"kind": self.pick(NOTES), "at": row["name"], "detail": None})
        row["notes"] = notes
        if self.chance(0.3):
            row["alt"] = {"rfc6844": self.alt(row), "erratum5065": self.alt(row)}
        if self.chance(0.02):
            row["mode"] = "iterate"
            row["ad"] = None

    def other(self):
        if self.chance(0.5):
            return {"name": None}
        return {"name": self.name(), "outcome": "skipped", "own": "skipped", "exists": "unknown",
                "levels": []}


def records(world, scan, count):
    first = {"timestamp": f"{world.year}-03-01T12:00:00.000Z"}
    for number in range(1, count + 1):
        row = world.other() if world.chance(0.02) else world.row(number)
        for prefix in ("", "www") if world.chance(0.1) else ("",):
            yield make_records.record_of({**first, **row, "prefix": prefix}, number, scan)
        if "error" in row and world.chance(0.1):
            yield make_records.record_of({**first, **row, "pass": 2}, number, scan)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--scan", default="world")
    parser.add_argument("--year", type=int, default=2026)
    parser.add_argument("--compared", action="store_true", help="servers were compared, it says")
    options = parser.parse_args()
    lines = map(make_records.line_of, records(
        World(options.seed, options.year), options.scan, options.rows))
    metadata = {"schema": "caascan/1", "scan": options.scan, "input": {
        "path": "lists/world.csv", "rows": options.rows},
        "argv": ["caascan", "--all-nameservers"] if options.compared else ["caascan"]}
    with open(options.output, "wb") as output:
        output.write(make_records.announced(make_records.metadata_frame(metadata)))
        while batch := b"".join(itertools.islice(lines, 5000)):
            output.write(make_records.announced(make_records.zstd_frame(batch)))


if __name__ == "__main__":
    main()
