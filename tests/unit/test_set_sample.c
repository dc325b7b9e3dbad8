/* Sets of operators: what makes two sets one, what contains what, and what is left out where there
 * are too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "set_sample.h"

static struct caa_record record_of(uint8_t flags, const char *tag, const char *value)
{
    return caa_record_from_parts(flags, caa_text_from(tag), caa_text_from(value));
}

static struct set_mark mark_of(const struct caa_record *records, size_t count)
{
    struct caa_set set = {records, count};
    return set_mark_of(&set);
}

static void order_case_and_repetition_make_no_other_set(void **state)
{
    (void)state;
    struct caa_record a[] = {record_of(0, "issue", "a"), record_of(0, "iodef", "b")};
    struct caa_record b[] = {record_of(0, "IODEF", "b"), record_of(0, "issue", "a"),
                             record_of(0, "Issue", "a")};
    struct set_mark x = mark_of(a, 2), y = mark_of(b, 3);
    assert_int_equal(x.hash, y.hash);
    assert_int_equal(y.record_count, 2);
    assert_true(set_mark_contains(&x, &y) && set_mark_contains(&y, &x));
}

static void flags_tags_and_values_do(void **state)
{
    (void)state;
    struct caa_record record = record_of(0, "issue", "ab");
    struct set_mark mark = mark_of(&record, 1);
    struct caa_record others[] = {
        record_of(128, "issue", "ab"), record_of(0, "issue", "AB"), record_of(0, "issuea", "b"),
        record_of(0, "issue", ""),     record_of(0, "", "ab"),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct set_mark other = mark_of(&others[i], 1);
        assert_int_not_equal(other.hash, mark.hash);
        assert_false(set_mark_contains(&other, &mark));
    }
}

static void a_set_contains_its_parts(void **state)
{
    (void)state;
    struct caa_record records[] = {record_of(0, "issue", "a"), record_of(0, "issue", "b"),
                                   record_of(0, "issue", "c")};
    struct set_mark whole = mark_of(records, 3), first = mark_of(records, 2),
                    last = mark_of(records + 1, 2);
    assert_true(set_mark_contains(&whole, &first) && set_mark_contains(&whole, &last));
    assert_false(set_mark_contains(&first, &whole) || set_mark_contains(&first, &last));
}

static void a_large_set_is_one_whole(void **state)
{
    (void)state;
    struct caa_record records[SET_SAMPLE_RECORDS_MAX + 2];
    char values[SET_SAMPLE_RECORDS_MAX + 2][16];
    for (size_t i = 0; i < SET_SAMPLE_RECORDS_MAX + 2; i++) {
        snprintf(values[i], sizeof values[i], "ca%zu", i);
        records[i] = record_of(0, "issue", values[i]);
    }
    struct set_mark large = mark_of(records, SET_SAMPLE_RECORDS_MAX + 2),
                    small = mark_of(records, 1);
    assert_true(set_mark_contains(&large, &large));
    assert_false(set_mark_contains(&large, &small));
}

#define NAMES 400000u /* with a set of their own each: more than there is room for */

static void add_name(struct set_sample *sample, uint32_t number, unsigned i)
{
    char name[32], value[32];
    snprintf(name, sizeof name, "n%u.example", i);
    snprintf(value, sizeof value, "ca%u.example", i % 4 == 0 ? 0 : i); /* a quarter are alike */
    struct caa_record record = record_of(0, "issue", value);
    struct caa_set set = {&record, 1};
    struct set_mark mark = set_mark_of(&set);
    assert_true(set_sample_add(sample, number, &mark, caa_text_from(name)));
}

static void add_name_later(struct set_sample *sample, uint32_t number, unsigned i)
{
    char name[32], value[32];
    snprintf(name, sizeof name, "n%u.example", i);
    snprintf(value, sizeof value, "ca%u.example", i % 4 == 0 ? 0 : i);
    struct caa_record record = record_of(0, "issue", value);
    struct caa_set set = {&record, 1};
    struct set_mark mark = set_mark_of(&set);
    assert_true(set_sample_add_later(sample, number, &mark, caa_text_from(name)));
}

/* What there is in all: names, names of the frequent set, and a sum that knows every pair. */
static void sum_up(const struct set_sample *sample, uint64_t sums[3])
{
    const struct set_pair *pair;
    memset(sums, 0, 3 * sizeof *sums);
    for (size_t at = 0; (pair = set_sample_next(sample, &at)) != NULL;) {
        uint64_t names = set_sample_names(sample, pair);
        sums[0] += names;
        sums[1] = names > sums[1] ? names : sums[1];
        sums[2] += (pair->hash ^ pair->number) * names;
    }
}

static void names_that_waited_are_counted_as_all_others(void **state)
{
    (void)state;
    struct set_sample at_once, later;
    uint64_t expected[3], sums[3];
    set_sample_init(&at_once);
    set_sample_init(&later);
    assert_true(set_sample_settle(&later));
    for (unsigned i = 0; i < NAMES; i++) {
        add_name(&at_once, i % 3, i);
        add_name_later(&later, i % 3, i);
        if (i % 1000 < 3 || i == NAMES - 1) {
            assert_true(set_sample_settle(&later));
            assert_int_equal(later.count, at_once.count);
        }
    }
    assert_int_equal(later.level, at_once.level);
    sum_up(&at_once, expected);
    sum_up(&later, sums);
    assert_memory_equal(sums, expected, sizeof sums);
    set_sample_fini(&at_once);
    set_sample_fini(&later);
}

static void what_is_left_out_does_not_depend_on_the_order(void **state)
{
    (void)state;
    struct set_sample whole, parts[3];
    uint64_t expected[3], sums[3];
    static const uint32_t numbers[] = {0, 7};
    set_sample_init(&whole);
    for (size_t i = 0; i < 3; i++)
        set_sample_init(&parts[i]);
    for (unsigned i = 0; i < NAMES; i++)
        add_name(&whole, 7, i);
    for (unsigned i = NAMES; i-- > 0;)
        add_name(&parts[i % 10 == 0 ? 0 : i % 10 == 1 ? 1 : 2], i % 10 == 0 ? 7 : 1, i);
    assert_true(whole.count <= SET_SAMPLE_PAIRS);
    assert_int_equal(whole.level, 2);
    assert_true(set_sample_merge(&parts[0], &parts[1], numbers));
    assert_true(set_sample_merge(&parts[0], &parts[2], numbers));
    assert_int_equal(parts[0].level, whole.level);
    assert_int_equal(parts[0].count, whole.count);
    sum_up(&whole, expected);
    sum_up(&parts[0], sums);
    assert_memory_equal(sums, expected, sizeof sums);
    /* About one in four names, and of these about one in four with the frequent set. */
    assert_true(sums[0] > 99000 && sums[0] < 101000);
    assert_true(sums[1] > 24500 && sums[1] < 25500);
    set_sample_fini(&whole);
    for (size_t i = 0; i < 3; i++)
        set_sample_fini(&parts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_case_and_repetition_make_no_other_set),
        cmocka_unit_test(flags_tags_and_values_do),
        cmocka_unit_test(a_set_contains_its_parts),
        cmocka_unit_test(a_large_set_is_one_whole),
        cmocka_unit_test(names_that_waited_are_counted_as_all_others),
        cmocka_unit_test(what_is_left_out_does_not_depend_on_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
