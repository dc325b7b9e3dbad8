/* Names in wire form: reading hostile ones, comparing, substituting, printing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "name.h"
#include "test_names.h"

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define NAME_253                                                                                   \
    LABEL_63 "." LABEL_63 "." LABEL_63 "."                                                         \
             "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi"

static void reads_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected; /* NULL: refused */
    } rows[] = {
        {"www.example.org", "www.example.org"},
        {"WWW.Example.ORG.", "www.example.org"},
        {".", "."},
        {"org", "org"},
        {"_dmarc.example.org", "_dmarc.example.org"},
        {LABEL_63 ".org", LABEL_63 ".org"},
        {NAME_253, NAME_253},
        {NAME_253 ".", NAME_253},
        {"a\\b", "a\\\\b"},
        {"", NULL},
        {"..", NULL},
        {".org", NULL},
        {"a..org", NULL},
        {"a.org..", NULL},
        {LABEL_63 "x.org", NULL},
        {NAME_253 "j", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct name_buffer n;
        const char *text = rows[i].text;
        bool read = name_from_text(&n, (const uint8_t *)text, strlen(text));
        assert_int_equal(read, rows[i].expected != NULL);
        if (read)
            assert_name(name_of(&n), rows[i].expected);
        else
            assert_int_equal(n.len, 0);
    }
}

struct read_row {
    const char *title;
    const char *octets;
    size_t len;
    size_t at;
    const char *expected; /* NULL: refused */
    size_t end;
};

#define OCTETS(literal) literal, sizeof literal - 1

static const struct read_row read_rows[] = {
    {"a plain name", OCTETS("\3www\3ORG\0"), 0, "www.org", 9},
    {"the root", OCTETS("\0"), 0, ".", 1},
    {"a pointer alone", OCTETS("\3org\0\xC0\0"), 5, "org", 7},
    {"a label and a pointer", OCTETS("\3org\0\3www\xC0\0"), 5, "www.org", 11},
    {"a pointer to a pointer", OCTETS("\3org\0\xC0\0\xC0\5"), 7, "org", 9},
    {"a pointer into a label's name", OCTETS("\3www\3org\0\xC0\4"), 9, "org", 11},
    {"dots and odd octets in labels", OCTETS("\3a.b\2\0\xFF\1\\\0"), 0, "a\\046b.\\000\\255.\\\\",
     10},
    {"nothing", OCTETS(""), 0, NULL, 0},
    {"no root label", OCTETS("\3www"), 0, NULL, 0},
    {"a label beyond the end", OCTETS("\4www"), 0, NULL, 0},
    {"a pointer cut in half", OCTETS("\3org\0\xC0"), 5, NULL, 0},
    {"a pointer to itself", OCTETS("\xC0\0"), 0, NULL, 0},
    {"a pointer forwards", OCTETS("\xC0\2\0"), 0, NULL, 0},
    {"a pointer beyond the end", OCTETS("\0\xFF\xFF"), 1, NULL, 0},
    {"a pointer into its own labels", OCTETS("\3www\xC0\0"), 0, NULL, 0},
    {"two names that point at each other", OCTETS("\1a\xC0\4\1b\xC0\0"), 4, NULL, 0},
    {"a label type of 0x40", OCTETS("\x40\0\0"), 0, NULL, 0},
    {"a label type of 0x80", OCTETS("\x80\0\0"), 0, NULL, 0},
};

static void reads_wire_names_with_pointers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof read_rows / sizeof *read_rows; i++) {
        const struct read_row *row = &read_rows[i];
        print_message("%s\n", row->title);
        struct reader r = reader_over((const uint8_t *)row->octets, row->len);
        r.at = row->at;
        struct name_buffer n;
        bool read = name_read(&r, &n);
        assert_int_equal(read, row->expected != NULL);
        assert_int_equal(r.failed, !read);
        if (!read)
            continue;
        assert_name(name_of(&n), row->expected);
        assert_int_equal(r.at, row->end);
        struct reader skip = reader_over((const uint8_t *)row->octets, row->len);
        skip.at = row->at;
        name_skip(&skip);
        assert_false(skip.failed);
        assert_int_equal(skip.at, row->end);
    }
}

