#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "options.h"

#define ARGS_MAX 80

static struct options options;
static struct failure why;

/* Parses what stands between the blanks. The text lives until the next call. */
static enum options_result parse(const char *line)
{
    static char copy[4096];
    char *argv[ARGS_MAX + 1], *kept[ARGS_MAX], *rest = copy;
    int argc = 0;
    options_fini(&options);
    why = (struct failure){.kind = FAILURE_NONE};
    snprintf(copy, sizeof copy, "caascan %s", line);
    while (rest != NULL && argc < ARGS_MAX) {
        kept[argc] = strsep(&rest, " ");
        argv[argc] = kept[argc];
        argc++;
    }
    argv[argc] = NULL;
    enum options_result result = options_parse(argc, argv, &options, &why);
    assert_memory_equal(argv, kept, (size_t)argc * sizeof *argv);
    assert_int_equal(why.kind, result == OPTIONS_ERROR ? FAILURE_USAGE : FAILURE_NONE);
    return result;
}

static void defaults_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_int_equal(parse("-i list.csv -o out.zst"), OPTIONS_RUN);
    assert_string_equal(options.input, "list.csv");
    assert_string_equal(options.output, "out.zst");
    assert_null(options.resolvers);
    assert_null(options.root_hints);
    assert_false(options.ipv4_only || options.ipv6_only || options.no_control || options.context);
    assert_null(options.scan_id);
    assert_string_equal(options.vantage, "");
    assert_int_equal(options.input_format, INPUT_AUTO);
    assert_int_equal(options.column_count, 0);
    assert_int_equal(options.extra_count, 0);
    assert_int_equal(options.prefix_count, 1);
    assert_string_equal(options.prefix[0], "");
    assert_int_equal(options.rate_qps, 1000);
    assert_false(options.server_rate_given);
    assert_int_equal(options_server_rate(&options), 200);
    assert_int_equal(options.in_flight, 1000);
    assert_int_equal(options.cache_entries, 65536);
    assert_int_equal(options.timeout_ns, 2000000000);
    assert_int_equal(options.attempts, 5);
    assert_false(options.rfc6844 || options.erratum5065 || options.seed_given);
    assert_false(options.force || options.quiet || options.json_status);
}

static void every_option_reaches_its_member(void **state)
{
    (void)state;
    assert_int_equal(
        parse("--input - --output - --resolvers 192.0.2.1,[2001:db8::1]:53 --input-format csv "
              "--column domain=host --column rank=2 --extra a,3 --extra b --prefix ,WWW,a.b_c "
              "--semantics rfc6844,rfc8659 --rate 0 --in-flight 7 --cache 2048 --server-rate 8 "
              "--threads 9 "
              "--timeout 1.5 --attempts 10 --force --quiet --json-status --scan-id s "
              "--vantage v --seed 11 --no-control --context"),
        OPTIONS_RUN);
    assert_string_equal(options.input, "-");
    assert_string_equal(options.output, "-");
    assert_string_equal(options.resolvers, "192.0.2.1,[2001:db8::1]:53");
    assert_int_equal(options.input_format, INPUT_CSV);
    assert_int_equal(options.column_count, 2);
    assert_string_equal(options.column[0], "domain=host");
    assert_string_equal(options.column[1], "rank=2");
    assert_int_equal(options.extra_count, 3);
    assert_string_equal(options.extra[0], "a");
    assert_string_equal(options.extra[1], "3");
    assert_string_equal(options.extra[2], "b");
    assert_int_equal(options.prefix_count, 3);
    assert_string_equal(options.prefix[0], "");
    assert_string_equal(options.prefix[1], "WWW");
    assert_string_equal(options.prefix[2], "a.b_c");
    assert_true(options.rfc6844);
    assert_false(options.erratum5065);
    assert_int_equal(options.rate_qps, 0);
    assert_int_equal(options.in_flight, 7);
    assert_int_equal(options.cache_entries, 2048);
    assert_int_equal(options.server_rate_qps, 8);
    assert_int_equal(options.threads, 9);
    assert_int_equal(options.timeout_ns, 1500000000);
    assert_int_equal(options.attempts, 10);
    assert_true(options.force && options.quiet && options.json_status);
    assert_string_equal(options.scan_id, "s");
    assert_string_equal(options.vantage, "v");
    assert_true(options.seed_given);
    assert_int_equal(options.seed, 11);
    assert_true(options.no_control && options.context);
}

