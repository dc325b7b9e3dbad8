/* Lists to targets. A list is written to a file, read whole, and compared as text: a line for each
 * target, "row rank prefix name input" and then the extra values, with "-" for what is not there
 * and
 * "*" behind the name of a wildcard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <ldns/sha2.h>
#include <pthread.h>
#include <zlib.h>
#include <zstd.h>

#include "caascan/schema.h"
#include "input.h"
#include "temp_file.h"

#define TEXT_CAP (1u << 20)
#define L10 "aaaaaaaaaa"
#define L63 L10 L10 L10 L10 L10 L10 "aaa"
#define L100 L10 L10 L10 L10 L10 L10 L10 L10 L10 L10

static struct input_batch batch;
static const char *const bare[] = {""};

static void put(void *at, const char *text)
{
    for (char *to = at; *text != '\0'; to++, text++)
        *to = *text;
}

static struct input_options defaults(void)
{
    return (struct input_options){.path = temp_file_path, .prefixes = bare, .prefix_count = 1};
}

struct text {
    size_t len;
    char at[TEXT_CAP];
};

static struct text seen;

static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(seen.at + seen.len, TEXT_CAP - seen.len, format, arguments);
    va_end(arguments);
    assert_true(len >= 0 && (size_t)len < TEXT_CAP - seen.len);
    seen.len += (size_t)len;
}

static void add_target(const struct target *target)
{
    char name[NAME_TEXT_MAX];
    size_t len = target->name.len > 0 ? name_text(target->name, name) : 0;
    add("%llu %lld %s %.*s%s %.*s", (unsigned long long)target->row, (long long)target->rank,
        target->prefix[0] != '\0' ? target->prefix : "-", len > 0 ? (int)len : 1,
        len > 0 ? name : "-", target->wildcard ? "*" : "", (int)target->input_len,
        (const char *)target->input);
    const uint8_t *extra = target->extra;
    for (unsigned i = 0; i < target->extra_count; i++) {
        uint16_t value_len;
        memcpy(&value_len, extra, sizeof value_len);
        extra += sizeof value_len;
        add("|%.*s", (int)value_len, (const char *)extra);
        extra += value_len;
    }
    assert_ptr_equal(extra, target->extra + target->extra_len);
    add("\n");
}

/* Reads to the end into `seen`. */
static enum input_status read_all(struct input *input, struct failure *why)
{
    enum input_status status;
    seen.len = 0;
    seen.at[0] = '\0';
    while ((status = input_read(input, &batch, why)) == INPUT_MORE) {
        assert_in_range(batch.count, 1, INPUT_BATCH_MAX);
        assert_in_range(batch.used, 0, INPUT_BATCH_OCTETS);
        for (size_t i = 0; i < batch.count; i++)
            add_target(&batch.targets[i]);
    }
    assert_int_equal(batch.count, 0);
    assert_int_equal(input_read(input, &batch, why), status);
    return status;
}

static void assert_reads_with(const struct input_options *options, const char *expected)
{
    struct failure why = {.text = "no reason"};
    struct input *input = input_new(options, &why);
    if (input == NULL)
        fail_msg("%s", why.text);
    if (read_all(input, &why) != INPUT_END)
        fail_msg("%s", why.text);
    input_free(input);
    assert_string_equal(seen.at, expected);
}

static void assert_reads(const char *list, const char *expected)
{
    const struct input_options options = defaults();
    temp_file_write(list, strlen(list));
    assert_reads_with(&options, expected);
}

/* `expected` is what follows the name of the file, or all of it where it begins with "--". */
static void assert_refused(const struct input_options *options, enum failure_kind kind,
                           const char *expected)
{
    struct failure why = {.kind = FAILURE_NONE};
    char text[FAILURE_TEXT_MAX];
    bool option = strncmp(expected, "--", 2) == 0;
    snprintf(text, sizeof text, "%s%s", option ? "" : options->path, expected);
    assert_null(input_new(options, &why));
    assert_string_equal(why.text, text);
    assert_int_equal(why.kind, kind);
}

static void reads_plain_lists(void **state)
{
    (void)state;
    assert_reads("example.com\nexample.org\n", "1 -1 - example.com example.com\n"
                                               "2 -1 - example.org example.org\n");
    assert_reads("example.com", "1 -1 - example.com example.com\n");
    assert_reads("  Example.COM. \n", "1 -1 - example.com Example.COM.\n");
    assert_reads("# a list, made by hand\n\n  # more\na.example\n#b.example\n \t\nc.example\n\n",
                 "1 -1 - a.example a.example\n"
                 "2 -1 - c.example c.example\n");
    assert_reads("*.example.com\n.\nhttps://www.example.org/x\nme@example.net\n",
                 "1 -1 - example.com* *.example.com\n"
                 "2 -1 - . .\n"
                 "3 -1 - www.example.org https://www.example.org/x\n"
                 "4 -1 - example.net me@example.net\n");
}

