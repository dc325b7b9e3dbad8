/* Bounds: what happens when memory, the disk, the network or the clock misbehave. Nothing is lost
 * and nothing stands still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_check.h"

static size_t count_rows(const struct sim *s, unsigned rows, const char *key, const char *word)
{
    size_t count = 0;
    for (unsigned i = 0; i < rows; i++) {
        const char *it = sim_text(sim_record(s, i + 1), key);
        count += it != NULL && strcmp(it, word) == 0;
    }
    return count;
}

/* About 60 KiB as a message. */
static void huge_answer(void *context, const struct sim_query *q, struct sim_answer *out)
{
    struct sim_section *section = context;
    section->len = 0;
    section->count = 0;
    uint8_t rdata[247] = "\0\5issue";
    memset(rdata + 7, 'v', sizeof rdata - 7);
    for (unsigned i = 0; i < 220; i++) {
        rdata[7] = (uint8_t)i;
        sim_section_rr(section, name_of(&q->name), q->type, 300, rdata, sizeof rdata);
    }
    *out = (struct sim_answer){.section = section};
}

static void a_full_store_ends_rows_as_local_error(void **state)
{
    (void)state;
    struct sim *s =
        sim_new(&(struct sim_options){.in_flight = 300, .records_from_ns = 100 * SIM_S});
    sim_set_model(s, (struct sim_model){huge_answer, sim_section(s)});
    sim_admit_many(s, "n", "", 300);
    sim_run(s);
    size_t found = count_rows(s, 300, "outcome", "found");
    size_t local = count_rows(s, 300, "error_class", "local_error");
    assert_int_equal(found + local, 300);
    assert_in_range(found, 64, 299);
    assert_int_equal(count_rows(s, 300, "own", "empty"), 0);
    sim_free(s);
}

static void cached_answers_give_way_to_rows(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 4});
    sim_set_model(s, (struct sim_model){huge_answer, sim_section(s)});
    sim_admit_many(s, "n", "", 300);
    sim_run(s);
    assert_int_equal(count_rows(s, 300, "outcome", "found"), 300);
    sim_free(s);
}

/* Names of long labels have a set of 800 octets, all others a denial that may not be kept. */
static void deep_or_fat(void *context, const struct sim_query *q, struct sim_answer *out)
{
    struct sim_section *section = context;
    *out = (struct sim_answer){.rcode = RCODE_NOERROR};
    if (q->name.wire[0] < 3)
        return;
    section->len = section->count = 0;
    uint8_t rdata[807] = "\0\5issue";
    memset(rdata + 7, 'v', sizeof rdata - 7);
    sim_section_rr(section, name_of(&q->name), TYPE_CAA, 86400, rdata, sizeof rdata);
    out->section = section;
}

/* Fills the cache answer by answer, and between any two asks for a row that needs large blobs. At
 * some time the cache has every blob. */
static void fill_cache_between_rows(const char *name, size_t extra_len)
{
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 4});
    sim_set_model(s, (struct sim_model){deep_or_fat, sim_section(s)});
    struct name_buffer buffer = sim_name(name);
    static const uint8_t extra[2048] = {0xFE, 0x07};
    for (unsigned i = 0; i < 600; i++) {
        char text[16];
        snprintf(text, sizeof text, "fat%u", i);
        sim_admit(s, text);
        sim_run(s);
        uint64_t row = sim_admit_raw(s, (struct target){.rank = -1,
                                                        .input = (const uint8_t *)"m",
                                                        .input_len = 1,
                                                        .extra = extra,
                                                        .extra_len = (uint16_t)extra_len,
                                                        .extra_count = extra_len > 0,
                                                        .prefix = "",
                                                        .name = name_of(&buffer)});
        sim_run(s);
        sim_expect_empty(s, row);
    }
    sim_free(s);
}

static void a_full_cache_never_stops_admission(void **state)
{
    (void)state;
    fill_cache_between_rows("m", 2048);
}

static void a_full_cache_never_stops_a_long_climb(void **state)
{
    (void)state;
    fill_cache_between_rows("a.b.c.d.e.f.g.h", 0);
}

