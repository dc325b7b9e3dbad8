/* Which replies are believed, and what becomes of the others (RFC 5452 section 9.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim_check.h"

static const char name[] = "example.org";

/* A row whose replies all have this fault; true: the right reply follows each of them. */
static struct sim *world(enum sim_fault fault, bool then_answers)
{
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, name, 300, 0, "issue", "ca.example");
    sim_add_rule(s, &(struct sim_rule){.name = name,
                                       .fault = fault,
                                       .then_answers = then_answers,
                                       .answer.section = section});
    sim_admit(s, name);
    sim_run(s);
    return s;
}

struct mismatch {
    enum sim_fault fault;
    enum counter counter;
    const char *error_class; /* where nothing else comes */
};

/* The reply is counted by kind and not believed, and the exchange keeps waiting. */
static void expect_patience(const struct mismatch *m)
{
    struct sim *s = world(m->fault, true);
    sim_expect_found(s, 1, name, "ca.example");
    assert_int_equal(sim_number(sim_record(s, 1), "queries"), 1);
    assert_int_equal(sim_count(sim_record(s, 1), "levels/0/tried"), 0);
    assert_int_equal(sim_stat(s, m->counter), 1);
    assert_int_equal(sim_stat(s, COUNTER_REPLIES), 1);
    sim_free(s);
}

/* Where the true reply never comes, the class tells what came instead. */
static void expect_class(const struct mismatch *m)
{
    struct sim *s = world(m->fault, false);
    sim_expect_failed(s, 1, m->error_class, name);
    const json_t *r = sim_record(s, 1);
    assert_int_equal(sim_number(r, "queries"), 4);
    assert_int_equal(sim_number(r, "retries"), 3);
    assert_int_equal(sim_count(r, "levels/0/tried"), 4);
    assert_string_equal(sim_text(r, "levels/0/tried/3/result"), m->error_class);
    assert_int_equal(sim_stat(s, m->counter), 4);
    assert_int_equal(sim_stat(s, COUNTER_REPLIES), 0);
    sim_free(s);
}

static void expect_both(enum sim_fault fault, enum counter counter, const char *error_class)
{
    const struct mismatch m = {fault, counter, error_class};
    expect_patience(&m);
    expect_class(&m);
}

static void a_wrong_id_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_WRONG_ID, COUNTER_WRONG_ID, "id_mismatch");
}

static void a_wrong_question_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_WRONG_QUESTION, COUNTER_WRONG_QUESTION, "question_mismatch");
}

static void a_message_that_is_no_reply_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_NOT_A_REPLY, COUNTER_NOT_A_REPLY, "qr_not_set");
}

/* The opcode is copied into the response (RFC 1035 section 4.1.1). */
static void a_reply_to_another_kind_of_request_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_OTHER_OPCODE, COUNTER_WRONG_QUESTION, "question_mismatch");
}

static void a_cut_message_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_GARBAGE, COUNTER_MALFORMED, "msg_malformed");
}

static void less_than_a_header_can_be_nobodys(void **state)
{
    (void)state;
    expect_both(SIM_SHORT, COUNTER_MALFORMED, "timeout");
}

static void another_address_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_WRONG_PEER, COUNTER_WRONG_PEER, "timeout");
}

static void another_port_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_WRONG_PORT, COUNTER_WRONG_PEER, "timeout");
}

/* Nothing but the id ties the datagram to the query, so it can't be told from a wrong id. */
static void another_channel_is_not_believed(void **state)
{
    (void)state;
    expect_both(SIM_WRONG_CHANNEL, COUNTER_WRONG_ID, "timeout");
}

static void a_reply_whose_question_differs_in_case_is_believed(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *section = sim_section(s);
    struct name_buffer upper = {.wire = "\7EXAMPLE\3oRg", .len = 13};
    sim_section_rr(section, name_of(&upper), TYPE_CAA, 300, (const uint8_t *)"\0\5issue;", 8);
    sim_add_rule(s, &(struct sim_rule){.name = name, .answer.section = section});
    uint64_t row = sim_admit(s, "eXample.ORG");
    sim_run(s);
    sim_expect_found(s, row, name, ";");
    sim_free(s);
}

static void a_late_reply_to_an_earlier_send_is_accepted(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.servers = 2});
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, name, 300, 0, "issue", "ca.example");
    sim_add_rule(
        s, &(struct sim_rule){
               .name = name, .times = 1, .delay_ns = 1500 * SIM_MS, .answer.section = section});
    sim_silence(s, name);
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    const json_t *r = sim_record(s, row);
    assert_int_equal(sim_number(r, "queries"), 2);
    assert_int_equal(sim_count(r, "levels/0/tried"), 1);
    assert_string_equal(sim_text(r, "levels/0/server"), sim_text(r, "levels/0/tried/0/server"));
    assert_float_equal(json_real_value(sim_at(r, "levels/0/rtt")), 1.51, 1e-6);
    sim_free(s);
}

static void a_reply_after_the_verdict_changes_nothing(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, name, 300, 0, "issue", "ca.example");
    sim_add_rule(
        s, &(struct sim_rule){.name = name, .delay_ns = 60 * SIM_S, .answer.section = section});
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_failed(s, row, "timeout", name);
    assert_int_equal(sim_stat(s, COUNTER_REPLIES), 0);
    sim_free(s);
}

