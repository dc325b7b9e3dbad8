/* Answers by (name, type, CD), for their time and within bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "cache.h"
#include "table_memory.h"

#define S 1000000000ull
#define SEED 7u
#define OWN 16u

static struct store store;
static struct cache cache;

static void have_room(struct cache_room room)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        struct arena *arena = table_memory(pass);
        store_init(&store, arena, 8, 256);
        cache_init(&cache, arena, &store, room);
    }
}

static void have(size_t entries)
{
    have_room((struct cache_room){.shared = entries, .own = OWN});
}

static int set_up(void **state)
{
    *state = NULL;
    have(64);
    return 0;
}

static struct question_key key_of(const struct name_buffer *name)
{
    return (struct question_key){.name = name_of(name), .type = TYPE_CAA};
}

/* Puts an answer to `name`, and keeps no reference to it. own: as in the key. */
static uint32_t put_as(bool own, const char *name, struct answer head, uint64_t now_ns)
{
    _Alignas(8) uint8_t built[1024];
    size_t len = answer_of(&(struct answer_text){.qname = name, .head = head}, built, sizeof built);
    void *octets = NULL;
    uint32_t blob = store_new(&store, len, &octets);
    assert_int_not_equal(blob, 0);
    memcpy(octets, built, len);
    struct name_buffer buffer = named(name);
    struct question_key key = key_of(&buffer);
    key.own = own;
    cache_put(&cache, &key, question_key_hash(&key, SEED), blob, now_ns);
    store_drop(&store, blob);
    return blob;
}

static uint32_t put(const char *name, struct answer head, uint64_t now_ns)
{
    return put_as(false, name, head, now_ns);
}

static void put_own_names(unsigned count, uint64_t now_ns)
{
    char text[16];
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof text, "own%u", i);
        put_as(true, text, (struct answer){.ttl_s = 3600}, now_ns);
    }
}

static struct cache_hit find(const char *name, uint64_t now_ns)
{
    struct name_buffer buffer = named(name);
    struct question_key key = key_of(&buffer);
    return cache_find(&cache, &key, question_key_hash(&key, SEED), now_ns);
}

static void an_answer_is_found_until_its_ttl_is_over(void **state)
{
    (void)state;
    uint32_t blob = put("example.org", (struct answer){.ttl_s = 30}, 5 * S);
    assert_int_equal(find("example.org", 5 * S).blob, blob);
    struct cache_hit hit = find("example.org", 35 * S - 1);
    assert_int_equal(hit.blob, blob);
    assert_int_equal(hit.age_s, 29);
    assert_int_equal(find("example.org", 35 * S).blob, 0);
    assert_int_equal(store_held(&store), 0);
}

static void other_questions_do_not_find_it(void **state)
{
    (void)state;
    put("example.org", (struct answer){.ttl_s = 30}, 0);
    assert_int_equal(find("www.example.org", 0).blob, 0);
    struct name_buffer name = named("example.org");
    struct question_key other = {.name = name_of(&name), .type = TYPE_DNAME};
    assert_int_equal(cache_find(&cache, &other, question_key_hash(&other, SEED), 0).blob, 0);
    struct question_key cd = {.name = name_of(&name), .type = TYPE_CAA, .checking_disabled = true};
    assert_int_equal(cache_find(&cache, &cd, question_key_hash(&cd, SEED), 0).blob, 0);
}

/* Equal hashes are no proof: the question is compared. */
static void a_collision_of_hashes_is_no_hit(void **state)
{
    (void)state;
    uint32_t blob = put("example.org", (struct answer){.ttl_s = 30}, 0);
    struct name_buffer mine = named("example.org"), other = named("example.net");
    struct question_key key = key_of(&mine), others[2] = {key_of(&other), key_of(&mine)};
    uint64_t hash = question_key_hash(&key, SEED);
    others[1].checking_disabled = true;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(cache_find(&cache, &others[i], hash, 0).blob, 0);
    others[1] = (struct question_key){.name = name_of(&mine), .type = TYPE_DNAME};
    assert_int_equal(cache_find(&cache, &others[1], hash, 0).blob, 0);
    assert_int_equal(cache_find(&cache, &key, hash, 0).blob, blob);
}

