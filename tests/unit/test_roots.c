/* Root hints, built in and from a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "roots.h"
#include "temp_file.h"

static struct roots roots;
static struct failure why;

static bool read_text(const char *text)
{
    temp_file_write(text, strlen(text));
    why = (struct failure){.kind = FAILURE_NONE};
    return roots_read(&roots, temp_file_path, &why);
}

static size_t addresses_of(size_t ns, uint8_t family)
{
    size_t count = 0;
    for (size_t i = 0; i < roots.servers.glue_count; i++)
        count += roots.servers.glue[i].ns == ns && roots.servers.glue[i].address.family == family;
    return count;
}

/* "name address address name …", as they were read. */
static void assert_roots(const char *expected)
{
    char text[4096], one[NAME_TEXT_MAX];
    size_t len = 0;
    for (size_t i = 0; i < roots.servers.ns_count; i++) {
        size_t name_len = name_text(roots.servers.ns[i], one);
        len += (size_t)snprintf(text + len, sizeof text - len, "%.*s ", (int)name_len, one);
        for (size_t k = 0; k < roots.servers.glue_count; k++) {
            if (roots.servers.glue[k].ns != i)
                continue;
            size_t address_len = address_text(&roots.servers.glue[k].address, one);
            len += (size_t)snprintf(text + len, sizeof text - len, "%.*s ", (int)address_len, one);
        }
    }
    assert_true(len < sizeof text);
    text[len > 0 ? len - 1 : 0] = '\0';
    assert_string_equal(text, expected);
}

static void the_built_in_ones_are_all_thirteen(void **state)
{
    (void)state;
    if (!roots_read(&roots, NULL, &why))
        fail_msg("%s", why.text);
    assert_int_equal(roots.servers.ns_count, 13);
    assert_int_equal(roots.servers.glue_count, 26);
    for (size_t i = 0; i < 13; i++) {
        char expected[] = "a.root-servers.net", text[NAME_TEXT_MAX];
        expected[0] = (char)('a' + i);
        size_t len = name_text(roots.servers.ns[i], text);
        assert_int_equal(len, strlen(expected));
        assert_memory_equal(text, expected, len);
        assert_int_equal(addresses_of(i, ADDRESS_IPV4), 1);
        assert_int_equal(addresses_of(i, ADDRESS_IPV6), 1);
    }
}

static const char in_order[] = ". 3600000 NS A.ROOT-SERVERS.NET.\n"
                               "A.ROOT-SERVERS.NET. 3600000 A 198.41.0.4\n"
                               "A.ROOT-SERVERS.NET. 3600000 AAAA 2001:503:ba3e::2:30\n"
                               ". 3600000 NS B.ROOT-SERVERS.NET.\n"
                               "B.ROOT-SERVERS.NET. 3600000 A 170.247.170.2\n";

static const char reversed[] = "B.ROOT-SERVERS.NET. 3600000 A 170.247.170.2\n"
                               "A.ROOT-SERVERS.NET. 3600000 A 198.41.0.4\n"
                               "A.ROOT-SERVERS.NET. 3600000 AAAA 2001:503:ba3e::2:30\n"
                               ". 3600000 NS A.ROOT-SERVERS.NET.\n"
                               ". 3600000 NS B.ROOT-SERVERS.NET.\n";

static void lines_may_stand_in_any_order(void **state)
{
    (void)state;
    static const char expected[] = "a.root-servers.net 198.41.0.4 2001:503:ba3e::2:30 "
                                   "b.root-servers.net 170.247.170.2";
    assert_true(read_text(in_order));
    assert_roots(expected);
    assert_true(read_text(reversed));
    assert_roots(expected);
}

