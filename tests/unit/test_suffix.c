/* Public suffixes, against the examples of publicsuffix.org's algorithm and against libpsl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpsl.h>

#include "suffix.h"

#define LIST TEST_DATA "/../datasets/public_suffix_list.dat"
#define SAMPLE TEST_DATA "/../datasets/top-sample.csv"

static struct suffix_list list;

static void expect(const char *name, const char *registrable)
{
    struct suffix_split split = suffix_list_split(&list, caa_text_from(name));
    if (registrable == NULL) {
        assert_null(split.registrable.octets);
        return;
    }
    assert_non_null(split.registrable.octets);
    assert_int_equal(split.registrable.len, strlen(registrable));
    assert_memory_equal(split.registrable.octets, registrable, strlen(registrable));
}

static void the_longest_rule_wins(void **state)
{
    (void)state;
    expect("example.com", "example.com");
    expect("a.b.example.com", "example.com");
    expect("com", NULL);
    expect("example.co.uk", "example.co.uk");
    expect("www.example.co.uk", "example.co.uk");
    expect("co.uk", NULL);
    expect("x.s3.dualstack.us-east-1.amazonaws.com", "x.s3.dualstack.us-east-1.amazonaws.com");
    expect("s3.dualstack.us-east-1.amazonaws.com", NULL);
    expect("eu-west-2.amazonaws.com", "amazonaws.com");
}

static void a_star_is_one_label_and_an_exception_takes_it_back(void **state)
{
    (void)state;
    expect("ck", NULL);
    expect("test.ck", NULL);
    expect("b.test.ck", "b.test.ck");
    expect("a.b.test.ck", "b.test.ck");
    expect("www.ck", "www.ck");
    expect("www.www.ck", "www.ck");
    expect("c.kobe.jp", NULL);
    expect("b.c.kobe.jp", "b.c.kobe.jp");
    expect("city.kobe.jp", "city.kobe.jp");
    expect("www.city.kobe.jp", "city.kobe.jp");
}

static void a_name_without_a_rule_has_its_last_label_as_suffix(void **state)
{
    (void)state;
    expect("example", NULL);
    expect("a.example", "a.example");
    expect("b.a.example", "a.example");
}

static void u_labels_of_rules_are_a_labels_of_names(void **state)
{
    (void)state;
    expect("xn--85x722f.com.cn", "xn--85x722f.com.cn");
    expect("xn--55qx5d.cn", NULL);
    expect("a.xn--55qx5d.cn", "a.xn--55qx5d.cn");
    expect("xn--fiqs8s", NULL);
    expect("shishi.xn--fiqs8s", "shishi.xn--fiqs8s");
}

static void names_without_labels_have_nothing(void **state)
{
    (void)state;
    expect("", NULL);
    expect(".", NULL);
    struct suffix_split split = suffix_list_split(&list, caa_text_from("."));
    assert_int_equal(split.tld.len, 0);
}

/* libpsl takes the parent of a wildcard for a suffix, which the algorithm does not. */
static bool is_wildcard_parent(const psl_ctx_t *psl, const char *name)
{
    char below[300];
    snprintf(below, sizeof below, "no-such-label.%s", name);
    return psl_is_public_suffix(psl, below) == 1;
}

static void agree(const psl_ctx_t *psl, const char *name)
{
    const char *theirs = psl_registrable_domain(psl, name);
    struct suffix_split split = suffix_list_split(&list, caa_text_from(name));
    if (is_wildcard_parent(psl, name))
        return;
    if (theirs == NULL)
        assert_null(split.registrable.octets);
    else
        assert_string_equal((const char *)split.registrable.octets, theirs);
}

/* Calls agree for a name, and with one and with two labels before it. */
static void agree_below(const psl_ctx_t *psl, const char *name)
{
    char below[600];
    agree(psl, name);
    snprintf(below, sizeof below, "a.%s", name);
    agree(psl, below);
    snprintf(below, sizeof below, "b.a.%s", name);
    agree(psl, below);
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

static size_t agree_on_lines(const psl_ctx_t *psl, const char *path, char before_name)
{
    char line[512];
    size_t count = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        const char *last = strrchr(line, before_name);
        const char *name = last != NULL ? last + 1 : line;
        name += strncmp(name, "*.", 2) == 0 ? 2 : 0;
        if (*name == '\0' || strncmp(line, "//", 2) == 0 || !is_ascii(name))
            continue;
        agree_below(psl, name);
        count++;
    }
    fclose(file);
    return count;
}

static void libpsl_says_the_same(void **state)
{
    (void)state;
    psl_ctx_t *psl = psl_load_file(LIST);
    assert_non_null(psl);
    assert_true(agree_on_lines(psl, LIST, '!') > 8000);
    assert_true(agree_on_lines(psl, SAMPLE, ',') > 50000);
    psl_free(psl);
}

static void a_list_from_a_file_is_as_the_one_built_in(void **state)
{
    (void)state;
    struct suffix_list loaded;
    assert_true(suffix_list_init(&loaded, LIST));
    assert_int_equal(loaded.rules.count, list.rules.count);
    assert_int_equal(loaded.rules.used, list.rules.used);
    assert_int_equal(loaded.rules.text_len, list.rules.text_len);
    assert_memory_equal(loaded.rules.text, list.rules.text, list.rules.text_len);
    suffix_list_fini(&loaded);
    assert_false(suffix_list_init(&loaded, SAMPLE));
    assert_false(suffix_list_init(&loaded, TEST_DATA "/no-such-file"));
}

static int load(void **state)
{
    (void)state;
    return suffix_list_init(&list, NULL) ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    suffix_list_fini(&list);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_rule_wins),
        cmocka_unit_test(a_star_is_one_label_and_an_exception_takes_it_back),
        cmocka_unit_test(a_name_without_a_rule_has_its_last_label_as_suffix),
        cmocka_unit_test(u_labels_of_rules_are_a_labels_of_names),
        cmocka_unit_test(names_without_labels_have_nothing),
        cmocka_unit_test(libpsl_says_the_same),
        cmocka_unit_test(a_list_from_a_file_is_as_the_one_built_in),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
