#include "line_split.h"

#include <stdlib.h>

#include "record_line.h"

void line_fragment_append(struct line_fragment *fragment, struct caa_text octets)
{
    size_t room = RECORD_LINE_LEN_MAX + 1 - fragment->len;
    size_t len = octets.len < room ? octets.len : room;
    if (len == 0 || fragment->no_memory)
        return;
    uint8_t *grown = realloc(fragment->octets, fragment->len + len);
    if (grown == NULL) {
        fragment->no_memory = true;
        return;
    }
    memcpy(grown + fragment->len, octets.octets, len);
    fragment->octets = grown;
    fragment->len += len;
}

struct caa_text line_fragment_text(const struct line_fragment *fragment)
{
    return caa_text_of(fragment->octets, fragment->len);
}

void line_fragment_fini(struct line_fragment *fragment)
{
    free(fragment->octets);
    *fragment = (struct line_fragment){0};
}

/* Ends the line that the tail began in earlier octets. */
static bool finish_tail(struct line_split *split, struct caa_text end)
{
    line_fragment_append(&split->tail, end);
    bool more = split->line(split->context, line_fragment_text(&split->tail));
    line_fragment_fini(&split->tail);
    return more;
}

/* Reads the lines that can be read without their ends being looked for first, and returns where the
 * next one ends: at rest->len, where it does not. */
static size_t read_line(struct line_split *split, struct caa_text *rest, bool *more)
{
    size_t len;
    while (*more && split->next != NULL && split->newlines > 0 && split->tail.len == 0 &&
           (len = split->next(split->context, *rest, more)) > 0) {
        split->newlines++;
        *rest = caa_text_after(*rest, len);
    }
    return *more ? caa_text_find(*rest, '\n') : rest->len;
}

bool line_split_take(void *context, const uint8_t *octets, size_t len)
{
    struct line_split *split = context;
    struct caa_text rest = caa_text_of(octets, len);
    bool more = true;
    for (size_t at; more && (at = read_line(split, &rest, &more)) < rest.len;) {
        struct caa_text line = caa_text_before(rest, at);
        rest = caa_text_after(rest, at + 1);
        if (split->newlines++ == 0)
            line_fragment_append(&split->head, line);
        else if (split->tail.len > 0)
            more = finish_tail(split, line);
        else
            more = split->line(split->context, line);
    }
    if (!more)
        return false;
    line_fragment_append(split->newlines == 0 ? &split->head : &split->tail, rest);
    return !split->head.no_memory && !split->tail.no_memory;
}
