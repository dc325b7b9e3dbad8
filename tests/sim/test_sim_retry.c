/* Attempts: how often, at which server, after which wait, and which failure names the row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "servers.h"
#include "sim_check.h"

static const char name[] = "example.org";

static void a_lost_query_is_repeated(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.name = name, .times = 1, .fault = SIM_SILENT});
    sim_issue(s, name, "ca.example");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "queries"), 2);
    assert_int_equal(sim_number(r, "retries"), 1);
    assert_int_equal(sim_number(r, "levels/0/attempts"), 2);
    assert_string_equal(sim_text(r, "levels/0/tried/0/result"), "timeout");
    sim_free(s);
}

static void a_retry_goes_to_another_resolver(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct sim *s = sim_new(&(struct sim_options){.servers = 3, .seed = seed});
        sim_rcode(s, name, RCODE_SERVFAIL);
        sim_admit(s, name);
        sim_run(s);
        assert_int_equal(sim_sent(s), 4);
        for (size_t i = 1; i < 4; i++)
            assert_int_not_equal(sim_sent_at(s, i).server, sim_sent_at(s, i - 1).server);
        sim_free(s);
    }
}

static void one_good_resolver_is_enough(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct sim *s = sim_new(&(struct sim_options){.servers = 2, .seed = seed});
        sim_add_rule(s, &(struct sim_rule){.server = 1, .answer = {.rcode = RCODE_REFUSED}});
        sim_issue(s, name, "ca.example");
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_found(s, row, name, "ca.example");
        assert_string_equal(sim_text(sim_record(s, row), "levels/0/server"), "192.0.2.2");
        sim_free(s);
    }
}

static void the_wait_grows_with_each_attempt(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_silence(s, name);
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    static const uint64_t at_ms[] = {0, 1000, 2500, 4500};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sim_sent_at(s, i).at_ns, at_ms[i] * SIM_MS);
    assert_float_equal(json_real_value(sim_at(sim_record(s, row), "duration")), 7.0, 1e-9);
    sim_free(s);
}

static void a_server_that_fails_at_once_gets_a_pause(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_rcode(s, name, RCODE_SERVFAIL);
    sim_admit(s, name);
    sim_run(s);
    static const uint64_t at_ms[] = {0, 110, 320, 730}; /* the reply takes 10 ms */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sim_sent_at(s, i).at_ns, at_ms[i] * SIM_MS);
    sim_free(s);
}

static void the_number_of_attempts_is_an_option(void **state)
{
    (void)state;
    for (unsigned attempts = 1; attempts <= 16; attempts++) {
        struct sim *s = sim_new(&(struct sim_options){.attempts = attempts});
        sim_silence(s, name);
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        assert_int_equal(sim_sent(s), attempts);
        assert_int_equal(sim_count(sim_record(s, row), "levels/0/tried"), attempts);
        sim_free(s);
    }
}

static void a_silent_server_rests_while_another_answers(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.servers = 2, .in_flight = 32});
    sim_add_rule(s, &(struct sim_rule){.server = 1, .fault = SIM_SILENT});
    sim_admit_many(s, "n", "", 5000);
    sim_run(s);
    size_t to_silent = 0;
    for (size_t i = 0; i < sim_sent(s); i++)
        to_silent += sim_sent_at(s, i).server == 0;
    for (unsigned i = 0; i < 5000; i++)
        sim_expect_empty(s, i + 1);
    assert_in_range(to_silent, SERVERS_RESOLVER_SILENT_LIMIT, 300);
    sim_free(s);
}

static void a_server_that_comes_back_is_asked_again(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.servers = 2, .in_flight = 16});
    sim_add_rule(s, &(struct sim_rule){.server = 1, .times = 16, .fault = SIM_SILENT});
    sim_admit_many(s, "n", "", 20000);
    sim_run(s);
    size_t late = 0;
    for (size_t i = sim_sent(s) - 1000; i < sim_sent(s); i++)
        late += sim_sent_at(s, i).server == 0;
    assert_in_range(late, 400, 600);
    sim_free(s);
}

static void when_all_servers_are_silent_every_row_still_ends(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.servers = 3});
    sim_add_rule(s, &(struct sim_rule){.fault = SIM_SILENT});
    sim_admit_many(s, "n", "", 500);
    sim_run(s);
    for (unsigned i = 0; i < 500; i++)
        assert_string_equal(sim_text(sim_record(s, i + 1), "error_class"), "timeout");
    assert_int_equal(sim_sent(s), 2000);
    sim_free(s);
}