/* 127 labels of one octet are 255 octets with the root; one more label is too many. */
static void a_name_ends_at_255_octets(void **state)
{
    (void)state;
    for (size_t labels = 126; labels <= 128; labels++) {
        uint8_t octets[300] = {0};
        for (size_t i = 0; i < labels; i++)
            memcpy(octets + 2 * i, "\1a", 2);
        struct reader r = reader_over(octets, 2 * labels + 1);
        struct name_buffer n;
        assert_int_equal(name_read(&r, &n), labels <= NAME_LABELS_MAX);
        struct reader skip = reader_over(octets, 2 * labels + 1);
        name_skip(&skip);
        assert_int_equal(skip.failed, labels > NAME_LABELS_MAX);
    }
}

/* A name of `count` pointers, each to the one before. */
static void follows_as_many_pointers_as_labels_and_no_more(void **state)
{
    (void)state;
    static uint8_t octets[1 + 2 * 200];
    for (size_t i = 0; i < 200; i++) {
        size_t target = i == 0 ? 0 : 2 * i - 1;
        octets[1 + 2 * i] = (uint8_t)(0xC0 | target >> 8);
        octets[2 + 2 * i] = (uint8_t)target;
    }
    for (size_t count = 1; count <= 200; count++) {
        struct reader r = reader_over(octets, sizeof octets);
        r.at = 2 * count - 1;
        struct name_buffer n;
        assert_int_equal(name_read(&r, &n), count <= NAME_LABELS_MAX + 1);
    }
}

static void knows_what_is_within_what(void **state)
{
    (void)state;
    static const struct {
        const char *name, *ancestor;
        bool within;
    } rows[] = {
        {"www.example.org", "example.org", true},
        {"example.org", "example.org", true},
        {"example.org", ".", true},
        {".", ".", true},
        {"example.org", "www.example.org", false},
        {"wwwexample.org", "example.org", false},
        {"example.org", "example.com", false},
        {".", "org", false},
        {"a.aaexample.org", "example.org", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct name_buffer n = named(rows[i].name), ancestor = named(rows[i].ancestor);
        assert_int_equal(name_within(name_of(&n), name_of(&ancestor)), rows[i].within);
    }
    struct name_buffer org = named("org");
    assert_false(name_within(name_of(&org), (struct name){0}));
}

/* The octets of "\1a\3org" end as "org" does, but its labels don't. */
static void a_suffix_of_octets_is_no_ancestor(void **state)
{
    (void)state;
    struct name n = {(const uint8_t *)"\5a\3org\0", 7};
    struct name_buffer org = named("org");
    assert_false(name_within(n, name_of(&org)));
}

static void climbs_label_by_label(void **state)
{
    (void)state;
    struct name_buffer storage = named("a.b.example.org");
    struct name n = name_of(&storage);
    assert_int_equal(name_label_count(n), 4);
    assert_name(name_suffix(n, 2), "example.org");
    assert_name(name_suffix(n, 0), ".");
    assert_name(name_suffix(n, 9), "a.b.example.org");
    assert_true(name_parent(&n));
    assert_name(n, "b.example.org");
    struct name root = name_suffix(n, 0);
    assert_false(name_parent(&root));
    assert_name(root, ".");
    assert_int_equal(name_label_count(root), 0);
}

static void equality_ignores_case_from_the_wire(void **state)
{
    (void)state;
    struct reader r = reader_over((const uint8_t *)"\3WwW\3ORG\0", 9);
    struct name_buffer read, text = named("www.org");
    assert_true(name_read(&r, &read));
    assert_true(name_equal(name_of(&read), name_of(&text)));
    assert_false(name_equal((struct name){0}, (struct name){0}));
}

static void substitutes_as_rfc_6672_says(void **state)
{
    (void)state;
    static const struct {
        const char *name, *from, *to;
        const char *expected; /* NULL: refused */
    } rows[] = {
        /* the table of RFC 6672 section 2.2 */
        {"com", "example.com", "example.net", NULL},
        {"example.com", "example.com", "example.net", NULL},
        {"a.example.com", "example.com", "example.net", "a.example.net"},
        {"a.b.example.com", "example.com", "example.net", "a.b.example.net"},
        {"ab.example.com", "b.example.com", "example.net", NULL},
        {"foo.example.com", "example.com", "example.net", "foo.example.net"},
        {"a.x.example.com", "x.example.com", "example.net", "a.example.net"},
        {"a.example.com", "example.com", "y.example.net", "a.y.example.net"},
        {"cyc.example.com", "example.com", "example.com", "cyc.example.com"},
        {"shortloop.x.x", "x", ".", "shortloop.x"},
        {"a.example.com", "example.com", ".", "a"},
        {"a.example.com", ".", "example.net", "a.example.com.example.net"},
        {LABEL_63 "." LABEL_63 ".d.org", "d.org", LABEL_63 ".org",
         LABEL_63 "." LABEL_63 "." LABEL_63 ".org"},
        {LABEL_63 "." LABEL_63 ".d.org", "d.org", LABEL_63 "." LABEL_63 ".org", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct name_buffer n = named(rows[i].name), from = named(rows[i].from);
        struct name_buffer to = named(rows[i].to), result;
        bool done = name_substitute(&result, name_of(&n), name_of(&from), name_of(&to));
        assert_int_equal(done, rows[i].expected != NULL);
        if (done)
            assert_name(name_of(&result), rows[i].expected);
    }
}

/* Hashes of many names, and of one name under many seeds, all differ. */
/* The example of RFC 4034 section 6.1, between no name and the root before it. */
static void canonical_order_goes_label_by_label_from_the_right(void **state)
{
    (void)state;
    static const struct name order[] = {
        {NULL, 0},
        {(const uint8_t *)"", 1},
        {(const uint8_t *)"\7example", 9},
        {(const uint8_t *)"\1a\7example", 11},
        {(const uint8_t *)"\10yljkjljk\1a\7example", 20},
        {(const uint8_t *)"\1z\1a\7example", 13},
        {(const uint8_t *)"\4zabc\1a\7example", 16},
        {(const uint8_t *)"\1z\7example", 11},
        {(const uint8_t *)"\1\1\1z\7example", 13},
        {(const uint8_t *)"\1*\1z\7example", 13},
        {(const uint8_t *)"\1\310\1z\7example", 13},
    };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
            int found = name_compare(order[i], order[k]);
            assert_int_equal((found > 0) - (found < 0), (i > k) - (i < k));
        }
    }
}

