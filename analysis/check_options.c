#include "check_options.h"

#include <stdlib.h>

#include "caa_domain.h"
#include "caa_issuer.h"
#include "say.h"

enum {
    LETTER_CA = COMMAND_LINE_LONG,
    LETTER_KIND,
    LETTER_ACCOUNT,
    LETTER_METHOD,
    LETTER_MINIMAL,
    LETTER_SET,
    LETTER_ZONE
};

static const struct command_option table[] = {
    {"ca", "IDENT", "ask about the CA with this identifier, or these: A,B", LETTER_CA},
    {"kind", "KIND", "ask about issue, wild, mail or vmc", LETTER_KIND},
    {"account", "URI", "with this account (RFC 8657)", LETTER_ACCOUNT},
    {"method", "LABEL", "and this validation method", LETTER_METHOD},
    {"minimal", NULL, "the CA knows issue, issuewild and iodef alone", LETTER_MINIMAL},
    {"set", "RECORD", "ask about the set of these records: '0 issue \"ca.example\"'", LETTER_SET},
    {"zone", "FILE", "ask about the sets in a zone file", LETTER_ZONE},
    {"threads", "N", "read with N threads (default: one for each processor)", 't'},
};

/* Room for one more in a list that is as long as count says. */
static void *grown(void *list, size_t count, size_t size)
{
    void *longer = realloc(list, (count + 1) * size);
    if (longer == NULL)
        say("out of memory");
    return longer;
}

static bool add_identifier(struct check_ca *ca, struct caa_text identifier)
{
    struct caa_text *longer = grown(ca->identifiers, ca->ca.identifier_count, sizeof *longer);
    if (longer == NULL)
        return false;
    longer[ca->ca.identifier_count++] = identifier;
    ca->ca.identifiers = ca->identifiers = longer;
    return true;
}

/* A misspelt identifier would be denied everywhere, and nobody would know why. */
static void hint(struct caa_text identifier)
{
    const struct caa_issuer *near =
        caa_issuer_find(identifier) == NULL ? caa_issuer_nearest(identifier) : NULL;
    if (near != NULL)
        say("the table of identifiers does not have %.*s; it has %s", (int)identifier.len,
            (const char *)identifier.octets, near->identifier);
}

static bool add_ca(struct check_options *options, const char *word)
{
    struct check_ca *longer = grown(options->cas, options->ca_count, sizeof *longer);
    if (longer == NULL)
        return false;
    options->cas = longer;
    struct check_ca *ca = &longer[options->ca_count++];
    *ca = (struct check_ca){.word = word, .ca = {.supports = CAA_SUPPORTS_IANA}};
    struct caa_text rest = caa_text_from(word);
    do {
        struct caa_text identifier = caa_text_cut(&rest, ',');
        if (!caa_domain_is_name(identifier)) {
            say("--ca wants issuer domain names, not \"%s\"", word);
            return false;
        }
        hint(identifier);
        if (!add_identifier(ca, identifier))
            return false;
    } while (rest.len > 0);
    return true;
}

static bool add_kind(struct check_options *options, const char *word)
{
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        if (strcmp(word, caa_kind_word(kind)) == 0) {
            options->kinds |= 1u << kind;
            return true;
        }
    }
    say("--kind wants issue, wild, mail or vmc, not \"%s\"", word);
    return false;
}

static bool add_set(struct check_options *options, const char *word)
{
    const char **longer = grown(options->sets, options->set_count, sizeof *longer);
    if (longer == NULL)
        return false;
    options->sets = longer;
    longer[options->set_count++] = word;
    return true;
}

static bool take_threads(struct check_options *options, const char *value)
{
    uint64_t threads;
    if (!command_line_number("--threads", value, COMMAND_LINE_THREADS_MAX, &threads))
        return false;
    options->threads = (unsigned)threads;
    return true;
}

static bool take(void *context, int letter, const char *value)
{
    struct check_options *options = context;
    switch (letter) {
    case LETTER_CA:
        return add_ca(options, value);
    case LETTER_KIND:
        return add_kind(options, value);
    case LETTER_SET:
        return add_set(options, value);
    case LETTER_ACCOUNT:
        options->account = value;
        return true;
    case LETTER_METHOD:
        options->method = value;
        return true;
    case LETTER_MINIMAL:
        options->minimal = true;
        return true;
    case LETTER_ZONE:
        options->zone = value;
        return true;
    default:
        return take_threads(options, value);
    }
}

/* What is wrong with the options as a whole; NULL: nothing. */
static const char *contradiction(const struct check_options *options)
{
    int sources = (options->set_count > 0) + (options->zone != NULL) + (options->file_count > 0);
    if (options->ca_count == 0)
        return "no CA given: --ca is missing";
    if ((options->account == NULL) != (options->method == NULL))
        return "--account and --method go together";
    if (sources == 0)
        return "no record file, --set or --zone given";
    return sources > 1 ? "record files, --set and --zone exclude each other" : NULL;
}

enum command_parse check_options_parse(int argc, char **argv, struct check_options *out)
{
    static const struct command_line line = {
        "check",
        "FILE... | --set RECORD... | --zone FILE  --ca IDENT...",
        "Says for each name whether a CA may issue, why, and by which record, as CSV on\n"
        "standard output.",
        table,
        sizeof table / sizeof *table,
        take};
    struct command_words words = {0};
    *out = (struct check_options){.threads = command_line_processors()};
    enum command_parse parsed = command_line_parse(&line, argc, argv, out, &words);
    if (parsed != COMMAND_PARSE_RUN)
        return parsed;
    out->files = words.list;
    out->file_count = words.count;
    const char *wrong = contradiction(out);
    if (wrong != NULL) {
        say("%s (see caareport check --help)", wrong);
        return COMMAND_PARSE_BAD;
    }
    for (size_t i = 0; out->minimal && i < out->ca_count; i++)
        out->cas[i].ca.supports = CAA_SUPPORTS_MINIMUM;
    return COMMAND_PARSE_RUN;
}

void check_options_fini(struct check_options *options)
{
    for (size_t i = 0; i < options->ca_count; i++)
        free(options->cas[i].identifiers);
    free(options->cas);
    free(options->sets);
}
