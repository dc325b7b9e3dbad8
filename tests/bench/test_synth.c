/* test_synth.c: the hash rules of the synthetic world and its replies, read by ldns. */
#include <ldns/ldns.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message.h"
#include "synth_reply.h"
#include "synth_truth.h"

#define NAMES 20000

static struct synth mixed(void)
{
    struct synth world = synth_default();
    world.share[SYNTH_CAA] = 0.2;
    world.share[SYNTH_ALIAS] = 0.1;
    world.share[SYNTH_NXDOMAIN] = 0.1;
    world.share[SYNTH_SERVFAIL] = 0.05;
    world.share[SYNTH_REFUSED] = 0.05;
    world.truncated = 0.1;
    world.roots[0] = 0xC6290004;
    world.root_count = 1;
    return world;
}

static struct name named(struct name_buffer *buffer, const char *text)
{
    assert_true(name_from_text(buffer, (const uint8_t *)text, strlen(text)));
    return name_of(buffer);
}

static struct name numbered(struct name_buffer *buffer, unsigned i)
{
    char text[64];
    snprintf(text, sizeof text, "name-%u.tld%u", i, i % 150);
    return named(buffer, text);
}

/* The first name of this kind. */
static struct name of_kind(const struct synth *world, enum synth_kind kind,
                           struct name_buffer *buffer)
{
    for (unsigned i = 0; i < NAMES; i++) {
        struct name n = numbered(buffer, i);
        if (synth_kind(world, n) == kind && !synth_truncated(world, n))
            return n;
    }
    fail_msg("no name of kind %d", kind);
    return (struct name){0};
}

static size_t ask(const struct synth *world, struct name n, uint16_t type, struct synth_query how,
                  uint8_t *out)
{
    uint8_t octets[MESSAGE_QUERY_MAX];
    struct query q = {.name = n, .type = type, .id = 0x1234, .recursion = true, .edns = true};
    how.octets = octets;
    how.len = message_encode(&q, octets, sizeof octets);
    return synth_reply(world, &how, out);
}

/* The reply as ldns reads it; it must have been made of whole records and nothing behind them. */
static ldns_pkt *reply_of(const struct synth *world, struct name n, uint16_t type,
                          struct synth_query how)
{
    uint8_t out[SYNTH_REPLY_MAX];
    size_t len = ask(world, n, type, how, out);
    ldns_pkt *pkt = NULL;
    assert_int_equal(ldns_wire2pkt(&pkt, out, len), LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_size(pkt), len);
    assert_int_equal(ldns_pkt_id(pkt), 0x1234);
    assert_true(ldns_pkt_qr(pkt));
    assert_true(ldns_pkt_rd(pkt));
    assert_true(ldns_pkt_edns(pkt));
    assert_int_equal(ldns_pkt_qdcount(pkt), 1);
    return pkt;
}

static const struct synth_query resolver = {.authority = false};

static void assert_counts(const ldns_pkt *pkt, ldns_pkt_rcode rcode, size_t answers,
                          size_t authorities)
{
    assert_int_equal(ldns_pkt_get_rcode(pkt), rcode);
    assert_int_equal(ldns_pkt_ancount(pkt), answers);
    assert_int_equal(ldns_pkt_nscount(pkt), authorities);
}

static void assert_text(const ldns_rr_list *list, size_t i, const char *expected)
{
    char *text = ldns_rr2str(ldns_rr_list_rr(list, i));
    text[strcspn(text, "\n")] = '\0';
    assert_string_equal(text, expected);
    free(text);
}

static void shares_are_kept_and_worlds_differ_by_seed(void **state)
{
    (void)state;
    struct synth world = mixed(), other = mixed();
    other.seed = 2;
    unsigned counts[SYNTH_KINDS] = {0}, different = 0;
    for (unsigned i = 0; i < NAMES; i++) {
        struct name_buffer buffer;
        struct name n = numbered(&buffer, i);
        enum synth_kind kind = synth_kind(&world, n);
        counts[kind]++;
        different += kind != synth_kind(&other, n);
        assert_int_equal(kind, synth_kind(&world, n));
    }
    for (enum synth_kind kind = 0; kind < SYNTH_PLAIN; kind++)
        assert_float_equal((float)counts[kind] / NAMES, (float)world.share[kind], 0.01f);
    assert_true(different > NAMES / 4);
}

