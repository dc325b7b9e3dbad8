/* Operators of name servers: their names, their numbers, and the largest beside a figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "operator_tally.h"

static struct suffix_list suffixes;

static void assert_text(struct caa_text text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.octets, expected, text.len);
}

static void a_name_server_tells_its_operator(void **state)
{
    (void)state;
    static const struct {
        const char *host, *operator;
        enum operator_rule rule;
    } rows[] = {
        {"ns-1.awsdns-00.co.uk", "Amazon Route 53", OPERATOR_RULE_ALIAS},
        {"ns-1.awsdns-63.com", "Amazon Route 53", OPERATOR_RULE_ALIAS},
        {"ns.xawsdns-63.com", "xawsdns-63.com", OPERATOR_RULE_REGISTRABLE},
        {"ada.ns.cloudflare.com", "Cloudflare", OPERATOR_RULE_ALIAS},
        {"ns-cloud-a1.googledomains.com", "Google", OPERATOR_RULE_ALIAS},
        {"ns1.a.example.co.uk", "example.co.uk", OPERATOR_RULE_REGISTRABLE},
        {"ns.com", "ns.com", OPERATOR_RULE_REGISTRABLE},
        {"co.uk", "co.uk", OPERATOR_RULE_HOST},
        {"com", "com", OPERATOR_RULE_HOST},
        {"", "", OPERATOR_RULE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct operator_name name = operator_name_of(&suffixes, caa_text_from(rows[i].host));
        print_message("%s\n", rows[i].host);
        assert_text(name.text, rows[i].operator);
        assert_int_equal(name.rule, rows[i].rule);
    }
}

static uint32_t number_of(struct operators *operators, const char *host)
{
    uint32_t number;
    struct operators_host fetched = operators_fetch(operators, caa_text_from(host));
    assert_true(operators_number(operators, &suffixes, &fetched, &number));
    return number;
}

static void hosts_of_one_operator_have_one_number(void **state)
{
    (void)state;
    struct operators operators;
    operators_init(&operators);
    assert_int_equal(number_of(&operators, ""), OPERATORS_NONE);
    uint32_t first = number_of(&operators, "ns1.example.net");
    assert_int_equal(number_of(&operators, "ns2.example.net"), first);
    assert_int_equal(number_of(&operators, "ns1.example.net"), first);
    assert_int_not_equal(number_of(&operators, "ns1.example.org"), first);
    assert_int_equal(number_of(&operators, "ns-1.awsdns-00.com"),
                     number_of(&operators, "ns-9.awsdns-09.org"));
    operators_fini(&operators);
}

static void thousands_of_operators_keep_their_numbers(void **state)
{
    (void)state;
    struct operators operators;
    char host[40];
    operators_init(&operators);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 1; i <= 20000; i++) {
            snprintf(host, sizeof host, "ns.host%u.example", i);
            assert_int_equal(number_of(&operators, host), i);
        }
    }
    assert_int_equal(operators.count, 20001);
    operators_fini(&operators);
}

static void assert_top(const struct operators *operators, struct operator_top top,
                       const char *operator, uint64_t count, uint64_t known)
{
    assert_text(operators->list[top.number].text, operator);
    assert_int_equal(top.count, count);
    assert_int_equal(top.known, known);
}

static void the_largest_operator_of_each_key(void **state)
{
    (void)state;
    struct operators operators;
    struct operator_tally tally;
    struct operator_top tops[4];
    operators_init(&operators);
    operator_tally_init(&tally);
    uint32_t b = number_of(&operators, "ns.b.com"), a = number_of(&operators, "ns.a.com");
    assert_true(operator_tally_add(&tally, 0, a, 2));
    assert_true(operator_tally_add(&tally, 0, b, 3));
    assert_true(operator_tally_add(&tally, 0, OPERATORS_NONE, 9));
    assert_true(operator_tally_add(&tally, 1, b, 5)); /* as many as a: the first by name wins */
    assert_true(operator_tally_add(&tally, 1, a, 4));
    assert_true(operator_tally_add(&tally, 1, a, 1));
    assert_true(operator_tally_add(&tally, 2, OPERATORS_NONE, 1));
    assert_true(operator_tally_add(&tally, 7, a, 1)); /* no key of the table */
    operator_tally_tops(&tally, &operators, tops, 4);
    assert_int_equal(tops[0].operators, 2);
    assert_int_equal(tops[2].operators, 0);
    assert_top(&operators, tops[0], "b.com", 3, 5);
    assert_top(&operators, tops[1], "a.com", 5, 10);
    assert_top(&operators, tops[2], "", 0, 0);
    assert_top(&operators, tops[3], "", 0, 0);
    operator_tally_fini(&tally);
    operators_fini(&operators);
}

