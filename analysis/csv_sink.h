/* csv_sink.h: a CSV file, plain or in zstd frames, that is written in large pieces. */
#ifndef CSV_SINK_H
#define CSV_SINK_H

#include "csv_file.h"

/* Raw octets after which a frame ends, so that readers can inflate in parallel. */
#define CSV_SINK_FRAME_LEN (4u << 20)

struct csv_sink {
    struct csv_file csv;
    char name[32];
    void *zstd;     /* ZSTD_CCtx; NULL: plain */
    size_t raw_len; /* in the frame that is open */
};

/* Starts a file `name`, or `name`.zst, in the folder. False with errno. */
bool csv_sink_open(struct csv_sink *sink, int folder, const char *name, bool zstd);

/* Writes octets. False with errno; the first error sticks. */
bool csv_sink_write(struct csv_sink *sink, struct caa_text octets);

/* Ends the file, as csv_file_end. */
bool csv_sink_end(struct csv_sink *sink);

/* Ends and removes it. */
void csv_sink_abandon(struct csv_sink *sink);

#endif
