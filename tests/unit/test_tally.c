/* Records to counts: what each record adds, and that it does not matter who counts it. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tables.h"

static struct suffix_list suffixes;

/* A record as short as a test wants it. */
struct sketch {
    const char *name;
    const char *found_at; /* NULL: nothing found */
    const char *owner;    /* of the set; NULL: found_at */
    enum error_class failed;
    enum outcome outcome; /* where neither found nor failed: 0 is empty */
};

static int64_t labels(const char *name)
{
    int64_t count = 1;
    for (; *name != '\0'; name++)
        count += *name == '.';
    return count;
}

static struct record_view view_of(const struct sketch *sketch, const struct caa_set *set)
{
    struct record_view view = {.scan = caa_text_from("s"),
                               .vantage = caa_text_from("v"),
                               .prefix = caa_text_from(""),
                               .name = caa_text_from(sketch->name),
                               .row = 1,
                               .pass = 1,
                               .rank = RECORD_NULL,
                               .depth = RECORD_NULL,
                               .mode = MODE_RESOLVER,
                               .outcome = OUTCOME_EMPTY,
                               .own = OUTCOME_EMPTY,
                               .queries = 1,
                               .date = 20260301};
    if (sketch->found_at != NULL) {
        view.outcome = OUTCOME_FOUND;
        view.found_at = caa_text_from(sketch->found_at);
        view.rrset_owner = caa_text_from(sketch->owner ? sketch->owner : sketch->found_at);
        view.depth = labels(sketch->name) - labels(sketch->found_at);
        view.own = view.depth == 0 ? OUTCOME_FOUND : OUTCOME_EMPTY;
        view.set = *set;
    } else if (sketch->failed != CLASS_NONE) {
        view.outcome = view.own = OUTCOME_INDETERMINATE;
        view.error_class = sketch->failed;
        view.error_at = view.name;
    } else if (sketch->outcome != 0) {
        view.outcome = view.own = sketch->outcome;
    }
    return view;
}

static struct caa_record record_of(const char *tag, const char *value)
{
    return caa_record_from_parts(0, caa_text_from(tag), caa_text_from(value));
}

static void the_part_of_a_name_says_where_its_set_is(void **state)
{
    (void)state;
    static const struct {
        struct sketch sketch;
        enum tally_part part;
    } rows[] = {
        {{"example.com", "example.com", NULL, 0, 0}, PART_OWN},
        {{"example.com", "example.com", "cdn.example.net", 0, 0}, PART_VIA_ALIAS},
        {{"a.b.example.com", "b.example.com", NULL, 0, 0}, PART_INTERMEDIATE},
        {{"a.b.example.com", "example.com", NULL, 0, 0}, PART_REGISTRABLE},
        {{"a.b.example.co.uk", "example.co.uk", NULL, 0, 0}, PART_REGISTRABLE},
        {{"example.co.uk", "co.uk", NULL, 0, 0}, PART_PUBLIC_SUFFIX},
        {{"x.compute.amazonaws.com", "amazonaws.com", NULL, 0, 0}, PART_PUBLIC_SUFFIX},
        {{"example.co.uk", "uk", NULL, 0, 0}, PART_TLD},
        {{"co.uk", "uk", NULL, 0, 0}, PART_TLD},
        {{"uk", "uk", NULL, 0, 0}, PART_OWN},
        {{"www.example.com", "example.com", "cdn.example.net", 0, 0}, PART_ANCESTOR_ALIAS},
        {{"example.com", NULL, NULL, 0, 0}, PART_NONE},
        {{"example.com", NULL, NULL, CLASS_LAME, 0}, PART_INDETERMINATE},
        {{"example.com", NULL, NULL, 0, OUTCOME_INVALID}, PART_INVALID},
        {{"example.com", NULL, NULL, 0, OUTCOME_SKIPPED}, PART_SKIPPED},
    };
    struct caa_record record = record_of("issue", ";");
    struct caa_set set = {&record, 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record_view view = view_of(&rows[i].sketch, &set);
        struct tally_row row = tally_row_of(&view, &suffixes);
        if (row.part != rows[i].part)
            fail_msg("%s at %s is %s", rows[i].sketch.name, rows[i].sketch.found_at,
                     tally_part_word(row.part));
    }
}