static void names_below_share_the_fate_of_those_above(void **state)
{
    (void)state;
    static const enum synth_kind below[SYNTH_KINDS] = {[SYNTH_ALIAS] = SYNTH_NXDOMAIN,
                                                       [SYNTH_NXDOMAIN] = SYNTH_NXDOMAIN,
                                                       [SYNTH_SERVFAIL] = SYNTH_SERVFAIL,
                                                       [SYNTH_REFUSED] = SYNTH_REFUSED};
    struct synth world = mixed();
    for (enum synth_kind kind = SYNTH_ALIAS; kind < SYNTH_PLAIN; kind++) {
        struct name_buffer buffer, child = {0};
        struct name n = of_kind(&world, kind, &buffer);
        memcpy(child.wire, "\3www", 4);
        memcpy(child.wire + 4, n.wire, n.len);
        child.len = (uint8_t)(n.len + 4);
        assert_int_equal(synth_kind(&world, name_of(&child)), below[kind]);
    }
}

static void zones_are_the_root_top_level_domains_and_names_of_two_labels(void **state)
{
    (void)state;
    struct synth world = mixed();
    struct name_buffer buffer;
    assert_int_equal(synth_zone_labels(&world, named(&buffer, ".")), 0);
    assert_int_equal(synth_zone_labels(&world, named(&buffer, "tld7")), 1);
    assert_int_equal(synth_zone_labels(&world, named(&buffer, "ns1.tld7")), 1);
    assert_int_equal(synth_zone_labels(&world, named(&buffer, "cdn.tld7")), 2);
    assert_int_equal(synth_zone_labels(&world, named(&buffer, "edge001.cdn.tld7")), 2);
    assert_int_equal(synth_zone_labels(&world, of_kind(&world, SYNTH_PLAIN, &buffer)), 2);
    assert_int_equal(synth_zone_labels(&world, of_kind(&world, SYNTH_ALIAS, &buffer)), 1);
    assert_int_equal(synth_zone_labels(&world, of_kind(&world, SYNTH_NXDOMAIN, &buffer)), 1);
}

static void a_set_has_the_records_of_the_rules(void **state)
{
    (void)state;
    struct synth world = mixed();
    for (unsigned i = 0; i < 2000; i++) {
        struct name_buffer buffer;
        struct synth_caa set[SYNTH_CAA_MAX];
        struct name n = numbered(&buffer, i);
        if (synth_kind(&world, n) != SYNTH_CAA || synth_truncated(&world, n))
            continue;
        size_t count = synth_caa(&world, n, set);
        ldns_pkt *pkt = reply_of(&world, n, TYPE_CAA, resolver);
        assert_counts(pkt, LDNS_RCODE_NOERROR, count, 0);
        for (size_t k = 0; k < count; k++) {
            char expected[160];
            snprintf(expected, sizeof expected, "name-%u.tld%u.\t3600\tIN\tCAA\t%u %s \"%s\"", i,
                     i % 150, set[k].flags, set[k].tag, set[k].value);
            assert_text(ldns_pkt_answer(pkt), k, expected);
        }
        ldns_pkt_free(pkt);
    }
}

