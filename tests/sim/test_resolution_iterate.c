/* Every row of tests/lab/resolution.jsonl, asked at its authorities and validated, and those of
 * tests/lab/variety.jsonl that can be played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "authority_rows.h"
#include "resolution_check.h"
#include "sim_check.h"
#include "sim_trust.h"

#define ROWS 90u
#define VARIETY_ROWS 158u
#define VARIETY_PLAYED 99u

static struct resolution_view view = {.iterates = true};

/* Two servers that disagree: either answer is right. */
static bool is_other_answer(const struct resolution_row *row, const json_t *record)
{
    const json_t *set = json_object_get(row->json, "outcome_set");
    bool may_be_empty = false;
    size_t i;
    const json_t *it;
    json_array_foreach (set, i, it)
        may_be_empty |= json_is_null(it);
    return may_be_empty && strcmp(sim_text(record, "outcome"), "empty") == 0;
}

struct tally {
    size_t compared, other_answers;
};

static void judge(const struct resolution_row *row, const json_t *record, struct tally *tally)
{
    if (is_other_answer(row, record)) {
        tally->other_answers++;
    } else {
        resolution_compare(&view, row, record);
        tally->compared++;
    }
}

static void run_row(const struct resolution_row *row, struct sim_options options,
                    struct tally *tally)
{
    sim_trust_use(&options);
    options.alt = true;
    options.in_flight = 2;
    struct sim *s = sim_new(&options);
    struct authority_rows model;
    authority_rows_build(&model, s, row);
    struct name_buffer name;
    uint64_t number = resolution_admit(s, row, &name);
    sim_run(s);
    judge(row, sim_record(s, number), tally);
    sim_free(s);
}

static struct tally run_all(struct sim_options options)
{
    struct resolution_rows rows;
    struct tally tally = {0};
    resolution_rows_load(&rows, TEST_DATA "/lab/resolution.jsonl");
    assert_int_equal(rows.count, ROWS);
    for (size_t i = 0; i < rows.count; i++)
        run_row(&rows.list[i], options, &tally);
    resolution_rows_free(&rows);
    assert_int_equal(tally.compared + tally.other_answers, ROWS);
    return tally;
}

static void every_row_is_as_its_authorities_show_it(void **state)
{
    (void)state;
    size_t other_answers = 0;
    for (uint64_t seed = 1; seed <= 8; seed++)
        other_answers += run_all((struct sim_options){.seed = seed}).other_answers;
    assert_in_range(other_answers, 1, 7); /* of one row, either way now and then */
}

static void control_probes_change_no_verdict(void **state)
{
    (void)state;
    run_all((struct sim_options){.control = true});
}

static void every_row_of_another_kind_is_as_its_authorities_show_it(void **state)
{
    (void)state;
    struct resolution_rows rows;
    struct tally tally = {0};
    resolution_rows_load(&rows, TEST_DATA "/lab/variety.jsonl");
    assert_int_equal(rows.count, VARIETY_ROWS);
    for (size_t i = 0; i < rows.count; i++) {
        for (uint64_t seed = 1; seed <= 4 && authority_rows_plays(&rows.list[i]); seed++)
            run_row(&rows.list[i], (struct sim_options){.seed = seed, .control = seed % 2 == 0},
                    &tally);
    }
    resolution_rows_free(&rows);
    assert_int_equal(tally.compared, 4 * VARIETY_PLAYED);
}

static void every_listed_difference_is_one(void **state)
{
    (void)state;
    resolution_check_used(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_as_its_authorities_show_it),
        cmocka_unit_test(every_row_of_another_kind_is_as_its_authorities_show_it),
        cmocka_unit_test(control_probes_change_no_verdict),
        cmocka_unit_test(every_listed_difference_is_one),
    };
    return cmocka_run_group_tests(tests, sim_trust_setup, sim_trust_teardown);
}