/* Each level is an alias chain of its own, of 32 long names that lead to nothing. */
static void long_chains(void *context, const struct sim_query *q, struct sim_answer *out)
{
    struct sim_section *section = context;
    section->len = 0;
    section->count = 0;
    static uint8_t step[2][NAME_LEN_MAX];
    struct name owner = name_of(&q->name);
    for (unsigned i = 0; i < 31; i++) {
        uint8_t *target = step[i % 2];
        for (unsigned label = 0; label < 3; label++) {
            target[64 * label] = 63;
            memset(target + 64 * label + 1, (int)('a' + i % 26), 63);
        }
        target[1] = (uint8_t)('0' + i / 26);
        target[192] = 0;
        sim_section_rr(section, owner, TYPE_CNAME, 300, target, 193);
        owner = (struct name){.wire = target, .len = 193};
    }
    *out = SIM_DENIAL(RCODE_NOERROR);
    out->section = section;
}

static void the_evidence_of_a_row_is_bounded(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 8, .cache_entries = SIM_NO_CACHE});
    sim_set_model(s, (struct sim_model){long_chains, sim_section(s)});
    uint64_t row = sim_admit(s, "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t");
    sim_run(s);
    const json_t *r = sim_record(s, row);
    assert_string_equal(sim_text(r, "outcome"), "indeterminate");
    assert_string_equal(sim_text(r, "error_class"), "work_limit");
    size_t levels = sim_count(r, "levels");
    assert_in_range(levels, 7, 19);
    char path[48];
    snprintf(path, sizeof path, "levels/%zu/outcome", levels - 1);
    assert_string_equal(sim_text(r, path), "work_limit");
    sim_free(s);
}

static void a_slow_disk_stops_admission_and_loses_nothing(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 4, .records_from_ns = 100 * SIM_S});
    sim_admit_many(s, "n", "", 50);
    sim_run_until(s, 99 * SIM_S);
    assert_int_equal(sim_busy(s), 4);
    assert_int_equal(sim_recorded(s), 0);
    assert_int_equal(sim_sent(s), 4);
    sim_run(s);
    assert_int_equal(sim_recorded(s), 50);
    for (unsigned i = 0; i < 50; i++)
        sim_expect_empty(s, i + 1);
    sim_free(s);
}

static void records_come_in_the_order_of_their_verdicts(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.records_from_ns = 100 * SIM_S});
    sim_add_rule(s, &(struct sim_rule){.name = "slow", .delay_ns = SIM_S});
    uint64_t slow = sim_admit(s, "slow"), fast = sim_admit(s, "fast");
    sim_run(s);
    assert_true(strcmp(sim_text(sim_record(s, fast), "timestamp"),
                       sim_text(sim_record(s, slow), "timestamp")) < 0);
    assert_int_equal(sim_order(s, 0), fast);
    assert_int_equal(sim_order(s, 1), slow);
    sim_free(s);
}

/* Sets at every third name, so that a loss could turn one into an absence. */
static void every_third_has_caa(void *context, const struct sim_query *q, struct sim_answer *out)
{
    struct sim_section *section = context;
    *out = SIM_DENIAL(RCODE_NOERROR);
    if (q->name.wire[0] < 2 || q->name.wire[1] != 'n' || q->name.wire[q->name.wire[0]] % 3 != 0)
        return;
    section->len = 0;
    section->count = 0;
    sim_section_rr(section, name_of(&q->name), TYPE_CAA, 300, (const uint8_t *)"\0\5issuex", 8);
    *out = (struct sim_answer){.section = section};
}

#define LOSS_ROWS 20000u

/* Rows that are right, after a scan with a fifth of all exchanges lost. No row may be wrong: what
 * was not heard is indeterminate. */
static unsigned right_with_loss(uint64_t seed, uint32_t attempts)
{
    struct sim *s = sim_new(&(struct sim_options){
        .servers = 3, .in_flight = 2000, .attempts = attempts, .seed = seed, .loss_percent = 20});
    sim_set_model(s, (struct sim_model){every_third_has_caa, sim_section(s)});
    sim_admit_many(s, "n", ".shop", LOSS_ROWS);
    sim_run(s);
    unsigned right = 0;
    for (unsigned i = 0; i < LOSS_ROWS; i++) {
        const json_t *r = sim_record(s, i + 1);
        const char *outcome = sim_text(r, "outcome");
        const char *truth = sim_text(r, "input")[strcspn(sim_text(r, "input"), ".") - 1] % 3 == 0
                                ? "found"
                                : "empty";
        if (strcmp(outcome, truth) == 0)
            right++;
        else
            assert_string_equal(sim_text(r, "error_class"), "timeout");
    }
    sim_free(s);
    return right;
}

