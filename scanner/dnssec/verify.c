#include "verify.h"

#include <ldns/ldns.h>

#include "alias.h"
#include "denial.h"
#include "meaning.h"
#include "signature.h"

enum { DIGEST_SHA1 = 1, DIGEST_SHA256 = 2, DIGEST_SHA384 = 4 };

#define DS_FIXED_LEN 4u
#define DIGEST_MAX 48u
#define DS_MAX 16u

struct verify_scratch {
    struct message_scratch message;
    struct answer_parts parts;
    struct rrset_index index;
    struct referral referral;
    uint8_t octets[SIGNATURE_OCTETS_MAX];
    uint8_t digested[NAME_LEN_MAX + UINT16_MAX];
};

struct verification {
    const struct verdict_request *request;
    struct verify_scratch *scratch;
    struct message_decode_args args;
    struct signature_keys keys;
    struct signature_work work;
};

size_t verify_scratch_size(void)
{
    return sizeof(struct verify_scratch);
}

static struct verdict verdict_of(enum dnssec_status status)
{
    return (struct verdict){.status = (uint8_t)status};
}

static struct verdict bogus(uint16_t reason)
{
    bool too_much = reason == VERDICT_INDETERMINATE;
    return (struct verdict){.status = too_much ? DNSSEC_INDETERMINATE : DNSSEC_BOGUS,
                            .reason = reason};
}

static struct verdict verdict_of_denial(struct denial denial)
{
    if (denial.status == DNSSEC_BOGUS)
        return bogus(denial.reason);
    return verdict_of((enum dnssec_status)denial.status);
}

/* Both must hold; the weaker one counts. */
static struct verdict both(struct verdict a, struct verdict b)
{
    return a.status == DNSSEC_SECURE ? b : a;
}

/* ---- DS ---- */

static size_t digest_len(unsigned digest)
{
    switch (digest) {
    case DIGEST_SHA1:
        return LDNS_SHA1_DIGEST_LENGTH;
    case DIGEST_SHA256:
        return LDNS_SHA256_DIGEST_LENGTH;
    case DIGEST_SHA384:
        return LDNS_SHA384_DIGEST_LENGTH;
    default:
        return 0;
    }
}

/* Are algorithm and digest known here? What its digest's length may be is another question: a zone
 * whose DS is malformed is not unsigned. */
static bool is_promise(const uint8_t *rdata, size_t len)
{
    return len >= DS_FIXED_LEN && signature_knows(rdata[2]) && digest_len(rdata[3]) > 0;
}

bool verify_knows_ds(const uint8_t *rdata, size_t len)
{
    return is_promise(rdata, len) && len == DS_FIXED_LEN + digest_len(rdata[3]);
}

static bool digest_fits(struct verification *v, const struct answer_rr *ds,
                        const struct signature_key *key)
{
    uint8_t digest[DIGEST_MAX];
    struct writer w = writer_over(v->scratch->digested, sizeof v->scratch->digested);
    writer_octets(&w, v->request->zone.wire, v->request->zone.len);
    writer_octets(&w, key->rdata, key->len);
    if (ds->rdata[3] == DIGEST_SHA1)
        ldns_sha1(w.start, (unsigned)w.at, digest);
    else if (ds->rdata[3] == DIGEST_SHA256)
        ldns_sha256(w.start, (unsigned)w.at, digest);
    else
        ldns_sha384(w.start, (unsigned)w.at, digest);
    return memcmp(digest, ds->rdata + DS_FIXED_LEN, ds->rdlen - DS_FIXED_LEN) == 0;
}

/* Does the parent say that the zone is signed, so that it could be verified here? */
static bool promises_keys(const struct answer *set)
{
    struct answer_rr rr;
    uint32_t cursor = 0;
    while (answer_next_rr(set, &cursor, &rr)) {
        if (is_promise(rr.rdata, rr.rdlen))
            return true;
    }
    return false;
}

/* The DS records that count: known ones, and of these not SHA-1 where there is better (RFC 4509
 * section 3). */
static size_t usable_ds(const struct answer *set, struct answer_rr out[DS_MAX])
{
    struct answer_rr rr;
    bool better = false;
    uint32_t cursor = 0;
    while (answer_next_rr(set, &cursor, &rr))
        better = better || (verify_knows_ds(rr.rdata, rr.rdlen) && rr.rdata[3] != DIGEST_SHA1);
    size_t count = 0;
    cursor = 0;
    while (count < DS_MAX && answer_next_rr(set, &cursor, &rr)) {
        if (verify_knows_ds(rr.rdata, rr.rdlen) && (!better || rr.rdata[3] != DIGEST_SHA1))
            out[count++] = rr;
    }
    return count;
}

