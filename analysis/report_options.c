#include "report_options.h"

#include "say.h"
#include "study_figures.h"

enum {
    LETTER_PSL = COMMAND_LINE_LONG,
    LETTER_SAMPLE,
    LETTER_FORCE,
    LETTER_STRICT,
    LETTER_AS,
    LETTER_BANDS,
};

static const struct command_option rows[] = {
    {"output", "DIR", "write the tables into DIR", 'o'},
    {"force", NULL, "replace tables in a DIR that is not empty", LETTER_FORCE},
    {"threads", "N", "read with N threads (default: one for each processor)", 't'},
    {"psl", "FILE", "take this Public Suffix List (default: built in)", LETTER_PSL},
    {"sample", NULL, "the list is a random sample: give confidence intervals", LETTER_SAMPLE},
    {"rank-bands", NULL, "adoption by rank in 250 bands of 4,000 too", LETTER_BANDS},
    {"strict", NULL, "write nothing where the input is not whole", LETTER_STRICT},
    {"quiet", NULL, "print no summary", 'q'},
    {"as", "STUDY", "only recount by the definitions of an earlier study, S18 or N23", LETTER_AS},
};

static bool take_threads(const char *word, unsigned *threads)
{
    uint64_t value;
    if (!command_line_number("--threads", word, COMMAND_LINE_THREADS_MAX, &value))
        return false;
    *threads = (unsigned)value;
    return true;
}

static bool take_study(const char *word, unsigned *study)
{
    for (*study = 0; *study < STUDY_COUNT; ++*study) {
        if (strcmp(word, study_word(*study)) == 0)
            return true;
    }
    say("--as knows the studies S18 and N23, and no \"%s\"", word);
    return false;
}

static bool take_option(void *context, int letter, const char *value)
{
    struct report_options *out = context;
    switch (letter) {
    case 'o':
        out->output = value;
        break;
    case 't':
        return take_threads(value, &out->threads);
    case 'q':
        out->quiet = true;
        break;
    case LETTER_AS:
        return take_study(value, &out->study);
    case LETTER_PSL:
        out->psl = value;
        break;
    case LETTER_SAMPLE:
        out->sample = true;
        break;
    case LETTER_FORCE:
        out->force = true;
        break;
    case LETTER_BANDS:
        out->rank_bands = true;
        break;
    case LETTER_STRICT:
        out->strict = true;
        break;
    default:
        break;
    }
    return true;
}

enum command_parse report_options_parse(int argc, char **argv, struct report_options *out)
{
    static const struct command_line line = {
        .name = "report",
        .usage = "FILE... -o DIR [OPTIONS]",
        .help = "Write the tables of a publication into DIR and print a summary.\n"
                "FILE may be - for standard input.",
        .options = rows,
        .option_count = sizeof rows / sizeof *rows,
        .take = take_option};
    struct command_words words = {0};
    *out = (struct report_options){.threads = command_line_processors(), .study = STUDY_COUNT};
    enum command_parse step = command_line_parse(&line, argc, argv, out, &words);
    if (step != COMMAND_PARSE_RUN)
        return step;
    out->files = words.list;
    out->file_count = words.count;
    if (words.count == 0)
        say("no record file given (see caareport report --help)");
    else if (out->output == NULL)
        say("report wants -o DIR (see caareport report --help)");
    else
        return COMMAND_PARSE_RUN;
    return COMMAND_PARSE_BAD;
}
