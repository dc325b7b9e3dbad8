/* The identifier table: sorted, found whatever the case, near misses within two edits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "caa_issuer.h"
#include "caa_registry.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void the_table_is_sorted_and_every_row_is_found(void **state)
{
    (void)state;
    assert_int_equal(caa_issuer_count(), 197);
    for (size_t i = 0; i < caa_issuer_count(); i++) {
        const struct caa_issuer *issuer = caa_issuer_at(i);
        struct caa_text identifier = caa_text_from(issuer->identifier);
        assert_false(caa_text_has_upper(identifier));
        assert_true(issuer->ca_operator[0] != 0);
        assert_ptr_equal(caa_issuer_find(identifier), issuer);
        if (i > 0)
            assert_true(caa_text_compare_folded(caa_text_from(caa_issuer_at(i - 1)->identifier),
                                                identifier) < 0);
    }
    assert_null(caa_issuer_at(caa_issuer_count()));
}

static void only_the_whole_identifier_matches(void **state)
{
    (void)state;
    const struct caa_issuer *found = caa_issuer_find(caa_text_from("LetsEncrypt.org"));
    assert_non_null(found);
    assert_string_equal(found->ca_operator, "Let's Encrypt (ISRG)");
    static const char *const unknown[] = {"",    "letsencrypt", "letsencrypt.orgx",
                                          "zzz", "0",           "sub.letsencrypt.org"};
    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_null(caa_issuer_find(caa_text_from(unknown[i])));
    assert_null(caa_issuer_find(caa_text_of("letsencrypt.org\0", 16)));
}

static void near_misses_are_within_two_edits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *nearest; /* NULL where none is near */
    } rows[] = {
        {"letsencrypt.or", "letsencrypt.org"},
        {"etsencrypt.org", "letsencrypt.org"},
        {"letsencyrpt.org", "letsencrypt.org"},
        {"LETSENCRYPTT.ORGG", "letsencrypt.org"},
        {"lets-encrypt.orgs", "letsencrypt.org"},
        {"xxtsencrypt.org", "letsencrypt.org"},
        {"xxxsencrypt.org", NULL},
        {"letsencrypt", NULL},
        {"letsencrypt.com", NULL},
        {"completely.different.example", NULL},
        {"", NULL},
        {"digicertt.com", "digicert.com"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct caa_issuer *nearest = caa_issuer_nearest(caa_text_from(rows[i].text));
        if (rows[i].nearest == NULL) {
            assert_null(nearest);
        } else {
            assert_non_null(nearest);
            assert_string_equal(nearest->identifier, rows[i].nearest);
        }
    }
}

/* The plain dynamic programme, against which the bounded search is held. */
static size_t distance(struct caa_text a, struct caa_text b)
{
    size_t row[64];
    assert_true(b.len < COUNT(row));
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replaced = diagonal + (a.octets[i - 1] != b.octets[j - 1]);
            size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[b.len];
}

static size_t least_distance(struct caa_text text)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < caa_issuer_count(); i++) {
        size_t d = distance(text, caa_text_from(caa_issuer_at(i)->identifier));
        least = d < least ? d : least;
    }
    return least;
}

static uint8_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint8_t)(*state >> 24);
}

static void damage(uint8_t *octets, size_t *len, uint32_t *seed)
{
    size_t at = next_random(seed) % *len;
    uint8_t letter = (uint8_t)('a' + next_random(seed) % 26);
    switch (next_random(seed) % 3) {
    case 0:
        octets[at] = letter;
        return;
    case 1:
        memmove(octets + at + 1, octets + at, *len - at);
        octets[at] = letter;
        (*len)++;
        return;
    default:
        memmove(octets + at, octets + at + 1, *len - at - 1);
        (*len)--;
        return;
    }
}

static void the_nearest_is_the_nearest_by_edit_distance(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (size_t i = 0; i < 5 * caa_issuer_count(); i++) {
        uint8_t octets[80];
        struct caa_text known = caa_text_from(caa_issuer_at(i % caa_issuer_count())->identifier);
        size_t len = known.len;
        assert_true(len < 70);
        memcpy(octets, known.octets, len);
        for (size_t edit = 0; edit < 1 + i % 4; edit++)
            damage(octets, &len, &seed);
        struct caa_text text = caa_text_of(octets, len);
        const struct caa_issuer *nearest = caa_issuer_nearest(text);
        size_t least = least_distance(text);
        if (least == 0)
            continue;
        assert_int_equal(nearest != NULL, least <= CAA_ISSUER_TYPO_MAX);
        if (nearest != NULL)
            assert_int_equal(distance(text, caa_text_from(nearest->identifier)), least);
    }
}

static void some_are_distrusted(void **state)
{
    (void)state;
    static const struct {
        const char *identifier;
        bool distrusted;
    } rows[] = {
        {"letsencrypt.org", false}, {"comodo.com", false}, {"darkmatter.ae", false},
        {"google.com", false},      {"trustcor.ca", true}, {"camerfirma.com", true},
        {"wosign.com", true},       {"entrust.net", true}, {"thawte.com", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct caa_issuer *issuer = caa_issuer_find(caa_text_from(rows[i].identifier));
        assert_non_null(issuer);
        assert_int_equal(caa_issuer_is_distrusted(issuer), rows[i].distrusted);
    }
}

static void registries_are_looked_up(void **state)
{
    (void)state;
    for (unsigned i = CAA_PROPERTY_ISSUE; i < CAA_PROPERTY_COUNT; i++)
        assert_int_equal(caa_registry_property(caa_text_from(caa_property_word(i))), i);
    assert_int_equal(caa_registry_property(caa_text_from("AUTH")), CAA_PROPERTY_RESERVED);
    assert_int_equal(caa_registry_property(caa_text_from("issu")), CAA_PROPERTY_UNKNOWN);
    assert_int_equal(caa_registry_property(caa_text_from("unknown")), CAA_PROPERTY_UNKNOWN);
    assert_true(caa_registry_is_method(caa_text_from("dns-01")));
    assert_false(caa_registry_is_method(caa_text_from("DNS-01")));
    assert_false(caa_registry_is_method(caa_text_from("tls-sni-01")));
    assert_false(caa_registry_is_method(caa_text_from("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted_and_every_row_is_found),
        cmocka_unit_test(only_the_whole_identifier_matches),
        cmocka_unit_test(near_misses_are_within_two_edits),
        cmocka_unit_test(the_nearest_is_the_nearest_by_edit_distance),
        cmocka_unit_test(some_are_distrusted),
        cmocka_unit_test(registries_are_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
