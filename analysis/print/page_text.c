#include "page_text.h"

static const char *escape_of(char octet)
{
    switch (octet) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void page_text_put(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *escape = escape_of(*text);
        if (escape != NULL)
            fputs(escape, out);
        else
            fputc((*text >= ' ' && *text <= '~') || *text == '\n' ? *text : '?', out);
    }
}
