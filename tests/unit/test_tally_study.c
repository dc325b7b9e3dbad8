/* Counts by the definitions of earlier studies, against hand-counted records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tally_study.h"

static struct suffix_list suffixes;

static struct caa_record record_of(uint8_t flags, const char *tag, const char *value)
{
    return caa_record_from_parts(flags, caa_text_from(tag), caa_text_from(value));
}

/* A name with a set at `at`, owned by `owner`; at NULL: with none. */
static void add(struct tally_study *tally, const char *name, const char *at, const char *owner,
                struct caa_set set)
{
    struct record_view view = {.name = caa_text_from(name),
                               .row = 1,
                               .rank = 7,
                               .depth = RECORD_NULL,
                               .outcome = OUTCOME_EMPTY,
                               .own = OUTCOME_EMPTY};
    if (at != NULL) {
        view.outcome = OUTCOME_FOUND;
        view.found_at = caa_text_from(at);
        view.rrset_owner = caa_text_from(owner);
        view.depth = strcmp(name, at) == 0 ? 0 : 1;
        view.own = view.depth == 0 ? OUTCOME_FOUND : OUTCOME_EMPTY;
        view.set = set;
    }
    struct tally_row row = tally_row_of(&view, &suffixes);
    assert_true(tally_study_add(tally, &row));
}

static void add_failed(struct tally_study *tally, const char *name, enum outcome outcome)
{
    struct record_view view = {.name = caa_text_from(name),
                               .row = 1,
                               .rank = RECORD_NULL,
                               .depth = RECORD_NULL,
                               .outcome = outcome,
                               .own = outcome,
                               .error_class = CLASS_TIMEOUT};
    struct tally_row row = tally_row_of(&view, &suffixes);
    assert_true(tally_study_add(tally, &row));
}

static uint64_t count(const struct tally_study *tally, enum study_population population,
                      enum study_metric metric, const char *key)
{
    bool exact;
    return tally_study_count(&tally->samples[population], metric, key, &exact);
}