static void reads_every_line_end(void **state)
{
    (void)state;
    static const char expected[] = "1 -1 - a.example a.example\n2 -1 - b.example b.example\n";
    assert_reads("a.example\r\nb.example\r\n", expected);
    assert_reads("a.example\rb.example\r", expected);
    assert_reads("a.example\r\n\r\nb.example", expected);
    assert_reads("a.example\n\rb.example", expected);
    assert_reads("\xef\xbb\xbf"
                 "a.example\r\nb.example",
                 expected);
    assert_reads("\xef\xbb\xbf"
                 "domain\na.example\nb.example",
                 expected);
}

static void an_empty_list_has_no_rows(void **state)
{
    (void)state;
    assert_reads("", "");
    assert_reads("\n\n", "");
    assert_reads("# nothing\n", "");
    assert_reads("\xef\xbb\xbf", "");
    assert_reads("rank,domain\n", "");
    static const char *const column[] = {"domain=fqdn"};
    struct input_options options = defaults();
    options.columns = column;
    options.column_count = 1;
    temp_file_write("", 0);
    assert_reads_with(&options, "");
}

static void bad_rows_are_targets_without_a_name(void **state)
{
    (void)state;
    assert_reads("a.example\n192.0.2.1\ntwo words\na..b\n" L63 "a.example\n::1\n-\n",
                 "1 -1 - a.example a.example\n"
                 "2 -1 - - 192.0.2.1\n"
                 "3 -1 - - two words\n"
                 "4 -1 - - a..b\n"
                 "5 -1 - - " L63 "a.example\n"
                 "6 -1 - - ::1\n"
                 "7 -1 - - -\n");
}

static void reads_csv(void **state)
{
    (void)state;
    static const char expected[] = "1 1 - a.example a.example\n2 20 - b.example b.example\n";
    assert_reads("1,a.example\n20,b.example\n", expected);
    assert_reads("rank,domain\n1,a.example\n20,b.example\n", expected);
    assert_reads("Domain , RANK\na.example,1\nb.example,20\n", expected);
    assert_reads("\"rank\",\"domain\"\n\"1\",\"a.example\"\n\"20\",\"b.example\"\n", expected);
    assert_reads("rank;domain\n1;a.example\n20;b.example\n", expected);
    assert_reads("rank\tdomain\n1\ta.example\n20\tb.example\n", expected);
    assert_reads("1 , a.example \n20,\tb.example,more\n", expected);
    assert_reads("#made, by hand\n\nrank,domain\n1,a.example\n\n20,b.example\n", expected);
    assert_reads("\"a.example\"\n\"b.example\"\n",
                 "1 -1 - a.example a.example\n2 -1 - b.example b.example\n");
    assert_reads("origin,rank\nhttps://a.example,1000\nhttp://b.example:8080,5000\n",
                 "1 1000 - a.example https://a.example\n"
                 "2 5000 - b.example http://b.example:8080\n");
}

static void finds_the_header_by_its_words(void **state)
{
    (void)state;
    static const char *const words[] = {"domain", "Name",   "HOST", "hostname",
                                        "fqdn",   "Origin", "url"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char list[64];
        snprintf(list, sizeof list, "%s\na.example\n", words[i]);
        assert_reads(list, "1 -1 - a.example a.example\n");
        snprintf(list, sizeof list, "x,%s\nb.example,a.example\n", words[i]);
        assert_reads(list, "1 -1 - a.example a.example\n");
    }
    assert_reads("name,url,domain\nx,y,a.example\n", "1 -1 - a.example a.example\n");
    assert_reads("name,url\nShop,https://a.example/\n", "1 -1 - a.example https://a.example/\n");
    /* "name" and "host" are top-level domains too. */
    assert_reads("1,name\n2,host\n", "1 1 - name name\n2 2 - host host\n");
    /* One word is enough to make a header of a line without numbers. */
    assert_reads("a.example,name\nb.example,host\n", "1 -1 - host host\n");
}

static void reads_odd_ranks_as_none(void **state)
{
    (void)state;
    assert_reads("rank,domain\n0,a\n-1,b\n1.5,c\n,d\nx,e\n9223372036854775807,f\n"
                 "9223372036854775808,g\n99999999999999999999999,h\n",
                 "1 0 - a a\n2 -1 - b b\n3 -1 - c c\n4 -1 - d d\n5 -1 - e e\n"
                 "6 9223372036854775807 - f f\n7 -1 - g g\n8 -1 - h h\n");
}

