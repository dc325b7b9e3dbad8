/* Sets that were read before: they are what a reader without a store reads, some of them are
 * forgotten, and names that wait for the count of their set are all counted in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record_line.h"
#include "tally.h"

#define LINE_CAP 2048
#define SET_CAP 1024

static struct suffix_list suffixes;

/* A set whose shape and values follow from a number. */
static void put_set(char *out, size_t cap, unsigned number, unsigned ttl)
{
    static const char *const shapes[] = {
        "{\"flags\":0,\"tag\":\"issue\",\"value\":\"ca%u.example\",",
        "{\"flags\":128,\"tag\":\"ISSUE\",\"value\":\"letsencrypt.org; validationmethods=m%u\",",
        "{\"flags\":0,\"tag\":\"iodef\",\"value\":\"mailto:a%u@n.com\",",
        "{\"flags\":%u,\"tag\":\"future\",\"value\":\"\",",
        "{\"flags\":0,\"tag\":\"issue\",\"value\":\"\\\"a\\\\%03u\\\"\",",
    };
    size_t len = 0;
    for (unsigned i = 0; i <= number % 3; i++) {
        unsigned shape = (number / 3 + i) % 5;
        len += (size_t)snprintf(out + len, cap - len, "%s", i > 0 ? "," : "");
        len += (size_t)snprintf(out + len, cap - len, shapes[shape], number % 200);
        len += (size_t)snprintf(out + len, cap - len,
                                "\"ttl\":%u,\"rdata_error\":null,\"rdata\":null}", ttl);
    }
}

static void put_line(char line[LINE_CAP], const char *set, const char *prefix, unsigned row)
{
    snprintf(line, LINE_CAP,
             "{\"v\":1,\"scan\":\"s\",\"mode\":\"iterate\",\"vantage\":\"\",\"row\":%u,"
             "\"prefix\":\"%s\",\"pass\":1,\"rank\":null,\"input\":\"n.com\",\"extra\":[],"
             "\"name\":\"n.com\",\"wildcard\":false,\"outcome\":\"found\",\"error_class\":null,"
             "\"error_at\":null,\"error_name\":null,\"exists\":\"yes\",\"own\":\"found\","
             "\"found_at\":\"n.com\",\"depth\":0,\"rrset_owner\":\"n.com\",\"chain\":[],"
             "\"caa\":[%s],\"zone\":\"n.com\",\"ns\":[\"ns.host%u.net\"],\"set_zone\":null,"
             "\"set_ns\":[],\"levels\":[],\"notes\":[],\"control\":[],\"alt\":null,"
             "\"dnssec\":\"insecure\",\"ds\":\"absent\",\"ad\":null,\"queries\":1,\"retries\":0,"
             "\"duration\":0.1,\"timestamp\":\"2026-03-01T23:59:59.999Z\"}",
             row, prefix, set, row % 7);
}

static void read_line(struct record_line *reader, const char *line, struct record_view *view)
{
    assert_int_equal(record_line_read(reader, caa_text_from(line), view), RECORD_OK);
}

static void assert_same_text(struct caa_text a, struct caa_text b)
{
    assert_true(caa_text_equal(a, b));
}

static void assert_same_set(const struct caa_set *a, const struct caa_set *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->records[i].property, b->records[i].property);
        assert_int_equal(a->records[i].flags, b->records[i].flags);
        assert_int_equal(a->records[i].value_error, b->records[i].value_error);
        assert_int_equal(a->records[i].value.key, b->records[i].value.key);
        assert_same_text(a->records[i].tag, b->records[i].tag);
        assert_same_text(a->records[i].text, b->records[i].text);
        assert_same_text(a->records[i].value.issuer, b->records[i].value.issuer);
    }
}

static void a_set_met_again_is_what_it_was(void **state)
{
    (void)state;
    char line[LINE_CAP], set[SET_CAP];
    struct record_line reader, fresh;
    const struct stored_set *second[2000];
    unsigned again = 0;
    record_line_init(&reader);
    for (unsigned i = 0; i < 6000; i++) {
        struct record_view view, expected;
        put_set(set, sizeof set, i % 2000, i);
        put_line(line, set, "", i + 1);
        read_line(&reader, line, &view);
        record_line_init(&fresh);
        read_line(&fresh, line, &expected);
        assert_same_set(&view.set, &expected.set);
        record_line_fini(&fresh);
        again += i >= 4000 && view.stored != NULL && view.stored == second[i % 2000];
        if (i < 4000)
            second[i % 2000] = view.stored;
    }
    assert_in_range(again, 500, 2000);
    record_line_fini(&reader);
}

