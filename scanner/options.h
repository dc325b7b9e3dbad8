/* options.h: the command line of caascan. One table makes parsing, --help and the completions. */
#ifndef CAASCAN_OPTIONS_H
#define CAASCAN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "failure.h"
#include "input.h"

#define OPTIONS_COLUMNS_MAX 2u

/* All text is NUL-terminated and lives until options_fini. */
struct options {
    const char *input;        /* "-": standard input */
    const char *output;       /* "-": standard output */
    const char *resolvers;    /* as given: addresses or a file; NULL: iterate from the roots */
    const char *root_hints;   /* file; NULL: those built in */
    const char *trust_anchor; /* file; NULL: as anchors.h says */
    const char *scan_id;      /* NULL: list name and start time */
    const char *vantage;      /* "" where not given */
    const char *column[OPTIONS_COLUMNS_MAX]; /* as given */
    const char *extra[INPUT_EXTRA_MAX];
    const char *prefix[INPUT_PREFIXES_MAX]; /* "": the bare name */
    size_t column_count;
    size_t extra_count;
    size_t prefix_count;      /* at least 1 */
    uint64_t rate_qps;        /* 0: no limit */
    uint64_t server_rate_qps; /* 0: no limit */
    uint64_t timeout_ns;      /* of the first attempt */
    uint64_t seed;            /* meaningful where seed_given */
    uint64_t in_flight;
    uint64_t cache_entries; /* of each thread */
    uint64_t threads;       /* 0: options_threads decides */
    uint64_t attempts;
    enum input_format input_format;
    bool rfc6844; /* --semantics: verdicts beside rfc8659's */
    bool erratum5065;
    bool seed_given; /* else main draws one */
    bool force;
    bool dry_run;
    bool quiet;
    bool json_status;
    bool server_rate_given; /* else options_server_rate decides */
    bool ipv4_only, ipv6_only;
    bool all_nameservers; /* ask every server of each zone */
    bool context;         /* ask resolvers for zones too */
    bool no_control;      /* no control probes after a failure */
    bool mixed_case;      /* names in random case, to be echoed so */
    bool no_segmentation; /* one datagram in a send */
    bool no_dnssec;       /* iterating: don't verify */
    char **copies;        /* storage of split lists */
    size_t copy_count;
};

/* The word of --input-format: "auto", "csv", "list". */
const char *options_format_word(enum input_format format);

enum options_result {
    OPTIONS_RUN,
    OPTIONS_HELP,
    OPTIONS_VERSION,
    OPTIONS_BASH_COMPLETION,
    OPTIONS_ZSH_COMPLETION,
    OPTIONS_ERROR /* *why says FAILURE_USAGE */
};

/* Fills *options, defaults included; call options_fini whatever the result. argv keeps its order
 * and content; text of it is borrowed. Not for two threads at a time (getopt_long). */
enum options_result options_parse(int argc, char **argv, struct options *options,
                                  struct failure *why);

/* Prints what --help, --version or a completion option asked for. `result` must be one of these. */
void options_print(enum options_result result, FILE *to);

/* "0.1.0" */
const char *options_version(void);

/* --server-rate, or where it was not given OPTIONS_AUTHORITY_QPS for authorities and no limit for
 * resolvers that the user named. */
#define OPTIONS_AUTHORITY_QPS 200u
#define OPTIONS_AUTHORITY_IN_FLIGHT 100u /* queries to one authority's address at a time */
uint64_t options_server_rate(const struct options *options);

/* --threads, or where it was not given 1 with a limit of at most OPTIONS_ONE_THREAD_QPS, else one
 * less than cores, since reading the list and compressing the records take most of a core
 * beside three workers; at most 6. At least 1. */
#define OPTIONS_ONE_THREAD_QPS 20000u
unsigned options_threads(const struct options *options, unsigned cores);

void options_fini(struct options *options);

#endif
