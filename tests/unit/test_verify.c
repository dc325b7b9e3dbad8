/* Verdicts on replies that ldns has signed: what they prove, and how proofs go wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "denial.h"
#include "signed_reply.h"
#include "verify.h"

#define SOA "example. SOA ns.example. host.example. 1 2 3 4 300"
#define APEX "example. NSEC a.example. NS SOA RRSIG NSEC DNSKEY"
#define DS_OF(digest, algorithm)                                                                   \
    "child.example. DS 12345 " algorithm " " digest                                                \
    " 00000000000000000000000000000000000000000000000000000000000000ff"

struct verify_row {
    const char *title;
    struct signed_reply reply;
    enum dnssec_status status;
    enum verdict_reason reason;
    uint8_t aliases;
    bool other_denial;
};

static const struct verify_row rows[] = {
    {.title = "a signed set",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CAA 0 issue \"a\"", "www.example. CAA 0 issue \"b\""}},
     .status = DNSSEC_SECURE},
    {.title = "octets in upper case are signed in lower case",
     .reply = {.qname = "WWW.example.", .answer = {"WWW.exAMPLE. CAA 0 issue \"A\""}},
     .status = DNSSEC_SECURE},
    {.title = "malformed CAA is signed as it is",
     .reply = {.qname = "www.example.", .answer = {"www.example. TYPE257 \\# 1 00"}},
     .status = DNSSEC_SECURE},
    {.title = "no signature",
     .reply = {.qname = "www.example.", .answer = {"- www.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},
    {.title = "a signature that has expired",
     .reply = {.qname = "www.example.", .answer = {"e www.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_EXPIRED},
    {.title = "a signature that is not yet valid",
     .reply = {.qname = "www.example.", .answer = {"f www.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NOT_YET_VALID},
    {.title = "a signature by another key of the same tag",
     .reply = {.qname = "www.example.", .answer = {"o www.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "a signature with a wrong bit",
     .reply = {.qname = "www.example.", .answer = {"x www.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "a signature by an algorithm nobody knows, in a zone whose keys are known",
     .reply = {.qname = "www.example.", .answer = {"u www.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},
    {.title = "a signature by another zone",
     .reply = {.zone = "other.", .qname = "www.example.", .answer = {"www.example. CAA 0 a \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},

    {.title = "an alias and its set",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME T.example.", "t.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_SECURE},
    {.title = "an alias without a signature",
     .reply = {.qname = "www.example.",
               .answer = {"- www.example. CNAME t.example.", "t.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},
    {.title = "an alias, and an end that is not signed",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME t.sub.example.",
                          "- t.sub.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_SECURE,
     .aliases = 1},
    {.title = "an alias, and another that is not signed",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME t.sub.example.", "- t.sub.example. CNAME u.example.",
                          "u.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_SECURE,
     .aliases = 1},
    {.title = "an alias, and no proof for what is not at its end",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME t.example."},
               .authority = {SOA}},
     .status = DNSSEC_SECURE,
     .aliases = 1},
    {.title = "an alias that leaves the zone",
     .reply = {.qname = "www.example.", .answer = {"www.example. CNAME t.other."}},
     .status = DNSSEC_SECURE},
    {.title = "aliases that lead in a circle",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME t.example.", "t.example. CNAME www.example."}},
     .status = DNSSEC_SECURE},
    {.title = "an alias to itself, not signed",
     .reply = {.qname = "www.example.", .answer = {"- www.example. CNAME www.example."}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},
    {.title = "a circle whose second alias is not signed",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME t.example.", "- t.example. CNAME www.example."}},
     .status = DNSSEC_SECURE,
     .aliases = 1},
    {.title = "a circle of DNAMEs",
     .reply = {.qname = "a.b.example.",
               .answer = {"b.example. DNAME c.example.", "- a.b.example. CNAME a.c.example.",
                          "c.example. DNAME b.example.", "- a.c.example. CNAME a.b.example."}},
     .status = DNSSEC_SECURE},
    {.title = "a DNAME is signed, the CNAME made of it is not",
     .reply = {.qname = "www.old.example.",
               .answer = {"old.example. DNAME new.example.",
                          "- www.old.example. CNAME www.new.example.",
                          "www.new.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_SECURE},
    {.title = "a DNAME without a signature",
     .reply = {.qname = "www.old.example.",
               .answer = {"- old.example. DNAME new.other.",
                          "- www.old.example. CNAME www.new.other."}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},

    {.title = "a wildcard, and no closer name",
     .reply = {.qname = "x.b.example.",
               .answer = {"*1 x.b.example. CAA 0 issue \"a\""},
               .authority = {"a.example. NSEC c.example. CAA RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "a wildcard without proof that there is no closer name",
     .reply = {.qname = "x.b.example.", .answer = {"*1 x.b.example. CAA 0 issue \"a\""}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "a wildcard where the proof shows a closer name",
     .reply = {.qname = "x.b.example.",
               .answer = {"*1 x.b.example. CAA 0 issue \"a\""},
               .authority = {"a.b.example. NSEC z.b.example. CAA RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "a wildcard, by NSEC3",
     .reply = {.qname = "x.b.example.",
               .answer = {"*1 x.b.example. CAA 0 issue \"a\""},
               .authority = {"3~ b.example. 0 5 A"}},
     .status = DNSSEC_SECURE},

    {.title = "NODATA",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "www.example. NSEC x.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "NODATA without NSEC",
     .reply = {.qname = "www.example.", .authority = {SOA}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NODATA with an NSEC that has expired",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "e www.example. NSEC x.example. A RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_EXPIRED},
    {.title = "NODATA, but the NSEC lists the type",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "www.example. NSEC x.example. CAA RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "NODATA, but the NSEC lists an alias",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "www.example. NSEC x.example. CNAME RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "NODATA at a zone cut by the parent's NSEC",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "www.example. NSEC x.example. NS RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "NODATA at an empty non-terminal",
     .reply = {.qname = "b.example.",
               .authority = {SOA, "a.example. NSEC x.b.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "NODATA of a wildcard",
     .reply = {.qname = "b.example.",
               .authority = {SOA, "*.example. NSEC c.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "NODATA by the NSEC of another name",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "wwx.example. NSEC x.example. A RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NODATA by an NSEC made for a wildcard",
     .reply = {.qname = "www.example.",
               .authority = {SOA, "*1 www.example. NSEC x.example. A RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "NODATA behind an alias",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME t.example."},
               .authority = {SOA, "t.example. NSEC x.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},

    {.title = "NXDOMAIN",
     .reply = {.qname = "b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, APEX, "a.example. NSEC c.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "NXDOMAIN by the last NSEC of the zone",
     .reply = {.qname = "z.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, APEX, "x.example. NSEC example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "NXDOMAIN without proof of the wildcard's absence",
     .reply = {.qname = "b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "a.example. NSEC c.example. A RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NXDOMAIN of a name below a zone cut",
     .reply = {.qname = "b.a.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, APEX, "a.example. NSEC c.example. NS RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NXDOMAIN of a name below a DNAME",
     .reply = {.qname = "b.a.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, APEX, "a.example. NSEC c.example. DNAME RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NXDOMAIN where the proof shows an empty non-terminal",
     .reply = {.qname = "b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, APEX, "a.example. NSEC x.b.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE,
     .other_denial = true},
    {.title = "NXDOMAIN where the proof shows the name",
     .reply = {.qname = "www.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "www.example. NSEC x.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE,
     .other_denial = true},
    {.title = "NXDOMAIN where the proof shows the name and the type",
     .reply = {.qname = "www.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "www.example. NSEC x.example. CAA RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NODATA where the proof shows that there is no such name",
     .reply = {.qname = "b.example.",
               .authority = {SOA, APEX, "a.example. NSEC c.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE,
     .other_denial = true},
    {.title = "NODATA of a name that is not there, without proof of the wildcard's absence",
     .reply = {.qname = "b.example.",
               .authority = {SOA, "a.example. NSEC c.example. A RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NODATA behind an alias to where there is no such name",
     .reply = {.qname = "www.example.",
               .answer = {"www.example. CNAME b.example."},
               .authority = {SOA, APEX, "a.example. NSEC c.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE,
     .other_denial = true},

    {.title = "NODATA by NSEC3",
     .reply = {.qname = "www.example.", .authority = {SOA, "3= www.example. 0 5 A RRSIG"}},
     .status = DNSSEC_SECURE},
    {.title = "NODATA by an NSEC3 that lists the type",
     .reply = {.qname = "www.example.", .authority = {SOA, "3= www.example. 0 5 CAA RRSIG"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "NODATA of a wildcard by NSEC3",
     .reply = {.qname = "b.example.",
               .authority = {SOA, "3= example. 0 5 NS SOA", "3~ b.example. 0 5 A",
                             "3= *.example. 0 5 A"}},
     .status = DNSSEC_SECURE},
    {.title = "NXDOMAIN by NSEC3",
     .reply = {.qname = "x.b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "3= example. 0 5 NS SOA", "3~ b.example. 0 5 A",
                             "3~ *.example. 0 5 A"}},
     .status = DNSSEC_SECURE},
    {.title = "NXDOMAIN by NSEC3 in a gap that opts out",
     .reply = {.qname = "x.b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "3= example. 0 5 NS SOA", "3~ b.example. 1 5 A",
                             "3~ *.example. 1 5 A"}},
     .status = DNSSEC_INSECURE},
    {.title = "NODATA in a gap of NSEC3 that opts out",
     .reply = {.qname = "x.b.example.",
               .authority = {SOA, "3= example. 0 5 NS SOA", "3~ b.example. 1 5 A",
                             "3~ *.example. 1 5 A"}},
     .status = DNSSEC_INSECURE},
    {.title = "NXDOMAIN by NSEC3 whose closest encloser is a zone cut",
     .reply = {.qname = "x.b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "3= b.example. 0 5 NS", "3~ x.b.example. 0 5 A",
                             "3~ *.b.example. 0 5 A"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "NXDOMAIN by NSEC3 without the closest encloser",
     .reply = {.qname = "x.b.example.",
               .rcode = RCODE_NXDOMAIN,
               .authority = {SOA, "3~ b.example. 0 5 A", "3~ *.example. 0 5 A"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "as many iterations as are allowed",
     .reply = {.qname = "www.example.", .authority = {SOA, "3= www.example. 0 100 A RRSIG"}},
     .status = DNSSEC_SECURE},
    {.title = "more iterations than are allowed",
     .reply = {.qname = "www.example.", .authority = {SOA, "3= www.example. 0 101 A RRSIG"}},
     .status = DNSSEC_INSECURE},
    {.title = "more iterations than are allowed, by nobody's signature",
     .reply = {.qname = "www.example.", .authority = {SOA, "- 3= www.example. 0 101 A RRSIG"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},

    {.title = "a referral with DS",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.", DS_OF("2", "13")}},
     .status = DNSSEC_SECURE},
    {.title = "a referral with DS of an algorithm nobody knows",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.", DS_OF("2", "99")}},
     .status = DNSSEC_INSECURE},
    {.title = "a referral with DS of a digest nobody knows",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.", DS_OF("9", "13")}},
     .status = DNSSEC_INSECURE},
    {.title = "a referral with DS whose digest is cut short: no promise to be unsigned",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.",
                             "child.example. DS 12345 13 2 00ff"}},
     .status = DNSSEC_SECURE},
    {.title = "a referral with DS that is not signed",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.", "- " DS_OF("2", "13")}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},
    {.title = "a referral that proves that there is no DS",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.",
                             "child.example. NSEC d.example. NS RRSIG NSEC"}},
     .status = DNSSEC_INSECURE},
    {.title = "a referral without proof that there is no DS",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example."}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},
    {.title = "a referral with the child's own word that there is no DS",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.",
                             "child.example. NSEC d.example. NS SOA RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "a referral to where no zone begins",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.",
                             "child.example. NSEC d.example. A RRSIG NSEC"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "a referral in a gap that opts out",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.", "3= example. 1 5 NS SOA",
                             "3~ child.example. 1 5 A"}},
     .status = DNSSEC_INSECURE},
    {.title = "a referral in a gap that does not opt out",
     .reply = {.qname = "www.child.example.",
               .referral = true,
               .authority = {"- child.example. NS ns.child.example.", "3= example. 0 5 NS SOA",
                             "3~ child.example. 0 5 A"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_NSEC_MISSING},

    {.title = "DS asked for",
     .reply = {.qname = "child.example.", .qtype = TYPE_DS, .answer = {DS_OF("2", "13")}},
     .status = DNSSEC_SECURE},
    {.title = "no DS, and no zone cut either",
     .reply = {.qname = "child.example.",
               .qtype = TYPE_DS,
               .authority = {SOA, "child.example. NSEC d.example. A RRSIG NSEC"}},
     .status = DNSSEC_SECURE},
    {.title = "no DS at a zone cut",
     .reply = {.qname = "child.example.",
               .qtype = TYPE_DS,
               .authority = {SOA, "child.example. NSEC d.example. NS RRSIG NSEC"}},
     .status = DNSSEC_INSECURE},
    {.title = "a zone's word on its own DS",
     .reply = {.qname = "example.", .qtype = TYPE_DS, .authority = {SOA, APEX}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},

    {.title = "the zone's keys",
     .reply = {.qname = "example.", .qtype = TYPE_DNSKEY, .answer = {"DNSKEY"}},
     .status = DNSSEC_SECURE},
    {.title = "the zone's keys, expired",
     .reply = {.qname = "example.", .qtype = TYPE_DNSKEY, .answer = {"e DNSKEY"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_EXPIRED},
    {.title = "the zone's keys, not signed",
     .reply = {.qname = "example.", .qtype = TYPE_DNSKEY, .answer = {"- DNSKEY"}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_RRSIG_MISSING},
    {.title = "keys that no DS vouches for",
     .reply = {.qname = "example.",
               .qtype = TYPE_DNSKEY,
               .answer = {"example. DNSKEY 257 3 15 "
                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_DNSKEY_MISSING},
    {.title = "the zone's keys, and an alias to others",
     .reply = {.qname = "example.",
               .qtype = TYPE_DNSKEY,
               .answer = {"DNSKEY", "- example. CNAME other.example.",
                          "- other.example. DNSKEY 257 3 15 "
                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_BOGUS},
    {.title = "no keys at all",
     .reply = {.qname = "example.", .qtype = TYPE_DNSKEY, .authority = {SOA, APEX}},
     .status = DNSSEC_BOGUS,
     .reason = VERDICT_DNSKEY_MISSING},
};

static struct verify_scratch *scratch;
static _Alignas(8) uint8_t keys[2048];

static struct verdict verdict_on(const uint8_t *octets, size_t len,
                                 const struct signed_reply *reply)
{
    char text[256];
    size_t text_len = strlen(reply->qname);
    memcpy(text, reply->qname, text_len + 1);
    struct name_buffer qname = named(text), zone = named("example.");
    uint16_t qtype = reply->qtype != 0 ? reply->qtype : TYPE_CAA;
    bool by_ds = qtype == TYPE_DNSKEY;
    struct verdict_request request = {
        .octets = octets,
        .len = len,
        .qname = name_of(&qname),
        .zone = name_of(&zone),
        .qtype = qtype,
        .time_s = SIGNED_NOW,
        .keys = signed_keys("example.", by_ds ? TYPE_DS : TYPE_DNSKEY, keys, sizeof keys),
    };
    return verify_reply(&request, scratch);
}

static struct signed_reply completed(const struct signed_reply *reply)
{
    struct signed_reply made = *reply;
    if (made.zone == NULL)
        made.zone = "example.";
    if (made.qtype == 0)
        made.qtype = TYPE_CAA;
    return made;
}

static void each_reply_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct signed_reply reply = completed(&rows[i].reply);
        size_t len = 0;
        uint8_t *octets = signed_wire(&reply, &len);
        struct verdict verdict = verdict_on(octets, len, &reply);
        if (verdict.status != rows[i].status || verdict.reason != rows[i].reason ||
            verdict.aliases != rows[i].aliases || verdict.other_denial != rows[i].other_denial)
            fail_msg("%s: %s, reason %u; should be %s, %u", rows[i].title,
                     dnssec_word(verdict.status), verdict.reason, dnssec_word(rows[i].status),
                     (unsigned)rows[i].reason);
        free(octets);
    }
}

/* Whatever octet of a secure reply is changed, the verdict never rests on what is not signed. */
static void no_changed_octet_of_a_set_is_secure(void **state)
{
    (void)state;
    struct signed_reply reply = {.zone = "example.",
                                 .qname = "www.example.",
                                 .qtype = TYPE_CAA,
                                 .answer = {"www.example. CAA 0 issue \"a\""}};
    size_t len = 0;
    uint8_t *octets = signed_wire(&reply, &len);
    size_t value = 12;
    while (value + 5 < len && memcmp(octets + value, "issue", 5) != 0)
        value++;
    assert_true(value + 5 < len);
    for (size_t i = value - 2; i < value + 6; i++) {
        octets[i] ^= 1;
        assert_int_equal(verdict_on(octets, len, &reply).status, DNSSEC_BOGUS);
        octets[i] ^= 1;
    }
    assert_int_equal(verdict_on(octets, len, &reply).status, DNSSEC_SECURE);
    free(octets);
}