static void large_and_malformed_sets_are_not_stored(void **state)
{
    (void)state;
    static const char bad[] =
        "{\"flags\":null,\"tag\":null,\"value\":null,\"ttl\":60,\"rdata_error\":"
        "\"tag_overrun\",\"rdata\":\"8009697373\"}";
    static const char property[] =
        "{\"flags\":0,\"tag\":\"issue\",\"value\":\"a.example\",\"ttl\":1,"
        "\"rdata_error\":null,\"rdata\":null}";
    char line[LINE_CAP], set[SET_CAP] = "";
    struct record_line reader;
    struct record_view view;
    record_line_init(&reader);
    put_line(line, bad, "", 1);
    read_line(&reader, line, &view);
    assert_null(view.stored);
    assert_int_equal(view.set.count, 1);
    for (unsigned i = 0; i <= SET_STORE_RECORDS_MAX; i++) {
        strcat(strcat(set, i > 0 ? "," : ""), property);
        put_line(line, set, "", 1);
        read_line(&reader, line, &view);
        assert_null(view.stored); /* met for the first time */
        assert_int_equal(view.set.count, i + 1);
        read_line(&reader, line, &view);
        assert_int_equal(view.stored != NULL, i < SET_STORE_RECORDS_MAX);
        assert_int_equal(view.set.count, i + 1);
    }
    record_line_fini(&reader);
}

static void a_set_with_the_hash_of_another_is_read(void **state)
{
    (void)state;
    static const char *const keys[] = {"{\"flags\":0,\"tag\":\"issue\",\"value\":\"a.example\"",
                                       "{\"flags\":0,\"tag\":\"issue\",\"value\":\"b.example\""};
    char line[LINE_CAP], set[SET_CAP];
    struct record_line reader;
    struct record_view view;
    record_line_init(&reader);
    struct stored_set *other = set_store_make(&reader.sets, caa_text_from(keys[1]),
                                              set_store_hash(caa_text_from(keys[0])), 1);
    assert_non_null(other);
    stored_set_records(other)[0] =
        caa_record_from_parts(0, caa_text_from("issue"), caa_text_from("b.example"));
    set_store_put(&reader.sets, other);
    snprintf(set, sizeof set, "%s,\"ttl\":60,\"rdata_error\":null,\"rdata\":null}", keys[0]);
    put_line(line, set, "", 1);
    for (unsigned i = 0; i < 3; i++) {
        read_line(&reader, line, &view);
        assert_null(view.stored);
        assert_int_equal(view.set.count, 1);
        assert_same_text(view.set.records[0].text, caa_text_from("a.example"));
    }
    record_line_fini(&reader);
}

static const struct stored_set *find(struct set_store *store, const char *key, uint64_t hash)
{
    const struct stored_set *set = set_store_guess(store, hash);
    return set != NULL && stored_set_has_key(set, caa_text_from(key)) ? set : NULL;
}

static void a_set_lives_as_long_as_it_is_held(void **state)
{
    (void)state;
    struct set_store store;
    struct caa_text key = caa_text_from("key");
    set_store_init(&store);
    assert_null(find(&store, "key", set_store_hash(key)));
    struct stored_set *set = set_store_make(&store, key, set_store_hash(key), 1);
    assert_non_null(set);
    stored_set_records(set)[0] =
        caa_record_from_parts(0, caa_text_from("issue"), caa_text_from("ca.example"));
    set_store_put(&store, set);
    assert_ptr_equal(find(&store, "key", set_store_hash(key)), set);
    stored_set_hold(set);
    set_store_fini(&store);
    assert_int_equal(set->set.records[0].property, CAA_PROPERTY_ISSUE);
    stored_set_release(set);
}

/* Hashes that end alike have the same few places. */
static uint64_t hash_of(unsigned number)
{
    return (uint64_t)number << 40 | 7;
}

/* A new set drives out none that was met again, unless it asks twice. */
static void a_wanted_set_is_spared_once(void **state)
{
    (void)state;
    struct set_store store;
    set_store_init(&store);
    static const char *const keys[] = {"a", "b"};
    for (unsigned i = 0; i < 2; i++) {
        struct stored_set *set = set_store_make(&store, caa_text_from(keys[i]), hash_of(i), 0);
        assert_non_null(set);
        set_store_put(&store, set);
        assert_ptr_equal(find(&store, keys[i], hash_of(i)), set);
    }
    assert_null(set_store_make(&store, caa_text_from("c"), hash_of(2), 0));
    struct stored_set *set = set_store_make(&store, caa_text_from("c"), hash_of(2), 0);
    assert_non_null(set);
    set_store_put(&store, set);
    assert_null(find(&store, "a", hash_of(0)));
    assert_non_null(find(&store, "b", hash_of(1)));
    set_store_fini(&store);
}