static void a_stray_quote_spoils_one_row(void **state)
{
    (void)state;
    assert_reads("1,a.example\n2,\"b.example\n3,c.example\n4,d\"d.example\n5,\"e\"\"e\"\n"
                 "6,\"f.example\" \n\"7,g.example\n8,h.example\n",
                 "1 1 - a.example a.example\n"
                 "2 -1 - - 2,\"b.example\n"
                 "3 3 - c.example c.example\n"
                 "4 4 - - d\"d.example\n"
                 "5 5 - - e\"e\n"
                 "6 6 - f.example f.example\n"
                 "7 -1 - - \"7,g.example\n"
                 "8 8 - h.example h.example\n");
    assert_reads("1,a.example\n2,\"b\nb.example\"\n", "1 1 - a.example a.example\n"
                                                      "2 -1 - - 2,\"b\n"
                                                      "3 -1 - - b.example\"\n");
}

static void a_row_without_the_column_is_kept_whole(void **state)
{
    (void)state;
    assert_reads("1,a.example\n2\n3,\n,\n", "1 1 - a.example a.example\n"
                                            "2 2 - - 2\n"
                                            "3 3 - - \n"
                                            "4 -1 - - \n");
}

static void maps_u_labels(void **state)
{
    (void)state;
    assert_reads("b\xc3\xbc"
                 "cher.example\nB\xc3\x9c"
                 "CHER.Example\n_x.stra\xc3\x9f"
                 "e.example\n"
                 "\xe4\xbe\x8b\xe3\x80\x82\xe4\xb8\xad\xe5\x9b\xbd\n"
                 "*.r3---x.b\xc3\xbc"
                 "cher.example.\nhttps://b\xc3\xbc"
                 "cher.example/\xc3\xbc\n",
                 "1 -1 - xn--bcher-kva.example b\xc3\xbc"
                 "cher.example\n"
                 "2 -1 - xn--bcher-kva.example B\xc3\x9c"
                 "CHER.Example\n"
                 "3 -1 - _x.xn--strae-oqa.example _x.stra\xc3\x9f"
                 "e.example\n"
                 "4 -1 - xn--fsq.xn--fiqs8s "
                 "\xe4\xbe\x8b\xe3\x80\x82\xe4\xb8\xad\xe5\x9b\xbd\n"
                 "5 -1 - r3---x.xn--bcher-kva.example* *.r3---x.b\xc3\xbc"
                 "cher.example.\n"
                 "6 -1 - xn--bcher-kva.example https://b\xc3\xbc"
                 "cher.example/\xc3\xbc\n");
    /* Invalid UTF-8, a disallowed code point, digits that map to an address, a label
     * of which nothing is left. */
    assert_reads("b\xfc"
                 "cher.example\nh\xe2\x99\xa5.example\n"
                 "\xef\xbc\x91.2.3.4\n\xc3.example\nexample.\xe2\x80\x8b\n",
                 "1 -1 - - b\xfc"
                 "cher.example\n2 -1 - - h\xe2\x99\xa5.example\n"
                 "3 -1 - - \xef\xbc\x91.2.3.4\n4 -1 - - \xc3.example\n"
                 "5 -1 - - example.\xe2\x80\x8b\n");
}

static void puts_prefixes_before_names(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"", "www", "_a.b"};
    struct input_options options = defaults();
    options.prefixes = prefixes;
    options.prefix_count = 3;
    static const char list[] = "a.example\n*.b.example\n192.0.2.1\n.\n";
    temp_file_write(list, strlen(list));
    assert_reads_with(&options, "1 -1 - a.example a.example\n"
                                "1 -1 www www.a.example a.example\n"
                                "1 -1 _a.b _a.b.a.example a.example\n"
                                "2 -1 - b.example* *.b.example\n"
                                "2 -1 www www.b.example* *.b.example\n"
                                "2 -1 _a.b _a.b.b.example* *.b.example\n"
                                "3 -1 - - 192.0.2.1\n"
                                "3 -1 www - 192.0.2.1\n"
                                "3 -1 _a.b - 192.0.2.1\n"
                                "4 -1 - . .\n"
                                "4 -1 www www .\n"
                                "4 -1 _a.b _a.b .\n");
    /* 253 octets of text are a name, and there is no room for a label before it. */
    static const char longest[] = L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "a\n";
    temp_file_write(longest, strlen(longest));
    options.prefix_count = 2;
    struct failure why;
    struct input *input = input_new(&options, &why);
    assert_non_null(input);
    assert_int_equal(input_read(input, &batch, &why), INPUT_MORE);
    assert_int_equal(batch.count, 2);
    assert_int_equal(batch.targets[0].name.len, NAME_LEN_MAX);
    assert_int_equal(batch.targets[1].name.len, 0);
    assert_string_equal(batch.targets[1].prefix, "www");
    input_free(input);
}

