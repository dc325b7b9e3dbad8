/* lines.h: the physical lines of a source. A line ends with LF, CR LF or CR; the last one may end
 * with the file. Memory is bounded: of a line over INPUT_LINE_MAX octets the beginning is given and
 * the rest dropped. */
#ifndef CAASCAN_LINES_H
#define CAASCAN_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "source.h"

struct line {
    const uint8_t *text; /* without its end; valid until the next call */
    size_t len;
    bool cut; /* longer than INPUT_LINE_MAX */
};

enum lines_status {
    LINES_READY,
    LINES_WAIT, /* no whole line is left in memory, and reading was not allowed */
    LINES_END,
    LINES_FAILED,
};

struct lines;

/* Reads from the source, which is borrowed. Passes over a UTF-8 byte order mark. Returns NULL with
 * a reason if the beginning can't be read or is no text in UTF-8. */
struct lines *lines_new(struct source *source, struct failure *why);

/* The next line. Reads from the source only where `may_read` is set. Where the source fails (then
 * source_failure says why) or is stopped, the unfinished line is dropped. */
enum lines_status lines_next(struct lines *lines, bool may_read, struct line *out);

/* NULL is allowed. */
void lines_free(struct lines *lines);

#endif
