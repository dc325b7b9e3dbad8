/* status.h: tells the user on standard error how the scan goes. One thread (main) uses it. What the
 * lines say is in status_text.h. */
#ifndef CAASCAN_STATUS_H
#define CAASCAN_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status_text.h"

enum status_style {
    STATUS_AUTO,  /* a terminal: one line, overwritten each second; else a line every 10 seconds */
    STATUS_JSON,  /* one JSON object a second */
    STATUS_SILENT /* nothing, no summary either */
};

struct status {
    struct status_snapshot last; /* what was printed last */
    uint64_t due_ns;             /* no line before that elapsed time */
    enum status_style style;
    int fd;
    bool terminal;
    size_t line_len; /* of the line that stands on the terminal without a newline, 0: none */
};

/* fd: where to print, 2 outside of tests. */
void status_init(struct status *status, enum status_style style, int fd);

/* Prints a line if one is due. Call it about once a second. */
void status_tick(struct status *status, const struct status_snapshot *now);

/* Ends an open line, so that something else can be printed. */
void status_break(struct status *status);

/* Prints the last state, and with STATUS_AUTO the summary. */
void status_finish(struct status *status, const struct status_summary *summary);

#endif
