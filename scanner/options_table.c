#include "options_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define MEMBER(name) offsetof(struct options, name)

/* The value comes first and is cut, so that the rest of the message always fits. */
#define BAD_VALUE "--%s \"%.100s\": "
#define SEE_HELP "; see caascan --help"

static bool refuse(struct failure *why, const struct options_row *row, const char *value,
                   const char *reason)
{
    failure_set(why, FAILURE_USAGE, BAD_VALUE "%s" SEE_HELP, row->name, value, reason);
    return false;
}

static void *member(struct options *options, const struct options_row *row)
{
    return (char *)options + row->offset;
}

static bool set_flag(struct options *options, const struct options_row *row, const char *value,
                     struct failure *why)
{
    (void)value;
    (void)why;
    *(bool *)member(options, row) = true;
    return true;
}

static bool set_text(struct options *options, const struct options_row *row, const char *value,
                     struct failure *why)
{
    size_t len = strlen(value);
    if (len < row->min)
        return refuse(why, row, value, "must not be empty");
    if (len > row->max)
        return refuse(why, row, value, "is too long");
    *(const char **)member(options, row) = value;
    return true;
}

/* Digits alone: no sign, blank or unit. *end is set behind them. */
static bool read_digits(const char *text, uint64_t *out, const char **end)
{
    uint64_t n = 0;
    *end = text;
    for (; **end >= '0' && **end <= '9'; (*end)++) {
        uint64_t digit = (uint64_t)(**end - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return *end != text;
}

static bool set_number(struct options *options, const struct options_row *row, const char *value,
                       struct failure *why)
{
    uint64_t n;
    const char *end;
    if (read_digits(value, &n, &end) && *end == '\0' && n >= row->min && n <= row->max) {
        *(uint64_t *)member(options, row) = n;
        return true;
    }
    failure_set(why, FAILURE_USAGE,
                BAD_VALUE "must be a whole number from %" PRIu64 " to %" PRIu64 SEE_HELP, row->name,
                value, row->min, row->max);
    return false;
}

static bool set_seed(struct options *options, const struct options_row *row, const char *value,
                     struct failure *why)
{
    options->seed_given = set_number(options, row, value, why);
    return options->seed_given;
}

static bool set_server_rate(struct options *options, const struct options_row *row,
                            const char *value, struct failure *why)
{
    options->server_rate_given = set_number(options, row, value, why);
    return options->server_rate_given;
}

/* "2", "1.5", "0.25": at most nine decimals. */
static bool read_seconds(const char *text, uint64_t *out_ns)
{
    uint64_t seconds, unit_ns = NS_PER_S;
    const char *at;
    if (!read_digits(text, &seconds, &at) || seconds > UINT64_MAX / NS_PER_S - 1)
        return false;
    *out_ns = seconds * NS_PER_S;
    if (*at == '\0')
        return true;
    if (*at != '.' || at[1] == '\0')
        return false;
    for (at++; *at >= '0' && *at <= '9' && unit_ns > 1; at++) {
        unit_ns /= 10;
        *out_ns += (uint64_t)(*at - '0') * unit_ns;
    }
    return *at == '\0';
}

static bool set_seconds(struct options *options, const struct options_row *row, const char *value,
                        struct failure *why)
{
    uint64_t ns;
    if (read_seconds(value, &ns) && ns >= row->min && ns <= row->max) {
        *(uint64_t *)member(options, row) = ns;
        return true;
    }
    failure_set(why, FAILURE_USAGE, BAD_VALUE "must be seconds from %g to %g" SEE_HELP, row->name,
                value, (double)row->min / (double)NS_PER_S, (double)row->max / (double)NS_PER_S);
    return false;
}

static bool set_format(struct options *options, const struct options_row *row, const char *value,
                       struct failure *why)
{
    for (unsigned i = INPUT_AUTO; i <= INPUT_LIST; i++) {
        if (strcmp(value, options_format_word((enum input_format)i)) == 0) {
            options->input_format = (enum input_format)i;
            return true;
        }
    }
    return refuse(why, row, value, "must be auto, csv or list");
}

/* A copy that lives until options_fini. */
static char *keep(struct options *options, const char *text)
{
    char **copies = realloc(options->copies, (options->copy_count + 1) * sizeof *copies);
    if (copies == NULL)
        return NULL;
    options->copies = copies;
    char *copy = strdup(text);
    if (copy != NULL)
        copies[options->copy_count++] = copy;
    return copy;
}

/* What the values of columns and prefixes mean is checked where they are used (input.h). */
static bool set_column(struct options *options, const struct options_row *row, const char *value,
                       struct failure *why)
{
    if (options->column_count == OPTIONS_COLUMNS_MAX)
        return refuse(why, row, value, "is one column too many");
    options->column[options->column_count++] = value;
    return true;
}

struct value_list {
    const char **items;
    size_t *count;
    size_t max;
};

/* Appends what stands between the commas. NULL, or the reason why not. */
static const char *append_values(struct options *options, const char *value, struct value_list list)
{
    char *rest = keep(options, value);
    if (rest == NULL)
        return "memory is short";
    while (rest != NULL) {
        if (*list.count == list.max)
            return "has too many values";
        list.items[(*list.count)++] = strsep(&rest, ",");
    }
    return NULL;
}

static bool set_extra(struct options *options, const struct options_row *row, const char *value,
                      struct failure *why)
{
    struct value_list list = {options->extra, &options->extra_count, INPUT_EXTRA_MAX};
    const char *reason = append_values(options, value, list);
    return reason == NULL || refuse(why, row, value, reason);
}

static bool set_prefixes(struct options *options, const struct options_row *row, const char *value,
                         struct failure *why)
{
    struct value_list list = {options->prefix, &options->prefix_count, INPUT_PREFIXES_MAX};
    options->prefix_count = 0;
    const char *reason = append_values(options, value, list);
    return reason == NULL || refuse(why, row, value, reason);
}

static bool add_semantics(struct options *options, const char *word)
{
    bool all = strcmp(word, "all") == 0;
    bool rfc6844 = all || strcmp(word, "rfc6844") == 0;
    bool erratum5065 = all || strcmp(word, "erratum5065") == 0;
    options->rfc6844 = options->rfc6844 || rfc6844;
    options->erratum5065 = options->erratum5065 || erratum5065;
    return rfc6844 || erratum5065 || strcmp(word, "rfc8659") == 0;
}

static bool set_semantics(struct options *options, const struct options_row *row, const char *value,
                          struct failure *why)
{
    options->rfc6844 = false;
    options->erratum5065 = false;
    char *rest = keep(options, value);
    if (rest == NULL)
        return refuse(why, row, value, "memory is short");
    while (rest != NULL) {
        if (!add_semantics(options, strsep(&rest, ",")))
            return refuse(why, row, value, "must list rfc8659, rfc6844, erratum5065 or all");
    }
    return true;
}

const struct options_row options_rows[] = {
    {.name = "input",
     .letter = 'i',
     .argument = "FILE",
     .heading = "Input",
     .words = "FILE",
     .help = "list of names, plain or CSV, also in gzip or zstd\n\"-\" is standard input",
     .set = set_text,
     .offset = MEMBER(input),
     .min = 1,
     .max = 4096},
    {.name = "input-format",
     .argument = "auto|csv|list",
     .words = "auto csv list",
     .help = "how to read the list",
     .fallback = "auto",
     .set = set_format},
    {.name = "column",
     .argument = "WHICH",
     .help = "column of the name or the rank, by header or number\n"
             "domain=NAME|N or rank=NAME|N; may be given for each",
     .set = set_column},
    {.name = "extra",
     .argument = "COL[,COL...]",
     .help = "other columns to carry along, by header or number",
     .set = set_extra},
    {.name = "prefix",
     .argument = "LIST",
     .help = "labels to put before each name\n\",www\" asks for the bare name and for www",
     .fallback = "",
     .shown = "none, the bare name",
     .set = set_prefixes},

    {.name = "output",
     .letter = 'o',
     .argument = "FILE",
     .heading = "Output",
     .words = "FILE",
     .help = "record file; \"-\" is standard output",
     .set = set_text,
     .offset = MEMBER(output),
     .min = 1,
     .max = 4096},
    {.name = "force",
     .help = "replace an existing output",
     .set = set_flag,
     .offset = MEMBER(force)},
    {.name = "dry-run",
     .help = "print what would be sent, send and write nothing",
     .set = set_flag,
     .offset = MEMBER(dry_run)},
    {.name = "scan-id",
     .argument = "ID",
     .help = "name of the scan in every record",
     .shown = "list name and start time",
     .set = set_text,
     .offset = MEMBER(scan_id),
     .min = 1,
     .max = 200},
    {.name = "vantage",
     .argument = "LABEL",
     .help = "name of this site in every record",
     .fallback = "",
     .shown = "none",
     .set = set_text,
     .offset = MEMBER(vantage),
     .max = 200},
    {.name = "quiet",
     .help = "no status lines, no summary",
     .set = set_flag,
     .offset = MEMBER(quiet)},
    {.name = "json-status",
     .help = "a JSON object a second on standard error",
     .set = set_flag,
     .offset = MEMBER(json_status)},

    {.name = "resolvers",
     .letter = 'r',
     .argument = "ADDR[,ADDR...]|FILE",
     .heading = "Queries",
     .words = "FILE",
     .help = "recursive resolvers to ask",
     .shown = "none: the authorities are asked",
     .set = set_text,
     .offset = MEMBER(resolvers),
     .min = 1,
     .max = 65536},
    {.name = "root-hints",
     .argument = "FILE",
     .words = "FILE",
     .help = "the root's servers, in zone format",
     .shown = "built in",
     .set = set_text,
     .offset = MEMBER(root_hints),
     .min = 1,
     .max = 4096},
    {.name = "trust-anchor",
     .argument = "FILE",
     .words = "FILE",
     .help = "the root's DS or DNSKEY, in zone format",
     .shown = "built in",
     .set = set_text,
     .offset = MEMBER(trust_anchor),
     .min = 1,
     .max = 4096},
    {.name = "no-dnssec",
     .help = "don't verify what authorities say",
     .set = set_flag,
     .offset = MEMBER(no_dnssec)},
    {.name = "ipv4",
     .letter = '4',
     .help = "ask authorities over IPv4 only",
     .set = set_flag,
     .offset = MEMBER(ipv4_only)},
    {.name = "ipv6",
     .letter = '6',
     .help = "ask authorities over IPv6 only",
     .set = set_flag,
     .offset = MEMBER(ipv6_only)},
    {.name = "semantics",
     .argument = "LIST",
     .words = "rfc8659 rfc6844 erratum5065 all",
     .help = "search rules to report beside those of RFC 8659\n"
             "rfc6844, erratum5065, all",
     .fallback = "rfc8659",
     .set = set_semantics},
    {.name = "timeout",
     .argument = "SECONDS",
     .help = "longest wait for the first reply; later attempts wait longer",
     .fallback = "2",
     .set = set_seconds,
     .offset = MEMBER(timeout_ns),
     .min = NS_PER_S / 20,
     .max = 60 * NS_PER_S},
    {.name = "attempts",
     .argument = "N",
     .help = "tries of a question at resolvers or a zone's servers",
     .fallback = "5",
     .set = set_number,
     .offset = MEMBER(attempts),
     .min = 1,
     .max = 10},
    {.name = "all-nameservers",
     .help = "ask every server of each zone and note where they differ",
     .set = set_flag,
     .offset = MEMBER(all_nameservers)},
    {.name = "context",
     .help = "ask resolvers for each name's zone, its servers and DS too",
     .set = set_flag,
     .offset = MEMBER(context)},
    {.name = "no-control",
     .help = "ask nothing more about a lookup that failed",
     .set = set_flag,
     .offset = MEMBER(no_control)},
    {.name = "mixed-case",
     .help = "ask with letters in random case and believe only their echo (0x20)",
     .set = set_flag,
     .offset = MEMBER(mixed_case)},
    {.name = "no-segmentation",
     .help = "each query and reply by itself, without UDP_SEGMENT and UDP_GRO",
     .set = set_flag,
     .offset = MEMBER(no_segmentation)},
    {.name = "seed",
     .argument = "N",
     .help = "seed of the hash tables",
     .shown = "random",
     .set = set_seed,
     .offset = MEMBER(seed),
     .max = INT64_MAX},

    {.name = "rate",
     .argument = "N",
     .heading = "Limits",
     .help = "queries per second in total, 0: no limit",
     .fallback = "1000",
     .set = set_number,
     .offset = MEMBER(rate_qps),
     .max = 100000000},
    {.name = "server-rate",
     .argument = "N",
     .help = "queries per second to one address, 0: no limit",
     .shown = "200 to an authority, no limit to a resolver",
     .set = set_server_rate,
     .offset = MEMBER(server_rate_qps),
     .max = 100000000},
    {.name = "in-flight",
     .argument = "N",
     .help = "names looked up at the same time",
     .fallback = "1000",
     .set = set_number,
     .offset = MEMBER(in_flight),
     .min = 1,
     .max = 1000000},
    {.name = "cache",
     .argument = "N",
     .help = "answers that each thread remembers",
     .fallback = "65536",
     .set = set_number,
     .offset = MEMBER(cache_entries),
     .min = 1024,
     .max = 16777216},
    {.name = "threads",
     .argument = "N",
     .help = "worker threads",
     .shown = "1 up to 20000 queries/s, else cores less 1, up to 6",
     .set = set_number,
     .offset = MEMBER(threads),
     .min = 1,
     .max = 64},

    {.name = "help",
     .letter = 'h',
     .heading = "Other",
     .help = "print this and exit",
     .ends = OPTIONS_HELP},
    {.name = "version",
     .letter = 'V',
     .help = "print the version and exit",
     .ends = OPTIONS_VERSION},
    {.name = "bash-completion", .ends = OPTIONS_BASH_COMPLETION, .hidden = true},
    {.name = "zsh-completion", .ends = OPTIONS_ZSH_COMPLETION, .hidden = true},
};
const size_t options_row_count = sizeof options_rows / sizeof *options_rows;
