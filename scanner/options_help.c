#include <assert.h>
#include <string.h>

#include "options_table.h"

#define HELP_COLUMN 40

const char *options_version(void)
{
    return CAASCAN_VERSION;
}

static void print_help_row(const struct options_row *row, FILE *to)
{
    char left[128];
    char letter[] = {'-', row->letter, ',', '\0'};
    const char *shown = row->shown != NULL ? row->shown : row->fallback;
    snprintf(left, sizeof left, "  %3s --%s %s", row->letter != 0 ? letter : "", row->name,
             row->argument != NULL ? row->argument : "");
    fprintf(to, "%-*s", HELP_COLUMN, left);
    for (const char *at = row->help; *at != '\0'; at++) {
        fputc(*at, to);
        if (*at == '\n')
            fprintf(to, "%*s", HELP_COLUMN, "");
    }
    if (shown != NULL)
        fprintf(to, "\n%*s(default: %s)", HELP_COLUMN, "", shown);
    fputc('\n', to);
}

static void print_help(FILE *to)
{
    fputs("Usage: caascan -i FILE -o FILE [OPTION...]\n"
          "Asks for every name of a list which CAA records govern it (RFC 8659).\n",
          to);
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        if (row->hidden)
            continue;
        if (row->heading != NULL)
            fprintf(to, "\n%s:\n", row->heading);
        print_help_row(row, to);
    }
    fputs("\nExit codes: 0 complete, 1 usage, 2 input, 3 output, 4 network,\n"
          "129, 130 or 143 interrupted with a whole file. See caascan(1) and caascan-records(5).\n",
          to);
}

static bool takes_file(const struct options_row *row)
{
    return row->words != NULL && strcmp(row->words, "FILE") == 0;
}

static void print_bash_case(const struct options_row *row, FILE *to)
{
    if (row->letter != 0)
        fprintf(to, "    -%c | ", row->letter);
    else
        fputs("    ", to);
    fprintf(to, "--%s)\n        ", row->name);
    if (takes_file(row))
        fputs("compopt -o filenames 2>/dev/null || :\n"
              "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n",
              to);
    else if (row->words != NULL)
        fprintf(to, "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\")\n", row->words);
    else
        fputs("COMPREPLY=()\n", to);
    fputs("        return\n        ;;\n", to);
}

static void print_bash_completion(FILE *to)
{
    fputs("# bash completion for caascan, made from its table of options\n"
          "_caascan()\n{\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    case $previous in\n",
          to);
    for (size_t i = 0; i < options_row_count; i++) {
        if (!options_rows[i].hidden && options_rows[i].argument != NULL)
            print_bash_case(&options_rows[i], to);
    }
    fputs("    esac\n    mapfile -t COMPREPLY < <(compgen -W '", to);
    const char *gap = "";
    for (size_t i = 0; i < options_row_count; i++) {
        if (options_rows[i].hidden)
            continue;
        fprintf(to, "%s--%s", gap, options_rows[i].name);
        gap = " ";
    }
    fputs("' -- \"$word\")\n}\ncomplete -F _caascan caascan\n", to);
}

static void print_zsh_row(const struct options_row *row, FILE *to)
{
    int first_line = (int)strcspn(row->help, "\n");
    if (row->letter != 0)
        fprintf(to, " \\\n    '(-%c --%s)'{-%c,--%s}'", row->letter, row->name, row->letter,
                row->name);
    else
        fprintf(to, " \\\n    '--%s", row->name);
    fprintf(to, "[%.*s]", first_line, row->help);
    if (takes_file(row))
        fprintf(to, ":%s:_files", row->argument);
    else if (row->words != NULL)
        fprintf(to, ":%s:(%s)", row->argument, row->words);
    else if (row->argument != NULL)
        fprintf(to, ":%s: ", row->argument);
    fputc('\'', to);
}

static void print_zsh_completion(FILE *to)
{
    fputs("#compdef caascan\n_arguments -s", to);
    for (size_t i = 0; i < options_row_count; i++) {
        if (!options_rows[i].hidden)
            print_zsh_row(&options_rows[i], to);
    }
    fputc('\n', to);
}

void options_print(enum options_result result, FILE *to)
{
    switch (result) {
    case OPTIONS_HELP:
        print_help(to);
        break;
    case OPTIONS_VERSION:
        fprintf(to, "caascan %s\n", options_version());
        break;
    case OPTIONS_BASH_COMPLETION:
        print_bash_completion(to);
        break;
    case OPTIONS_ZSH_COMPLETION:
        print_zsh_completion(to);
        break;
    case OPTIONS_RUN:
    case OPTIONS_ERROR:
        assert(false);
    }
}