static void spellings_of_getopt_work(void **state)
{
    (void)state;
    assert_int_equal(parse("-ilist --out=o --rate=5 --rate 6"), OPTIONS_RUN);
    assert_string_equal(options.input, "list");
    assert_string_equal(options.output, "o");
    assert_int_equal(options.rate_qps, 6);
    assert_int_equal(parse("--semantics all -i a -o b"), OPTIONS_RUN);
    assert_true(options.rfc6844 && options.erratum5065);
    assert_int_equal(parse("--timeout 0.05 -i a -o b"), OPTIONS_RUN);
    assert_int_equal(options.timeout_ns, 50000000);
    assert_int_equal(parse("--timeout 0.123456789 -i a -o b"), OPTIONS_RUN);
    assert_int_equal(options.timeout_ns, 123456789);
    assert_int_equal(parse("-4 -i a -o b"), OPTIONS_RUN);
    assert_true(options.ipv4_only && !options.ipv6_only);
    assert_int_equal(parse("-6 -i a -o b"), OPTIONS_RUN);
    assert_true(options.ipv6_only && !options.ipv4_only);
}

static void what_prints_needs_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(parse("--help"), OPTIONS_HELP);
    assert_int_equal(parse("-i x -h --nonsense"), OPTIONS_HELP);
    assert_int_equal(parse("-V"), OPTIONS_VERSION);
    assert_int_equal(parse("--bash-completion"), OPTIONS_BASH_COMPLETION);
    assert_int_equal(parse("--zsh-completion"), OPTIONS_ZSH_COMPLETION);
}

struct mistake {
    const char *line;
    const char *text; /* what the failure must say, before the hint */
};

static const struct mistake mistakes[] = {
    {"-o out", "--input is missing"},
    {"-i list", "--output is missing"},
    {"-i", "--input needs a value"},
    {"--rate", "--rate needs a value"},
    {"--force=1", "--force takes no value"},
    {"--frobnicate", "unknown or ambiguous option --frobnicate"},
    {"--in 5", "unknown or ambiguous option --in"},
    {"-x", "unknown option -x"},
    {"-i a -o b c", "unexpected argument \"c\""},
    {"-i a -o b --rate -1", "--rate \"-1\": must be a whole number from 0 to 100000000"},
    {"--rate 1e3", "--rate \"1e3\": must be"},
    {"--rate 10K", "--rate \"10K\": must be"},
    {"--rate ", "--rate \"\": must be"},
    {"--rate +5", "--rate \"+5\": must be"},
    {"--rate 99999999999999999999999", "must be a whole number"},
    {"--cache 1023", "--cache \"1023\": must be a whole number from 1024 to 16777216"},
    {"--in-flight 0", "--in-flight \"0\": must be a whole number from 1 to 1000000"},
    {"--threads 65", "from 1 to 64"},
    {"--attempts 0", "from 1 to 10"},
    {"--seed 9223372036854775808", "from 0 to 9223372036854775807"},
    {"--timeout 0.01", "--timeout \"0.01\": must be seconds from 0.05 to 60"},
    {"--timeout 60.1", "must be seconds"},
    {"--timeout 1.", "must be seconds"},
    {"--timeout .5", "must be seconds"},
    {"--timeout 1.5s", "must be seconds"},
    {"--timeout 1.1234567891", "must be seconds"},
    {"--timeout 99999999999999999999", "must be seconds"},
    {"--input-format json", "--input-format \"json\": must be auto, csv or list"},
    {"--semantics rfc9999", "must list rfc8659, rfc6844, erratum5065 or all"},
    {"--semantics rfc6844,", "must list rfc8659"},
    {"--column a --column b --column c", "--column \"c\": is one column too many"},
    {"--prefix a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "has too many values"},
    {"--output ", "--output \"\": must not be empty"},
    {"--scan-id ", "--scan-id \"\": must not be empty"},
    {"--root-hints ", "--root-hints \"\": must not be empty"},
    {"--server-rate -5", "--server-rate \"-5\": must be a whole number from 0 to 100000000"},
    {"-i a -o b -4 -6", "--ipv4 and --ipv6 exclude each other"},
    {"--no-control=1", "--no-control takes no value"},
    {"--mixed-case=1", "--mixed-case takes no value"},
    {"--no-segmentation=1", "--no-segmentation takes no value"},
};

static void mistakes_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        if (parse(mistakes[i].line) != OPTIONS_ERROR)
            fail_msg("accepted: %s", mistakes[i].line);
        if (strstr(why.text, mistakes[i].text) == NULL)
            fail_msg("%s: \"%s\"", mistakes[i].line, why.text);
        assert_non_null(strstr(why.text, "; see caascan --help"));
    }
}

