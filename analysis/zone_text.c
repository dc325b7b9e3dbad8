#include "zone_text.h"

#include <errno.h>
#include <stdlib.h>

bool zone_text_read(FILE *file, char **octets, size_t *len)
{
    size_t cap = 1u << 16;
    *octets = NULL;
    *len = 0;
    for (;;) {
        char *grown = realloc(*octets, cap);
        if (grown == NULL)
            return false;
        *octets = grown;
        *len += fread(grown + *len, 1, cap - *len, file);
        if (*len < cap)
            return !ferror(file);
        if (cap > SIZE_MAX / 2) {
            errno = ENOMEM;
            return false;
        }
        cap *= 2;
    }
}

size_t zone_text_open_quote(struct caa_text text)
{
    bool quoted = false, comment = false;
    size_t line = 1;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t octet = text.octets[i];
        if (octet == '\n') {
            if (quoted)
                return line;
            comment = false;
            line++;
        } else if (octet == '\\' && !comment && i + 1 < text.len && text.octets[i + 1] != '\n') {
            i++;
        } else if (octet == ';' && !quoted) {
            comment = true;
        } else if (octet == '"' && !comment) {
            quoted = !quoted;
        }
    }
    return quoted ? line : 0;
}
