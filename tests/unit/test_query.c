/* Queries as octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "message.h"
#include "test_names.h"

static void encodes_queries(void **state)
{
    (void)state;
    struct name_buffer n = named("a.org");
    struct query q = {.name = name_of(&n), .type = TYPE_CAA, .id = 0xBEEF};
    uint8_t out[MESSAGE_QUERY_MAX];
    assert_int_equal(message_encode(&q, out, sizeof out), 23);
    assert_memory_equal(out, "\xBE\xEF\0\0\0\1\0\0\0\0\0\0\1a\3org\0\1\1\0\1", 23);
    q.recursion = q.checking_disabled = q.ad = q.edns = q.dnssec_ok = true;
    assert_int_equal(message_encode(&q, out, sizeof out), 34);
    assert_memory_equal(out,
                        "\xBE\xEF\1\x30\0\1\0\0\0\0\0\1\1a\3org\0\1\1\0\1"
                        "\0\0\x29\4\xD0\0\0\x80\0\0\0",
                        34);
    for (size_t cap = 0; cap < 34; cap++)
        assert_int_equal(message_encode(&q, out, cap), 0);
    q.dnssec_ok = false;
    assert_int_equal(message_encode(&q, out, sizeof out), 34);
    assert_memory_equal(out + 23, "\0\0\x29\4\xD0\0\0\0\0\0\0", 11);
}

/* DO is a bit of the OPT record (RFC 6891 section 6.1.4). */
static void without_edns_there_is_no_place_for_do(void **state)
{
    (void)state;
    struct name_buffer n = named("a.org");
    struct query q = {.name = name_of(&n), .type = TYPE_SOA, .id = 0xBEEF, .dnssec_ok = true};
    uint8_t out[MESSAGE_QUERY_MAX];
    assert_int_equal(message_encode(&q, out, sizeof out), 23);
    assert_memory_equal(out, "\xBE\xEF\0\0\0\1\0\0\0\0\0\0\1a\3org\0\0\6\0\1", 23);
}

static void the_longest_query_fits(void **state)
{
    (void)state;
    uint8_t wire[NAME_LEN_MAX] = {0};
    for (size_t i = 0; i < NAME_LABELS_MAX; i++)
        memcpy(wire + 2 * i, "\1a", 2);
    struct query q = {.name = {wire, NAME_LEN_MAX}, .type = TYPE_CAA, .edns = true};
    uint8_t out[MESSAGE_QUERY_MAX];
    size_t len = message_encode(&q, out, sizeof out);
    assert_in_range(len, NAME_LEN_MAX, MESSAGE_QUERY_MAX);
    ldns_pkt *packet = NULL;
    assert_int_equal(ldns_wire2pkt(&packet, out, len), LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_edns_udp_size(packet), MESSAGE_UDP_SIZE);
    ldns_pkt_free(packet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_queries),
        cmocka_unit_test(without_edns_there_is_no_place_for_do),
        cmocka_unit_test(the_longest_query_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