static void a_long_value_leaves_room_for_the_reason(void **state)
{
    (void)state;
    char line[4000];
    memset(line, '9', sizeof line);
    memcpy(line, "--rate ", 7);
    line[sizeof line - 1] = '\0';
    assert_int_equal(parse(line), OPTIONS_ERROR);
    assert_non_null(strstr(why.text, "must be a whole number"));
}

static void too_many_columns_are_refused(void **state)
{
    (void)state;
    char line[600] = "-i a -o b --extra 1";
    for (int i = 1; i < (int)INPUT_EXTRA_MAX; i++)
        strcat(line, ",1");
    assert_int_equal(parse(line), OPTIONS_RUN);
    assert_int_equal(options.extra_count, INPUT_EXTRA_MAX);
    strcat(line, " --extra 1");
    assert_int_equal(parse(line), OPTIONS_ERROR);
    assert_non_null(strstr(why.text, "has too many values"));
}

static void the_server_rate_follows_the_mode(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint64_t rate_qps;
    } cases[] = {
        {"-i a -o b", 200},
        {"-i a -o b -r 192.0.2.1", 0},
        {"-i a -o b --server-rate 0", 0},
        {"-i a -o b --server-rate 7", 7},
        {"-i a -o b --server-rate 7 -r 192.0.2.1", 7},
        {"-i a -o b --rate 50", 200},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(cases[i].line), OPTIONS_RUN);
        assert_int_equal(options_server_rate(&options), cases[i].rate_qps);
    }
}

static void threads_follow_the_rate(void **state)
{
    (void)state;
    parse("-i a -o b");
    assert_int_equal(options_threads(&options, 8), 1);
    parse("-i a -o b --rate 20000");
    assert_int_equal(options_threads(&options, 8), 1);
    parse("-i a -o b --rate 20001");
    assert_int_equal(options_threads(&options, 8), 6);
    parse("-i a -o b --rate 0");
    assert_int_equal(options_threads(&options, 4), 3);
    assert_int_equal(options_threads(&options, 3), 2);
    assert_int_equal(options_threads(&options, 2), 1);
    assert_int_equal(options_threads(&options, 0), 1);
    parse("-i a -o b --threads 6");
    assert_int_equal(options_threads(&options, 2), 6);
}

static int finish(void **state)
{
    (void)state;
    options_fini(&options);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_manual),
        cmocka_unit_test(every_option_reaches_its_member),
        cmocka_unit_test(spellings_of_getopt_work),
        cmocka_unit_test(what_prints_needs_nothing_else),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(a_long_value_leaves_room_for_the_reason),
        cmocka_unit_test(too_many_columns_are_refused),
        cmocka_unit_test(the_server_rate_follows_the_mode),
        cmocka_unit_test(threads_follow_the_rate),
    };
    return cmocka_run_group_tests(tests, NULL, finish);
}