static void a_resolver_denies_with_the_zone_and_follows_aliases(void **state)
{
    (void)state;
    struct synth world = mixed();
    struct name_buffer buffer;
    ldns_pkt *pkt = reply_of(&world, of_kind(&world, SYNTH_PLAIN, &buffer), TYPE_CAA, resolver);
    assert_counts(pkt, LDNS_RCODE_NOERROR, 0, 1);
    assert_true(ldns_pkt_ra(pkt));
    assert_false(ldns_pkt_aa(pkt));
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, of_kind(&world, SYNTH_NXDOMAIN, &buffer), TYPE_CAA, resolver);
    assert_counts(pkt, LDNS_RCODE_NXDOMAIN, 0, 1);
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, of_kind(&world, SYNTH_SERVFAIL, &buffer), TYPE_CAA, resolver);
    assert_counts(pkt, LDNS_RCODE_SERVFAIL, 0, 0);
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, of_kind(&world, SYNTH_REFUSED, &buffer), TYPE_CAA, resolver);
    assert_counts(pkt, LDNS_RCODE_REFUSED, 0, 0);
    ldns_pkt_free(pkt);

    struct name n = of_kind(&world, SYNTH_ALIAS, &buffer);
    pkt = reply_of(&world, n, TYPE_A, resolver);
    assert_counts(pkt, LDNS_RCODE_NOERROR, 2, 0);
    const ldns_rr *alias = ldns_rr_list_rr(ldns_pkt_answer(pkt), 0);
    const ldns_rr *end = ldns_rr_list_rr(ldns_pkt_answer(pkt), 1);
    assert_int_equal(ldns_rr_get_type(alias), LDNS_RR_TYPE_CNAME);
    assert_int_equal(ldns_rdf_compare(ldns_rr_rdf(alias, 0), ldns_rr_owner(end)), 0);
    ldns_pkt_free(pkt);
}

static void truncation_is_for_udp_alone(void **state)
{
    (void)state;
    struct synth world = mixed();
    world.truncated = 1;
    world.share[SYNTH_CAA] = 1;
    struct name_buffer buffer;
    struct name n = numbered(&buffer, 1);
    ldns_pkt *pkt = reply_of(&world, n, TYPE_CAA, resolver);
    assert_true(ldns_pkt_tc(pkt));
    assert_counts(pkt, LDNS_RCODE_NOERROR, 0, 0);
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, n, TYPE_CAA, (struct synth_query){.tcp = true});
    assert_false(ldns_pkt_tc(pkt));
    assert_true(ldns_pkt_ancount(pkt) >= 1);
    ldns_pkt_free(pkt);
}

static void queries_that_are_none_get_errors_or_silence(void **state)
{
    (void)state;
    struct synth world = mixed();
    uint8_t out[SYNTH_REPLY_MAX], octets[MESSAGE_QUERY_MAX];
    struct name_buffer buffer;
    struct query q = {.name = numbered(&buffer, 1), .type = TYPE_CAA, .edns = true};
    size_t len = message_encode(&q, octets, sizeof octets);
    for (size_t cut = 0; cut < len; cut++) {
        struct synth_query query = {.octets = octets, .len = cut};
        size_t got = synth_reply(&world, &query, out);
        assert_int_equal(got != 0, cut >= 12);
        assert_true(got == 0 || (out[3] & 0x0F) == RCODE_FORMERR);
    }
    struct synth_query query = {.octets = octets, .len = len};
    octets[2] = 0x80;
    assert_int_equal(synth_reply(&world, &query, out), 0);
    octets[2] = 0x28;
    assert_true(synth_reply(&world, &query, out) >= 12);
    assert_int_equal(out[3] & 0x0F, RCODE_NOTIMP);
    octets[2] = 0;
    octets[len - 5] = 1; /* EDNS version */
    len = synth_reply(&world, &query, out);
    ldns_pkt *pkt = NULL;
    assert_int_equal(ldns_wire2pkt(&pkt, out, len), LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_edns_extended_rcode(pkt), RCODE_BADVERS >> 4);
    assert_int_equal(ldns_pkt_get_rcode(pkt), RCODE_BADVERS & 15);
    ldns_pkt_free(pkt);
}