static void what_takes_an_answers_place_is_as_old_as_it(void **state)
{
    (void)state;
    struct name_buffer name = named("example.org");
    struct question_key key = key_of(&name);
    uint64_t hash = question_key_hash(&key, SEED);
    uint32_t old = put("example.org", (struct answer){.ttl_s = 30}, 5 * S);
    void *octets = NULL;
    const struct answer *a = store_octets(&store, old);
    uint32_t new = store_new(&store, a->len, &octets);
    memcpy(octets, a, a->len);
    cache_replace(&cache, &key, hash, new, old);
    assert_int_equal(cache_find(&cache, &key, hash, 10 * S).blob, old); /* is not the old one */
    cache_replace(&cache, &key, hash, old, new);
    struct cache_hit hit = cache_find(&cache, &key, hash, 20 * S);
    assert_int_equal(hit.blob, new);
    assert_int_equal(hit.age_s, 15);
    store_drop(&store, new);
    assert_int_equal(store_held(&store), 1);
    assert_int_equal(cache_find(&cache, &key, hash, 35 * S).blob, 0);
    assert_int_equal(store_held(&store), 0);
}

static void ttl_0_is_not_kept(void **state)
{
    (void)state;
    put("example.org", (struct answer){.ttl_s = 0}, 0);
    assert_int_equal(find("example.org", 0).blob, 0);
    assert_int_equal(store_held(&store), 0);
}

static void long_ttls_are_cut_to_a_day(void **state)
{
    (void)state;
    put("example.org", (struct answer){.ttl_s = UINT32_MAX}, 0);
    assert_int_not_equal(find("example.org", CACHE_TTL_MAX_S * S - 1).blob, 0);
    assert_int_equal(find("example.org", CACHE_TTL_MAX_S * S).blob, 0);
}

static void failures_are_kept_for_seconds_whatever_their_ttl(void **state)
{
    (void)state;
    put("example.org", (struct answer){.failure = CLASS_SERVFAIL, .ttl_s = 3600}, 0);
    assert_int_not_equal(find("example.org", CACHE_FAILURE_NS - 1).blob, 0);
    assert_int_equal(find("example.org", CACHE_FAILURE_NS).blob, 0);
}

static void the_newer_answer_takes_the_place_of_the_older(void **state)
{
    (void)state;
    put("example.org", (struct answer){.ttl_s = 30}, 0);
    uint32_t newer = put("example.org", (struct answer){.ttl_s = 30}, 10 * S);
    assert_int_equal(find("example.org", 39 * S).blob, newer);
    assert_int_equal(cache_count(&cache), 1);
    assert_int_equal(store_held(&store), 1);
}

static void a_hit_stays_whole_while_it_is_held(void **state)
{
    (void)state;
    uint32_t blob = put("example.org", (struct answer){.ttl_s = 1}, 0);
    store_hold(&store, find("example.org", 0).blob);
    assert_int_equal(find("example.org", 2 * S).blob, 0);
    assert_int_equal(store_held(&store), 1);
    assert_int_equal(((const struct answer *)store_octets(&store, blob))->ttl_s, 1);
    store_drop(&store, blob);
    assert_int_equal(store_held(&store), 0);
}

