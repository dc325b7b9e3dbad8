/* TC means TCP; what a connection may bring, and what it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim_check.h"

static const char name[] = "example.org";

static struct sim_section *many_records(struct sim *s, const char *owner, unsigned count)
{
    struct sim_section *section = sim_section(s);
    char value[32];
    for (unsigned i = 0; i < count; i++) {
        snprintf(value, sizeof value, "ca%u.example", i);
        sim_section_caa(section, owner, 300, 0, "issue", value);
    }
    return section;
}

/* One row whose set of 100 records does not fit into a datagram. */
static struct sim *large_set(enum sim_tcp tcp)
{
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){
                        .name = name, .tcp = tcp, .answer.section = many_records(s, name, 100)});
    sim_admit(s, name);
    sim_run(s);
    return s;
}

static void expect_set(const struct sim *s, size_t count)
{
    const json_t *r = sim_record(s, 1);
    sim_expect_found(s, 1, name, "ca0.example");
    assert_int_equal(sim_count(r, "caa"), count);
    assert_string_equal(sim_text(r, "levels/0/protocol"), "tcp");
    assert_int_equal(sim_number(r, "queries"), 2);
    assert_int_equal(sim_count(r, "levels/0/tried"), 0);
    assert_int_equal(sim_stat(s, COUNTER_TCP_QUERIES), 1);
}

static void a_truncated_reply_is_asked_again_over_tcp(void **state)
{
    (void)state;
    struct sim *s = large_set(SIM_TCP_ANSWERS);
    expect_set(s, 100);
    assert_int_equal(sim_sent_at(s, 0).server, sim_sent_at(s, 1).server);
    assert_true(sim_sent_at(s, 1).tcp);
    sim_free(s);
}

static void a_stream_may_come_octet_by_octet(void **state)
{
    (void)state;
    struct sim *s = large_set(SIM_TCP_DRIPS);
    expect_set(s, 100);
    sim_free(s);
}

static void a_set_of_1000_records_is_whole(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s,
                 &(struct sim_rule){.name = name, .answer.section = many_records(s, name, 1000)});
    sim_admit(s, name);
    sim_run(s);
    expect_set(s, 1000);
    assert_string_equal(sim_text(sim_record(s, 1), "caa/999/value"), "ca999.example");
    sim_free(s);
}

/* A set in a truncated datagram is never looked at (RFC 2181 section 9). */
static void a_partial_set_is_never_evaluated(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
    sim_add_rule(s,
                 &(struct sim_rule){.tcp = SIM_TCP_REFUSED,
                                    .answer = {.tc = true, .section = many_records(s, name, 2)}});
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, "truncated_no_tcp", name);
    sim_free(s);
}

static void expect_no_tcp(enum sim_tcp tcp)
{
    struct sim *s = large_set(tcp);
    sim_expect_failed(s, 1, "truncated_no_tcp", name);
    const json_t *r = sim_record(s, 1);
    assert_int_equal(sim_count(r, "levels/0/tried"), 4);
    assert_string_equal(sim_text(r, "levels/0/tried/0/result"), "truncated_no_tcp");
    assert_int_equal(sim_number(r, "queries"), 8);
    assert_int_equal(sim_stat(s, COUNTER_TCP_QUERIES), 4);
    sim_free(s);
}

static void a_refused_connection_is_a_failure(void **state)
{
    (void)state;
    expect_no_tcp(SIM_TCP_REFUSED);
}

static void a_silent_connection_is_a_failure(void **state)
{
    (void)state;
    expect_no_tcp(SIM_TCP_SILENT);
}

static void a_connection_cut_in_the_message_is_a_failure(void **state)
{
    (void)state;
    expect_no_tcp(SIM_TCP_CUT);
}

static void tc_on_tcp_is_a_failure(void **state)
{
    (void)state;
    expect_no_tcp(SIM_TCP_TRUNCATED);
}

static void octets_behind_the_message_are_refused(void **state)
{
    (void)state;
    expect_no_tcp(SIM_TCP_SURPLUS);
}

static void a_wrong_id_on_a_connection_is_a_failure(void **state)
{
    (void)state;
    expect_no_tcp(SIM_TCP_WRONG_ID);
}

static void a_server_without_tcp_leaves_it_to_another(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct sim *s = sim_new(&(struct sim_options){.servers = 2, .seed = seed});
        struct sim_section *section = many_records(s, name, 100);
        sim_add_rule(
            s, &(struct sim_rule){.server = 1, .tcp = SIM_TCP_REFUSED, .answer.section = section});
        sim_add_rule(s, &(struct sim_rule){.server = 2, .answer.section = section});
        uint64_t row = sim_admit(s, name);
        sim_run(s);
        sim_expect_found(s, row, name, "ca0.example");
        sim_free(s);
    }
}

static void failures_over_tcp_keep_their_class(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
    sim_add_rule(s, &(struct sim_rule){.times = 1, .answer.tc = true});
    sim_rcode(s, name, RCODE_REFUSED);
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, "refused", name);
    assert_string_equal(sim_text(sim_record(s, row), "levels/0/protocol"), "tcp");
    sim_free(s);
}