/* The first rule is for the first attempt, and so on; the class is the strongest, whatever the
 * order. */
static void expect_class_of(const struct sim_rule *first, const struct sim_rule *second,
                            const char *error_class)
{
    for (unsigned turned = 0; turned < 2; turned++) {
        struct sim *s = sim_new(&(struct sim_options){.attempts = 2});
        struct sim_rule once = turned ? *second : *first;
        struct sim_rule then = turned ? *first : *second;
        once.times = 1;
        sim_add_rule(s, &once);
        sim_add_rule(s, &then);
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_failed(s, row, error_class, name);
        assert_int_equal(sim_count(sim_record(s, row), "levels/0/tried"), 2);
        sim_free(s);
    }
}

static void the_strongest_failure_names_the_row(void **state)
{
    (void)state;
    const struct sim_rule bogus = {.answer = {.rcode = RCODE_SERVFAIL, .ede = 6}};
    const struct sim_rule refused = {.answer = {.rcode = RCODE_REFUSED}};
    const struct sim_rule malformed = {.fault = SIM_GARBAGE};
    const struct sim_rule mismatch = {.fault = SIM_WRONG_QUESTION};
    const struct sim_rule silent = {.fault = SIM_SILENT};
    const struct sim_rule no_route = {.fault = SIM_SEND_NO_ROUTE};
    const struct sim_rule local = {.fault = SIM_SEND_FAILS};
    expect_class_of(&bogus, &refused, "dnssec_bogus");
    expect_class_of(&refused, &malformed, "refused");
    expect_class_of(&malformed, &mismatch, "msg_malformed");
    expect_class_of(&mismatch, &silent, "question_mismatch");
    expect_class_of(&silent, &no_route, "timeout");
    expect_class_of(&no_route, &local, "net_unreachable");
}

static void each_rcode_has_its_class(void **state)
{
    (void)state;
    static const struct {
        unsigned rcode;
        const char *error_class;
    } rows[] = {{RCODE_SERVFAIL, "servfail"}, {RCODE_REFUSED, "refused"}, {RCODE_NOTIMP, "notimp"},
                {RCODE_FORMERR, "formerr"},   {RCODE_BADVERS, "badvers"}, {9, "rcode_other"},
                {23, "rcode_other"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
        sim_rcode(s, name, rows[i].rcode);
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_failed(s, row, rows[i].error_class, name);
        sim_free(s);
    }
}

static void a_failure_says_who_and_how_fast(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1, .in_flight = 1});
    struct sim_rule slow = {.name = "slow", .delay_ns = 290 * SIM_MS};
    sim_add_rule(s, &slow);
    sim_rcode(s, name, RCODE_SERVFAIL);
    sim_admit(s, "slow");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_float_equal(json_real_value(sim_at(r, "levels/0/rtt")), 0.01, 1e-9);
    assert_string_equal(sim_text(r, "levels/0/server"), "192.0.2.1");
    assert_int_equal(sim_number(r, "levels/0/rcode"), RCODE_SERVFAIL);
    sim_free(s);
}

/* FORMERR is what RFC 6891 section 7 asks of a server that knows no EDNS; RFC 2671 section 5.3 had
 * NOTIMP and SERVFAIL besides. */
static void what_may_be_said_of_edns_is_asked_again_without(void **state)
{
    (void)state;
    static const struct sim_rule forms[] = {
        {.answer = {.rcode = RCODE_FORMERR}},
        {.answer = {.rcode = RCODE_FORMERR, .no_opt = true}},
        {.fault = SIM_BARE, .answer = {.rcode = RCODE_FORMERR}},
        {.answer = {.rcode = RCODE_NOTIMP}},
        {.answer = {.rcode = RCODE_NOTIMP, .no_opt = true}},
        {.fault = SIM_BARE, .answer = {.rcode = RCODE_NOTIMP}},
        {.answer = {.rcode = RCODE_SERVFAIL, .no_opt = true}},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct sim *s = sim_new(&(struct sim_options){0});
        struct sim_rule rule = forms[i];
        rule.only_edns = true;
        sim_add_rule(s, &rule);
        sim_issue(s, name, "ca.example");
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_found(s, row, name, "ca.example");
        assert_true(sim_has_note(s, row, "formerr_on_edns"));
        assert_int_equal(sim_sent(s), 2);
        assert_true(sim_sent_at(s, 0).edns);
        assert_false(sim_sent_at(s, 1).edns);
        assert_int_equal(sim_sent_at(s, 1).at_ns, 10 * SIM_MS);
        assert_int_equal(sim_number(sim_record(s, row), "queries"), 2);
        sim_free(s);
    }
}