static void a_verdict_lasts_as_long_as_its_signatures(void **state)
{
    (void)state;
    struct signed_reply reply = {.zone = "example.",
                                 .qname = "www.example.",
                                 .qtype = TYPE_CAA,
                                 .answer = {"www.example. 600 CAA 0 issue \"a\""}};
    size_t len = 0;
    uint8_t *octets = signed_wire(&reply, &len);
    assert_int_equal(verdict_on(octets, len, &reply).ttl_s, 600);
    free(octets);
}

/* The octets of a record's RDATA. */
static size_t rdata_of(const ldns_rr *rr, uint8_t *out, size_t cap)
{
    struct writer w = writer_over(out, cap);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
        writer_octets(&w, ldns_rdf_data(ldns_rr_rdf(rr, i)), ldns_rdf_size(ldns_rr_rdf(rr, i)));
    assert_false(w.failed);
    return w.at;
}

/* The verdict on a signed record of www.ZONE, by this key alone. */
static enum dnssec_status status_by(const ldns_rr *key, const ldns_rr *rr, const ldns_rr *rrsig,
                                    uint64_t time_s)
{
    uint8_t rdata[1024];
    const ldns_rdf *owner = ldns_rr_owner(rr), *origin = ldns_rr_owner(key);
    struct answer_rr one = {.rdata = rdata, .rdlen = (uint16_t)rdata_of(key, rdata, sizeof rdata)};
    struct answer_parts parts = {
        .qname = {ldns_rdf_data(origin), (uint8_t)ldns_rdf_size(origin)},
        .rrs = &one,
        .head = {.qtype = TYPE_DNSKEY, .rr_count = 1, .dnssec = DNSSEC_SECURE}};
    assert_true(answer_build(&parts, keys, sizeof keys) > 0);
    ldns_pkt *packet = ldns_pkt_query_new(ldns_rdf_clone(owner), ldns_rr_get_type(rr),
                                          LDNS_RR_CLASS_IN, LDNS_QR | LDNS_AA);
    ldns_pkt_push_rr(packet, LDNS_SECTION_ANSWER, ldns_rr_clone(rr));
    ldns_pkt_push_rr(packet, LDNS_SECTION_ANSWER, ldns_rr_clone(rrsig));
    uint8_t *wire = NULL;
    size_t len = 0;
    assert_int_equal(ldns_pkt2wire(&wire, packet, &len), LDNS_STATUS_OK);
    struct verdict_request request = {
        .octets = wire,
        .len = len,
        .qname = {ldns_rdf_data(owner), (uint8_t)ldns_rdf_size(owner)},
        .zone = parts.qname,
        .qtype = (uint16_t)ldns_rr_get_type(rr),
        .time_s = time_s,
        .keys = (const struct answer *)keys};
    struct verdict verdict = verify_reply(&request, scratch);
    ldns_pkt_free(packet);
    free(wire);
    return (enum dnssec_status)verdict.status;
}