static struct sim *crowd(const struct sim_options *options, unsigned rows)
{
    struct sim *s = sim_new(options);
    sim_add_rule(s, &(struct sim_rule){.answer.section = many_records(s, name, 100)});
    sim_admit_many(s, "n", "", rows);
    return s;
}

/* The engine must neither open more connections than there are slots, nor ask to be called all the
 * time while it waits for one: sim_run fails the test then. */
static void more_connections_than_slots_wait_their_turn(void **state)
{
    (void)state;
    struct sim *s = crowd(&(struct sim_options){.in_flight = 500}, 500);
    sim_run(s);
    assert_int_equal(sim_tcp_most(s), DOOR_TCP_SLOTS);
    assert_int_equal(sim_stat(s, COUNTER_TCP_QUERIES), 500);
    for (unsigned i = 0; i < 500; i++)
        assert_string_equal(sim_text(sim_record(s, i + 1), "levels/0/protocol"), "tcp");
    sim_free(s);
}

static void slots_of_silent_connections_come_back(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 200, .attempts = 1});
    sim_add_rule(s, &(struct sim_rule){.tcp = SIM_TCP_SILENT, .answer.tc = true});
    sim_admit_many(s, "n", "", 200);
    sim_run(s);
    for (unsigned i = 0; i < 200; i++)
        sim_expect_failed(s, i + 1, "truncated_no_tcp", sim_text(sim_record(s, i + 1), "name"));
    sim_free(s);
}

static void queries_over_tcp_obey_the_limit_too(void **state)
{
    (void)state;
    struct sim *s =
        crowd(&(struct sim_options){.in_flight = 500, .rate_qps = 100, .server_rate_qps = 80}, 400);
    sim_run(s);
    assert_int_equal(sim_sent(s), 800);
    assert_in_range(sim_now_ns(s) / SIM_MS, 9900, 10100);
    sim_free(s);
}

/* The reply to the first row comes after its time, when the second has the slot. */
static void octets_of_a_connection_given_up_reach_no_other(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 1, .attempts = 1});
    struct sim_section *section = many_records(s, name, 100);
    sim_add_rule(s, &(struct sim_rule){.name = "late", .times = 1, .answer.tc = true});
    sim_add_rule(s, &(struct sim_rule){.name = "late", .delay_ns = 3100 * SIM_MS});
    sim_add_rule(s, &(struct sim_rule){.name = name, .times = 1, .answer.tc = true});
    sim_add_rule(s, &(struct sim_rule){.name = name, .delay_ns = SIM_S, .answer.section = section});
    uint64_t late = sim_admit(s, "late"), row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, late, "truncated_no_tcp", "late");
    sim_expect_found(s, row, name, "ca0.example");
    assert_int_equal(sim_stat(s, COUNTER_MALFORMED), 0);
    sim_free(s);
}

static void a_connection_has_three_times_the_wait(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.attempts = 1});
    sim_add_rule(s, &(struct sim_rule){.tcp = SIM_TCP_SILENT, .answer.tc = true});
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    assert_float_equal(json_real_value(sim_at(sim_record(s, row), "duration")), 3.01, 1e-6);
    sim_free(s);
}

static void a_connection_that_this_machine_can_not_open_is_no_servers_failure(void **state)
{
    (void)state;
    static const struct {
        enum sim_tcp tcp;
        const char *class;
    } rows[] = {{SIM_TCP_NO_SOCKET, "local_error"}, {SIM_TCP_NO_ROUTE, "net_unreachable"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim *s = large_set(rows[i].tcp);
        sim_expect_failed(s, 1, rows[i].class, name);
        assert_int_equal(sim_stat(s, COUNTER_TCP_QUERIES), 0);
        assert_int_equal(sim_stat(s, COUNTER_SENDS_FAILED), 4);
        assert_int_equal(sim_number(sim_record(s, 1), "queries"), 4); /* over UDP */
        sim_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_truncated_reply_is_asked_again_over_tcp),
        cmocka_unit_test(a_stream_may_come_octet_by_octet),
        cmocka_unit_test(a_set_of_1000_records_is_whole),
        cmocka_unit_test(a_partial_set_is_never_evaluated),
        cmocka_unit_test(a_refused_connection_is_a_failure),
        cmocka_unit_test(a_silent_connection_is_a_failure),
        cmocka_unit_test(a_connection_cut_in_the_message_is_a_failure),
        cmocka_unit_test(tc_on_tcp_is_a_failure),
        cmocka_unit_test(octets_behind_the_message_are_refused),
        cmocka_unit_test(a_wrong_id_on_a_connection_is_a_failure),
        cmocka_unit_test(a_server_without_tcp_leaves_it_to_another),
        cmocka_unit_test(failures_over_tcp_keep_their_class),
        cmocka_unit_test(more_connections_than_slots_wait_their_turn),
        cmocka_unit_test(slots_of_silent_connections_come_back),
        cmocka_unit_test(queries_over_tcp_obey_the_limit_too),
        cmocka_unit_test(octets_of_a_connection_given_up_reach_no_other),
        cmocka_unit_test(a_connection_has_three_times_the_wait),
        cmocka_unit_test(a_connection_that_this_machine_can_not_open_is_no_servers_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
