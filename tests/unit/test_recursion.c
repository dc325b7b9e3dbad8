/* The older searches by themselves: which question comes next, and the verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "recursion.h"

static struct recursion recursion;
static _Alignas(8) uint8_t built[1024];

static const uint8_t issue[] = "\0\5issueca.example";

/* Expects a question for `name`, and answers it. */
static enum recursion_step reply(const char *name, uint16_t type, struct answer_text text)
{
    assert_name(recursion_question(&recursion), name);
    assert_int_equal(recursion.question_type, type);
    text.qname = name;
    text.qtype = type;
    if (text.rdlen == 0 && text.head.level == LEVEL_RECORDS)
        text.head.level = LEVEL_NODATA;
    assert_int_not_equal(answer_of(&text, built, sizeof built), 0);
    return recursion_next(&recursion, (const struct answer *)built);
}

static const struct answer_text nothing = {.head.level = LEVEL_NODATA};
static const struct answer_text set = {.rdata = issue, .rdlen = sizeof issue - 1};

static struct answer_text alias_to(const char *target)
{
    return (struct answer_text){.alias_to = target, .head.level = LEVEL_NODATA};
}

/* A level without a set and without an alias: CAA is asked, then DNAME. */
static enum recursion_step reply_nothing(const char *name)
{
    assert_int_equal(reply(name, TYPE_CAA, nothing), RECURSION_ASK);
    return reply(name, TYPE_DNAME, nothing);
}

static struct name_buffer begin(enum recursion_rule rule, const char *name)
{
    struct name_buffer buffer = named(name);
    assert_int_equal(recursion_begin(&recursion, rule, name_of(&buffer)), RECURSION_ASK);
    return buffer;
}

static void expect_found(const struct name_buffer *name, const char *found_at, unsigned depth,
                         const char *owner)
{
    assert_int_equal(recursion.outcome, OUTCOME_FOUND);
    assert_int_equal(recursion.current.depth, depth);
    assert_name(recursion_found_at(&recursion, name_of(name)), found_at);
    assert_name(name_of(&recursion.found_owner), owner);
}

static void both_rules_stop_at_the_first_set(void **state)
{
    (void)state;
    for (unsigned rule = 0; rule < 2; rule++) {
        struct name_buffer name = begin((enum recursion_rule)rule, "www.example.org");
        assert_int_equal(reply_nothing("www.example.org"), RECURSION_ASK);
        assert_int_equal(reply("example.org", TYPE_CAA, set), RECURSION_DONE);
        expect_found(&name, "example.org", 1, "example.org");
    }
}

static void both_rules_end_empty_at_the_top_level_domain(void **state)
{
    (void)state;
    for (unsigned rule = 0; rule < 2; rule++) {
        begin((enum recursion_rule)rule, "example.org");
        assert_int_equal(reply_nothing("example.org"), RECURSION_ASK);
        assert_int_equal(reply_nothing("org"), RECURSION_DONE);
        assert_int_equal(recursion.outcome, OUTCOME_EMPTY);
        assert_int_equal(recursion.error_class, CLASS_NONE);
    }
}

static void the_root_is_empty_at_once(void **state)
{
    (void)state;
    struct name_buffer root = named(".");
    assert_int_equal(recursion_begin(&recursion, RECURSION_RFC6844, name_of(&root)),
                     RECURSION_DONE);
    assert_int_equal(recursion.outcome, OUTCOME_EMPTY);
}

/* RFC 6844 section 4: R(A(X)) with all its ancestors comes before R(P(X)). */
static void rfc6844_climbs_from_the_target_first(void **state)
{
    (void)state;
    struct name_buffer name = begin(RECURSION_RFC6844, "www.example.org");
    assert_int_equal(reply("www.example.org", TYPE_CAA, alias_to("t.a.cdn.net")), RECURSION_ASK);
    assert_int_equal(reply_nothing("t.a.cdn.net"), RECURSION_ASK);
    assert_int_equal(reply_nothing("a.cdn.net"), RECURSION_ASK);
    assert_int_equal(reply("cdn.net", TYPE_CAA, set), RECURSION_DONE);
    expect_found(&name, "www.example.org", 0, "cdn.net");
}

static void rfc6844_comes_back_from_a_target_without_sets(void **state)
{
    (void)state;
    struct name_buffer name = begin(RECURSION_RFC6844, "www.example.org");
    reply("www.example.org", TYPE_CAA, alias_to("t.net"));
    reply_nothing("t.net");
    assert_int_equal(reply_nothing("net"), RECURSION_ASK);
    assert_int_equal(reply("example.org", TYPE_CAA, set), RECURSION_DONE);
    expect_found(&name, "example.org", 1, "example.org");
}

