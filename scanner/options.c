#include "options.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "options_table.h"

#define MOST_WORKERS 6u /* whose records one thread can compress */
#define SEE_HELP "; see caascan --help"

/* Above every character that getopt returns for a short option. */
#define LONG_OPTION_BASE 256

#define TABLE_MAX 64u

struct getopt_tables {
    struct option longs[TABLE_MAX + 1];
    char shorts[2 * TABLE_MAX + 3];
};

/* "+": an argument that is no option ends the parsing, and argv keeps its order. ":": a missing
 * value is told apart from an unknown option. */
static void make_tables(struct getopt_tables *tables)
{
    assert(options_row_count <= TABLE_MAX);
    *tables = (struct getopt_tables){.shorts = "+:"};
    char *at = tables->shorts + 2;
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        tables->longs[i] = (struct option){
            .name = row->name,
            .has_arg = row->argument != NULL ? required_argument : no_argument,
            .val = LONG_OPTION_BASE + (int)i,
        };
        if (row->letter == 0)
            continue;
        *at++ = row->letter;
        if (row->argument != NULL)
            *at++ = ':';
    }
}

static const struct options_row *find_row(int code)
{
    if (code >= LONG_OPTION_BASE)
        return &options_rows[code - LONG_OPTION_BASE];
    for (size_t i = 0; i < options_row_count; i++) {
        if (options_rows[i].letter != 0 && options_rows[i].letter == code)
            return &options_rows[i];
    }
    return NULL;
}

static bool set_fallbacks(struct options *options, struct failure *why)
{
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        if (row->fallback != NULL && !row->set(options, row, row->fallback, why))
            return false;
    }
    return true;
}

/* What getopt_long did not take: code is '?' or ':'. */
static enum options_result refuse(int code, char **argv, struct failure *why)
{
    const struct options_row *row = find_row(optopt);
    if (code == ':' && row != NULL)
        failure_set(why, FAILURE_USAGE, "--%s needs a value" SEE_HELP, row->name);
    else if (optopt >= LONG_OPTION_BASE && row != NULL)
        failure_set(why, FAILURE_USAGE, "--%s takes no value" SEE_HELP, row->name);
    else if (optopt != 0)
        failure_set(why, FAILURE_USAGE, "unknown option -%c" SEE_HELP, optopt);
    else
        failure_set(why, FAILURE_USAGE, "unknown or ambiguous option %.100s" SEE_HELP,
                    argv[optind - 1]);
    return OPTIONS_ERROR;
}

static enum options_result check_whole(const struct options *options, struct failure *why)
{
    if (options->input == NULL || (options->output == NULL && !options->dry_run))
        failure_set(why, FAILURE_USAGE, "%s is missing" SEE_HELP,
                    options->input == NULL ? "--input" : "--output");
    else if (options->ipv4_only && options->ipv6_only)
        failure_set(why, FAILURE_USAGE, "--ipv4 and --ipv6 exclude each other" SEE_HELP);
    else if (options->resolvers != NULL &&
             (options->ipv4_only || options->ipv6_only || options->root_hints != NULL))
        failure_set(
            why, FAILURE_USAGE,
            "--ipv4, --ipv6 and --root-hints are for iteration, not for --resolvers" SEE_HELP);
    else if (options->trust_anchor != NULL && (options->resolvers != NULL || options->no_dnssec))
        failure_set(why, FAILURE_USAGE,
                    "--trust-anchor is for iteration that verifies, not for --%s" SEE_HELP,
                    options->resolvers != NULL ? "resolvers" : "no-dnssec");
    else if (options->all_nameservers && options->resolvers != NULL)
        failure_set(
            why, FAILURE_USAGE,
            "--all-nameservers asks authorities, --resolvers asks resolvers: take one" SEE_HELP);
    else
        return OPTIONS_RUN;
    return OPTIONS_ERROR;
}

enum options_result options_parse(int argc, char **argv, struct options *options,
                                  struct failure *why)
{
    struct getopt_tables tables;
    int code;
    *options = (struct options){.input = NULL};
    make_tables(&tables);
    if (!set_fallbacks(options, why))
        return OPTIONS_ERROR;
    opterr = 0;
    optind = 0; /* glibc: start anew */
    while ((code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        if (code == '?' || code == ':')
            return refuse(code, argv, why);
        const struct options_row *row = find_row(code);
        if (row->ends != OPTIONS_RUN)
            return row->ends;
        if (!row->set(options, row, optarg, why))
            return OPTIONS_ERROR;
    }
    if (optind < argc) {
        failure_set(why, FAILURE_USAGE, "unexpected argument \"%.100s\"" SEE_HELP, argv[optind]);
        return OPTIONS_ERROR;
    }
    return check_whole(options, why);
}

const char *options_format_word(enum input_format format)
{
    static const char *const words[] = {
        [INPUT_AUTO] = "auto", [INPUT_CSV] = "csv", [INPUT_LIST] = "list"};
    return words[format];
}

uint64_t options_server_rate(const struct options *options)
{
    if (options->server_rate_given)
        return options->server_rate_qps;
    return options->resolvers != NULL ? 0 : OPTIONS_AUTHORITY_QPS;
}

unsigned options_threads(const struct options *options, unsigned cores)
{
    if (options->threads > 0)
        return (unsigned)options->threads;
    if (options->rate_qps > 0 && options->rate_qps <= OPTIONS_ONE_THREAD_QPS)
        return 1;
    if (cores <= 2)
        return 1;
    return cores - 1 < MOST_WORKERS ? cores - 1 : MOST_WORKERS;
}

void options_fini(struct options *options)
{
    for (size_t i = 0; i < options->copy_count; i++)
        free(options->copies[i]);
    free(options->copies);
    *options = (struct options){.input = NULL};
}