static struct sim_section *an_opt(struct sim *s)
{
    static const uint8_t root[] = {0};
    struct sim_section *section = sim_section(s);
    sim_section_rr(section, (struct name){.wire = root, .len = 1}, TYPE_OPT, 0, root, 0);
    return section;
}

/* There is one OPT record at most (RFC 6891 section 6.1.1): who sends two does not speak EDNS well,
 * and may do without. */
static void two_opt_records_are_asked_again_without_edns(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
    sim_add_rule(s, &(struct sim_rule){.only_edns = true, .answer.additional = an_opt(s)});
    sim_issue(s, name, "ca.example");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    assert_true(sim_has_note(s, row, "formerr_on_edns"));
    assert_int_equal(sim_sent(s), 2);
    assert_false(sim_sent_at(s, 1).edns);
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/tried/0/result"), "msg_malformed");
    sim_free(s);
}

static void where_that_fails_too_they_are_what_they_are(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 3});
    sim_add_rule(s, &(struct sim_rule){.only_edns = true, .answer.additional = an_opt(s)});
    sim_add_rule(s, &(struct sim_rule){.fault = SIM_SILENT});
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, "msg_malformed", name);
    assert_int_equal(sim_sent(s), 4); /* without EDNS once */
    assert_false(sim_sent_at(s, 1).edns);
    assert_true(sim_sent_at(s, 2).edns && sim_sent_at(s, 3).edns);
    sim_free(s);
}

/* A server that knows EDNS and fails, fails for another reason. */
static void what_says_nothing_of_edns_is_not(void **state)
{
    (void)state;
    static const struct sim_answer forms[] = {{.rcode = RCODE_SERVFAIL},
                                              {.rcode = RCODE_BADVERS},
                                              {.rcode = RCODE_REFUSED},
                                              {.rcode = RCODE_REFUSED, .no_opt = true}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct sim *s = sim_new(&(struct sim_options){.attempts = 2});
        sim_add_rule(s, &(struct sim_rule){.answer = forms[i]});
        sim_admit(s, name);
        sim_run(s);
        assert_int_equal(sim_sent(s), 2);
        assert_true(sim_sent_at(s, 1).edns);
        sim_free(s);
    }
}

static void a_server_without_edns_is_remembered(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 1});
    sim_add_rule(s, &(struct sim_rule){.only_edns = true, .answer = {.rcode = RCODE_FORMERR}});
    sim_admit(s, "one");
    uint64_t second = sim_admit(s, "two");
    sim_run(s);
    sim_expect_empty(s, second);
    assert_int_equal(sim_sent(s), 3);
    assert_false(sim_sent_at(s, 2).edns);
    sim_free(s);
}

static void what_fails_without_edns_too_is_a_failure(void **state)
{
    (void)state;
    static const struct {
        unsigned rcode;
        const char *error_class;
        size_t sent; /* FORMERR and NOTIMP may be another server's, SERVFAIL is tried once */
    } rows[] = {{RCODE_FORMERR, "formerr", 6},
                {RCODE_NOTIMP, "notimp", 6},
                {RCODE_SERVFAIL, "servfail", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim *s = sim_new(&(struct sim_options){.attempts = 3});
        sim_add_rule(s, &(struct sim_rule){.answer = {.rcode = rows[i].rcode, .no_opt = true}});
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_failed(s, row, rows[i].error_class, name);
        assert_false(sim_has_note(s, row, "formerr_on_edns"));
        assert_int_equal(sim_sent(s), rows[i].sent);
        assert_int_equal(sim_count(sim_record(s, row), "levels/0/tried"), rows[i].sent);
        assert_true(sim_sent_at(s, 2).edns);
        sim_free(s);
    }
}

/* What it says then is about the question. */
static void a_server_known_to_have_no_edns_is_asked_once(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 1, .attempts = 1});
    sim_add_rule(s, &(struct sim_rule){.only_edns = true, .answer = {.rcode = RCODE_FORMERR}});
    sim_rcode(s, "two", RCODE_NOTIMP);
    sim_admit(s, "one");
    uint64_t second = sim_admit(s, "two");
    sim_run(s);
    sim_expect_failed(s, second, "notimp", "two");
    assert_int_equal(sim_sent(s), 3);
    sim_free(s);
}