/* The resolver has followed the alias, so the set at its end is known to be empty. */
static void the_erratum_goes_on_at_the_names_own_parent(void **state)
{
    (void)state;
    struct name_buffer name = begin(RECURSION_ERRATUM5065, "www.example.org");
    assert_int_equal(reply("www.example.org", TYPE_CAA, alias_to("t.cdn.net")), RECURSION_ASK);
    assert_int_equal(reply("example.org", TYPE_CAA, set), RECURSION_DONE);
    expect_found(&name, "example.org", 1, "example.org");
}

static void both_rules_redirect_the_owner_of_a_dname(void **state)
{
    (void)state;
    struct name_buffer target = named("other.net");
    struct answer_text dname = {.rdata = target.wire, .rdlen = target.len};
    for (unsigned rule = 0; rule < 2; rule++) {
        struct name_buffer name = begin((enum recursion_rule)rule, "d.example.org");
        reply("d.example.org", TYPE_CAA, nothing);
        assert_int_equal(reply("d.example.org", TYPE_DNAME, dname), RECURSION_ASK);
        assert_int_equal(reply("other.net", TYPE_CAA, set), RECURSION_DONE);
        expect_found(&name, "d.example.org", 0, "other.net");
    }
}

static void the_erratum_asks_the_target_alone(void **state)
{
    (void)state;
    struct name_buffer target = named("other.net");
    struct answer_text dname = {.rdata = target.wire, .rdlen = target.len};
    begin(RECURSION_ERRATUM5065, "d.org");
    reply("d.org", TYPE_CAA, nothing);
    reply("d.org", TYPE_DNAME, dname);
    assert_int_equal(reply("other.net", TYPE_CAA, nothing), RECURSION_ASK);
    assert_int_equal(reply_nothing("org"), RECURSION_DONE);
    assert_int_equal(recursion.outcome, OUTCOME_EMPTY);
}

static void a_failure_is_never_an_absence(void **state)
{
    (void)state;
    static const struct answer_text failed = {.head.failure = CLASS_REFUSED};
    for (unsigned rule = 0; rule < 2; rule++) {
        begin((enum recursion_rule)rule, "www.example.org");
        assert_int_equal(reply("www.example.org", TYPE_CAA, failed), RECURSION_DONE);
        assert_int_equal(recursion.outcome, OUTCOME_INDETERMINATE);
        assert_int_equal(recursion.error_class, CLASS_REFUSED);
        begin((enum recursion_rule)rule, "www.example.org");
        reply("www.example.org", TYPE_CAA, nothing);
        assert_int_equal(reply("www.example.org", TYPE_DNAME, failed), RECURSION_DONE);
        assert_int_equal(recursion.outcome, OUTCOME_INDETERMINATE);
    }
}

static void a_loop_ends_at_the_limit_of_calls(void **state)
{
    (void)state;
    begin(RECURSION_RFC6844, "loop.org");
    unsigned calls = 1;
    while (reply("loop.org", TYPE_CAA, alias_to("loop.org")) == RECURSION_ASK)
        calls++;
    assert_int_equal(recursion.outcome, OUTCOME_INDETERMINATE);
    assert_int_equal(recursion.error_class, CLASS_RECURSION_LIMIT);
    assert_in_range(calls, RECURSION_STACK_MAX / 2, RECURSION_CALLS_MAX);
}

static void a_loop_that_a_lookup_shows_is_one_too(void **state)
{
    (void)state;
    static const struct answer_text loop = {.head.failure = CLASS_CNAME_LOOP};
    begin(RECURSION_RFC6844, "loop.org");
    assert_int_equal(reply("loop.org", TYPE_CAA, loop), RECURSION_DONE);
    assert_int_equal(recursion.error_class, CLASS_RECURSION_LIMIT);
    begin(RECURSION_ERRATUM5065, "loop.org");
    assert_int_equal(reply("loop.org", TYPE_CAA, loop), RECURSION_DONE);
    assert_int_equal(recursion.error_class, CLASS_CNAME_LOOP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_rules_stop_at_the_first_set),
        cmocka_unit_test(both_rules_end_empty_at_the_top_level_domain),
        cmocka_unit_test(the_root_is_empty_at_once),
        cmocka_unit_test(rfc6844_climbs_from_the_target_first),
        cmocka_unit_test(rfc6844_comes_back_from_a_target_without_sets),
        cmocka_unit_test(the_erratum_goes_on_at_the_names_own_parent),
        cmocka_unit_test(both_rules_redirect_the_owner_of_a_dname),
        cmocka_unit_test(the_erratum_asks_the_target_alone),
        cmocka_unit_test(a_failure_is_never_an_absence),
        cmocka_unit_test(a_loop_ends_at_the_limit_of_calls),
        cmocka_unit_test(a_loop_that_a_lookup_shows_is_one_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
