/* line_split.h: cuts the octets of one unit of a file into lines.
 *
 * A unit is what one thread reads at a time: a frame, or a slice of a plain file. Its first line
 * may have begun in the unit before and its last one may end in the unit behind, so both are kept
 * as fragments for the one who knows all units; lines in between are handed out at once.
 */
#ifndef LINE_SPLIT_H
#define LINE_SPLIT_H

#include "caa_text.h"

/* Part of a line. Owns its octets, of which it keeps one more than a record may have at the most.
 */
struct line_fragment {
    uint8_t *octets;
    size_t len;
    bool no_memory;
};

void line_fragment_append(struct line_fragment *fragment, struct caa_text octets);
struct caa_text line_fragment_text(const struct line_fragment *fragment);
void line_fragment_fini(struct line_fragment *fragment);

struct line_split {
    struct line_fragment head; /* up to the first newline, or all of it where there is none */
    struct line_fragment tail; /* behind the last newline */
    uint64_t newlines;
    bool (*line)(void *context, struct caa_text line); /* returns false to stop */

    /* Reads the line at the beginning of the octets, if it can tell where it ends: it sets *more to
     * false to stop, and returns the octets of the line with its newline. 0: `line` is to have it.
     * NULL: it has all lines. */
    size_t (*next)(void *context, struct caa_text octets, bool *more);
    void *context;
};

/* Takes the next octets of the unit, for struct frame_sink; context is a struct line_split. */
bool line_split_take(void *context, const uint8_t *octets, size_t len);

#endif
