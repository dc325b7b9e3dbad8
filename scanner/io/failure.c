#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

void failure_set(struct failure *why, enum failure_kind kind, const char *format, ...)
{
    why->kind = kind;
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(why->text, sizeof why->text, format, arguments) < 0)
        why->text[0] = '\0';
    va_end(arguments);
    /* Values quoted in the text come from files: nothing in them may steer a terminal. */
    for (char *at = why->text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    }
}