/* RFC 6605 section 6: key, record and signature. */
static const char *const of_rfc_6605[][3] = {
    {"example.net. 3600 DNSKEY 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB"
     "7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
     "www.example.net. 3600 A 192.0.2.1",
     "www.example.net. 3600 RRSIG A 13 3 3600 20100909100439 20100812100439 55648 example.net. "
     "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="},
    {"example.net. 3600 DNSKEY 257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJh"
     "yem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
     "www.example.net. 3600 A 192.0.2.1",
     "www.example.net. 3600 RRSIG A 14 3 3600 20100909102025 20100812102025 10771 example.net. "
     "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSP"
     "dz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm"}};

static void the_signatures_of_rfc_6605_hold(void **state)
{
    (void)state;
    const uint64_t then_s = 1284000000; /* 2010-09-09 */
    for (size_t i = 0; i < sizeof of_rfc_6605 / sizeof of_rfc_6605[0]; i++) {
        ldns_rr *rrs[3] = {NULL};
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(ldns_rr_new_frm_str(&rrs[k], of_rfc_6605[i][k], 0, NULL, NULL),
                             LDNS_STATUS_OK);
        assert_int_equal(status_by(rrs[0], rrs[1], rrs[2], then_s), DNSSEC_SECURE);
        ldns_rdf_data(ldns_rr_rdf(rrs[1], 0))[3] ^= 1;
        assert_int_equal(status_by(rrs[0], rrs[1], rrs[2], then_s), DNSSEC_BOGUS);
        for (size_t k = 0; k < 3; k++)
            ldns_rr_free(rrs[k]);
    }
}

