/* Resolvers from the command line, a file and resolv.conf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "resolvers.h"
#include "temp_file.h"

static void write_file(const char *text)
{
    temp_file_write(text, strlen(text));
}

/* The addresses as text, each with a space behind it. */
static void assert_resolvers(const struct resolvers *resolvers, const char *expected)
{
    char text[1024];
    size_t len = 0;
    for (size_t i = 0; i < resolvers->count; i++) {
        assert_true(len + ADDRESS_TEXT_MAX + 2 <= sizeof text);
        len += address_text(&resolvers->list[i], text + len);
        text[len++] = ' ';
    }
    text[len] = '\0';
    assert_string_equal(text, expected);
}

static void assert_accepted(const char *argument, const char *expected)
{
    struct resolvers resolvers;
    struct failure why = {.kind = FAILURE_NONE};
    if (!resolvers_from_argument(&resolvers, argument, &why))
        fail_msg("%s: %s", argument, why.text);
    assert_resolvers(&resolvers, expected);
    resolvers_fini(&resolvers);
    assert_null(resolvers.list);
}

static void assert_refused(const char *argument, enum failure_kind kind, const char *text)
{
    struct resolvers resolvers;
    struct failure why = {.kind = FAILURE_NONE};
    assert_false(resolvers_from_argument(&resolvers, argument, &why));
    assert_string_equal(why.text, text);
    assert_int_equal(why.kind, kind);
    assert_int_equal(resolvers.count, 0);
    assert_null(resolvers.list);
}

static void reads_addresses(void **state)
{
    (void)state;
    assert_accepted("192.0.2.1", "192.0.2.1 ");
    assert_accepted("192.0.2.1:5300", "192.0.2.1:5300 ");
    assert_accepted("2001:db8::1", "2001:db8::1 ");
    assert_accepted("[2001:db8::1]", "2001:db8::1 ");
    assert_accepted("[2001:db8::1]:65535", "[2001:db8::1]:65535 ");
    assert_accepted("192.0.2.1,[2001:db8::2]:53,192.0.2.3:1", "192.0.2.1 2001:db8::2 192.0.2.3:1 ");
    assert_accepted("127.0.0.1", "127.0.0.1 ");
    assert_accepted("::1", "::1 ");
}

static void drops_duplicates(void **state)
{
    (void)state;
    assert_accepted("192.0.2.1,192.0.2.1:53,192.0.2.1:54,192.0.2.1", "192.0.2.1 192.0.2.1:54 ");
    assert_accepted("2001:db8::1,[2001:DB8:0:0::1]:53", "2001:db8::1 ");
}

#define NOT_ADDRESS                                                                                \
    " not an address; expected 192.0.2.1, 192.0.2.1:53, 2001:db8::1 or [2001:db8::1]:53"

static void refuses_bad_addresses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "dns.example",     "192.0.2",         "192.0.2.256",    "192.0.2.1/24",
        "192.0.2.01.1",    "[192.0.2.1]",     "[192.0.2.1]:53", "[2001:db8::1",
        "[2001:db8::1]53", "2001:db8::1::",   "192.0.2.1 ",     "[]:53",
        "http://1.2.3.4",  "2001:db8::1]:53", "dns.example:53", "tcp:192.0.2.1:53",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        snprintf(text, sizeof text, "--resolvers: \"%s\": no such file, and" NOT_ADDRESS, bad[i]);
        assert_refused(bad[i], FAILURE_USAGE, text);
    }
}

static void says_why(void **state)
{
    (void)state;
    assert_refused("", FAILURE_USAGE, "--resolvers: \"\": an empty address");
    assert_refused("192.0.2.1,", FAILURE_USAGE, "--resolvers: \"\": an empty address");
    assert_refused("192.0.2.1,x,192.0.2.2", FAILURE_USAGE, "--resolvers: \"x\":" NOT_ADDRESS);
    assert_refused(
        "fe80::1%eth0", FAILURE_USAGE,
        "--resolvers: \"fe80::1%eth0\": addresses with a scope (link-local) can't be asked");
    assert_refused("fe80::1", FAILURE_USAGE,
                   "--resolvers: \"fe80::1\": link-local addresses can't be asked");
    assert_refused("192.0.2.1:0", FAILURE_USAGE,
                   "--resolvers: \"192.0.2.1:0\": the port is not a number from 1 to 65535");
    assert_refused("192.0.2.1:65536", FAILURE_USAGE,
                   "--resolvers: \"192.0.2.1:65536\": the port is not a number from 1 to 65535");
    assert_refused("192.0.2.1:", FAILURE_USAGE,
                   "--resolvers: \"192.0.2.1:\": the port is not a number from 1 to 65535");
    assert_refused("[2001:db8::1]:5x", FAILURE_USAGE,
                   "--resolvers: \"[2001:db8::1]:5x\": the port is not a number from 1 to 65535");
    assert_refused("0.0.0.0", FAILURE_USAGE,
                   "--resolvers: \"0.0.0.0\": not an address of one host");
    assert_refused("::", FAILURE_USAGE, "--resolvers: \"::\": not an address of one host");
    assert_refused("224.0.0.1", FAILURE_USAGE,
                   "--resolvers: \"224.0.0.1\": not an address of one host");
    assert_refused("ff02::1", FAILURE_USAGE,
                   "--resolvers: \"ff02::1\": not an address of one host");
}