static uint32_t address_of(const ldns_rr *rr)
{
    const uint8_t *octets = ldns_rdf_data(ldns_rr_rdf(rr, 0));
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

static struct synth_query authority(uint32_t address)
{
    return (struct synth_query){.authority = true, .asked = address};
}

/* A referral to the zone that `labels` labels of n are. */
static void assert_referral(const struct synth *world, struct name n, size_t labels,
                            const ldns_pkt *pkt)
{
    struct name zone = name_suffix(n, labels);
    assert_counts(pkt, LDNS_RCODE_NOERROR, 0, SYNTH_SERVERS);
    assert_false(ldns_pkt_aa(pkt));
    assert_int_equal(ldns_pkt_arcount(pkt), SYNTH_SERVERS);
    for (size_t i = 0; i < SYNTH_SERVERS; i++) {
        const ldns_rr *ns = ldns_rr_list_rr(ldns_pkt_authority(pkt), i);
        const ldns_rr *glue = ldns_rr_list_rr(ldns_pkt_additional(pkt), i);
        assert_int_equal(ldns_rr_get_type(ns), LDNS_RR_TYPE_NS);
        assert_int_equal(ldns_rdf_size(ldns_rr_owner(ns)), zone.len);
        assert_memory_equal(ldns_rdf_data(ldns_rr_owner(ns)), zone.wire, zone.len);
        assert_int_equal(ldns_rdf_compare(ldns_rr_rdf(ns, 0), ldns_rr_owner(glue)), 0);
        assert_int_equal(address_of(glue), synth_server(world, zone, i));
    }
}

static void authorities_refer_to_the_zone_below_and_answer_for_their_own(void **state)
{
    (void)state;
    struct synth world = mixed();
    struct name_buffer buffer;
    struct name n = of_kind(&world, SYNTH_CAA, &buffer);
    ldns_pkt *pkt = reply_of(&world, n, TYPE_CAA, authority(world.roots[0]));
    assert_referral(&world, n, 1, pkt);
    ldns_pkt_free(pkt);
    for (size_t i = 0; i < SYNTH_SERVERS; i++) {
        pkt = reply_of(&world, n, TYPE_CAA, authority(synth_server(&world, name_suffix(n, 1), i)));
        assert_referral(&world, n, 2, pkt);
        ldns_pkt_free(pkt);
        pkt = reply_of(&world, n, TYPE_CAA, authority(synth_server(&world, n, i)));
        assert_true(ldns_pkt_aa(pkt));
        assert_false(ldns_pkt_ra(pkt));
        assert_true(ldns_pkt_ancount(pkt) >= 1);
        ldns_pkt_free(pkt);
    }
    pkt = reply_of(&world, n, TYPE_DS, authority(synth_server(&world, name_suffix(n, 1), 0)));
    assert_counts(pkt, LDNS_RCODE_NOERROR, 0, 1);
    assert_int_equal(
        ldns_dname_label_count(ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_authority(pkt), 0))), 1);
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, n, TYPE_CAA, authority(1));
    assert_counts(pkt, LDNS_RCODE_REFUSED, 0, 0);
    ldns_pkt_free(pkt);

    /* An alias is not followed by an authority: its end is in another zone. */
    n = of_kind(&world, SYNTH_ALIAS, &buffer);
    pkt = reply_of(&world, n, TYPE_CAA, authority(synth_server(&world, name_suffix(n, 1), 1)));
    assert_counts(pkt, LDNS_RCODE_NOERROR, 1, 0);
    assert_true(ldns_pkt_aa(pkt));
    ldns_pkt_free(pkt);
}

static void servers_of_a_zone_are_two_and_have_their_names(void **state)
{
    (void)state;
    struct synth world = mixed();
    world.servers_count = 2;
    for (unsigned i = 0; i < 200; i++) {
        struct name_buffer buffer, host;
        struct name n = numbered(&buffer, i);
        if (synth_zone_labels(&world, n) != 2)
            continue;
        char text[64];
        snprintf(text, sizeof text, "ns2.name-%u.tld%u", i, i % 150);
        uint32_t second = synth_server(&world, n, 1);
        assert_int_equal(synth_host(&world, named(&host, text)), second);
        assert_int_not_equal(synth_server(&world, n, 0), second);
        assert_in_range(second, world.servers_first, world.servers_first + 1);
    }
}

