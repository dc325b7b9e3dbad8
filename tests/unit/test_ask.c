/* The ask by itself: a table of (state, event, expected), and the order of failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ask.h"

struct row {
    const char *sentence;
    struct ask before;
    enum ask_event event;
    enum ask_step step;
    struct ask after;
};

#define ON_UDP(n)                                                                                  \
    {                                                                                              \
        .attempts_max = 4, .attempt = (n), .edns = true                                            \
    }
#define ON_TCP(n)                                                                                  \
    {                                                                                              \
        .attempts_max = 4, .attempt = (n), .tcp = true, .edns = true                               \
    }
#define PLAIN(n, stream)                                                                           \
    {                                                                                              \
        .attempts_max = 4, .attempt = (n), .tcp = (stream), .edns_refused = true                   \
    }
#define AFTER_PLAIN(n)                                                                             \
    {                                                                                              \
        .attempts_max = 4, .attempt = (n), .edns = true, .edns_refused = true                      \
    }

static const struct row rows[] = {
    {"an answer ends it", ON_UDP(0), ASK_ANSWERED, ASK_DONE, ON_UDP(0)},
    {"an answer on TCP ends it", ON_TCP(0), ASK_ANSWERED, ASK_DONE, ON_TCP(0)},
    {"TC means TCP, at once and there", ON_UDP(0), ASK_TRUNCATED, ASK_AGAIN_TCP, ON_TCP(0)},
    {"TC in the last attempt too", ON_UDP(3), ASK_TRUNCATED, ASK_AGAIN_TCP, ON_TCP(3)},
    {"TC on TCP fails the server", ON_TCP(0), ASK_TRUNCATED, ASK_NEXT_LATER, ON_UDP(1)},
    {"TC on TCP in the last attempt", ON_TCP(3), ASK_TRUNCATED, ASK_GIVE_UP, ON_UDP(3)},
    {"EDNS refused is asked again without EDNS", ON_UDP(0), ASK_EDNS_REFUSED, ASK_AGAIN_PLAIN,
     PLAIN(0, false)},
    {"EDNS refused on TCP likewise, on TCP", ON_TCP(1), ASK_EDNS_REFUSED, ASK_AGAIN_TCP,
     PLAIN(1, true)},
    {"the same without EDNS fails the server", PLAIN(0, false), ASK_EDNS_REFUSED, ASK_NEXT_LATER,
     AFTER_PLAIN(1)},
    {"TC without EDNS stays without EDNS", PLAIN(0, false), ASK_TRUNCATED, ASK_AGAIN_TCP,
     PLAIN(0, true)},
    {"a failure is followed by a pause", ON_UDP(1), ASK_FAILED, ASK_NEXT_LATER, ON_UDP(2)},
    {"a failure on TCP goes back to UDP", ON_TCP(1), ASK_FAILED, ASK_NEXT_LATER, ON_UDP(2)},
    {"silence is followed by the next server", ON_UDP(2), ASK_SILENT, ASK_NEXT, ON_UDP(3)},
    {"silence on TCP goes back to UDP", ON_TCP(2), ASK_SILENT, ASK_NEXT, ON_UDP(3)},
    {"no attempt is left after a failure", ON_UDP(3), ASK_FAILED, ASK_GIVE_UP, ON_UDP(3)},
    {"no attempt is left after silence", ON_UDP(3), ASK_SILENT, ASK_GIVE_UP, ON_UDP(3)},
};

static void each_event_leads_where_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ask a = rows[i].before;
        const struct ask *after = &rows[i].after;
        if (ask_next(&a, rows[i].event) != rows[i].step || a.attempt != after->attempt ||
            a.tcp != after->tcp || a.edns != after->edns || a.edns_refused != after->edns_refused)
            fail_msg("%s", rows[i].sentence);
    }
}

static void an_ask_begins_on_udp_with_edns(void **state)
{
    (void)state;
    struct ask a;
    ask_begin(&a, 3);
    assert_int_equal(a.attempts_max, 3);
    assert_int_equal(a.attempt, 0);
    assert_true(a.edns);
    assert_false(a.tcp);
}

/* Whatever the servers do, the sends for one question are bounded. */
static void every_course_of_events_ends(void **state)
{
    (void)state;
    for (unsigned course = 0; course < 1u << 16; course++) {
        struct ask a;
        ask_begin(&a, 4);
        unsigned sends = 1;
        for (unsigned left = course;; left /= 4, sends++) {
            enum ask_step step = ask_next(&a, (enum ask_event)(ASK_TRUNCATED + left % 4));
            if (step == ASK_GIVE_UP)
                break;
        }
        assert_in_range(sends, 4, 16);
    }
}

static const enum error_class by_rank[][6] = {
    {CLASS_DNSSEC_BOGUS},
    {CLASS_SERVFAIL, CLASS_REFUSED, CLASS_NOTIMP, CLASS_FORMERR, CLASS_BADVERS, CLASS_RCODE_OTHER},
    {CLASS_LAME},
    {CLASS_MSG_MALFORMED},
    {CLASS_ID_MISMATCH, CLASS_QUESTION_MISMATCH, CLASS_QR_NOT_SET},
    {CLASS_TRUNCATED_NO_TCP},
    {CLASS_TIMEOUT},
    {CLASS_NET_UNREACHABLE},
    {CLASS_LOCAL_ERROR},
    {CLASS_NONE},
};
#define RANKS (sizeof by_rank / sizeof *by_rank)

static void the_stronger_class_wins_in_any_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < RANKS; i++) {
        for (size_t k = i + 1; k < RANKS; k++) {
            assert_int_equal(ask_worse(by_rank[i][0], by_rank[k][0]), by_rank[i][0]);
            assert_int_equal(ask_worse(by_rank[k][0], by_rank[i][0]), by_rank[i][0]);
        }
    }
}

static void among_equals_the_earlier_stays(void **state)
{
    (void)state;
    for (size_t i = 0; i < RANKS; i++) {
        for (size_t k = 1; k < 6 && by_rank[i][k] != CLASS_NONE; k++) {
            assert_int_equal(ask_worse(by_rank[i][0], by_rank[i][k]), by_rank[i][0]);
            assert_int_equal(ask_worse(by_rank[i][k], by_rank[i][0]), by_rank[i][k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_leads_where_the_table_says),
        cmocka_unit_test(an_ask_begins_on_udp_with_edns),
        cmocka_unit_test(every_course_of_events_ends),
        cmocka_unit_test(the_stronger_class_wins_in_any_order),
        cmocka_unit_test(among_equals_the_earlier_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