/* Signs by a new key of the algorithm, and spoils what was signed. */
static void check_algorithm(ldns_signing_algorithm algorithm, uint16_t bits)
{
    ldns_key *key = ldns_key_new_frm_algorithm(algorithm, bits);
    assert_non_null(key);
    ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str("example."));
    ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY);
    ldns_key_set_inception(key, SIGNED_NOW - SIGNED_SPAN);
    ldns_key_set_expiration(key, SIGNED_NOW + SIGNED_SPAN);
    ldns_rr *dnskey = ldns_key2rr(key);
    ldns_key_set_keytag(key, ldns_calc_keytag(dnskey));
    ldns_key_list *list = ldns_key_list_new();
    ldns_key_list_push_key(list, key);
    ldns_rr_list *set = ldns_rr_list_new();
    ldns_rr_list_push_rr(set, signed_record("example.", "www.example. CAA 0 issue \"a\""));
    ldns_rr_list *made = ldns_sign_public(set, list);
    ldns_rr *rr = ldns_rr_list_rr(set, 0), *rrsig = ldns_rr_list_rr(made, 0);
    if (status_by(dnskey, rr, rrsig, SIGNED_NOW) != DNSSEC_SECURE)
        fail_msg("algorithm %d", algorithm);
    ldns_rdf_data(ldns_rr_rdf(rr, 0))[0] ^= 1;
    assert_int_equal(status_by(dnskey, rr, rrsig, SIGNED_NOW), DNSSEC_BOGUS);
    ldns_rr_list_deep_free(made);
    ldns_rr_list_deep_free(set);
    ldns_key_list_free(list);
    ldns_rr_free(dnskey);
}