static void refuses_bad_prefixes(void **state)
{
    (void)state;
    temp_file_write("a\n", 2);
    static const char *const bad[] = {"www.", ".www",     "a..b",  "*",      "a b",
                                      "w/w",  "\xc3\xbc", L63 "a", L63 ".a", "."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct input_options options = defaults();
        options.prefixes = &bad[i];
        char text[FAILURE_TEXT_MAX];
        snprintf(text, sizeof text,
                 "--prefix \"%s\": expected labels of letters, digits, \"-\" and \"_\" with dots "
                 "between them, at most 64 octets",
                 bad[i]);
        assert_refused(&options, FAILURE_USAGE, text);
    }
    static const char *const twice[] = {"www", "", "WWW"};
    struct input_options options = defaults();
    options.prefixes = twice;
    options.prefix_count = 3;
    assert_refused(&options, FAILURE_USAGE, "--prefix: \"WWW\" is given twice");
    options.prefix_count = 0;
    assert_refused(&options, FAILURE_USAGE, "--prefix: expected 1 to 16 prefixes, not 0");
    options.prefix_count = 17;
    assert_refused(&options, FAILURE_USAGE, "--prefix: expected 1 to 16 prefixes, not 17");
}

static struct input_options with_columns(const char *const *columns, size_t count)
{
    struct input_options options = defaults();
    options.columns = columns;
    options.column_count = count;
    return options;
}

static void takes_columns_by_name_and_number(void **state)
{
    (void)state;
    static const char list[] = "GlobalRank,Site,TLD,rank\n5,a.example,example,9\n";
    static const char *const by_name[] = {"domain=site", "rank=globalrank"};
    static const char *const by_number[] = {"domain=2", "rank=1"};
    static const char *const site[] = {"domain=2"};
    temp_file_write(list, strlen(list));
    struct input_options options = with_columns(by_name, 2);
    assert_reads_with(&options, "1 5 - a.example a.example\n");
    options = with_columns(by_number, 2);
    assert_reads_with(&options, "1 5 - a.example a.example\n");
    options = with_columns(site, 1);
    assert_reads_with(&options, "1 9 - a.example a.example\n");

    static const char bare_list[] = "5,x.example,a.example,9\n6,y.example,b.example,10\n";
    static const char *const third[] = {"domain=3"};
    static const char *const both[] = {"domain=3", "rank=4"};
    static const char *const first[] = {"domain=1"};
    temp_file_write(bare_list, strlen(bare_list));
    options = with_columns(third, 1);
    assert_reads_with(&options, "1 5 - a.example a.example\n2 6 - b.example b.example\n");
    options = with_columns(both, 2);
    assert_reads_with(&options, "1 9 - a.example a.example\n2 10 - b.example b.example\n");
    options = with_columns(first, 1);
    assert_reads_with(&options, "1 -1 - - 5\n2 -1 - - 6\n");
}

static void names_columns_that_do_not_exist(void **state)
{
    (void)state;
    static const char list[] = "rank,domain\n1,a.example\n";
    static const char *const unknown[] = {"domain=site"};
    static const char *const third[] = {"rank=3"};
    static const char *const extra[] = {"country"};
    temp_file_write(list, strlen(list));
    struct input_options options = with_columns(unknown, 1);
    assert_refused(&options, FAILURE_INPUT,
                   ": there is no column \"site\"; the first line names: rank, domain");
    options = with_columns(third, 1);
    assert_refused(&options, FAILURE_INPUT, ": there is no column 3: the first line has 2");
    options = defaults();
    options.extra = extra;
    options.extra_count = 1;
    assert_refused(&options, FAILURE_INPUT,
                   ": there is no column \"country\"; the first line names: rank, domain");
    options.format = INPUT_LIST;
    assert_refused(&options, FAILURE_INPUT,
                   ": there is no column \"country\": a plain list has no header");
    temp_file_write("rank,site\n1,a.example\n", 22);
    options = defaults();
    assert_refused(&options, FAILURE_INPUT,
                   ": no column is known to hold names; say --column domain=WHICH, one of: rank, "
                   "site");
}

