#include "cmd_certs.h"

#include "cert_join.h"
#include "cert_print.h"
#include "cert_row.h"
#include "compare_input.h"
#include "say.h"

enum { LETTER_EACH = COMPARE_LETTER_END, LETTER_UNTIL };

struct certs_options {
    struct cert_join_options join;
    bool each;
    const char *alone; /* an option that means something only with -o */
};

static bool take_option(void *context, int letter, const char *value)
{
    struct certs_options *options = context;
    if (letter == LETTER_EACH) {
        options->each = true;
        return true;
    }
    if (letter != LETTER_UNTIL) {
        if (letter != 'o')
            options->alone = "--force, --memory, --threads, --psl and --quiet";
        return compare_options_take(&options->join.compare, letter, value);
    }
    options->alone = "--until";
    if (cert_row_time(caa_text_from(value), &options->join.until))
        return true;
    say("--until wants a UTC time as 2026-03-01 or 2026-03-01T12:00:00Z, not \"%s\"", value);
    return false;
}

static int refuse(const char *what)
{
    say("%s (see caareport certs --help)", what);
    return REPORT_EXIT_USAGE;
}

static int run(void *context, const struct command_words *words)
{
    const struct certs_options *options = context;
    if (words->count < 2)
        return refuse("certs wants a list of certificates and record files");
    if (options->join.compare.output == NULL) {
        if (options->alone == NULL)
            return cert_print_run(words, options->each);
        say("%s: only with -o DIR (see caareport certs --help)", options->alone);
        return REPORT_EXIT_USAGE;
    }
    if (options->each)
        return refuse("--each prints, -o DIR writes certs.csv: give one of them");
    if (words->count - 1 > COMPARE_SIDES_MAX)
        return refuse("certs takes up to 64 scans");
    return cert_join_run(&options->join, words);
}

int cmd_certs_main(int argc, char **argv)
{
    static const struct command_option rows[] = {
        {"each", NULL, "print each certificate, not the table", LETTER_EACH},
        {"until", "TIME", "the list is complete up to then (default: its latest notBefore)",
         LETTER_UNTIL},
        COMPARE_OPTION_ROWS};
    static const struct command_line line = {
        "certs",
        "CERTS.csv FILE... [--each] | CERTS.csv SCAN... -o DIR [OPTIONS]",
        "Holds certificates against the sets that a scan saw, and prints how many of each CA\n"
        "operator they permit. With -o DIR it takes scans of several times, a file for each, and\n"
        "writes what the scans before and after each certificate say, how long CAs went on after\n"
        "sets stopped permitting them, and which CAs are allowed and used.\n"
        "CERTS.csv has the columns name, issuer, notBefore, wildcard.",
        rows,
        sizeof rows / sizeof *rows,
        take_option};
    struct certs_options options = {0};
    compare_options_init(&options.join.compare);
    return command_line_run(&line, argc, argv, &options, run);
}