/* Deals 9,000 counts out to `parts` tallies, merges them, and says what is largest. */
static void dealt_out(unsigned parts, bool backwards, struct operator_top *tops, char *name)
{
    struct operators operators[8];
    struct operator_tally tallies[8];
    for (unsigned i = 0; i < parts; i++) {
        operators_init(&operators[i]);
        operator_tally_init(&tallies[i]);
    }
    for (unsigned i = 0; i < 9000; i++) {
        unsigned at = backwards ? 8999 - i : i;
        char host[40];
        snprintf(host, sizeof host, "ns.h%u.com", at * at % 97);
        unsigned part = at * 7 % parts;
        assert_true(
            operator_tally_add(&tallies[part], at % 3, number_of(&operators[part], host), 1));
    }
    for (unsigned i = 1; i < parts; i++) {
        uint32_t *numbers = operators_merge(&operators[0], &operators[i]);
        assert_non_null(numbers);
        assert_true(operator_tally_merge(&tallies[0], &tallies[i], NULL, numbers));
        free(numbers);
    }
    operator_tally_tops(&tallies[0], &operators[0], tops, 3);
    struct caa_text text = operators[0].list[tops[1].number].text;
    snprintf(name, 40, "%.*s", (int)text.len, (const char *)text.octets);
    for (unsigned i = 0; i < parts; i++) {
        operators_fini(&operators[i]);
        operator_tally_fini(&tallies[i]);
    }
}

static void it_does_not_matter_who_counts(void **state)
{
    (void)state;
    struct operator_top alone[3];
    char name[40];
    dealt_out(1, false, alone, name);
    assert_int_equal(alone[1].known, 3000);
    for (unsigned parts = 1; parts <= 8; parts++) {
        for (unsigned backwards = 0; backwards < 2; backwards++) {
            struct operator_top tops[3];
            char other[40];
            dealt_out(parts, backwards, tops, other);
            assert_string_equal(other, name);
            for (size_t key = 0; key < 3; key++) {
                assert_int_equal(tops[key].count, alone[key].count);
                assert_int_equal(tops[key].known, alone[key].known);
            }
        }
    }
}

static void keys_are_renumbered_too(void **state)
{
    (void)state;
    struct operators operators;
    struct operator_tally into, from;
    struct operator_top tops[3];
    static const uint32_t keys[] = {2, 1};
    operators_init(&operators);
    operator_tally_init(&into);
    operator_tally_init(&from);
    uint32_t a = number_of(&operators, "ns.a.com");
    uint32_t numbers[] = {0, a};
    assert_true(operator_tally_add(&into, 2, a, 1));
    assert_true(operator_tally_add(&from, 0, a, 4));
    assert_true(operator_tally_add(&from, 1, a, 7));
    assert_true(operator_tally_merge(&into, &from, keys, numbers));
    operator_tally_tops(&into, &operators, tops, 3);
    assert_int_equal(tops[0].count, 0);
    assert_int_equal(tops[1].count, 7);
    assert_int_equal(tops[2].count, 5);
    operator_tally_fini(&into);
    operator_tally_fini(&from);
    operators_fini(&operators);
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
        cmocka_unit_test(a_name_server_tells_its_operator),
        cmocka_unit_test(hosts_of_one_operator_have_one_number),
        cmocka_unit_test(thousands_of_operators_keep_their_numbers),
        cmocka_unit_test(the_largest_operator_of_each_key),
        cmocka_unit_test(it_does_not_matter_who_counts),
        cmocka_unit_test(keys_are_renumbered_too),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