static void refuses_malformed_column_options(void **state)
{
    (void)state;
    temp_file_write("a\n", 2);
    static const char *const bad[] = {"site", "site=1", "domain=", "domain=0", "rank=257", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct input_options options = with_columns(&bad[i], 1);
        char text[FAILURE_TEXT_MAX];
        snprintf(text, sizeof text,
                 "--column \"%s\": expected domain=WHICH or rank=WHICH, where WHICH is a column's "
                 "name or its number from 1 to 256",
                 bad[i]);
        assert_refused(&options, FAILURE_USAGE, text);
    }
    static const char *const extra[] = {"1", "0"};
    struct input_options options = defaults();
    options.extra = extra;
    options.extra_count = 2;
    assert_refused(&options, FAILURE_USAGE,
                   "--extra \"0\": expected a column's name or its number from 1 to 256");
    options.extra_count = INPUT_EXTRA_MAX + 1;
    assert_refused(&options, FAILURE_USAGE, "--extra: at most 64 columns can be carried along");
}

static void carries_extra_columns(void **state)
{
    (void)state;
    static const char list[] = "rank,domain,country,note\n1,a.example,DE,\"x, y\"\n2,b.example\n"
                               "3,192.0.2.1,FR,\n4,\"c\n";
    static const char *const extra[] = {"note", "Country", "1"};
    static const char *const prefixes[] = {"", "www"};
    struct input_options options = defaults();
    options.extra = extra;
    options.extra_count = 3;
    options.prefixes = prefixes;
    options.prefix_count = 2;
    temp_file_write(list, strlen(list));
    assert_reads_with(&options, "1 1 - a.example a.example|x, y|DE|1\n"
                                "1 1 www www.a.example a.example|x, y|DE|1\n"
                                "2 2 - b.example b.example|||2\n"
                                "2 2 www www.b.example b.example|||2\n"
                                "3 3 - - 192.0.2.1||FR|3\n"
                                "3 3 www - 192.0.2.1||FR|3\n"
                                "4 -1 - - 4,\"c|||\n"
                                "4 -1 www - 4,\"c|||\n");
}

static void cuts_extra_values_at_the_bound(void **state)
{
    (void)state;
    static char list[5000];
    memset(list, 'x', sizeof list);
    put(list, "a.example,b,");
    put(list + 4000, ",c");
    static const char *const extra[] = {"2", "3", "4"};
    struct input_options options = defaults();
    options.extra = extra;
    options.extra_count = 3;
    temp_file_write(list, 4002);
    struct failure why;
    struct input *input = input_new(&options, &why);
    assert_non_null(input);
    assert_int_equal(read_all(input, &why), INPUT_END);
    input_free(input);
    char expected[3000] = "1 -1 - a.example a.example|b|";
    size_t len = strlen(expected);
    size_t kept = TARGET_EXTRA_MAX - 3 * sizeof(uint16_t) - 1;
    memset(expected + len, 'x', kept);
    memcpy(expected + len + kept, "|\n", 3);
    assert_string_equal(seen.at, expected);
}

static void bounds_lines(void **state)
{
    (void)state;
    static char list[3 * INPUT_LINE_MAX];
    char expected[2000];
    for (size_t over = 0; over < 2; over++) {
        size_t len = INPUT_LINE_MAX + over;
        memset(list, 'x', sizeof list);
        put(list, "1,a.example\n2,b.example,");
        put(list + 12 + len, "\n3,c.example\n");
        temp_file_write(list, 12 + len + 13);
        const struct input_options options = defaults();
        char x[RECORD_INPUT_MAX + 1] = {0};
        memset(x, 'x', RECORD_INPUT_MAX);
        if (over == 0)
            snprintf(expected, sizeof expected,
                     "1 1 - a.example a.example\n2 2 - b.example b.example\n"
                     "3 3 - c.example c.example\n");
        else
            snprintf(expected, sizeof expected,
                     "1 1 - a.example a.example\n2 -1 - - 2,b.example,%.*s\n"
                     "3 3 - c.example c.example\n",
                     (int)(RECORD_INPUT_MAX - strlen("2,b.example,")), x);
        assert_reads_with(&options, expected);
    }
    /* A line without an end, longer than all buffers. */
    static char endless[12 * INPUT_LINE_MAX];
    memset(endless, 'y', sizeof endless);
    put(endless, "a.example\n");
    put(endless + sizeof endless - 12, "\r\nb.example\n");
    temp_file_write(endless, sizeof endless);
    char y[RECORD_INPUT_MAX + 1] = {0};
    memset(y, 'y', RECORD_INPUT_MAX);
    snprintf(expected, sizeof expected,
             "1 -1 - a.example a.example\n2 -1 - - %s\n3 -1 - b.example b.example\n", y);
    const struct input_options options = defaults();
    assert_reads_with(&options, expected);
}