static void a_set_is_worth_a_place_where_it_is_met_again(void **state)
{
    (void)state;
    struct set_store store;
    set_store_init(&store);
    assert_false(set_store_is_worth(&store, hash_of(1)));
    assert_true(set_store_is_worth(&store, hash_of(1)));
    assert_false(set_store_is_worth(&store, UINT64_C(1) << 40 | 8)); /* elsewhere */
    assert_true(set_store_is_worth(&store, hash_of(1)));
    set_store_fini(&store);
}

static void assert_same_map(const struct count_map *a, const struct count_map *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->cap; i++) {
        if (a->slots[i].key.octets == NULL)
            continue;
        const struct count_entry *other = count_map_find(b, a->slots[i].key);
        assert_non_null(other);
        assert_memory_equal(a->slots[i].counts, other->counts, sizeof other->counts);
    }
}

static void assert_same_params(const struct tally_params *a, const struct tally_params *b)
{
    const struct param_count **left = tally_params_sorted(a), **right = tally_params_sorted(b);
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_same_text(left[i]->tag, right[i]->tag);
        assert_int_equal(left[i]->names, right[i]->names);
        assert_int_equal(left[i]->records, right[i]->records);
        assert_int_equal(left[i]->valid, right[i]->valid);
        assert_int_equal(left[i]->unsatisfiable, right[i]->unsatisfiable);
        assert_int_equal(distinct_count(&left[i]->values), distinct_count(&right[i]->values));
    }
    free(left);
    free(right);
}

static void assert_same_tally(const struct tally *a, const struct tally *b)
{
    assert_same_map(&a->tags.tags, &b->tags.tags);
    assert_int_equal(a->tags.names, b->tags.names);
    assert_int_equal(a->tags.records, b->tags.records);
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        assert_int_equal(a->ca.shares[i].names, b->ca.shares[i].names);
        assert_int_equal(a->ca.shares[i].named, b->ca.shares[i].named);
        assert_same_map(&a->ca.shares[i].identifiers, &b->ca.shares[i].identifiers);
        assert_same_map(&a->ca.shares[i].operators, &b->ca.shares[i].operators);
        assert_same_map(&a->ca.shares[i].combos, &b->ca.shares[i].combos);
    }
    assert_memory_equal(a->ca.sizes, b->ca.sizes, sizeof a->ca.sizes);
    assert_memory_equal(&a->policy, &b->policy, sizeof a->policy);
    assert_same_params(&a->params, &b->params);
    assert_memory_equal(a->lints.names, b->lints.names, sizeof a->lints.names);
    assert_memory_equal(a->lints.records, b->lints.records, sizeof a->lints.records);
    assert_int_equal(a->lints.dnssec_checked, b->lints.dnssec_checked);
    for (size_t i = 0; i < CAA_IODEF_SCHEME_COUNT; i++) {
        assert_int_equal(a->iodef.schemes[i].names, b->iodef.schemes[i].names);
        assert_int_equal(a->iodef.schemes[i].records, b->iodef.schemes[i].records);
        assert_int_equal(a->iodef.schemes[i].same_domain, b->iodef.schemes[i].same_domain);
    }
    assert_int_equal(a->names.operators.sets.count, b->names.operators.sets.count);
}

/* More sets than places, of two groups that take turns. */
static void names_that_wait_are_counted_in_the_end(void **state)
{
    (void)state;
    char line[LINE_CAP], set[SET_CAP];
    struct record_line reader;
    struct record_view view;
    struct tally_set at_once, later;
    record_line_init(&reader);
    tally_set_init(&at_once, &suffixes);
    tally_set_init(&later, &suffixes);
    for (unsigned i = 0; i < 40000; i++) {
        put_set(set, sizeof set, i % 3 == 0 ? i % 60 : i % 9001, i);
        put_line(line, set, i / 2 % 2 == 0 ? "" : "www", i + 1);
        read_line(&reader, line, &view);
        assert_true(tally_set_take(&at_once, &view));
        assert_true(tally_set_take_later(&later, &view));
    }
    record_line_fini(&reader);
    assert_true(tally_set_settle(&later));
    assert_int_equal(later.count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_same_tally(at_once.groups[i], later.groups[i]);
    tally_set_fini(&at_once);
    tally_set_fini(&later);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_met_again_is_what_it_was),
        cmocka_unit_test(large_and_malformed_sets_are_not_stored),
        cmocka_unit_test(a_set_with_the_hash_of_another_is_read),
        cmocka_unit_test(a_set_lives_as_long_as_it_is_held),
        cmocka_unit_test(a_wanted_set_is_spared_once),
        cmocka_unit_test(a_set_is_worth_a_place_where_it_is_met_again),
        cmocka_unit_test(names_that_wait_are_counted_in_the_end),
    };
    assert_true(suffix_list_init(&suffixes, NULL));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    suffix_list_fini(&suffixes);
    return failed;
}