static void in_a_full_cache_the_one_unused_for_longest_goes(void **state)
{
    (void)state;
    have(CACHE_WAYS); /* one bucket */
    char text[16];
    for (unsigned i = 0; i < CACHE_WAYS; i++) {
        snprintf(text, sizeof text, "n%u", i);
        put(text, (struct answer){.ttl_s = 3600}, i);
    }
    for (unsigned i = 0; i < CACHE_WAYS; i++) {
        snprintf(text, sizeof text, "n%u", (i + 3) % CACHE_WAYS);
        assert_int_not_equal(find(text, 100 + i).blob, 0);
    }
    put("new", (struct answer){.ttl_s = 3600}, 200);
    assert_int_equal(find("n3", 201).blob, 0);
    assert_int_not_equal(find("n4", 201).blob, 0);
    assert_int_not_equal(find("n2", 201).blob, 0);
    assert_int_not_equal(find("new", 201).blob, 0);
    assert_int_equal(cache_count(&cache), CACHE_WAYS);
}

static void an_expired_answer_goes_before_a_fresh_one(void **state)
{
    (void)state;
    have(CACHE_WAYS);
    char text[16];
    for (unsigned i = 0; i < CACHE_WAYS; i++) {
        snprintf(text, sizeof text, "n%u", i);
        put(text, (struct answer){.ttl_s = i == 5 ? 1 : 3600}, 100 - i);
    }
    put("new", (struct answer){.ttl_s = 3600}, 2 * S);
    for (unsigned i = 0; i < CACHE_WAYS; i++) {
        snprintf(text, sizeof text, "n%u", i);
        assert_int_equal(find(text, 2 * S).blob != 0, i != 5);
    }
}

static void own_names_take_each_others_place_alone(void **state)
{
    (void)state;
    char text[16];
    for (unsigned i = 0; i < 16; i++) {
        snprintf(text, sizeof text, "n%u", i);
        put(text, (struct answer){.ttl_s = 3600}, i);
    }
    put_own_names(1000, 100);
    assert_in_range(cache_count(&cache), 16 + CACHE_WAYS, 16 + OWN);
    assert_int_equal(store_held(&store), cache_count(&cache));
    for (unsigned i = 0; i < 16; i++) {
        snprintf(text, sizeof text, "n%u", i);
        assert_int_not_equal(find(text, 200).blob, 0);
    }
    assert_int_equal(find("own0", 200).blob, 0);
    assert_int_not_equal(find("own999", 200).blob, 0);
}

static void an_own_name_found_again_is_kept_as_others_are(void **state)
{
    (void)state;
    uint32_t blob = put_as(true, "example.org", (struct answer){.ttl_s = 30}, 5 * S);
    assert_int_equal(find("example.org", 6 * S).blob, blob);
    put_own_names(1000, 7 * S);
    struct cache_hit hit = find("example.org", 34 * S);
    assert_int_equal(hit.blob, blob);
    assert_int_equal(hit.age_s, 29);
    assert_int_equal(find("example.org", 35 * S).blob, 0);
}

static void an_own_name_is_kept_for_its_ttl_and_once(void **state)
{
    (void)state;
    put_as(true, "example.org", (struct answer){.ttl_s = 30}, 0);
    uint32_t newer = put_as(true, "example.org", (struct answer){.ttl_s = 30}, 10 * S);
    assert_int_equal(cache_count(&cache), 1);
    uint32_t newest = put("example.org", (struct answer){.ttl_s = 60}, 20 * S);
    assert_int_not_equal(newest, newer);
    assert_int_equal(cache_count(&cache), 1);
    assert_int_equal(find("example.org", 25 * S).blob, newest);
    put_as(true, "example.net", (struct answer){.ttl_s = 30}, 0);
    assert_int_equal(find("example.net", 30 * S).blob, 0);
    assert_int_equal(cache_count(&cache), 1);
    assert_int_equal(store_held(&store), 1);
}

/* Puts answers about `count` own names, no two calls the same, and says how many of them are found
 * at once. */
static unsigned found_of_own_names(unsigned count)
{
    static unsigned begun;
    unsigned found = 0;
    begun++;
    for (unsigned i = 0; i < count; i++) {
        char text[24];
        snprintf(text, sizeof text, "o%u-%u", begun, i);
        put_as(true, text, (struct answer){.ttl_s = 3600}, 0);
        found += find(text, S).blob != 0;
    }
    return found;
}