static void keeps_a_long_name_short(void **state)
{
    (void)state;
    static char list[3000];
    memset(list, 'p', sizeof list);
    put(list, "https://a.example/");
    temp_file_write(list, sizeof list);
    const struct input_options options = defaults();
    char expected[2000];
    snprintf(expected, sizeof expected, "1 -1 - a.example %.*s\n", (int)RECORD_INPUT_MAX, list);
    assert_reads_with(&options, expected);
}

static void takes_nul_octets_as_data(void **state)
{
    (void)state;
    static const char list[] = "a.example\nb\0b.example\n\0\nc.example\n";
    temp_file_write(list, sizeof list - 1);
    const struct input_options options = defaults();
    struct failure why;
    struct input *input = input_new(&options, &why);
    assert_non_null(input);
    assert_int_equal(input_read(input, &batch, &why), INPUT_MORE);
    assert_int_equal(batch.count, 4);
    assert_int_equal(batch.targets[1].name.len, 0);
    assert_int_equal(batch.targets[1].input_len, 11);
    assert_memory_equal(batch.targets[1].input, "b\0b.example", 11);
    assert_int_equal(batch.targets[2].name.len, 0);
    assert_int_equal(batch.targets[2].input_len, 1);
    assert_int_not_equal(batch.targets[3].name.len, 0);
    input_free(input);
}

static void refuses_what_is_no_list(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        size_t len;
        const char *text;
    } refused[] = {
        {"\xff\xfe"
         "a\0",
         4, ": is UTF-16 text; plain UTF-8, gzip and zstd can be read"},
        {"\xfe\xff\0a", 4, ": is UTF-16 text; plain UTF-8, gzip and zstd can be read"},
        {"PK\x03\x04zipzip", 10, ": is a zip archive; plain UTF-8, gzip and zstd can be read"},
        {"\xfd"
         "7zXZ\0",
         6, ": is xz data; plain UTF-8, gzip and zstd can be read"},
        {"BZh91AY&SY", 10, ": is bzip2 data; plain UTF-8, gzip and zstd can be read"},
        {"7z\xbc\xaf\x27\x1c", 6, ": is a 7z archive; plain UTF-8, gzip and zstd can be read"},
    };
    struct input_options options = defaults();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        temp_file_write(refused[i].octets, refused[i].len);
        assert_refused(&options, FAILURE_INPUT, refused[i].text);
    }
    assert_reads("BZh.example\n", "1 -1 - bzh.example BZh.example\n");
    options.path = "/tmp";
    assert_refused(&options, FAILURE_INPUT, ": is a directory");
    options.path = "/nonexistent/list.csv";
    assert_refused(&options, FAILURE_INPUT, ": No such file or directory");
}

static void formats_can_be_forced(void **state)
{
    (void)state;
    static const char list[] = "domain\n1,a.example\n";
    temp_file_write(list, strlen(list));
    struct input_options options = defaults();
    options.format = INPUT_LIST;
    assert_reads_with(&options, "1 -1 - domain domain\n2 -1 - - 1,a.example\n");
    static const char csv[] = "a.example\nb.example,x\n#c\n";
    temp_file_write(csv, strlen(csv));
    options.format = INPUT_CSV;
    assert_reads_with(&options, "1 -1 - a.example a.example\n2 -1 - b.example b.example\n"
                                "3 -1 - - #c\n");
}

/* Lists for the compressed forms: many rows, so that they cross all buffers. */
#define MANY_ROWS 20000u
static char many[MANY_ROWS * 32];

static size_t make_many(void)
{
    size_t len = 0;
    for (unsigned i = 1; i <= MANY_ROWS; i++)
        len +=
            (size_t)snprintf(many + len, sizeof many - len, "%u,name-%u.example\r\n", i, i * 7919u);
    return len;
}

static size_t gzip_member(uint8_t *out, size_t cap, const void *octets, size_t len)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)octets;
    z.avail_in = (unsigned)len;
    z.next_out = out;
    z.avail_out = (unsigned)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t made = cap - z.avail_out;
    deflateEnd(&z);
    return made;
}

static size_t zstd_frame(uint8_t *out, size_t cap, const void *octets, size_t len)
{
    size_t made = ZSTD_compress(out, cap, octets, len, 3);
    assert_false(ZSTD_isError(made));
    return made;
}

/* Checks the rows of `many` by their numbers. Returns how many came. */
static unsigned count_many(struct input *input, enum input_status *status, struct failure *why)
{
    unsigned rows = 0;
    while ((*status = input_read(input, &batch, why)) == INPUT_MORE) {
        for (size_t i = 0; i < batch.count; i++) {
            char expected[64];
            rows++;
            int len = snprintf(expected, sizeof expected, "name-%u.example", rows * 7919u);
            assert_int_equal(batch.targets[i].row, rows);
            assert_int_equal(batch.targets[i].rank, rows);
            assert_int_equal(batch.targets[i].input_len, len);
            assert_memory_equal(batch.targets[i].input, expected, (size_t)len);
            assert_int_equal(batch.targets[i].name.len, len + 2);
        }
    }
    return rows;
}

