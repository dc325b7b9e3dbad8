/* frame_read.h: inflates frames and hands out what they hold, but only of frames that are whole.
 *
 * A frame of up to FRAME_READ_WHOLE octets is inflated at once. A larger one, or one that does not
 * say how large it is, is streamed twice: first to verify it to its last octet and checksum, then
 * to hand it out. Memory is bounded whatever the frame claims.
 */
#ifndef FRAME_READ_H
#define FRAME_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_READ_WHOLE (16u << 20)

/* As much as a frame of a scanner has, compressed. */
#define FRAME_READ_INPUT (4u << 20)

enum frame_read_status {
    FRAME_READ_OK,
    FRAME_READ_DAMAGED, /* nothing was handed out; see frame_reader.reason */
    FRAME_READ_STOPPED, /* the sink returned false */
};

/* What takes the octets of a frame, in order; returns false to stop. */
struct frame_sink {
    bool (*take)(void *context, const uint8_t *octets, size_t len);
    void *context;
};

/* One per thread. */
struct frame_reader {
    void *zstd; /* ZSTD_DCtx */
    uint8_t *buffer;
    uint8_t *input; /* FRAME_READ_INPUT octets for the caller, for frames that are not in memory */
    const char *reason; /* static text */
};

/* Returns false without memory. */
bool frame_reader_init(struct frame_reader *reader);
void frame_reader_fini(struct frame_reader *reader);

/* Reads the one zstd frame that the octets must be. */
enum frame_read_status frame_read(struct frame_reader *reader, const uint8_t *octets, size_t len,
                                  const struct frame_sink *sink);

#endif