static void own_names_that_none_finds_again_are_soon_hardly_kept(void **state)
{
    (void)state;
    const unsigned many = WORTH_WINDOW * WORTH_SAMPLE;
    have_room((struct cache_room){.shared = 64, .own = OWN});
    assert_int_equal(found_of_own_names(100), 100);
    put_own_names(3 * many, 0);
    assert_in_range(found_of_own_names(1600), 50, 200);
    assert_int_equal(store_held(&store), cache_count(&cache));
    found_of_own_names(2 * many);
    assert_int_equal(found_of_own_names(100), 100);
}

/* Room for a few windows is filled before the first of its answers may go for nothing; what was
 * found until then does not count. */
static void own_names_are_all_kept_until_their_room_was_filled(void **state)
{
    (void)state;
    struct worth w = {.patience = worth_patience(2 * WORTH_WINDOW * WORTH_SAMPLE)};
    const uint64_t sampled = 0, other = 1u << 28;
    assert_true(worth_is_sampled(sampled) && !worth_is_sampled(other));
    for (unsigned i = 0; i < 3 * WORTH_WINDOW; i++) {
        assert_true(worth_keeping(&w, other));
        if (i < WORTH_WINDOW)
            worth_found(&w, sampled);
        worth_put(&w, sampled);
    }
    assert_false(worth_keeping(&w, other));
    assert_true(worth_keeping(&w, sampled));
    for (unsigned i = 0; i < WORTH_WINDOW; i++) {
        assert_false(worth_keeping(&w, other));
        worth_found(&w, sampled);
        worth_put(&w, sampled);
    }
    assert_true(worth_keeping(&w, other));
}

static void own_names_have_room_by_rows_in_flight(void **state)
{
    (void)state;
    struct cache_room few = cache_room_for(65536, 10, false),
                      usual = cache_room_for(65536, 2000, false);
    assert_int_equal(usual.shared, 65536);
    assert_in_range(few.own, 100, usual.own);
    assert_in_range(usual.own, 4000, 65536 / 8);
    assert_int_equal(cache_room_for(65536, 1000000, false).own, 65536 / 2);
    assert_int_equal(cache_room_for(0, 2000, false).own, 0);
}

static void own_names_have_half_of_the_room_where_authorities_are_asked(void **state)
{
    (void)state;
    struct cache_room room = cache_room_for(65536, 10, true);
    assert_int_equal(room.shared, 65536 / 2);
    assert_int_equal(room.own, 65536 / 2);
    assert_int_equal(cache_room_for(0, 2000, true).own, 0);
}

static void shedding_gives_everything_back_in_the_end(void **state)
{
    (void)state;
    put_own_names(20, 0);
    char text[16];
    for (unsigned i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "n%u", i);
        put(text, (struct answer){.ttl_s = 3600}, 0);
    }
    size_t before = cache_count(&cache);
    assert_int_equal(store_held(&store), before);
    assert_true(cache_shed(&cache));
    assert_in_range(cache_count(&cache), before - CACHE_WAYS, before - 1);
    while (cache_shed(&cache))
        continue;
    assert_int_equal(cache_count(&cache), 0);
    assert_int_equal(store_held(&store), 0);
}

static void a_cache_of_no_entries_keeps_nothing(void **state)
{
    (void)state;
    have(0);
    put("example.org", (struct answer){.ttl_s = 30}, 0);
    put_as(true, "example.org", (struct answer){.ttl_s = 30}, 0);
    assert_int_equal(find("example.org", 0).blob, 0);
    assert_false(cache_shed(&cache));
    assert_int_equal(store_held(&store), 0);
}

static void the_seed_changes_the_hash(void **state)
{
    (void)state;
    struct name_buffer name = named("example.org");
    struct question_key key = key_of(&name), dname = key, cd = key;
    dname.type = TYPE_DNAME;
    cd.checking_disabled = true;
    uint64_t hash = question_key_hash(&key, 1);
    assert_int_equal(question_key_hash(&key, 1), hash);
    assert_int_not_equal(question_key_hash(&key, 2), hash);
    assert_int_not_equal(question_key_hash(&dname, 1), hash);
    assert_int_not_equal(question_key_hash(&cd, 1), hash);
}