static void assert_many(void)
{
    const struct input_options options = defaults();
    struct failure why = {.text = "no reason"};
    struct input *input = input_new(&options, &why);
    if (input == NULL)
        fail_msg("%s", why.text);
    enum input_status status;
    assert_int_equal(count_many(input, &status, &why), MANY_ROWS);
    assert_int_equal(status, INPUT_END);
    const struct input_progress progress = input_progress(input);
    assert_int_equal(progress.rows, MANY_ROWS);
    assert_int_equal(progress.octets_read, progress.octets_total);
    input_free(input);
}

static void reads_packed_lists(void **state)
{
    (void)state;
    static uint8_t packed[2 * sizeof many];
    size_t len = make_many(), half = len / 2 + 3;
    temp_file_write(many, len);
    assert_many();

    size_t at = gzip_member(packed, sizeof packed, many, half);
    at += gzip_member(packed + at, sizeof packed - at, many + half, len - half);
    temp_file_write(packed, at);
    assert_many();
    memset(packed + at, 0, 700);
    temp_file_write(packed, at + 700);
    assert_many();

    static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
    memcpy(packed, skippable, sizeof skippable);
    at = sizeof skippable;
    at += zstd_frame(packed + at, sizeof packed - at, many, half);
    memcpy(packed + at, skippable, sizeof skippable);
    at += sizeof skippable;
    at += zstd_frame(packed + at, sizeof packed - at, many + half, len - half);
    temp_file_write(packed, at);
    assert_many();
    temp_file_write(skippable, sizeof skippable);
    const struct input_options options = defaults();
    assert_reads_with(&options, "");
}

/* What is whole before the damage is read, and then the reason comes. */
static void assert_torn(size_t len, const void *octets, const char *reason)
{
    const struct input_options options = defaults();
    struct failure why = {.kind = FAILURE_NONE};
    temp_file_write(octets, len);
    struct input *input = input_new(&options, &why);
    enum input_status status = INPUT_FAILED;
    if (input != NULL) {
        unsigned rows = count_many(input, &status, &why);
        assert_in_range(rows, 1, MANY_ROWS);
        assert_int_equal(input_progress(input).rows, rows);
        why.text[0] = '\0';
        assert_int_equal(input_read(input, &batch, &why), INPUT_FAILED);
    }
    input_free(input);
    assert_int_equal(status, INPUT_FAILED);
    assert_int_equal(why.kind, FAILURE_INPUT);
    if (strstr(why.text, reason) == NULL ||
        strncmp(why.text, temp_file_path, strlen(temp_file_path)) != 0)
        fail_msg("%s", why.text);
}

static void a_torn_file_fails_after_its_whole_rows(void **state)
{
    (void)state;
    static uint8_t packed[2 * sizeof many];
    char reason[128];
    size_t len = make_many();
    size_t at = gzip_member(packed, sizeof packed, many, len);
    snprintf(reason, sizeof reason, ": the packed data end early (at octet %zu)", at / 2);
    assert_torn(at / 2, packed, reason);
    packed[at - 6] ^= 1;
    assert_torn(at, packed, ": incorrect data check (at octet ");
    packed[at - 6] ^= 1;
    put(packed + at, "junk");
    assert_torn(at + 4, packed, ": other data behind the gzip data (at octet ");

    size_t first = zstd_frame(packed, sizeof packed, many, len / 2);
    at = first + zstd_frame(packed + first, sizeof packed - first, many + len / 2, len - len / 2);
    snprintf(reason, sizeof reason, ": the packed data end early (at octet %zu)", at - 10);
    assert_torn(at - 10, packed, reason);
    packed[first] ^= 0xff;
    snprintf(reason, sizeof reason, ": other data behind the zstd data (at octet %zu)", first);
    assert_torn(at, packed, reason);
    packed[first] = 0x27; /* a format before 1.0 */
    assert_torn(at, packed, reason);
}