static void operators_serve_without_glue(void **state)
{
    (void)state;
    struct synth world = mixed();
    world.glueless = 1;
    world.truncated = 0;
    struct name_buffer buffer, host = {0};
    struct name n = of_kind(&world, SYNTH_CAA, &buffer);
    uint32_t server = synth_server(&world, n, 1);
    ldns_pkt *pkt =
        reply_of(&world, n, TYPE_CAA, authority(synth_server(&world, name_suffix(n, 1), 0)));
    assert_counts(pkt, LDNS_RCODE_NOERROR, 0, SYNTH_SERVERS);
    assert_int_equal(ldns_pkt_arcount(pkt), 0);
    const ldns_rdf *second = ldns_rr_rdf(ldns_rr_list_rr(ldns_pkt_authority(pkt), 1), 0);
    host.len = (uint8_t)ldns_rdf_size(second);
    memcpy(host.wire, ldns_rdf_data(second), host.len);
    ldns_pkt_free(pkt);
    assert_memory_equal(host.wire, "\3ns2\5op", 7);
    assert_int_equal(synth_kind(&world, name_of(&host)), SYNTH_PLAIN);

    /* Its servers' addresses are to be had from the operator's zone, which has glue. */
    struct name tld = name_suffix(name_of(&host), 1);
    pkt = reply_of(&world, name_of(&host), TYPE_A, authority(synth_server(&world, tld, 0)));
    assert_referral(&world, name_of(&host), 2, pkt);
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, name_of(&host), TYPE_A, authority(server));
    assert_counts(pkt, LDNS_RCODE_NOERROR, 1, 0);
    assert_int_equal(address_of(ldns_rr_list_rr(ldns_pkt_answer(pkt), 0)), server);
    ldns_pkt_free(pkt);
    pkt = reply_of(&world, n, TYPE_CAA, authority(server));
    assert_true(ldns_pkt_aa(pkt) && ldns_pkt_ancount(pkt) >= 1);
    ldns_pkt_free(pkt);
}

/* One level of a climb, by what a resolver replies over TCP. False where the climb goes on. */
static bool climb_level(const struct synth *world, struct name n, struct synth_truth *seen)
{
    ldns_pkt *pkt = reply_of(world, n, TYPE_CAA, (struct synth_query){.tcp = true});
    ldns_pkt_rcode rcode = ldns_pkt_get_rcode(pkt);
    ldns_rr_list *set = ldns_pkt_rr_list_by_type(pkt, LDNS_RR_TYPE_CAA, LDNS_SECTION_ANSWER);
    if (rcode == LDNS_RCODE_SERVFAIL || rcode == LDNS_RCODE_REFUSED) {
        seen->outcome = OUTCOME_INDETERMINATE;
        seen->error_class = rcode == LDNS_RCODE_SERVFAIL ? CLASS_SERVFAIL : CLASS_REFUSED;
    } else if (set != NULL) {
        const ldns_rdf *owner = ldns_rr_owner(ldns_rr_list_rr(set, 0));
        seen->outcome = OUTCOME_FOUND;
        seen->set_count = ldns_rr_list_rr_count(set);
        seen->owner.len = (uint8_t)ldns_rdf_size(owner);
        memcpy(seen->owner.wire, ldns_rdf_data(owner), ldns_rdf_size(owner));
    }
    ldns_rr_list_deep_free(set);
    ldns_pkt_free(pkt);
    return seen->outcome != OUTCOME_EMPTY;
}

