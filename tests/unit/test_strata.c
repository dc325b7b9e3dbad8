/* The odds ratio of strata, and what a CA may do where a lookup failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "br_failure.h"
#include "strata.h"

static void add(struct strata *strata, uint32_t number, const unsigned names[4])
{
    for (unsigned cell = 0; cell < 4; cell++) {
        for (unsigned i = 0; i < names[cell]; i++)
            assert_true(strata_add(strata, number, cell < 2, cell % 2 == 0));
    }
}

/* Exposed with a set, exposed without, others with, others without. */
static const unsigned first[4] = {3, 1, 1, 3}, second[4] = {1, 1, 1, 1}, lopsided[4] = {5, 5, 0, 0};

static void the_common_odds_ratio(void **state)
{
    (void)state;
    struct strata strata;
    double ratio = 0;
    strata_init(&strata);
    assert_false(strata_odds_ratio(&strata, 0, &ratio));
    add(&strata, 1, first);
    assert_true(strata_odds_ratio(&strata, 0, &ratio));
    assert_true(ratio > 8.999 && ratio < 9.001);
    add(&strata, 900, second);
    assert_true(strata_odds_ratio(&strata, 0, &ratio)); /* (9/8 + 1/4) / (1/8 + 1/4) */
    assert_true(ratio > 3.666 && ratio < 3.667);
    add(&strata, 7, lopsided); /* says nothing: nobody to compare with */
    assert_true(strata_odds_ratio(&strata, 0, &ratio));
    assert_true(ratio > 3.666 && ratio < 3.667);
    assert_true(strata_odds_ratio(&strata, 2, &ratio));
    assert_true(ratio > 0.999 && ratio < 1.001);
    strata_fini(&strata);
}

static void merged_strata_are_the_same(void **state)
{
    (void)state;
    struct strata into, from;
    double ratio = 0;
    uint32_t numbers[64] = {0};
    numbers[2] = 9;
    strata_init(&into);
    strata_init(&from);
    add(&into, 9, second);
    add(&from, 0, first); /* becomes 0 */
    add(&from, 2, second);
    assert_true(strata_merge(&into, &from, numbers));
    assert_true(strata_odds_ratio(&into, 0, &ratio)); /* (9/8 + 4/8) / (1/8 + 4/8) */
    assert_true(ratio > 2.599 && ratio < 2.601);
    assert_int_equal(into.list[9].names[1][1], 2);
    strata_fini(&into);
    strata_fini(&from);
}

static void no_ratio_where_one_side_is_empty(void **state)
{
    (void)state;
    static const unsigned certain[4] = {2, 0, 0, 2};
    struct strata strata;
    double ratio;
    strata_init(&strata);
    add(&strata, 0, certain);
    assert_false(strata_odds_ratio(&strata, 0, &ratio));
    strata_fini(&strata);
}

static void what_the_baseline_requirements_allow(void **state)
{
    (void)state;
    static const struct {
        enum error_class class;
        enum dnssec_status dnssec;
        enum ds_status ds;
        unsigned date;
        enum br_failure expected;
    } rows[] = {
        {CLASS_SERVFAIL, DNSSEC_INSECURE, DS_UNKNOWN, 20260401, BR_FAILURE_EXCEPTION},
        {CLASS_TIMEOUT, DNSSEC_INSECURE, DS_PRESENT, 20260401, BR_FAILURE_EXCEPTION},
        {CLASS_TIMEOUT, DNSSEC_SECURE, DS_ABSENT, 20260401, BR_FAILURE_MUST_NOT},
        {CLASS_TIMEOUT, DNSSEC_INDETERMINATE, DS_ABSENT, 20260401, BR_FAILURE_MUST_NOT},
        {CLASS_TIMEOUT, DNSSEC_UNCHECKED, DS_ABSENT, 20260401, BR_FAILURE_EXCEPTION},
        {CLASS_TIMEOUT, DNSSEC_UNCHECKED, DS_PRESENT, 20260401, BR_FAILURE_MUST_NOT},
        {CLASS_TIMEOUT, DNSSEC_UNCHECKED, DS_UNKNOWN, 20260401, BR_FAILURE_UNKNOWN},
        {CLASS_SERVFAIL, DNSSEC_BOGUS, DS_ABSENT, 20260314, BR_FAILURE_NOT_VALIDATED},
        {CLASS_SERVFAIL, DNSSEC_BOGUS, DS_ABSENT, 20260315, BR_FAILURE_MUST_NOT},
        {CLASS_DNSSEC_BOGUS, DNSSEC_UNCHECKED, DS_UNKNOWN, 20260315, BR_FAILURE_MUST_NOT},
        {CLASS_LOCAL_ERROR, DNSSEC_INSECURE, DS_ABSENT, 20260401, BR_FAILURE_UNKNOWN},
        {CLASS_WORK_LIMIT, DNSSEC_SECURE, DS_PRESENT, 20260401, BR_FAILURE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record_view view = {.outcome = OUTCOME_INDETERMINATE,
                                   .error_class = rows[i].class,
                                   .dnssec = rows[i].dnssec,
                                   .ds = rows[i].ds,
                                   .date = rows[i].date};
        print_message("row %zu\n", i);
        assert_string_equal(br_failure_word(br_failure_of(&view)),
                            br_failure_word(rows[i].expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_common_odds_ratio),
        cmocka_unit_test(merged_strata_are_the_same),
        cmocka_unit_test(no_ratio_where_one_side_is_empty),
        cmocka_unit_test(what_the_baseline_requirements_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
