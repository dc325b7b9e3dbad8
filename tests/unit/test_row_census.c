/* Rows seen: once, again, not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "input_audit.h"

static struct record_view record_of(const char *scan, const char *prefix, int64_t row, int64_t pass)
{
    return (struct record_view){.scan = caa_text_from(scan),
                                .vantage = caa_text_from(""),
                                .prefix = caa_text_from(prefix),
                                .row = row,
                                .pass = pass};
}

static void mark(struct row_census *census, const char *scan, const char *prefix, int64_t row,
                 int64_t pass)
{
    struct row_census_last last = {0};
    struct record_view record = record_of(scan, prefix, row, pass);
    assert_true(row_census_mark(census, &last, &record));
}

static void a_row_is_known_by_scan_prefix_and_pass(void **state)
{
    (void)state;
    struct row_census *census = row_census_new();
    mark(census, "s", "", 7, 1);
    mark(census, "s", "www", 7, 1);
    mark(census, "s", "", 7, 2);
    mark(census, "t", "", 7, 1);
    assert_int_equal(row_census_repeated(census), 0);
    mark(census, "s", "www", 7, 1);
    mark(census, "s", "www", 7, 1);
    assert_int_equal(row_census_repeated(census), 2);
    struct record_view again = record_of("s", "www", 7, 1);
    struct record_view other = record_of("s", "", 7, 1);
    assert_true(row_census_names(census, &again));
    assert_false(row_census_names(census, &other));
    row_census_free(census);
}

static void the_lowest_repeated_rows_are_named_whatever_the_order(void **state)
{
    (void)state;
    struct row_census *census = row_census_new();
    for (int64_t i = 0; i < 200; i++)
        mark(census, "s", "", 1000 - i % 100 * 10, 1);
    for (int64_t row = 10; row <= 1000; row += 10) {
        struct record_view record = record_of("s", "", row, 1);
        assert_int_equal(row_census_names(census, &record), row <= 10 * (int)ROW_CENSUS_NAMED_MAX);
    }
    row_census_free(census);
}

static void rows_are_counted_up_to_an_end_and_by_shard(void **state)
{
    (void)state;
    struct row_census *census = row_census_new();
    static const int64_t rows[] = {1, 2, 63, 64, 65, 65535, 65536, 65537, 300000000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        mark(census, "s", "", rows[i], 1);
    const struct row_census_group *group = row_census_at(census, 0);
    assert_int_equal(row_census_highest(group), 300000000);
    assert_int_equal(row_census_seen(group, 63, NULL, 0), 3);
    assert_int_equal(row_census_seen(group, 64, NULL, 0), 4);
    assert_int_equal(row_census_seen(group, 65536, NULL, 0), 7);
    assert_int_equal(row_census_seen(group, 299999999, NULL, 0), 8);
    assert_int_equal(row_census_seen(group, UINT64_MAX, NULL, 0), 9);
    static const bool even[] = {true, false};
    assert_int_equal(row_census_seen(group, 65537, even, 2), 5);
    row_census_free(census);
}

static void what_a_hostile_file_claims_is_bounded(void **state)
{
    (void)state;
    struct row_census *census = row_census_new();
    mark(census, "s", "", INT64_MAX, 1);
    mark(census, "s", "", (int64_t)ROW_CENSUS_ROW_END, 1);
    assert_int_equal(row_census_unchecked(census), 2);
    for (int64_t pass = 0; pass <= (int64_t)ROW_CENSUS_GROUP_MAX; pass++)
        mark(census, "s", "", 1, pass);
    assert_int_equal(row_census_unchecked(census), 3);
    row_census_free(census);
}

static struct input_rows rows_of(struct read_scan *scans, size_t scan_count,
                                 const struct row_census *census)
{
    struct read_plan plan = {.scans = scans, .scan_count = scan_count};
    struct row_census_key key = {caa_text_from("s"), caa_text_from(""), caa_text_from(""), 0, 1};
    struct input_rows rows;
    assert_true(input_audit_rows(census, &plan, &key, &rows));
    return rows;
}

static void missing_rows_are_those_that_metadata_promises(void **state)
{
    (void)state;
    char name[] = "s", list[] = "l";
    struct row_census *census = row_census_new();
    for (int64_t row = 1; row <= 20; row += 4)
        mark(census, "s", "", row, 1);
    struct read_scan all = {name, list, 40, 0, 0, false, NULL};
    struct read_scan unknown = {name, list, -1, 0, 0, false, NULL};
    struct read_scan shard = {name, list, 40, 0, 4, false, NULL};
    struct read_scan bare_shard = {name, list, -1, 0, 4, false, NULL};
    assert_false(rows_of(NULL, 0, census).expected_known);
    assert_int_equal(rows_of(&all, 1, census).missing, 35);
    assert_int_equal(rows_of(&unknown, 1, census).missing, 12);
    assert_int_equal(rows_of(&shard, 1, census).missing, 35);
    assert_int_equal(rows_of(&bare_shard, 1, census).missing, 0);
    assert_int_equal(rows_of(&bare_shard, 1, census).expected, 5);
    row_census_free(census);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_known_by_scan_prefix_and_pass),
        cmocka_unit_test(the_lowest_repeated_rows_are_named_whatever_the_order),
        cmocka_unit_test(rows_are_counted_up_to_an_end_and_by_shard),
        cmocka_unit_test(what_a_hostile_file_claims_is_bounded),
        cmocka_unit_test(missing_rows_are_those_that_metadata_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