static void take(struct tally_set *tallies, struct sketch sketch, const struct caa_set *set)
{
    struct record_view view = view_of(&sketch, set);
    assert_true(tally_set_take(tallies, &view));
}

static uint64_t count_of(const struct count_map *map, const char *key, size_t index)
{
    const struct count_entry *entry = count_map_find(map, caa_text_from(key));
    return entry != NULL ? entry->counts[index] : 0;
}

static void names_are_counted_and_not_records(void **state)
{
    (void)state;
    struct caa_record records[] = {
        record_of("issue", "letsencrypt.org"),
        record_of("ISSUE", "LetsEncrypt.org; a=b"),
        record_of("issuewild", "pki.goog"),
        record_of("issuewild", "sectigo.com"),
        record_of("future", "x"),
    };
    struct caa_set set = {records, 5};
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    take(&tallies, (struct sketch){.name = "a.com", .found_at = "a.com"}, &set);
    take(&tallies, (struct sketch){.name = "b.com", .found_at = "b.com"}, &set);
    const struct tally *tally = tallies.groups[0];
    assert_int_equal(count_of(&tally->tags.tags, "issue", TAG_NAMES), 2);
    assert_int_equal(count_of(&tally->tags.tags, "issue", TAG_RECORDS), 4);
    assert_int_equal(count_of(&tally->tags.tags, "future", TAG_NAMES), 2);
    const struct tally_ca_shares *issue = &tally->ca.shares[TALLY_CA_ISSUE];
    assert_int_equal(issue->names, 2);
    assert_int_equal(count_of(&issue->identifiers, "letsencrypt.org", CA_NAMES), 2);
    assert_int_equal(count_of(&issue->identifiers, "letsencrypt.org", CA_EXCLUSIVE_NAMES), 2);
    const struct tally_ca_shares *wild = &tally->ca.shares[TALLY_CA_ISSUEWILD];
    assert_int_equal(count_of(&wild->identifiers, "pki.goog", CA_NAMES), 2);
    assert_int_equal(count_of(&wild->identifiers, "pki.goog", CA_EXCLUSIVE_NAMES), 0);
    assert_int_equal(count_of(&wild->operators, "Sectigo", CA_NAMES), 2);
    assert_int_equal(tally->policy.names[CAA_KIND_WILD][CAA_POLICY_ALLOW_LIST], 2);
    assert_int_equal(tally->policy.names[CAA_KIND_MAIL][CAA_POLICY_UNRESTRICTED], 2);
    tally_set_fini(&tallies);
}

static void an_unknown_issuer_beside_a_known_one_is_no_exclusive_operator(void **state)
{
    (void)state;
    struct caa_record records[] = {record_of("issue", "letsencrypt.org"),
                                   record_of("issue", "unknown.example")};
    struct caa_set set = {records, 2};
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    take(&tallies, (struct sketch){.name = "a.com", .found_at = "a.com"}, &set);
    const struct tally_ca_shares *issue = &tallies.groups[0]->ca.shares[TALLY_CA_ISSUE];
    assert_int_equal(count_of(&issue->operators, "Let's Encrypt (ISRG)", CA_NAMES), 1);
    assert_int_equal(count_of(&issue->operators, "Let's Encrypt (ISRG)", CA_EXCLUSIVE_NAMES), 0);
    tally_set_fini(&tallies);
}

