/* Every row of tests/lab/resolution.jsonl, as a resolver shows its world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "resolution_check.h"
#include "resolver_model.h"
#include "sim_check.h"

#define ROWS 90u
#define RESOLVER_FAILS "servfail"

/* Where the row names what the scanner would see at the authority, and the resolver in between
 * shows something else. */
static const struct resolution_difference differences[] = {
    {"R081", "timeout", RESOLVER_FAILS, "the resolver waits for the silent server, then fails"},
    {"R106", "timeout", RESOLVER_FAILS, "the resolver waits for the silent server, then fails"},
    {"R084", "notimp", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R085", "refused", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R092", "badvers", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R093", "rcode_other", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R130", "refused", RESOLVER_FAILS, "an authority's rcode is not passed on"},
    {"R095", "truncated_no_tcp", RESOLVER_FAILS, "it is the resolver that gets no TCP"},
    {"R096", "truncated_no_tcp", RESOLVER_FAILS, "it is the resolver that gets no TCP"},
    {"R098", "id_mismatch", RESOLVER_FAILS, "the resolver drops the mismatch itself"},
    {"R099", "qr_not_set", RESOLVER_FAILS, "the resolver drops the mismatch itself"},
    {"R104", "no_ns_address", RESOLVER_FAILS, "delegations are the resolver's business"},
    {"R135", "ns_private_address", RESOLVER_FAILS, "delegations are the resolver's business"},
};

/* The resolver's SERVFAIL does not say which name on the alias chain failed. */
static const char *const without_error_name[] = {"R133"};

static bool used[sizeof differences / sizeof *differences];

static struct resolution_view view = {
    .differences = differences,
    .used = used,
    .difference_count = sizeof differences / sizeof *differences,
    .without_error_name = without_error_name,
    .without_error_name_count = sizeof without_error_name / sizeof *without_error_name,
};

static void run_row(const struct resolution_row *row)
{
    struct sim *s = sim_new(&(struct sim_options){.alt = true, .in_flight = 2});
    struct resolver_model model = {row, sim_section(s)};
    sim_set_model(s, (struct sim_model){resolver_model_answer, &model});
    struct name_buffer name;
    uint64_t number = resolution_admit(s, row, &name);
    sim_run(s);
    resolution_compare(&view, row, sim_record(s, number));
    sim_free(s);
}

static void every_row_is_as_a_resolver_shows_it(void **state)
{
    (void)state;
    struct resolution_rows rows;
    resolution_rows_load(&rows, TEST_DATA "/lab/resolution.jsonl");
    assert_int_equal(rows.count, ROWS);
    for (size_t i = 0; i < rows.count; i++)
        run_row(&rows.list[i]);
    resolution_rows_free(&rows);
}

static void every_listed_difference_is_one(void **state)
{
    (void)state;
    resolution_check_used(&view);
    assert_int_equal(view.names_withheld, view.without_error_name_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_as_a_resolver_shows_it),
        cmocka_unit_test(every_listed_difference_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