static void zone_format_is_understood(void **state)
{
    (void)state;
    assert_true(read_text("; a comment\n"
                          "\n"
                          "$TTL 86400\n"
                          "$ORIGIN example.\n"
                          ".\tIN NS\tns ; relative to the origin\n"
                          "ns\tIN A\t192.0.2.1\n"
                          "\tIN AAAA\t2001:db8::1"));
    assert_roots("ns.example 192.0.2.1 2001:db8::1");
}

static void what_is_not_the_roots_is_passed_over(void **state)
{
    (void)state;
    assert_true(read_text(". 60 IN NS ns.example.\n"
                          "org. 60 IN NS ns.example.net.\n"
                          ". 60 IN TXT \"hints\"\n"
                          "ns.example. 60 IN A 192.0.2.1\n"
                          "ns.example.net. 60 IN A 192.0.2.2\n"));
    assert_roots("ns.example 192.0.2.1");
}

static void a_server_without_address_is_kept(void **state)
{
    (void)state;
    assert_true(read_text(". 60 IN NS a.example.\n"
                          ". 60 IN NS b.example.\n"
                          "b.example. 60 IN A 192.0.2.2\n"));
    assert_roots("a.example b.example 192.0.2.2");
}

static void there_is_an_end_to_servers_and_addresses(void **state)
{
    (void)state;
    static char text[16384];
    size_t len = 0;
    for (unsigned i = 0; i < 20; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, ". 60 IN NS n%u.example.\n", i);
    for (unsigned i = 0; i < 60; i++)
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "n0.example. 60 IN A 192.0.2.%u\n", i);
    assert_true(read_text(text));
    assert_int_equal(roots.servers.ns_count, RESOLVE_ROOTS_MAX);
    assert_int_equal(roots.servers.glue_count, REFERRAL_GLUE_MAX);
}

static void garbage_is_refused_by_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
    } cases[] = {
        {"this is no zone\n", 1},
        {". 60 IN NS ns.example.\n\nns.example. 60 IN A 192.0.2.256\n", 3},
        {". 60 IN NS ns.example.\nns.example. 60 IN AAAA 192.0.2.1\n", 2},
        {"; hints\n$INCLUDE /etc/hostname\n", 2},
        {". 60 IN NS a..example.\n", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "%s:%u: not a resource record", temp_file_path,
                 cases[i].line);
        assert_false(read_text(cases[i].text));
        assert_int_equal(why.kind, FAILURE_INPUT);
        assert_string_equal(why.text, expected);
    }
}

static void hints_without_an_address_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "; nothing\n",
        ". 60 IN NS ns.example.\n",
        "ns.example. 60 IN A 192.0.2.1\n",
        ". 60 IN NS ns.example.\nother.example. 60 IN A 192.0.2.1\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "%s: no address of a root server", temp_file_path);
        assert_false(read_text(texts[i]));
        assert_int_equal(why.kind, FAILURE_INPUT);
        assert_string_equal(why.text, expected);
    }
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    assert_false(roots_read(&roots, "/nowhere/root.hints", &why));
    assert_int_equal(why.kind, FAILURE_INPUT);
    assert_string_equal(why.text,
                        "can't read root hints /nowhere/root.hints: No such file or directory");
}

static void a_folder_is_no_file(void **state)
{
    (void)state;
    assert_false(roots_read(&roots, "/", &why));
    assert_int_equal(why.kind, FAILURE_INPUT);
    assert_string_equal(why.text, "can't read root hints /: Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_ones_are_all_thirteen),
        cmocka_unit_test(lines_may_stand_in_any_order),
        cmocka_unit_test(zone_format_is_understood),
        cmocka_unit_test(what_is_not_the_roots_is_passed_over),
        cmocka_unit_test(a_server_without_address_is_kept),
        cmocka_unit_test(there_is_an_end_to_servers_and_addresses),
        cmocka_unit_test(garbage_is_refused_by_its_line),
        cmocka_unit_test(hints_without_an_address_are_refused),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_folder_is_no_file),
    };
    return cmocka_run_group_tests(tests, temp_file_make, temp_file_remove);
}