static void copies_of_a_reply_count_once(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    sim_add_rule(s, &(struct sim_rule){.copies = 3, .answer = SIM_DENIAL(RCODE_NOERROR)});
    uint64_t row = sim_admit(s, "www.example.org");
    sim_run(s);
    sim_expect_empty(s, row);
    assert_int_equal(sim_sent(s), 3);
    assert_int_equal(sim_stat(s, COUNTER_REPLIES), 3);
    sim_free(s);
}

/* The copy comes while the second attempt is under way, and must not end it. */
static void a_copy_of_a_failure_does_not_fail_the_next_attempt(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.latency_ns = 200 * SIM_MS});
    sim_add_rule(s,
                 &(struct sim_rule){
                     .name = name, .times = 1, .copies = 250, .answer = {.rcode = RCODE_SERVFAIL}});
    sim_issue(s, name, "ca.example");
    uint64_t row = sim_admit(s, name);
    sim_run(s);
    sim_expect_found(s, row, name, "ca.example");
    assert_int_equal(sim_number(sim_record(s, row), "queries"), 2);
    assert_int_equal(sim_count(sim_record(s, row), "levels/0/tried"), 1);
    sim_free(s);
}

static void replies_in_any_order_find_their_questions(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){0});
    static const char *const names[] = {"a.one", "b.two", "c.three", "d.four"};
    for (unsigned i = 0; i < 4; i++) {
        struct sim_section *section = sim_section(s);
        sim_section_caa(section, names[i], 300, 0, "issue", names[i]);
        sim_add_rule(s, &(struct sim_rule){.name = names[i],
                                           .delay_ns = (4 - i) * 100 * SIM_MS,
                                           .answer.section = section});
        sim_admit(s, names[i]);
    }
    sim_run(s);
    for (unsigned i = 0; i < 4; i++)
        sim_expect_found(s, i + 1, names[i], names[i]);
    assert_int_equal(sim_sent(s), 4);
    sim_free(s);
}

/* Equal ids in flight on one channel would make replies ambiguous. */
static void ids_in_flight_on_a_channel_differ(void **state)
{
    (void)state;
    struct sim *s = sim_new(
        &(struct sim_options){.in_flight = 3000, .channels = 1, .latency_ns = 500 * SIM_MS});
    sim_admit_many(s, "n", "", 3000);
    sim_run(s);
    static uint64_t free_from_ns[65536];
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        assert_true(q.at_ns >= free_from_ns[q.id]);
        free_from_ns[q.id] = q.at_ns + 500 * SIM_MS;
    }
    assert_true(sim_now_ns(s) < 3 * SIM_S); /* many at a time */
    assert_int_equal(sim_sent(s), 3000);
    sim_free(s);
}

static void queries_are_spread_over_all_channels(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.channels = 8, .servers = 3, .random_a_turn = 4});
    sim_admit_many(s, "n", "", 1000);
    sim_run(s);
    unsigned channels[8] = {0}, servers[3] = {0};
    for (size_t i = 0; i < sim_sent(s); i++) {
        channels[sim_sent_at(s, i).channel]++;
        servers[sim_sent_at(s, i).server]++;
    }
    for (unsigned i = 0; i < 8; i++)
        assert_in_range(channels[i], 80, 170);
    for (unsigned i = 0; i < 3; i++)
        assert_in_range(servers[i], 260, 410);
    sim_free(s);
}

/* So that they can leave in one system call. Which channel it is remains a matter of chance. */
static void queries_that_go_out_at_once_share_a_channel(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.channels = 8, .in_flight = 64});
    sim_admit_many(s, "n", "", 64 * 200);
    sim_run(s);
    unsigned runs[8] = {0};
    for (size_t i = 0; i < sim_sent(s); i++) {
        struct sim_query q = sim_sent_at(s, i);
        if (i % 64 == 0)
            runs[q.channel]++;
        else
            assert_int_equal(q.channel, sim_sent_at(s, i - 1).channel);
    }
    for (unsigned i = 0; i < 8; i++)
        assert_in_range(runs[i], 10, 45);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_id_is_not_believed),
        cmocka_unit_test(a_wrong_question_is_not_believed),
        cmocka_unit_test(a_message_that_is_no_reply_is_not_believed),
        cmocka_unit_test(a_reply_to_another_kind_of_request_is_not_believed),
        cmocka_unit_test(a_cut_message_is_not_believed),
        cmocka_unit_test(less_than_a_header_can_be_nobodys),
        cmocka_unit_test(another_address_is_not_believed),
        cmocka_unit_test(another_port_is_not_believed),
        cmocka_unit_test(another_channel_is_not_believed),
        cmocka_unit_test(a_reply_whose_question_differs_in_case_is_believed),
        cmocka_unit_test(a_late_reply_to_an_earlier_send_is_accepted),
        cmocka_unit_test(a_reply_after_the_verdict_changes_nothing),
        cmocka_unit_test(copies_of_a_reply_count_once),
        cmocka_unit_test(a_copy_of_a_failure_does_not_fail_the_next_attempt),
        cmocka_unit_test(replies_in_any_order_find_their_questions),
        cmocka_unit_test(ids_in_flight_on_a_channel_differ),
        cmocka_unit_test(queries_are_spread_over_all_channels),
        cmocka_unit_test(queries_that_go_out_at_once_share_a_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