/* New keys and signatures of ECDSA show numbers of every length sooner or later. */
static void every_known_algorithm_is_verified(void **state)
{
    (void)state;
    static const struct {
        ldns_signing_algorithm number;
        uint16_t bits;
    } all[] = {{LDNS_SIGN_RSASHA1, 1024},        {LDNS_SIGN_RSASHA1_NSEC3, 1024},
               {LDNS_SIGN_RSASHA256, 2048},      {LDNS_SIGN_RSASHA512, 2048},
               {LDNS_SIGN_ECDSAP256SHA256, 256}, {LDNS_SIGN_ECDSAP384SHA384, 384},
               {LDNS_SIGN_ED25519, 256},         {LDNS_SIGN_ED448, 456}};
    size_t known = 0;
    for (unsigned algorithm = 0; algorithm < 256; algorithm++)
        known += signature_knows(algorithm);
    assert_int_equal(known, sizeof all / sizeof all[0]);
    for (size_t i = 0; i < known; i++)
        check_algorithm(all[i].number, all[i].bits);
    for (size_t i = 0; i < 50; i++)
        check_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
}

/* A DNSKEY of RSA/SHA-256 with so many bits set in exponent and modulus. */
static size_t rsa_key(uint8_t *out, unsigned exponent_bits, unsigned modulus_bits)
{
    static const uint8_t fixed[] = {1, 1, 3, 8, 0};
    struct writer w = writer_over(out, 4096);
    unsigned bits[] = {exponent_bits, modulus_bits};
    writer_octets(&w, fixed, sizeof fixed);
    writer_u16(&w, (uint16_t)((exponent_bits + 7) / 8 + 1));
    writer_u8(&w, 0); /* in front of the exponent, and no part of its length */
    for (size_t i = 0; i < 2; i++) {
        for (unsigned left = bits[i]; left > 0; left -= left % 8 != 0 ? left % 8 : 8)
            writer_u8(&w, (uint8_t)(0xFFu >> (left % 8 != 0 ? 8 - left % 8 : 0)));
    }
    assert_false(w.failed);
    return w.at;
}