/* Four attempts fail together with probability 0.2^4, that is for 32 of these rows; five for 6.
 * The bounds are five standard deviations away. */
static void a_fifth_lost_is_made_good_by_retries(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        unsigned four = right_with_loss(seed, 4), five = right_with_loss(seed, 5);
        if (four < LOSS_ROWS - 60 || five < LOSS_ROWS - 20)
            fail_msg("seed %u: %u and %u of %u rows are right", (unsigned)seed, four, five,
                     LOSS_ROWS);
    }
}

static uint64_t digest_of(uint64_t seed, uint64_t latency_ns)
{
    struct sim *s = sim_new(&(struct sim_options){
        .servers = 3, .seed = seed, .latency_ns = latency_ns, .loss_percent = 10, .alt = true});
    sim_add_rule(s, &(struct sim_rule){.name = "n7.org", .fault = SIM_WRONG_ID});
    sim_add_rule(s, &(struct sim_rule){.name = "n8.org", .answer.tc = true});
    sim_issue(s, "n9.org", "ca.example");
    sim_admit_many(s, "n", ".org", 300);
    sim_run(s);
    uint64_t digest = sim_digest(s);
    sim_free(s);
    return digest;
}

static void equal_seed_clock_and_events_give_equal_octets(void **state)
{
    (void)state;
    uint64_t digest = digest_of(1, 10 * SIM_MS);
    assert_int_equal(digest_of(1, 10 * SIM_MS), digest);
    assert_int_not_equal(digest_of(2, 10 * SIM_MS), digest);
    assert_int_not_equal(digest_of(1, 11 * SIM_MS), digest);
}

static void a_clock_that_jumps_ahead_times_out_and_goes_on(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){
        .in_flight = 100, .jump_at_ns = 25 * SIM_MS, .jump_ns = 3600 * SIM_S});
    sim_issue(s, "org", "ca.example");
    sim_admit_many(s, "www.n", ".org", 500);
    sim_run(s);
    for (unsigned i = 0; i < 500; i++)
        sim_expect_found(s, i + 1, "org", "ca.example");
    assert_in_range(sim_now_ns(s), 3600 * SIM_S, 3610 * SIM_S);
    sim_free(s);
}

static void without_random_octets_nothing_is_sent(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.random_a_turn = 2});
    sim_admit_many(s, "n", ".org", 100);
    sim_run(s);
    for (unsigned i = 0; i < 100; i++)
        sim_expect_empty(s, i + 1);
    assert_int_equal(sim_sent(s), 101);
    sim_free(s);
}

static void a_single_slot_is_enough(void **state)
{
    (void)state;
    struct sim *s = sim_new(&(struct sim_options){.in_flight = 1, .channels = 1});
    sim_admit_many(s, "a.b.c.d.e.f.g.h.n", ".org", 100);
    sim_run(s);
    for (unsigned i = 0; i < 100; i++)
        sim_expect_empty(s, i + 1);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_store_ends_rows_as_local_error),
        cmocka_unit_test(cached_answers_give_way_to_rows),
        cmocka_unit_test(a_full_cache_never_stops_admission),
        cmocka_unit_test(a_full_cache_never_stops_a_long_climb),
        cmocka_unit_test(the_evidence_of_a_row_is_bounded),
        cmocka_unit_test(a_slow_disk_stops_admission_and_loses_nothing),
        cmocka_unit_test(records_come_in_the_order_of_their_verdicts),
        cmocka_unit_test(a_fifth_lost_is_made_good_by_retries),
        cmocka_unit_test(equal_seed_clock_and_events_give_equal_octets),
        cmocka_unit_test(a_clock_that_jumps_ahead_times_out_and_goes_on),
        cmocka_unit_test(without_random_octets_nothing_is_sent),
        cmocka_unit_test(a_single_slot_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