/* Keeps of the reply's own keys those that a DS vouches for. */
static void keep_vouched(struct verification *v, const struct answer_rr *ds, size_t count)
{
    struct signature_keys all = {0};
    struct rrset_index *index = &v->scratch->index;
    struct name zone = v->request->zone;
    struct rrset_record *at = rrset_next(index, 0, RRSET_ANSWER, zone, TYPE_DNSKEY);
    while (at != NULL) {
        signature_add_key(&all, rrset_rdata(index, at), at->rr.rdlen);
        at = rrset_next(index, rrset_after(index, at), RRSET_ANSWER, zone, TYPE_DNSKEY);
    }
    v->keys.count = 0;
    for (size_t k = 0; k < all.count; k++) {
        const struct signature_key *key = &all.list[k];
        bool vouched = false;
        for (size_t i = 0; i < count && !vouched; i++) {
            unsigned tag = (unsigned)ds[i].rdata[0] << 8 | ds[i].rdata[1];
            vouched =
                tag == key->tag && ds[i].rdata[2] == key->algorithm && digest_fits(v, &ds[i], key);
        }
        if (vouched)
            v->keys.list[v->keys.count++] = *key;
    }
}

/* The zone's own keys: a key that the parent vouches for must have signed them all. At an alias
 * there are none, and what stands behind it would be read as they. */
static struct verdict verify_keys(struct verification *v)
{
    struct answer_rr ds[DS_MAX];
    if (v->scratch->parts.head.chain_count > 0)
        return bogus(VERDICT_BOGUS);
    size_t count = usable_ds(v->request->keys, ds);
    struct name zone = v->request->zone;
    if (!promises_keys(v->request->keys))
        return verdict_of(DNSSEC_INSECURE);
    if (rrset_next(&v->scratch->index, 0, RRSET_ANSWER, zone, TYPE_DNSKEY) == NULL)
        return bogus(VERDICT_DNSKEY_MISSING);
    keep_vouched(v, ds, count);
    if (v->keys.count == 0)
        return bogus(VERDICT_DNSKEY_MISSING);
    struct signature_result result = signature_check(&v->work, RRSET_ANSWER, zone, TYPE_DNSKEY);
    return result.valid ? verdict_of(DNSSEC_SECURE) : bogus(result.reason);
}

/* ---- what a reply says ---- */

/* A signature made for a wildcard holds for a name only if there is no closer one. */
static struct verdict verify_rrset(struct verification *v, struct name owner, unsigned type)
{
    struct signature_result result = signature_check(&v->work, RRSET_ANSWER, owner, type);
    if (!result.valid)
        return bogus(result.reason);
    if (result.labels == signature_labels(owner))
        return verdict_of(DNSSEC_SECURE);
    return verdict_of_denial(denial_of_closer(&v->work, owner, result.labels));
}

/* The DNAME that redirects a name: of several the closest, as message_decode takes it. */
static const struct rrset_record *dname_above(struct verification *v, struct name name)
{
    const struct rrset_record *closest = NULL;
    struct rrset_index *index = &v->scratch->index;
    struct name any = {0};
    const struct rrset_record *at = rrset_next(index, 0, RRSET_ANSWER, any, TYPE_DNAME);
    while (at != NULL) {
        struct name owner = name_of(&at->owner);
        if (owner.len < name.len && name_within(name, owner) &&
            name_within(owner, v->request->zone) &&
            (closest == NULL || owner.len > closest->owner.len))
            closest = at;
        at = rrset_next(index, rrset_after(index, at), RRSET_ANSWER, any, TYPE_DNAME);
    }
    return closest;
}

static struct verdict verify_alias(struct verification *v, const struct answer_alias *alias)
{
    if (alias->kind == ALIAS_CNAME)
        return verify_rrset(v, alias->owner, TYPE_CNAME);
    const struct rrset_record *dname = dname_above(v, alias->owner);
    if (dname == NULL)
        return bogus(VERDICT_RRSIG_MISSING);
    return verify_rrset(v, name_of(&dname->owner), TYPE_DNAME);
}

static bool holds(struct verdict verdict)
{
    return verdict.status == DNSSEC_SECURE || verdict.status == DNSSEC_INSECURE;
}

/* Of the aliases as many as hold; the first must. A server may hold a zone below this one too, and
 * go on there. */
static struct verdict verify_aliases(struct verification *v)
{
    struct verdict verdict = verdict_of(DNSSEC_SECURE);
    const struct answer_parts *parts = &v->scratch->parts;
    for (size_t i = 0; i < parts->head.chain_count; i++) {
        struct verdict step = verify_alias(v, &parts->chain[i]);
        if (!holds(step) && i == 0)
            return step;
        if (!holds(step)) {
            verdict.aliases = (uint8_t)i;
            return verdict;
        }
        verdict = both(verdict, step);
    }
    return verdict;
}

/* Both the aliases and their end, or the aliases alone. */
static struct verdict with_end(const struct verification *v, struct verdict aliases,
                               struct verdict end)
{
    uint8_t count = v->scratch->parts.head.chain_count;
    if (count == 0 || holds(end))
        return both(aliases, end);
    aliases.aliases = count;
    return aliases;
}