static size_t keys_of(const uint8_t *rdata, size_t len)
{
    struct signature_keys found = {.count = 0};
    signature_add_key(&found, rdata, len);
    return found.count;
}

static void rsa_keys_are_bounded(void **state)
{
    (void)state;
    uint8_t key[4096];
    assert_int_equal(keys_of(key, rsa_key(key, 17, 2048)), 1);
    assert_int_equal(keys_of(key, rsa_key(key, 64, 4096)), 1);
    assert_int_equal(keys_of(key, rsa_key(key, 64, 4097)), 0);
    assert_int_equal(keys_of(key, rsa_key(key, 65, 1024)), 0);
    assert_int_equal(keys_of(key, rsa_key(key, 17, 16384)), 0);
    assert_int_equal(keys_of(key, 6), 0); /* nothing behind the length */
    key[3] = 13;
    assert_int_equal(keys_of(key, 4 + 64), 1); /* bounds of RSA are RSA's */
}

/* Else copies could crowd out the key that signs, and be tried one after the other. */
static void a_key_counts_once_however_often_it_is_sent(void **state)
{
    (void)state;
    struct signature_keys found = {.count = 0};
    uint8_t one[4 + 64] = {1, 1, 3, 13, 1}, other[4 + 64] = {1, 0, 3, 13, 2};
    for (size_t i = 0; i < 2 * SIGNATURE_KEYS_MAX; i++)
        signature_add_key(&found, one, sizeof one);
    signature_add_key(&found, other, sizeof other);
    assert_int_equal(found.count, 2);
}