static void registrable_domains_are_counted_apart(void **state)
{
    (void)state;
    struct caa_record record = record_of("issue", ";");
    struct caa_set set = {&record, 1};
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    take(&tallies, (struct sketch){.name = "a.example.com"}, &set);
    take(&tallies, (struct sketch){.name = "b.example.com", .failed = CLASS_TIMEOUT}, &set);
    take(&tallies, (struct sketch){.name = "c.example.com", .found_at = "c.example.com"}, &set);
    take(&tallies, (struct sketch){.name = "other.com", .found_at = "other.com"}, &set);
    take(&tallies, (struct sketch){.name = "example.de"}, &set);
    take(&tallies, (struct sketch){.name = "example.de"}, &set);
    take(&tallies, (struct sketch){.name = "b.example.de", .failed = CLASS_TIMEOUT}, &set);
    take(&tallies, (struct sketch){.name = "other.de", .failed = CLASS_TIMEOUT}, &set);
    take(&tallies, (struct sketch){.name = "de"}, &set);
    take(&tallies, (struct sketch){.name = "a.example.fr"}, &set);
    size_t count;
    struct tld_count *rows = tally_tld_rows(&tallies.groups[0]->tld, &count);
    assert_int_equal(count, 3);
    assert_true(caa_text_equal(rows[0].tld, caa_text_from("de")));
    assert_int_equal(rows[0].domains.indeterminate, 1);
    assert_int_equal(rows[0].domains.empty, 2);
    assert_int_equal(rows[0].names.indeterminate, 2);
    assert_int_equal(rows[0].names.empty, 3);
    assert_true(caa_text_equal(rows[1].tld, caa_text_from("com")));
    assert_int_equal(rows[1].domains.found, 1);
    assert_int_equal(tld_cell_asked(&rows[1].domains), 1);
    assert_int_equal(rows[1].names.found, 2);
    assert_int_equal(tld_cell_asked(&rows[1].names), 4);
    assert_true(caa_text_equal(rows[2].tld, caa_text_from("fr")));
    assert_int_equal(tld_cell_asked(&rows[2].domains), 0);
    assert_int_equal(rows[2].names.empty, 1);
    assert_int_equal(tallies.groups[0]->tld.suffix_names, 1);
    free(rows);
    tally_set_fini(&tallies);
}

/* Some record of a world without order, the same for a number. */
static void take_number(struct tally_set *tallies, unsigned number)
{
    static const char *const tlds[] = {"com", "de", "co.uk", "example", "xn--p1ai"};
    static const char *const tags[] = {"issue", "issuewild", "iodef", "future", "ISSUE"};
    static const char *const values[] = {"letsencrypt.org", ";", "pki.goog", "sectigo.com", "a b"};
    char name[80], at[64];
    unsigned mix = number * 2654435761u;
    snprintf(at, sizeof at, "d%u.%s", mix % 97, tlds[mix / 97 % 5]);
    snprintf(name, sizeof name, "w%u.%s", number % 3, at);
    struct caa_record records[] = {record_of(tags[mix / 7 % 5], values[mix / 11 % 5]),
                                   record_of(tags[mix / 13 % 5], values[mix / 17 % 5])};
    struct caa_set set = {records, 1 + mix / 19 % 2};
    struct sketch sketch = {.name = name};
    if (mix / 23 % 3 == 0)
        sketch.found_at = mix / 29 % 2 ? name : at;
    else if (mix / 31 % 4 == 0)
        sketch.failed = CLASS_TIMEOUT + mix / 37 % 5;
    struct record_view view = view_of(&sketch, &set);
    view.rank = (int64_t)(mix / 41 % 2000000);
    view.scan = caa_text_from(mix / 43 % 2 ? "one" : "two");
    assert_true(tally_set_take(tallies, &view));
}

/* All tables of a set as one text, which the caller frees. */
static char *tables_text(struct tally_set *tallies)
{
    char *text = NULL;
    size_t len = 0;
    struct csv_file csv = {.file = open_memstream(&text, &len)};
    tally_set_sort(tallies);
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tallies->count; i++) {
            struct table_group group = {
                .tally = tallies->groups[i], .list = "", .suffixes = "", .sample = true};
            assert_true(tables[t].write(&csv, &group));
        }
    }
    fclose(csv.file);
    csv_buffer_fini(&csv.row);
    return text;
}