static void reads_a_file(void **state)
{
    (void)state;
    write_file("# a comment\n"
               "\n"
               "192.0.2.1\n"
               "  192.0.2.2:54  # near\r\n"
               "nameserver 2001:db8::1;far\n"
               "nameserver\t[2001:db8::1]:53\n"
               "search example.org\n"
               "options edns0\n"
               "192.0.2.3");
    assert_accepted(temp_file_path, "192.0.2.1 192.0.2.2:54 2001:db8::1 192.0.2.3 ");
}

static void names_the_line_of_a_bad_file(void **state)
{
    (void)state;
    char text[256];
    write_file("192.0.2.1\n\ndns.example\n");
    snprintf(text, sizeof text, "%s: line 3: \"dns.example\":" NOT_ADDRESS, temp_file_path);
    assert_refused(temp_file_path, FAILURE_INPUT, text);

    write_file("nameserver\n");
    snprintf(text, sizeof text, "%s: line 1: \"\": an empty address", temp_file_path);
    assert_refused(temp_file_path, FAILURE_INPUT, text);

    write_file("192.0.2.1 192.0.2.2\n");
    snprintf(text, sizeof text,
             "%s: line 1: \"192.0.2.2\": more text behind an address; one address a line",
             temp_file_path);
    assert_refused(temp_file_path, FAILURE_INPUT, text);

    write_file("# nothing\n");
    snprintf(text, sizeof text, "%s: names no resolver that can be asked", temp_file_path);
    assert_refused(temp_file_path, FAILURE_INPUT, text);

    assert_refused("/tmp", FAILURE_INPUT, "/tmp: Is a directory");
}

static void bounds_a_line(void **state)
{
    (void)state;
    char line[1001];
    memset(line, '1', 1000);
    line[1000] = '\0';
    write_file(line);
    char text[256];
    snprintf(text, sizeof text, "%s: line 1: \"%.40s\": the line is too long", temp_file_path,
             line);
    assert_refused(temp_file_path, FAILURE_INPUT, text);
}

static void bounds_the_list(void **state)
{
    (void)state;
    FILE *file = fopen(temp_file_path, "w");
    assert_non_null(file);
    for (unsigned i = 0; i <= RESOLVERS_MAX; i++)
        fprintf(file, "10.0.%u.%u\n", i >> 8, i & 255);
    assert_int_equal(fclose(file), 0);
    char text[256];
    snprintf(text, sizeof text, "%s: line %u: \"10.0.32.0\": more resolvers than can be kept",
             temp_file_path, RESOLVERS_MAX + 1);
    assert_refused(temp_file_path, FAILURE_INPUT, text);
}

static void reads_the_systems_file(void **state)
{
    (void)state;
    struct resolvers resolvers;
    struct failure why;
    write_file("; made by hand\n"
               "search example.org\n"
               "nameserver fe80::1%eth0\n"
               "nameserver 192.0.2.1\n"
               "192.0.2.9\n"
               "nameserver nonsense\n"
               "nameserver\n"
               "nameserver 2001:db8::1 # second\n");
    assert_true(resolvers_from_system(&resolvers, temp_file_path, &why));
    assert_resolvers(&resolvers, "192.0.2.1 2001:db8::1 ");
    resolvers_fini(&resolvers);

    write_file("nameserver fe80::1%eth0\n");
    assert_false(resolvers_from_system(&resolvers, temp_file_path, &why));
    char text[256];
    snprintf(text, sizeof text, "%s: names no resolver that can be asked", temp_file_path);
    assert_string_equal(why.text, text);
    assert_int_equal(why.kind, FAILURE_INPUT);

    assert_false(resolvers_from_system(&resolvers, "/nonexistent/resolv.conf", &why));
    assert_string_equal(why.text, "/nonexistent/resolv.conf: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),        cmocka_unit_test(drops_duplicates),
        cmocka_unit_test(refuses_bad_addresses),  cmocka_unit_test(says_why),
        cmocka_unit_test(reads_a_file),           cmocka_unit_test(names_the_line_of_a_bad_file),
        cmocka_unit_test(bounds_a_line),          cmocka_unit_test(bounds_the_list),
        cmocka_unit_test(reads_the_systems_file),
    };
    return cmocka_run_group_tests(tests, temp_file_make, temp_file_remove);
}