static void an_answer_with_edns_is_not_one_without(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.servers = 2});
    sim_add_rule(s, &(struct sim_rule){.times = 2, .answer = {.rcode = RCODE_FORMERR}});
    sim_issue(s, name, "ca.example");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    assert_int_equal(sim_sent(s), 3);
    assert_true(sim_sent_at(s, 2).edns);
    assert_false(sim_has_note(s, row, "formerr_on_edns"));
    sim_free(s);
}

static void a_refused_send_is_local_trouble(void **state)
{
    (void)state;
    static const struct {
        enum sim_fault fault;
        const char *error_class;
    } rows[] = {{SIM_SEND_FAILS, "local_error"}, {SIM_SEND_NO_ROUTE, "net_unreachable"}};
    for (size_t i = 0; i < 2; i++) {
        struct sim *s = sim_new(&(struct sim_options){0});
        sim_add_rule(s, &(struct sim_rule){.fault = rows[i].fault});
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_failed(s, row, rows[i].error_class, name);
        assert_int_equal(sim_number(sim_record(s, row), "queries"), 0);
        assert_int_equal(sim_number(sim_record(s, row), "retries"), 0);
        assert_int_equal(sim_stat(s, COUNTER_SENDS_FAILED), 4);
        assert_int_equal(sim_stat(s, COUNTER_RETRIES), 0);
        assert_int_equal(sim_stat(s, COUNTER_OCTETS_SENT), 0);
        sim_free(s);
    }
}

static void a_send_that_failed_once_is_made_good(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.times = 1, .fault = SIM_SEND_FAILS});
    sim_issue(s, name, "ca.example");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "queries"), 1);
    assert_int_equal(sim_number(r, "retries"), 0);
    assert_string_equal(sim_text(r, "levels/0/tried/0/result"), "local_error");
    sim_free(s);
}

static void a_refused_repeat_is_no_repeat(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.times = 1, .fault = SIM_SILENT});
    sim_add_rule(s, &(struct sim_rule){.times = 1, .fault = SIM_SEND_FAILS});
    sim_issue(s, name, "ca.example");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 2);
    assert_int_equal(sim_number(sim_record(s, row), "retries"), 1);
    assert_int_equal(sim_stat(s, COUNTER_RETRIES), 1);
    sim_free(s);
}

static void scattered_losses_rest_no_server(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.servers = 2, .in_flight = 8, .loss_percent = 20});
    sim_admit_many(s, "n", "", 2000);
    sim_run(s);
    size_t to_first = 0;
    for (size_t i = 0; i < sim_sent(s); i++)
        to_first += sim_sent_at(s, i).server == 0;
    assert_in_range(to_first * 100 / sim_sent(s), 45, 55);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_query_is_repeated),
        cmocka_unit_test(a_retry_goes_to_another_resolver),
        cmocka_unit_test(one_good_resolver_is_enough),
        cmocka_unit_test(the_wait_grows_with_each_attempt),
        cmocka_unit_test(a_server_that_fails_at_once_gets_a_pause),
        cmocka_unit_test(the_number_of_attempts_is_an_option),
        cmocka_unit_test(a_silent_server_rests_while_another_answers),
        cmocka_unit_test(a_server_that_comes_back_is_asked_again),
        cmocka_unit_test(when_all_servers_are_silent_every_row_still_ends),
        cmocka_unit_test(the_strongest_failure_names_the_row),
        cmocka_unit_test(each_rcode_has_its_class),
        cmocka_unit_test(a_failure_says_who_and_how_fast),
        cmocka_unit_test(what_may_be_said_of_edns_is_asked_again_without),
        cmocka_unit_test(what_says_nothing_of_edns_is_not),
        cmocka_unit_test(two_opt_records_are_asked_again_without_edns),
        cmocka_unit_test(where_that_fails_too_they_are_what_they_are),
        cmocka_unit_test(a_server_without_edns_is_remembered),
        cmocka_unit_test(what_fails_without_edns_too_is_a_failure),
        cmocka_unit_test(a_server_known_to_have_no_edns_is_asked_once),
        cmocka_unit_test(an_answer_with_edns_is_not_one_without),
        cmocka_unit_test(a_refused_send_is_local_trouble),
        cmocka_unit_test(a_send_that_failed_once_is_made_good),
        cmocka_unit_test(a_refused_repeat_is_no_repeat),
        cmocka_unit_test(scattered_losses_rest_no_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
