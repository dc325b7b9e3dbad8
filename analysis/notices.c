#define _POSIX_C_SOURCE 200809L /* strdup */
#include "notices.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define LINE_LEN_MAX 1024u

static void keep(struct notices *notices, const char *line)
{
    char **lines = realloc(notices->lines, (notices->count + 1) * sizeof *lines);
    if (lines == NULL)
        return;
    notices->lines = lines;
    lines[notices->count] = strdup(line);
    if (lines[notices->count] != NULL)
        notices->count++;
}

void notices_add(struct notices *notices, const char *format, ...)
{
    char line[LINE_LEN_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    keep(notices, line);
}

void notices_warn(struct notices *notices, const char *format, ...)
{
    char line[LINE_LEN_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    say("warning: %s", line);
    keep(notices, line);
    notices->told++;
}

void notices_fini(struct notices *notices)
{
    for (size_t i = 0; i < notices->count; i++)
        free(notices->lines[i]);
    free(notices->lines);
    *notices = (struct notices){0};
}
