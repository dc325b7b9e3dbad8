#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "octets.h"
#include "unpack.h"

#define LINES_CAP (4u * INPUT_LINE_MAX)

struct lines {
    struct source *source;
    size_t at;      /* where the current line begins */
    size_t scanned; /* no line end before this */
    size_t len;
    enum source_status status;
    bool after_cr; /* an LF at `at` belongs to the line end before it */
    bool dropping; /* the rest of a line that was too long */
    uint8_t octets[LINES_CAP];
};

/* Reads more octets behind those of the current line, which move to the front. */
static void refill(struct lines *lines)
{
    size_t kept = lines->len - lines->at;
    memmove(lines->octets, lines->octets + lines->at, kept);
    lines->scanned -= lines->at;
    lines->at = 0;
    size_t got;
    lines->status = source_read(lines->source, lines->octets + kept, LINES_CAP - kept, &got);
    lines->len = kept + got;
}

static bool begin(struct lines *lines, struct failure *why)
{
    while (lines->len < UNPACK_MAGIC_LEN && lines->status == SOURCE_OCTETS)
        refill(lines);
    if (lines->status == SOURCE_FAILED && lines->len == 0) {
        *why = *source_failure(lines->source);
        return false;
    }
    const char *refused;
    unpack_detect(lines->octets, lines->len, &refused);
    if (refused != NULL) {
        failure_set(why, FAILURE_INPUT, "%s: is %s; a list is plain UTF-8 text",
                    source_name(lines->source), refused);
        return false;
    }
    if (lines->len >= 3 && memcmp(lines->octets, "\xef\xbb\xbf", 3) == 0)
        lines->at = lines->scanned = 3;
    return true;
}

struct lines *lines_new(struct source *source, struct failure *why)
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (lines == NULL) {
        failure_set(why, FAILURE_INPUT, "%s: no memory to read it", source_name(source));
        return NULL;
    }
    lines->source = source;
    lines->status = SOURCE_OCTETS;
    if (begin(lines, why))
        return lines;
    free(lines);
    return NULL;
}

/* Moves `scanned` to the end of the current line, or to the end of what is there. */
static bool find_end(struct lines *lines)
{
    for (size_t at = lines->scanned; at < lines->len; at += OCTETS_WORD) {
        uint64_t word = octets_word_within(lines->octets, lines->len, at);
        uint64_t ends = octets_found(word, '\n') | octets_found(word, '\r');
        if (ends != 0) {
            lines->scanned = at + octets_first(ends);
            return true;
        }
    }
    lines->scanned = lines->len;
    return false;
}

/* Hands out the octets up to `scanned` as a line and goes on at `next`. */
static void give(struct lines *lines, size_t next, struct line *out)
{
    size_t len = lines->scanned - lines->at;
    bool cut = len > INPUT_LINE_MAX;
    *out = (struct line){lines->octets + lines->at, cut ? INPUT_LINE_MAX : len, cut};
    lines->at = lines->scanned = next;
}

/* Passes over the LF of a CR LF that is only now in memory. */
static void finish_crlf(struct lines *lines)
{
    if (!lines->after_cr || lines->at == lines->len)
        return;
    lines->after_cr = false;
    if (lines->octets[lines->at] == '\n')
        lines->at = ++lines->scanned;
}

/* Looks for a line among the octets that are there. */
static bool take_line(struct lines *lines, struct line *out)
{
    for (;;) {
        finish_crlf(lines);
        if (find_end(lines)) {
            lines->after_cr = lines->octets[lines->scanned] == '\r';
            bool dropped = lines->dropping;
            lines->dropping = false;
            give(lines, lines->scanned + 1, out);
            if (!dropped)
                return true;
        } else if (lines->dropping) {
            lines->at = lines->scanned;
            return false;
        } else if (lines->scanned - lines->at > INPUT_LINE_MAX) {
            lines->dropping = true;
            give(lines, lines->scanned, out);
            return true;
        } else {
            return false;
        }
    }
}

enum lines_status lines_next(struct lines *lines, bool may_read, struct line *out)
{
    for (;;) {
        if (take_line(lines, out))
            return LINES_READY;
        if (lines->status == SOURCE_FAILED)
            return LINES_FAILED;
        if (lines->status == SOURCE_STOPPED)
            return LINES_END;
        if (lines->status == SOURCE_END) {
            if (lines->at == lines->len)
                return LINES_END;
            give(lines, lines->len, out);
            return LINES_READY;
        }
        if (!may_read)
            return LINES_WAIT;
        refill(lines);
    }
}

void lines_free(struct lines *lines)
{
    free(lines);
}