static void hashes_depend_on_name_and_seed(void **state)
{
    (void)state;
    uint64_t seen[512];
    for (size_t i = 0; i < 512; i++) {
        char text[32];
        snprintf(text, sizeof text, "host%zu.example.org", i < 256 ? i : 0);
        struct name_buffer n = named(text);
        uint64_t seed = i < 256 ? 7 : i;
        seen[i] = name_hash(name_of(&n), seed);
        assert_int_equal(seen[i], name_hash(name_of(&n), seed));
        for (size_t k = 0; k < i; k++)
            assert_true(seen[k] != seen[i]);
    }
}

static void longest_text_fits(void **state)
{
    (void)state;
    uint8_t octets[NAME_LEN_MAX];
    memset(octets, 0xFF, sizeof octets);
    octets[0] = octets[64] = octets[128] = 63;
    octets[192] = 61;
    octets[254] = 0;
    struct reader r = reader_over(octets, sizeof octets);
    struct name_buffer n;
    assert_true(name_read(&r, &n));
    char text[NAME_TEXT_MAX];
    assert_int_equal(name_text(name_of(&n), text), 4 * 250 + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_text),
        cmocka_unit_test(reads_wire_names_with_pointers),
        cmocka_unit_test(a_name_ends_at_255_octets),
        cmocka_unit_test(follows_as_many_pointers_as_labels_and_no_more),
        cmocka_unit_test(knows_what_is_within_what),
        cmocka_unit_test(a_suffix_of_octets_is_no_ancestor),
        cmocka_unit_test(climbs_label_by_label),
        cmocka_unit_test(equality_ignores_case_from_the_wire),
        cmocka_unit_test(substitutes_as_rfc_6672_says),
        cmocka_unit_test(canonical_order_goes_label_by_label_from_the_right),
        cmocka_unit_test(hashes_depend_on_name_and_seed),
        cmocka_unit_test(longest_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
