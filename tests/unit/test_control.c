/* Where control probes make sense, and what they ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "control.h"

/* Whether probes follow a failure that servers were asked for. */
static const bool applies[CLASS_COUNT] = {
    [CLASS_TIMEOUT] = true,
    [CLASS_NO_NS_ADDRESS] = true,
    [CLASS_NS_PRIVATE_ADDRESS] = true,
    [CLASS_SERVFAIL] = true,
    [CLASS_REFUSED] = true,
    [CLASS_NOTIMP] = true,
    [CLASS_FORMERR] = true,
    [CLASS_BADVERS] = true,
    [CLASS_RCODE_OTHER] = true,
    [CLASS_LAME] = true,
    [CLASS_TRUNCATED_NO_TCP] = true,
    [CLASS_ID_MISMATCH] = true,
    [CLASS_QUESTION_MISMATCH] = true,
    [CLASS_QR_NOT_SET] = true,
    [CLASS_MSG_MALFORMED] = true,
    [CLASS_INCOMPLETE_CHAIN] = true,
    [CLASS_DNSSEC_BOGUS] = true,
    [CLASS_DNSSEC_INDETERMINATE] = true,
    /* of names and aliases, which servers answered; of this machine; of our own bounds */
    [CLASS_NET_UNREACHABLE] = false,
    [CLASS_CNAME_LOOP] = false,
    [CLASS_CNAME_CHAIN_TOO_LONG] = false,
    [CLASS_DNAME_OVERFLOW] = false,
    [CLASS_MULTI_CNAME] = false,
    [CLASS_WORK_LIMIT] = false,
    [CLASS_LOCAL_ERROR] = false,
};

/* They never end a lookup. */
static bool is_of_a_lookup(unsigned c)
{
    return c != CLASS_QNAME_INVALID && c != CLASS_RECURSION_LIMIT;
}

static void probes_follow_failures_of_servers(void **state)
{
    (void)state;
    for (unsigned c = CLASS_NONE; c < CLASS_COUNT; c++) {
        struct answer failed = {.failure = (uint8_t)c, .tried_count = 1};
        if (is_of_a_lookup(c) && control_applies(&failed) != applies[c])
            fail_msg("%s", c == CLASS_NONE ? "no failure" : class_word(c));
    }
}

/* But what is missing may have been asked for by other questions: DS and keys. */
static void where_no_attempt_failed_there_is_nothing_to_probe(void **state)
{
    (void)state;
    for (unsigned c = CLASS_NONE; c < CLASS_COUNT; c++) {
        struct answer failed = {.failure = (uint8_t)c};
        bool elsewhere = c == CLASS_DNSSEC_BOGUS || c == CLASS_DNSSEC_INDETERMINATE;
        assert_int_equal(control_applies(&failed), c == CLASS_INCOMPLETE_CHAIN || elsewhere);
    }
}

struct probe_case {
    enum control_kind kind;
    const char *zone; /* NULL: not known */
    const char *name; /* expected */
    uint16_t type;
    bool checking_disabled;
};

static const struct probe_case probes[] = {
    {CONTROL_A, NULL, "www.example.org", TYPE_A, false},
    {CONTROL_A, "example.org", "www.example.org", TYPE_A, false},
    {CONTROL_SOA, NULL, "www.example.org", TYPE_SOA, false},
    {CONTROL_SOA, "example.org", "example.org", TYPE_SOA, false},
    {CONTROL_SOA, ".", ".", TYPE_SOA, false},
    {CONTROL_CAA, NULL, "www.example.org", TYPE_CAA, false},
    {CONTROL_CAA, "example.org", "www.example.org", TYPE_CAA, false},
    {CONTROL_CD, NULL, "www.example.org", TYPE_CAA, true},
    {CONTROL_CD, "example.org", "www.example.org", TYPE_CAA, true},
};

static void each_probe_asks_its_own_question(void **state)
{
    (void)state;
    struct name_buffer level = named("www.example.org");
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        const struct probe_case *it = &probes[i];
        struct name_buffer zone = {.len = 0};
        if (it->zone != NULL)
            zone = named(it->zone);
        struct name_buffer expected = named(it->name);
        struct control_question q = control_question(it->kind, name_of(&level), name_of(&zone));
        assert_true(name_equal(q.name, name_of(&expected)));
        assert_int_equal(q.type, it->type);
        assert_int_equal(q.checking_disabled, it->checking_disabled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_follow_failures_of_servers),
        cmocka_unit_test(where_no_attempt_failed_there_is_nothing_to_probe),
        cmocka_unit_test(each_probe_asks_its_own_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