static void the_truth_is_what_a_climb_over_the_replies_finds(void **state)
{
    (void)state;
    static const char *const forms[] = {"name-%u.tld%u", "www.name-%u.tld%u", "a.b.name-%u.tld%u"};
    struct synth world = mixed();
    unsigned counts[OUTCOME_COUNT] = {0};
    for (unsigned i = 0; i < 3000; i++) {
        char text[64];
        struct name_buffer buffer;
        struct synth_truth truth, seen = {.outcome = OUTCOME_EMPTY};
        snprintf(text, sizeof text, forms[i % 3], i, i % 150);
        struct name n = named(&buffer, text);
        synth_truth(&world, n, &truth);
        seen.at = n;
        while (seen.at.len > 1 && !climb_level(&world, seen.at, &seen)) {
            name_parent(&seen.at);
            seen.depth++;
        }
        counts[truth.outcome]++;
        assert_int_equal(seen.outcome, truth.outcome);
        assert_int_equal(seen.error_class, truth.error_class);
        assert_int_equal(seen.depth, truth.depth);
        assert_true(name_equal(seen.at, truth.at) || truth.outcome == OUTCOME_EMPTY);
        assert_int_equal(seen.set_count, truth.set_count);
        assert_true(truth.outcome != OUTCOME_FOUND ||
                    name_equal(name_of(&seen.owner), name_of(&truth.owner)));
    }
    assert_true(counts[OUTCOME_FOUND] > 300 && counts[OUTCOME_INDETERMINATE] > 100);
}

static void a_truth_is_printed_as_a_row(void **state)
{
    (void)state;
    struct synth_truth truth;
    struct name_buffer buffer;
    char row[SYNTH_TRUTH_ROW_MAX];
    struct name n = named(&buffer, "www.name-1.tld1");
    truth = (struct synth_truth){.outcome = OUTCOME_EMPTY};
    size_t len = synth_truth_row(&truth, n, row);
    assert_int_equal(len, strlen("www.name-1.tld1,empty,,,,,,0,"));
    assert_memory_equal(row, "www.name-1.tld1,empty,,,,,,0,", len);

    truth = (struct synth_truth){
        .outcome = OUTCOME_INDETERMINATE, .error_class = CLASS_REFUSED, .at = name_suffix(n, 2)};
    len = synth_truth_row(&truth, n, row);
    static const char failed[] = "www.name-1.tld1,indeterminate,refused,name-1.tld1,,,,0,";
    assert_int_equal(len, sizeof failed - 1);
    assert_memory_equal(row, failed, len);

    truth = (struct synth_truth){.outcome = OUTCOME_FOUND, .at = name_suffix(n, 2), .depth = 1};
    truth.set_count = 2;
    truth.set[0] = (struct synth_caa){0, "issue", "a.example"};
    truth.set[1] = (struct synth_caa){128, "iodef", "mailto:b"};
    name_copy(&truth.owner, name_suffix(n, 2));
    len = synth_truth_row(&truth, n, row);
    static const char found[] = "www.name-1.tld1,found,,,name-1.tld1,1,name-1.tld1,2,"
                                "0 issue a.example|128 iodef mailto:b";
    assert_int_equal(len, sizeof found - 1);
    assert_memory_equal(row, found, len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_kept_and_worlds_differ_by_seed),
        cmocka_unit_test(names_below_share_the_fate_of_those_above),
        cmocka_unit_test(zones_are_the_root_top_level_domains_and_names_of_two_labels),
        cmocka_unit_test(a_set_has_the_records_of_the_rules),
        cmocka_unit_test(a_resolver_denies_with_the_zone_and_follows_aliases),
        cmocka_unit_test(authorities_refer_to_the_zone_below_and_answer_for_their_own),
        cmocka_unit_test(servers_of_a_zone_are_two_and_have_their_names),
        cmocka_unit_test(operators_serve_without_glue),
        cmocka_unit_test(the_truth_is_what_a_climb_over_the_replies_finds),
        cmocka_unit_test(a_truth_is_printed_as_a_row),
        cmocka_unit_test(truncation_is_for_udp_alone),
        cmocka_unit_test(queries_that_are_none_get_errors_or_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