/* NXDOMAIN for a.example., and so many NSEC3 records that cover nothing. */
static size_t reply_of_nsec3(struct writer *w, unsigned count)
{
    static const uint8_t question[] = {1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 1, 1, 0, 1};
    static const uint8_t rest[] = {0xC0, 14, 0,  TYPE_NSEC3, 0, 1, 0, 0, 0,
                                   60,   0,  26, 1,          0, 0, 0, 0};
    static const uint8_t next[21] = {20};
    static const uint16_t head[] = {1, 0x8403, 1, 0};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        writer_u16(w, head[i]);
    writer_u16(w, (uint16_t)count);
    writer_u16(w, 0);
    writer_octets(w, question, sizeof question);
    for (unsigned i = 0; i < count; i++) {
        char owner[34];
        snprintf(owner, sizeof owner, "%c%032u", 32, i);
        writer_octets(w, owner, 33);
        writer_octets(w, rest, sizeof rest);
        writer_octets(w, next, sizeof next);
    }
    assert_false(w->failed);
    return w->at;
}

static void of_many_nsec3_records_not_all_are_looked_at(void **state)
{
    (void)state;
    static uint8_t octets[65535];
    const struct signed_reply reply = {.qname = "a.example."};
    for (unsigned count = 1; count <= 901; count += 300) {
        struct writer w = writer_over(octets, sizeof octets);
        struct verdict verdict = verdict_on(octets, reply_of_nsec3(&w, count), &reply);
        bool too_many = count > DENIAL_NSEC3_MAX;
        assert_int_equal(verdict.status, too_many ? DNSSEC_INDETERMINATE : DNSSEC_BOGUS);
        assert_int_equal(verdict.reason, too_many ? VERDICT_INDETERMINATE : VERDICT_NSEC_MISSING);
    }
}

