#include "latex_text.h"

#include <stdbool.h>
#include <string.h>

static const char *escape_of(char octet)
{
    static const struct {
        char octet;
        const char *escape;
    } escapes[] = {
        {'\\', "\\textbackslash{}"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'$', "\\$"},
        {'&', "\\&"},
        {'#', "\\#"},
        {'_', "\\_"},
        {'%', "\\%"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'"', "\\char34{}"},
        {'`', "\\char96{}"},
        {'\'', "\\char39{}"},
        {'[', "{[}"},
        {']', "{]}"},
        {'*', "{*}"},
    };
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].octet == octet)
            return escapes[i].escape;
    }
    return NULL;
}

#define WORD_MAX 48u /* octets of a word that stays in one line */

static void put_octet(FILE *out, char octet)
{
    const char *escape = escape_of(octet);
    if (escape != NULL)
        fputs(escape, out);
    else
        fputc(octet, out);
}

void latex_text_put(FILE *out, const char *text, size_t max)
{
    char before = ' ';
    bool breaks = false;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (i == max) {
            fputs("...", out);
            return;
        }
        char octet = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
        if (before == ' ')
            breaks = strcspn(text + i, " ") > WORD_MAX;
        if (octet == before && (octet == '-' || octet == ',')) /* -- and ,, are ligatures */
            fputs("{}", out);
        if (breaks && before != ' ')
            fputs("\\allowbreak{}", out);
        put_octet(out, octet);
        before = octet;
    }
}

static bool is_letter(char octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

void latex_text_put_word(FILE *out, const char *text)
{
    static const char *const digits[] = {"Zero", "One", "Two",   "Three", "Four",
                                         "Five", "Six", "Seven", "Eight", "Nine"};
    bool capital = true;
    for (; *text != '\0'; text++) {
        bool lower = *text >= 'a' && *text <= 'z';
        if (*text >= '0' && *text <= '9')
            fputs(digits[*text - '0'], out);
        else if (is_letter(*text))
            fputc(capital && lower ? *text - 'a' + 'A' : *text, out);
        capital = !is_letter(*text);
    }
}