#define COUNT(population, metric, key)                                                             \
    count(&tally, STUDY_POPULATION_##population, STUDY_METRIC_##metric, key)

static void only_sets_at_the_name_itself_count(void **state)
{
    (void)state;
    struct tally_study tally;
    struct caa_record issue = record_of(0, "issue", "letsencrypt.org");
    struct caa_set set = {&issue, 1};
    tally_study_init(&tally);
    add(&tally, "own.com", "own.com", "own.com", set);
    add(&tally, "alias.com", "alias.com", "cdn.net", set);
    add(&tally, "www.own.com", "own.com", "own.com", set);
    add(&tally, "www.alias.com", "alias.com", "cdn.net", set);
    add(&tally, "com", "com", "com", set);
    add(&tally, "none.com", NULL, NULL, set);
    add_failed(&tally, "dead.com", OUTCOME_INDETERMINATE);
    add_failed(&tally, "left.com", OUTCOME_SKIPPED);
    assert_int_equal(COUNT(BASE, CAA_DIRECT, ""), 1);
    assert_int_equal(COUNT(BASE, CAA_DIRECT_OR_ALIAS, ""), 2);
    assert_int_equal(COUNT(ALL, CAA_DIRECT, ""), 2);
    assert_int_equal(COUNT(ALL, CAA_DIRECT_OR_ALIAS, ""), 3);
    assert_int_equal(COUNT(ALL, ISSUE, ""), 2);
    const struct study_sample *base = &tally.samples[STUDY_POPULATION_BASE];
    const struct study_sample *all = &tally.samples[STUDY_POPULATION_ALL];
    assert_int_equal(tally_study_base(base, STUDY_BASE_ASKED), 4);
    assert_int_equal(tally_study_base(base, STUDY_BASE_ANSWERED), 3);
    assert_int_equal(tally_study_base(all, STUDY_BASE_ASKED), 7);
    assert_int_equal(tally_study_base(all, STUDY_BASE_ANSWERED), 6);
    assert_int_equal(tally_study_base(&tally.samples[STUDY_POPULATION_TOP_1M], STUDY_BASE_ASKED),
                     6);
    tally_study_fini(&tally);
}

static void a_name_counts_once_and_a_value_each_time(void **state)
{
    (void)state;
    struct tally_study tally;
    const uint8_t cut[] = {0, 5, 'i'};
    struct caa_record records[] = {
        record_of(0, "issue", "letsencrypt.org; ValidationMethods=dns-01; accounturi=https://a/"),
        record_of(0, "issue", "LetsEncrypt.org"),
        record_of(0, "issue", "nobody-knows.example; accounturi=https://b/; AccountURI=https://d/"),
        record_of(0, "issue", ";"),
        record_of(0, "issue", "two words; accounturi=https://c/"),
        record_of(1, "issuewild", "pki.goog"),
        record_of(128, "future", "x"),
        record_of(0, "iodef", "mailto:a@b.example"),
        caa_record_from_rdata(cut, sizeof cut),
    };
    struct caa_set set = {records, sizeof records / sizeof *records};
    tally_study_init(&tally);
    add(&tally, "own.com", "own.com", "own.com", set);
    static const enum study_metric once[] = {
        STUDY_METRIC_CAA_DIRECT,      STUDY_METRIC_ISSUE_OR_ISSUEWILD,
        STUDY_METRIC_ISSUE,           STUDY_METRIC_ISSUEWILD,
        STUDY_METRIC_IODEF,           STUDY_METRIC_FLAGS_RESERVED_BITS,
        STUDY_METRIC_TAG_UNKNOWN,     STUDY_METRIC_CRITICAL_UNKNOWN,
        STUDY_METRIC_RDATA_MALFORMED,
    };
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        assert_int_equal(count(&tally, STUDY_POPULATION_ALL, once[i], ""), 1);
    assert_int_equal(COUNT(ALL, ISSUE_CA, "Let's Encrypt (ISRG)"), 2);
    assert_int_equal(COUNT(ALL, ISSUEWILD_CA, "Google Trust Services"), 1);
    assert_int_equal(COUNT(ALL, PARAMETER, "accounturi"), 2);
    assert_int_equal(COUNT(ALL, PARAMETER, "validationmethods"), 1);
    assert_int_equal(COUNT(ALL, DISTINCT_ISSUE_VALUES, ""), 5);
    assert_int_equal(
        tally_study_base(&tally.samples[STUDY_POPULATION_ALL], STUDY_BASE_ISSUE_VALUES), 3);
    tally_study_fini(&tally);
}

static void parts_merge_to_the_whole(void **state)
{
    (void)state;
    struct tally_study tally, other;
    struct caa_record first = record_of(0, "issue", "letsencrypt.org");
    struct caa_record second = record_of(0, "issue", "letsencrypt.org; a=b");
    tally_study_init(&tally);
    tally_study_init(&other);
    add(&tally, "a.com", "a.com", "a.com", (struct caa_set){&first, 1});
    add(&other, "b.com", "b.com", "b.com", (struct caa_set){&second, 1});
    assert_true(tally_study_merge(&tally, &other));
    assert_int_equal(COUNT(BASE, CAA_DIRECT, ""), 2);
    assert_int_equal(COUNT(TOP_1M, ISSUE_CA, "Let's Encrypt (ISRG)"), 2);
    assert_int_equal(COUNT(ALL, DISTINCT_ISSUE_VALUES, ""), 2);
    assert_int_equal(COUNT(ALL, PARAMETER, "a"), 1);
    tally_study_fini(&tally);
    tally_study_fini(&other);
}

static int load_suffixes(void **state)
{
    (void)state;
    return suffix_list_init(&suffixes, NULL) ? 0 : -1;
}

static int free_suffixes(void **state)
{
    (void)state;
    suffix_list_fini(&suffixes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_sets_at_the_name_itself_count),
        cmocka_unit_test(a_name_counts_once_and_a_value_each_time),
        cmocka_unit_test(parts_merge_to_the_whole),
    };
    return cmocka_run_group_tests(tests, load_suffixes, free_suffixes);
}