static void the_hash_of_one_type_leads_to_that_of_another(void **state)
{
    (void)state;
    struct name_buffer name = named("example.org"), other = named("example.net");
    struct question_key key = key_of(&name), dname = key, elsewhere = key_of(&other);
    dname.type = TYPE_DNAME;
    uint64_t hash = question_key_hash(&key, 1);
    assert_int_equal(question_hash_as(hash, key.type, TYPE_DNAME), question_key_hash(&dname, 1));
    assert_int_equal(question_hash_as(hash, key.type, key.type), hash);
    assert_int_not_equal(question_hash_as(hash, key.type, TYPE_DNAME),
                         question_hash_as(question_key_hash(&elsewhere, 1), key.type, TYPE_DNAME));
}

static void what_is_likely_is_what_will_be_found(void **state)
{
    (void)state;
    struct name_buffer name = named("example.org"), other = named("example.net");
    struct question_key key = key_of(&name), elsewhere = key_of(&other);
    assert_int_equal(cache_likely(&cache, question_key_hash(&key, SEED)), 0);
    put("example.org", (struct answer){.ttl_s = 30}, 0);
    uint32_t blob = find("example.org", 0).blob;
    assert_int_not_equal(blob, 0);
    assert_int_equal(cache_likely(&cache, question_key_hash(&key, SEED)), blob);
    assert_int_equal(cache_likely(&cache, question_key_hash(&elsewhere, SEED)), 0);
    assert_int_equal(find("example.org", 0).until_ns, 30000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_answer_is_found_until_its_ttl_is_over, set_up),
        cmocka_unit_test_setup(other_questions_do_not_find_it, set_up),
        cmocka_unit_test_setup(a_collision_of_hashes_is_no_hit, set_up),
        cmocka_unit_test_setup(what_takes_an_answers_place_is_as_old_as_it, set_up),
        cmocka_unit_test_setup(ttl_0_is_not_kept, set_up),
        cmocka_unit_test_setup(long_ttls_are_cut_to_a_day, set_up),
        cmocka_unit_test_setup(failures_are_kept_for_seconds_whatever_their_ttl, set_up),
        cmocka_unit_test_setup(the_newer_answer_takes_the_place_of_the_older, set_up),
        cmocka_unit_test_setup(a_hit_stays_whole_while_it_is_held, set_up),
        cmocka_unit_test_setup(in_a_full_cache_the_one_unused_for_longest_goes, set_up),
        cmocka_unit_test_setup(an_expired_answer_goes_before_a_fresh_one, set_up),
        cmocka_unit_test_setup(own_names_take_each_others_place_alone, set_up),
        cmocka_unit_test_setup(an_own_name_found_again_is_kept_as_others_are, set_up),
        cmocka_unit_test_setup(an_own_name_is_kept_for_its_ttl_and_once, set_up),
        cmocka_unit_test_setup(own_names_that_none_finds_again_are_soon_hardly_kept, set_up),
        cmocka_unit_test_setup(own_names_are_all_kept_until_their_room_was_filled, set_up),
        cmocka_unit_test_setup(own_names_have_room_by_rows_in_flight, set_up),
        cmocka_unit_test_setup(own_names_have_half_of_the_room_where_authorities_are_asked, set_up),
        cmocka_unit_test_setup(shedding_gives_everything_back_in_the_end, set_up),
        cmocka_unit_test_setup(a_cache_of_no_entries_keeps_nothing, set_up),
        cmocka_unit_test_setup(the_seed_changes_the_hash, set_up),
        cmocka_unit_test(the_hash_of_one_type_leads_to_that_of_another),
        cmocka_unit_test_setup(what_is_likely_is_what_will_be_found, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