static void hashes_the_file_as_stored(void **state)
{
    (void)state;
    const struct input_options options = defaults();
    struct failure why;
    char hex[65];
    temp_file_write("abc", 3);
    struct input *input = input_new(&options, &why);
    assert_non_null(input);
    assert_int_equal(read_all(input, &why), INPUT_END);
    input_sha256(input, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    input_sha256(input, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    input_free(input);

    static uint8_t packed[sizeof many];
    size_t len = gzip_member(packed, sizeof packed, many, make_many());
    temp_file_write(packed, len);
    uint8_t digest[LDNS_SHA256_DIGEST_LENGTH];
    ldns_sha256(packed, (unsigned)len, digest);
    input = input_new(&options, &why);
    assert_non_null(input);
    enum input_status status;
    count_many(input, &status, &why);
    input_sha256(input, hex);
    input_free(input);
    for (size_t i = 0; i < sizeof digest; i++) {
        char octet[3];
        snprintf(octet, sizeof octet, "%02x", digest[i]);
        assert_memory_equal(hex + 2 * i, octet, 2);
    }
}

/* Standard input is replaced by a pipe for a while. */
static int replace_stdin(int *saved)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *saved = dup(STDIN_FILENO);
    assert_true(*saved >= 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    return ends[1];
}

static void restore_stdin(int saved)
{
    assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
    close(saved);
}

static void write_pipe(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void reads_a_pipe_as_it_comes(void **state)
{
    (void)state;
    int saved, fd = replace_stdin(&saved);
    struct input_options options = defaults();
    options.path = "-";
    write_pipe(fd, "1,a.example\n2,b.exa");
    struct failure why;
    struct input *input = input_new(&options, &why);
    assert_non_null(input);
    assert_int_equal(input_read(input, &batch, &why), INPUT_MORE);
    assert_int_equal(batch.count, 1);
    write_pipe(fd, "mple\r");
    assert_int_equal(input_read(input, &batch, &why), INPUT_MORE);
    assert_int_equal(batch.count, 1);
    assert_int_equal(batch.targets[0].rank, 2);
    assert_memory_equal(batch.targets[0].input, "b.example", 9);
    write_pipe(fd, "\n3,c.example");
    close(fd);
    assert_int_equal(input_read(input, &batch, &why), INPUT_MORE);
    assert_int_equal(batch.count, 1);
    assert_int_equal(batch.targets[0].row, 3);
    assert_int_equal(input_read(input, &batch, &why), INPUT_END);
    assert_int_equal(input_progress(input).octets_total, 0);
    assert_int_equal(input_progress(input).octets_read, 36);
    input_free(input);
    restore_stdin(saved);
}

static void *stop(void *input)
{
    usleep(20000);
    input_stop(input);
    return NULL;
}

static void a_stop_ends_a_wait(void **state)
{
    (void)state;
    int saved, fd = replace_stdin(&saved);
    struct input_options options = defaults();
    options.path = "-";
    write_pipe(fd, "example.com\nexample.org\nunfinished");
    struct failure why;
    struct input *input = input_new(&options, &why);
    assert_non_null(input);
    assert_int_equal(input_read(input, &batch, &why), INPUT_MORE);
    assert_int_equal(batch.count, 2);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop, input), 0);
    assert_int_equal(input_read(input, &batch, &why), INPUT_END);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(input_read(input, &batch, &why), INPUT_END);
    input_free(input);
    close(fd);
    restore_stdin(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_plain_lists),
        cmocka_unit_test(reads_every_line_end),
        cmocka_unit_test(an_empty_list_has_no_rows),
        cmocka_unit_test(bad_rows_are_targets_without_a_name),
        cmocka_unit_test(reads_csv),
        cmocka_unit_test(finds_the_header_by_its_words),
        cmocka_unit_test(reads_odd_ranks_as_none),
        cmocka_unit_test(a_stray_quote_spoils_one_row),
        cmocka_unit_test(a_row_without_the_column_is_kept_whole),
        cmocka_unit_test(maps_u_labels),
        cmocka_unit_test(puts_prefixes_before_names),
        cmocka_unit_test(refuses_bad_prefixes),
        cmocka_unit_test(takes_columns_by_name_and_number),
        cmocka_unit_test(names_columns_that_do_not_exist),
        cmocka_unit_test(refuses_malformed_column_options),
        cmocka_unit_test(carries_extra_columns),
        cmocka_unit_test(cuts_extra_values_at_the_bound),
        cmocka_unit_test(bounds_lines),
        cmocka_unit_test(keeps_a_long_name_short),
        cmocka_unit_test(takes_nul_octets_as_data),
        cmocka_unit_test(refuses_what_is_no_list),
        cmocka_unit_test(formats_can_be_forced),
        cmocka_unit_test(reads_packed_lists),
        cmocka_unit_test(a_torn_file_fails_after_its_whole_rows),
        cmocka_unit_test(hashes_the_file_as_stored),
        cmocka_unit_test(reads_a_pipe_as_it_comes),
        cmocka_unit_test(a_stop_ends_a_wait),
    };
    return cmocka_run_group_tests(tests, temp_file_make, temp_file_remove);
}