/* A DS RRset that is signed but of no use leads to a zone that counts as unsigned. */
static struct verdict verify_ds(struct verification *v, enum rrset_section section,
                                struct name zone)
{
    struct rrset_index *index = &v->scratch->index;
    struct signature_result result = signature_check(&v->work, section, zone, TYPE_DS);
    if (!result.valid)
        return bogus(result.reason);
    bool own_word = name_equal(zone, v->request->zone);
    if (own_word || result.labels != signature_labels(zone))
        return bogus(VERDICT_BOGUS);
    const struct rrset_record *at = rrset_next(index, 0, section, zone, TYPE_DS);
    for (; at != NULL; at = rrset_next(index, rrset_after(index, at), section, zone, TYPE_DS)) {
        if (is_promise(rrset_rdata(index, at), at->rr.rdlen))
            return verdict_of(DNSSEC_SECURE);
    }
    return verdict_of(DNSSEC_INSECURE);
}

static struct verdict verify_referral(struct verification *v)
{
    struct name zone = v->scratch->referral.zone.zone;
    if (rrset_next(&v->scratch->index, 0, RRSET_AUTHORITY, zone, TYPE_DS) != NULL)
        return verify_ds(v, RRSET_AUTHORITY, zone);
    struct denial denial = denial_of_type(&v->work, zone, TYPE_DS);
    if (denial.status == DNSSEC_SECURE) /* a zone begins where it is proven that none does */
        return bogus(VERDICT_BOGUS);
    return verdict_of_denial(denial);
}

static struct name chain_end(const struct answer_parts *parts, struct name qname)
{
    size_t count = parts->head.chain_count;
    return count > 0 ? parts->chain[count - 1].target : qname;
}

static struct denial denial_of(struct verification *v, struct name name, bool nxdomain)
{
    return nxdomain ? denial_of_name(&v->work, name)
                    : denial_of_type(&v->work, name, v->request->qtype);
}

/* Some servers say NXDOMAIN of a name that exists without data, or NOERROR of one that does not. As
 * long as their proof is whole, the type is not there, which is all that is asked. */
static struct verdict verify_denial(struct verification *v, struct name name)
{
    bool nxdomain = v->scratch->parts.head.level == LEVEL_NXDOMAIN;
    struct denial claimed = denial_of(v, name, nxdomain);
    if (claimed.status != DNSSEC_BOGUS)
        return verdict_of_denial(claimed);
    struct denial other = denial_of(v, name, !nxdomain);
    if (other.status == DNSSEC_BOGUS)
        return verdict_of_denial(claimed);
    struct verdict verdict = verdict_of_denial(other);
    verdict.other_denial = other.status == DNSSEC_SECURE;
    return verdict;
}

static struct verdict verify_records(struct verification *v, struct name name)
{
    if (v->request->qtype == TYPE_DS && v->scratch->parts.head.chain_count == 0)
        return verify_ds(v, RRSET_ANSWER, name);
    return verify_rrset(v, name, v->request->qtype);
}

static struct verdict verify_claim(struct verification *v)
{
    struct answer_parts *parts = &v->scratch->parts;
    struct verify_scratch *s = v->scratch;
    enum meaning meaning = meaning_of(&v->args, &parts->head, &s->message, &s->referral);
    struct verdict aliases = verify_aliases(v);
    if (!holds(aliases) || aliases.aliases > 0)
        return aliases;
    struct name end = chain_end(parts, v->request->qname);
    switch (meaning) {
    case MEANING_RECORDS:
        return with_end(v, aliases, verify_records(v, end));
    case MEANING_DENIAL:
    case MEANING_EMPTY:
        return with_end(v, aliases, verify_denial(v, end));
    case MEANING_ALIAS:
        return aliases;
    case MEANING_REFERRAL:
        return verify_referral(v);
    case MEANING_LAME:
        break;
    }
    return bogus(VERDICT_BOGUS);
}

static void take_keys(struct verification *v)
{
    struct answer_rr rr;
    uint32_t cursor = 0;
    while (answer_next_rr(v->request->keys, &cursor, &rr))
        signature_add_key(&v->keys, rr.rdata, rr.rdlen);
}

struct verdict verify_reply(const struct verdict_request *request, struct verify_scratch *scratch)
{
    struct verification v = {.request = request, .scratch = scratch};
    v.args = (struct message_decode_args){.octets = request->octets,
                                          .len = request->len,
                                          .qname = request->qname,
                                          .qtype = request->qtype,
                                          .zone = request->zone};
    v.work = (struct signature_work){.index = &scratch->index,
                                     .keys = &v.keys,
                                     .zone = request->zone,
                                     .time_s = request->time_s,
                                     .tries_left = SIGNATURE_TRIES_MAX,
                                     .ttl_s = UINT32_MAX,
                                     .octets = scratch->octets};
    message_decode(&v.args, &scratch->message, &scratch->parts);
    enum error_class failure = scratch->parts.head.failure;
    if (failure != CLASS_NONE && !alias_shows(failure))
        return bogus(VERDICT_BOGUS);
    if (!rrset_index(&scratch->index, &v.args))
        return bogus(VERDICT_INDETERMINATE);
    struct verdict verdict;
    if (request->keys->qtype == TYPE_DS) {
        verdict = verify_keys(&v);
    } else {
        take_keys(&v);
        verdict = failure != CLASS_NONE ? verify_aliases(&v) : verify_claim(&v);
    }
    verdict.ttl_s = v.work.ttl_s;
    return verdict;
}