static void ds_is_known_by_algorithm_and_digest(void **state)
{
    (void)state;
    uint8_t ds[4 + 48] = {0, 1, 13, 2};
    assert_true(verify_knows_ds(ds, 4 + 32));
    assert_false(verify_knows_ds(ds, 4 + 31));
    assert_false(verify_knows_ds(ds, 4));
    ds[3] = 1;
    assert_true(verify_knows_ds(ds, 4 + 20));
    ds[3] = 4;
    assert_true(verify_knows_ds(ds, 4 + 48));
    ds[3] = 3;
    assert_false(verify_knows_ds(ds, 4 + 32));
    ds[2] = 1;
    ds[3] = 2;
    assert_false(verify_knows_ds(ds, 4 + 32));
}

static int make_scratch(void **state)
{
    (void)state;
    scratch = malloc(verify_scratch_size());
    return scratch == NULL;
}

static int free_scratch(void **state)
{
    (void)state;
    free(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reply_has_its_verdict),
        cmocka_unit_test(no_changed_octet_of_a_set_is_secure),
        cmocka_unit_test(a_verdict_lasts_as_long_as_its_signatures),
        cmocka_unit_test(the_signatures_of_rfc_6605_hold),
        cmocka_unit_test(every_known_algorithm_is_verified),
        cmocka_unit_test(rsa_keys_are_bounded),
        cmocka_unit_test(of_many_nsec3_records_not_all_are_looked_at),
        cmocka_unit_test(a_key_counts_once_however_often_it_is_sent),
        cmocka_unit_test(ds_is_known_by_algorithm_and_digest),
    };
    return cmocka_run_group_tests(tests, make_scratch, free_scratch);
}