static void it_does_not_matter_who_counts_what(void **state)
{
    (void)state;
    enum { RECORDS = 5000, SETS = 3 };
    struct tally_set alone, parts[SETS];
    tally_set_init(&alone, &suffixes);
    for (int i = 0; i < SETS; i++)
        tally_set_init(&parts[i], &suffixes);
    for (unsigned i = 0; i < RECORDS; i++) {
        take_number(&alone, i);
        take_number(&parts[(i / 7 + i) % SETS], RECORDS - 1 - i);
    }
    for (int i = 1; i < SETS; i++)
        assert_true(tally_set_merge(&parts[0], &parts[i]));
    char *expected = tables_text(&alone);
    char *merged = tables_text(&parts[0]);
    assert_true(strlen(expected) > 10000);
    assert_string_equal(merged, expected);
    free(expected);
    free(merged);
    tally_set_fini(&alone);
    for (int i = 0; i < SETS; i++)
        tally_set_fini(&parts[i]);
}

static void the_parts_sum_to_the_names_asked(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    for (unsigned i = 0; i < 3000; i++)
        take_number(&tallies, i);
    for (size_t i = 0; i < tallies.count; i++) {
        const struct tally *tally = tallies.groups[i];
        uint64_t bands = 0;
        for (size_t j = 0; j < ADOPTION_BAND_COUNT; j++)
            bands += adoption_cell_asked(&tally->adoption.bands[j]);
        struct adoption_cell decades = {0};
        for (size_t j = 0; j < ADOPTION_DECADE_COUNT; j++)
            adoption_cell_merge(&decades, &tally->adoption.decades[j]);
        assert_int_equal(adoption_cell_asked(&tally->adoption.all), tally->records);
        assert_true(adoption_cell_asked(&decades) <= tally->records);
        assert_true(bands <= adoption_cell_asked(&decades) && bands > 0);
    }
    tally_set_fini(&tallies);
}

static void too_many_groups_are_refused(void **state)
{
    (void)state;
    struct tally_set tallies;
    tally_set_init(&tallies, &suffixes);
    struct sketch sketch = {.name = "a.com"};
    struct record_view view = view_of(&sketch, NULL);
    for (unsigned i = 0; i <= TALLY_GROUP_MAX; i++) {
        char scan[16];
        snprintf(scan, sizeof scan, "%u", i);
        view.scan = caa_text_from(scan);
        assert_int_equal(tally_set_take(&tallies, &view), i < TALLY_GROUP_MAX);
    }
    assert_true(tallies.too_many);
    tally_set_fini(&tallies);
}

static void intervals_are_wilsons(void **state)
{
    (void)state;
    double low, high;
    tables_wilson(10, 100, &low, &high);
    assert_float_equal(low, 0.055229, 1e-5);
    assert_float_equal(high, 0.174366, 1e-5);
    tables_wilson(0, 10, &low, &high);
    assert_float_equal(low, 0, 1e-9);
    assert_float_equal(high, 0.277533, 1e-5);
    tables_wilson(10, 10, &low, &high);
    assert_float_equal(low, 0.722467, 1e-5);
    assert_float_equal(high, 1, 1e-9);
}

static int set_up(void **state)
{
    (void)state;
    return suffix_list_init(&suffixes, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    suffix_list_fini(&suffixes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_part_of_a_name_says_where_its_set_is),
        cmocka_unit_test(names_are_counted_and_not_records),
        cmocka_unit_test(an_unknown_issuer_beside_a_known_one_is_no_exclusive_operator),
        cmocka_unit_test(registrable_domains_are_counted_apart),
        cmocka_unit_test(it_does_not_matter_who_counts_what),
        cmocka_unit_test(the_parts_sum_to_the_names_asked),
        cmocka_unit_test(too_many_groups_are_refused),
        cmocka_unit_test(intervals_are_wilsons),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
